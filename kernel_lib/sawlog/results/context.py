"""What stands around the hits in their sources?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pyarrow as pa

from sawlog.results.spans import Highlighter, Span

if TYPE_CHECKING:
    import pandas as pd

    from sawlog.results.hits import Hit

_COLUMNS = {
    "block": pa.int64(),
    "match": pa.bool_(),
    "timestamp": pa.timestamp("ns", tz="UTC"),
    "level": pa.large_string(),
    "message": pa.large_string(),
    "source": pa.large_string(),
    "line": pa.int64(),
    "offset": pa.int64(),
    "raw": pa.large_string(),
}


@dataclass(frozen=True)
class Block:
    """Consecutive records of one source; ``matches[i]`` tells whether ``records[i]`` is a hit."""

    source: str
    records: tuple[Hit, ...]
    matches: tuple[bool, ...]


class Context(Sequence[Block]):
    """Hits with their neighbours, in blocks; hits whose neighbours overlap or touch share a block.

    Blocks come in the order of the search's hits.  A hit that is not in ``around`` stands alone.
    """

    def __init__(self, hits: Sequence[Hit], around: Sequence[Hit], highlighter: Highlighter, timezone: str) -> None:
        self.timezone = timezone
        self._highlighter = highlighter
        self.blocks = _blocks(hits, around)

    def __len__(self) -> int:
        return len(self.blocks)

    def __getitem__(self, index: int) -> Block:  # type: ignore[override]
        return self.blocks[index]

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def spans(self, block: Block) -> list[Sequence[Span]]:
        """The matches within each record of a block; none in a record that is not a hit."""
        hits = [hit for hit, match in zip(block.records, block.matches, strict=True) if match]
        found = iter(self._highlighter.spans([hit.raw for hit in hits], [hit.values for hit in hits]))
        return [next(found) if match else () for match in block.matches]

    def to_pandas(self) -> pd.DataFrame:
        """One row a record: block (from 0), match, timestamp, level, message, source, line, offset, raw."""
        rows = [
            (number, match, hit.timestamp_ns, hit.level, hit.message, hit.source, hit.line, hit.offset, hit.raw)
            for number, block in enumerate(self.blocks)
            for hit, match in zip(block.records, block.matches, strict=True)
        ]
        columns = zip(*rows, strict=True) if rows else [()] * len(_COLUMNS)
        arrays = [pa.array(column, kind) for column, kind in zip(columns, _COLUMNS.values(), strict=True)]
        frame: pd.DataFrame = pa.table(arrays, list(_COLUMNS)).to_pandas()
        return frame

    def html(self) -> str:
        """What a notebook shows: each block with its hits marked."""
        from sawlog.results.html import context_html

        return context_html(self)

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        from sawlog.results.plain import context_text

        return context_text(self)


def _blocks(hits: Sequence[Hit], around: Sequence[Hit]) -> tuple[Block, ...]:
    ranks: dict[tuple[str, int], int] = {}
    for rank, hit in enumerate(hits):
        ranks.setdefault(_place(hit), rank)
    runs: list[list[Hit]] = []
    every = {_place(hit): hit for hit in (*hits, *around)}
    for hit in sorted(every.values(), key=lambda hit: (hit.source, *_place(hit))):
        last = runs[-1][-1] if runs else None
        if last is not None and last.source_id == hit.source_id and last.offset + last.length >= hit.offset:
            runs[-1].append(hit)
        else:
            runs.append([hit])
    ordered = sorted(runs, key=lambda run: min(ranks.get(_place(hit), len(hits)) for hit in run))
    return tuple(Block(run[0].source, tuple(run), tuple(_place(hit) in ranks for hit in run)) for run in ordered)


def _place(hit: Hit) -> tuple[str, int]:
    """Where a record stands; not by its source's path, which may be another file's since."""
    return hit.source_id, hit.offset
