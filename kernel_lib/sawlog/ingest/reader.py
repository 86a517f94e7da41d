"""Reads a piece of a source as parsed chunks of records, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sawlog.formats.base import TimeContext
from sawlog.formats.records import Chunk, parse_chunk
from sawlog.ingest.recognise import Recognised, recognise
from sawlog.ingest.sources import Fingerprint, RunningFingerprint, Source, open_source
from sawlog.ingest.unit import Piece, ReadOptions

#: Bytes read and parsed at a time: large enough for vectorized parsing, small enough to have several in memory.
CHUNK_BYTES = 8 << 20


@dataclass(frozen=True)
class Read:
    """One parsed chunk, and where it lies in its source (decompressed bytes; end exclusive)."""

    chunk: Chunk
    start: int
    end: int


class PieceReader:
    """Iterates over the chunks of a piece.

    Attributes:
        consumed: bytes of the outer source read so far, for progress.
        error: what ended the source early, else "".
        ended: the source was read to its end, or to where it is damaged; not where the file has moved meanwhile.
        fingerprint: of all that was read, once ``ended``, of a source that was read in one go.
        lines: physical lines that began in what was given of the current range.
    """

    def __init__(self, piece: Piece, options: ReadOptions, chunk_bytes: int = CHUNK_BYTES) -> None:
        self.piece, self.options = piece, options
        self.recognised = recognise(piece.source, options.format, piece.format)
        self.consumed = 0
        self.error = ""
        self.ended = False
        self.fingerprint: Fingerprint | None = None
        self.lines = 0
        self._range = 0
        self._chunk_bytes = chunk_bytes

    def chunks(self, range_index: int = 0) -> Iterator[Read]:
        """Parsed chunks; ``range_index`` is what their SOURCE column says, lines count from 1 at the piece's start."""
        piece, format = self.piece, self.recognised.format
        self._range = range_index
        time = time_context(piece.source, self.options, self.recognised)
        time = time.after(piece.previous_ns)
        position, pending = piece.start, b""
        running = RunningFingerprint()
        wanted = self._chunk_bytes
        with open_source(piece.source, piece.start) as stream:
            while True:
                limit = None if piece.end is None else piece.end - position - len(pending)
                size = wanted if limit is None else min(wanted, limit)
                data = stream.read(size) if size else b""
                running.update(data)
                self.consumed = stream.consumed
                # A small file is one chunk, so that what precedes its first stamp is seen together with it.
                final = len(data) < size or len(data) == limit
                pending = pending + data if pending else data
                if not pending:
                    break
                chunk = parse_chunk(
                    pending,
                    format=format,
                    time=time,
                    source=self._range,
                    offset=position,
                    line=self.lines + 1,
                    final=final,
                )
                # A record larger than what was read: read as much again, and try it together.
                wanted = self._chunk_bytes if chunk.consumed else len(pending)
                if chunk.consumed:
                    start, position = position, position + chunk.consumed
                    pending = pending[chunk.consumed :]
                    self.lines += chunk.lines
                    time = time.after(chunk.previous_ns)
                    yield Read(chunk, start, position)
                if final:
                    break
            self.error = stream.error or ""
            self.ended = piece.end is None and not stream.moved
            if self.ended and piece.start == 0:
                self.fingerprint = running.fingerprint()

    def restart_lines(self, range_index: int) -> None:
        """What follows belongs to a new range: its lines count from 1 again."""
        self._range = range_index
        self.lines = 0


def time_context(source: Source, options: ReadOptions, recognised: Recognised) -> TimeContext:
    """What the missing parts of this source's stamps are taken from."""
    return TimeContext(
        timezone=options.timezone,
        year=options.year,
        mtime_ns=source.mtime_ns,
        short_dates=recognised.description.get("short_dates", "ymd"),
        long_dates=recognised.description.get("long_dates", "mdy"),
    )
