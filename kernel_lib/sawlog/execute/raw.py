"""Searching what is not indexed yet: exact answers from the files themselves.

Bytes are scanned for what a match requires, and only the neighbourhood of each find is parsed, by the same parser that
the index is built with.  A neighbourhood begins where a record surely does, so the records are the same.  Files are
read, not mapped: a mapped log that is truncated under the scan would kill the process.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sawlog.execute.bytescan import NodeScanner, compile_scanner
from sawlog.execute.fields import FieldReader
from sawlog.execute.frame import Frame
from sawlog.execute.work import Work
from sawlog.formats.base import Format, TimeContext
from sawlog.formats.records import parse_chunk, sure_boundary
from sawlog.ingest.planning import split
from sawlog.ingest.reader import CHUNK_BYTES, PieceReader, time_context
from sawlog.ingest.recognise import recognise
from sawlog.ingest.sources import open_source
from sawlog.ingest.unit import Piece, ReadOptions
from sawlog.model.arrow import array_of, numpy_of
from sawlog.model.schema import LENGTH, MAX_RECORD_BYTES, OFFSET, RAW
from sawlog.query.ast import Query
from sawlog.storage.rows import NOTHING, SEPARATOR

Offsets = npt.NDArray[np.int64]

#: Bytes scanned at a time; also the work of one thread.
WINDOW = 16 << 20

#: Finds closer than this are parsed together, up to so many bytes; and how far around a find is looked at first.
_NEAR, _TOGETHER, _AROUND = 64 << 10, 4 << 20, 8 << 10

#: Lines are counted by cells of this many bytes, so that any byte's line is known by counting in one cell.
_CELL = 256 << 10


@dataclass(frozen=True)
class RawMatches:
    """Matching records: a table in the log schema with SOURCE always 0, and LINE counting from 1 behind ``start``.

    ``lines`` are the physical lines of what was looked at, where the table covers all of it.
    """

    start: int
    table: pa.Table
    lines: int = 0


@dataclass(frozen=True)
class Finds:
    """What scanning a window gave: where matches can be, and how many line ends each cell of it holds."""

    window: tuple[int, int]
    offsets: Offsets
    newlines: Offsets


@dataclass(frozen=True)
class Group:
    """Finds that are parsed together; ``previous`` is the find before them, of another group, or -1."""

    finds: Offsets
    previous: int

    def own(self, table: pa.Table) -> pa.Table:
        """The records whose first find is in the group: a record that holds finds of two belongs to the former."""
        start = numpy_of(table.column(OFFSET)).astype(np.int64)
        end = start + numpy_of(table.column(LENGTH))
        held = np.searchsorted(self.finds, end) > np.searchsorted(self.finds, start)
        return table.filter(array_of(held & (start > self.previous)))


class PieceScan:
    """A scan of one seekable piece for what a query requires.

    Map :meth:`scan` over :attr:`windows`, then :meth:`parse` over :meth:`groups`.
    """

    def __init__(self, piece: Piece, options: ReadOptions, query: Query, scanner: NodeScanner, work: Work) -> None:
        self.piece, self.query, self._options = piece, query, options
        self._scanner, self._work = scanner, work
        self.end = piece.source.size if piece.end is None else piece.end
        self._passed: dict[int, int | None] = {}  # record starts that were come by, and the stamp in force there
        starts = range(piece.start, self.end, WINDOW)
        self.windows = [(start, min(start + WINDOW, self.end)) for start in starts]
        self._patterns = [str(n.value) for n in query.walk() if n.kind == "regex"]
        # A match lies within a record.  One of several lines may reach over a window's edge.
        self._overlap = MAX_RECORD_BYTES if self._patterns else _NEAR

    @cached_property
    def _recognised(self) -> tuple[Format, TimeContext]:
        """Asked for when a find is parsed, not before: while windows are scanned, a build recognises the format."""
        recognised = recognise(self.piece.source, self._options.format, self.piece.format)
        return recognised.format, time_context(self.piece.source, self._options, recognised)

    def scan(self, window: tuple[int, int]) -> Finds:
        """The finds that end in a window, by absolute offset."""
        self._work.check()
        start, end = window
        begin = max(self.piece.start, start - self._overlap)
        data = self._read(begin, end)
        self._work.add("bytes", end - start)
        found = self._suspects(data) + begin
        here = np.frombuffer(data, np.uint8)[start - begin :]
        cells = range(0, max(1, len(here)), _CELL)
        # Compared cell by cell, in the processor's cache: twice as fast as all of a window at once.
        newlines = np.array([np.count_nonzero(here[cell : cell + _CELL] == 10) for cell in cells], np.int64)
        return Finds(window, np.unique(found[found >= start]), newlines)

    def _suspects(self, data: bytes) -> Offsets:
        """A byte of every record that can match: where a match ends, or where bytes and decoded text can disagree."""
        ends, _ = self._scanner.ends(data)
        found = np.maximum(ends - 1, 0)
        if not self._patterns:
            return found
        view = np.frombuffer(data, np.uint8)
        foreign = view >= 0x80
        if any("$" in pattern for pattern in self._patterns):
            foreign |= view == 13  # the text ends before a line ending's CR
        runs = np.flatnonzero(foreign & ~np.concatenate([[False], foreign[:-1]]))
        # A match without width, like /^\b/, ends where its record begins.
        return np.concatenate([found, np.minimum(ends, len(data) - 1), runs])

    def groups(self, scanned: Sequence[Finds]) -> list[Group]:
        """Finds that are parsed together, in order."""
        finds = np.concatenate([np.empty(0, np.int64), *(s.offsets for s in scanned)])
        if not len(finds):
            return []
        together: list[Offsets] = []
        for near in np.split(finds, np.flatnonzero(np.diff(finds) > _NEAR) + 1):
            cells = (near - near[0]) // _TOGETHER
            together += np.split(near, np.flatnonzero(np.diff(cells)) + 1)
        before = [-1, *(int(finds[-1]) for finds in together)]
        return [Group(finds, previous) for finds, previous in zip(together, before, strict=False)]

    def parse(self, group: Group) -> RawMatches:
        """The matching records whose first find is in a group."""
        self._work.check()
        first, last = int(group.finds[0]), int(group.finds[-1])
        format, time = self._recognised
        start, previous_ns = self._record_before(first)
        reach = _AROUND
        while True:
            stop = min(last + 1 + reach, self.end)
            chunk = parse_chunk(
                self._read(start, stop),
                format=format,
                time=time.after(previous_ns),
                source=0,
                offset=start,
                line=1,
                final=stop == self.end,
            )
            # The finds' records must end inside; and what precedes a source's first stamp takes it, if it is near.
            near = stop - start < CHUNK_BYTES
            stamped = start > self.piece.start or chunk.previous_ns is not None or not near
            if stop == self.end or (start + chunk.consumed > last and stamped):
                break
            reach *= 8
        self._passed[start + chunk.consumed] = chunk.previous_ns
        table = group.own(pa.Table.from_batches([chunk.batch]))
        self._work.add("verified", table.num_rows)
        return RawMatches(start, _matching(table, self.piece, self.query, self._work))

    def _record_before(self, position: int) -> tuple[int, int | None]:
        """A byte at or before a position where a record begins, and the stamp in force there."""
        near, high = _AROUND, position + 1
        while high > self.piece.start + 1:
            if near > _NEAR:  # a stretch where stamps need what precedes them: go on from where another find got to
                known = [place for place in list(self._passed.items()) if position - near < place[0] <= position]
                if known:
                    return max(known, key=lambda place: place[0])
            low = max(self.piece.start, position - near)
            found = sure_boundary(self._read(low, high), self._recognised[0], 1)
            if found is not None:
                return low + found, None
            near, high = near * 2, low
        return self.piece.start, self.piece.previous_ns

    def _read(self, start: int, end: int) -> bytes:
        with open_source(self.piece.source, start) as stream:
            return stream.read(end - start)

    def lines_before(self, scanned: Sequence[Finds], position: int) -> int:
        """The line ends between the piece's start and a byte."""
        lines = 0
        for finds in scanned:
            start, end = finds.window
            if position < end:
                cell = (position - start) // _CELL
                rest = self._read(start + cell * _CELL, position)
                return lines + int(finds.newlines[:cell].sum()) + rest.count(b"\n")
            lines += int(finds.newlines.sum())
        return lines


