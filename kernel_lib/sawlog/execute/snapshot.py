"""What a search sees of a dataset: its partitions and what is not indexed, at one moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sawlog.ingest.unit import Piece, ReadOptions
from sawlog.query.ast import Query
from sawlog.storage.partition import Partition


@dataclass(frozen=True)
class Segment:
    """A partition and the times that it spans (inclusive; None: no record has a time)."""

    partition: Partition
    start: int | None
    end: int | None


@dataclass(frozen=True)
class Snapshot:
    """What a dataset holds at one moment; a search sees this and nothing else.

    ``lines_before`` gives the physical lines of a source before a byte of it.
    """

    name: str
    segments: tuple[Segment, ...]
    pieces: tuple[Piece, ...]
    options: ReadOptions
    lines_before: Callable[[Piece], int] = field(default=lambda piece: 0)


def time_bounds(query: Query) -> tuple[int | None, int | None]:
    """The times, start included and end not, outside which no record can match."""
    if query.kind == "time":
        assert isinstance(query.value, tuple)
        return query.value
    if query.kind == "and":
        bounds = [time_bounds(child) for child in query.children]
        lows = [s for s, _ in bounds if s is not None]
        highs = [e for _, e in bounds if e is not None]
        return max(lows, default=None), min(highs, default=None)
    if query.kind == "or":
        bounds = [time_bounds(child) for child in query.children]
        lows = [s for s, _ in bounds if s is not None]
        highs = [e for _, e in bounds if e is not None]
        low = min(lows) if lows and len(lows) == len(bounds) else None
        return low, max(highs) if highs and len(highs) == len(bounds) else None
    return None, None
