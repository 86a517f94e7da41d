"""Units of work: which bytes of which sources one worker turns into partitions.  JSON-able, for worker processes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from sawlog.ingest.sources import Source


@dataclass(frozen=True)
class ReadOptions:
    """What the user said about all sources: see ``sawlog.open``."""

    format: str = "auto"
    timezone: str = "UTC"
    year: int | None = None


@dataclass(frozen=True)
class Piece:
    """Bytes ``start`` to ``end`` (None: to its end) of one source.

    ``format`` is what was recognised, as JSON; empty: the reader recognises it.  ``previous_ns`` is the last stamp
    before ``start``, None where it begins with a record that needs none.
    """

    source_id: str
    source: Source
    start: int = 0
    end: int | None = None
    previous_ns: int | None = None
    format: Mapping[str, Any] = field(default_factory=dict)

    @property
    def bytes(self) -> int:
        """Source bytes (compressed ones, where compressed) that will be read, as far as known."""
        if self.end is not None:
            return self.end - self.start
        # What is compressed is read from its beginning, wherever the piece starts.
        return max(0, self.source.size - self.start) if self.source.seekable else self.source.size


@dataclass(frozen=True)
class Unit:
    """Work for one worker: about a partition's worth of bytes, or one compressed source of any size."""

    id: int
    pieces: tuple[Piece, ...]
    options: ReadOptions

    @property
    def bytes(self) -> int:
        """What its pieces have; see :attr:`Piece.bytes`."""
        return sum(piece.bytes for piece in self.pieces)

    def to_json(self) -> dict[str, Any]:
        body = asdict(self)
        for piece, mine in zip(body["pieces"], self.pieces, strict=True):
            piece["source"] = mine.source.to_json()
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Unit:
        pieces = tuple(Piece(**{**p, "source": Source.from_json(p["source"])}) for p in body["pieces"])
        return cls(body["id"], pieces, ReadOptions(**body["options"]))