def scan_of(piece: Piece, options: ReadOptions, query: Query, work: Work) -> PieceScan | None:
    """The scan that answers a query on a piece; None where all of it has to be parsed."""
    needed = required_nodes(query)
    usable = needed and piece.source.seekable and not asks_for_lines(query)
    scanner = compile_scanner(needed) if needed and usable else None
    return None if scanner is None else PieceScan(piece, options, query, scanner, work)


def required_nodes(query: Query) -> tuple[Query, ...] | None:
    """Text nodes, each within one line, of which every matching record matches at least one; None: there are none."""
    match query.kind:
        case "term" | "wildcard" | "regex":
            return (query,)
        case "phrase" if isinstance(query.value, tuple) and query.value:
            return (Query("term", value=max(query.value, key=len)),)  # its gaps may hold a line end
        case "and":
            options = [nodes for child in query.children if (nodes := required_nodes(child))]
            return max(options, key=_strength, default=None)
        case "or":
            found: list[Query] = []
            for child in query.children:
                nodes = required_nodes(child)
                if nodes is None:
                    return None
                found += nodes
            return tuple(found)
    return None


def _strength(nodes: tuple[Query, ...]) -> int:
    """How rare a match of any of these is likely to be: by the shortest text."""
    return min(len(str(node.value)) for node in nodes)


def parts(piece: Piece, options: ReadOptions) -> list[Piece]:
    """A piece cut into several that can be parsed side by side."""
    return split(piece, options, WINDOW)


def parse_all(piece: Piece, options: ReadOptions, query: Query, work: Work, base: int = 0) -> RawMatches:
    """The matching records of a piece, by parsing all of it; ``base``: the physical lines before it in its source."""
    reader = PieceReader(piece, options)
    tables = []
    for read in reader.chunks():
        work.check()
        work.add("bytes", read.end - read.start)
        tables.append(_matching(pa.Table.from_batches([read.chunk.batch]), piece, query, work, base))
    table = pa.concat_tables(tables, promote_options="permissive") if tables else pa.table({})
    return RawMatches(piece.start, table, reader.lines)


def asks_for_lines(query: Query) -> bool:
    """The query compares line numbers, which a part of a piece cannot tell."""
    return any(node.field == "line" for node in query.walk())


def _matching(table: pa.Table, piece: Piece, query: Query, work: Work, base: int = 0) -> pa.Table:
    if not table.num_rows:
        return table
    separated = pc.binary_join_element_wise(table.column(RAW).combine_chunks(), SEPARATOR, NOTHING)
    mask = Frame(separated, FieldReader(table, [piece.source.path], [base]), work.check).mask(query)
    return table if mask.all() else table.filter(array_of(mask))
