"""What a search finds in what is not indexed yet: the finds of its pieces, named as people see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TypeVar

import numpy as np
import pyarrow as pa

from sawlog.execute.raw import Group, PieceScan, RawMatches, asks_for_lines, parse_all, parts, scan_of
from sawlog.execute.resolve import combine, resolve
from sawlog.execute.snapshot import Snapshot
from sawlog.execute.turns import Turns
from sawlog.execute.work import Work
from sawlog.ingest.unit import Piece
from sawlog.model.arrow import array_of, numpy_of
from sawlog.model.rowset import LineSet, Within, offsets_between, to_numpy
from sawlog.model.schema import LINE, OFFSET
from sawlog.query.ast import Query

T = TypeVar("T")


class Unindexed:
    """One query over the pieces of a snapshot.

    Args:
        rows: only records of this set count.
    """

    def __init__(self, snapshot: Snapshot, query: Query, work: Work, turns: Turns, rows: Within | None) -> None:
        self._snapshot, self._query, self._work, self._turns, self._rows = snapshot, query, work, turns, rows

    def table(self) -> pa.Table:
        """The matching records, resolved; those that were found in time."""
        return combine([table for piece in self._snapshot.pieces for table in self._piece(piece)])

    def _piece(self, piece: Piece) -> Iterator[pa.Table]:
        options, query, work = self._snapshot.options, self._query, self._work
        # Recognising a format and compiling a scanner take long enough to be left behind.
        prepared = self._turns.one(lambda: (scan_of(piece, options, query, work),))
        if prepared is None:
            return
        scan = prepared[0]
        if scan is not None:
            yield from self._scanned(piece, scan)
        elif asks_for_lines(query):
            base = self._lines_before(piece)
            if base is not None:
                whole = self._turns.each(lambda p: parse_all(p, options, query, work, base), [piece])
                yield from self._in_sequence(piece, whole, base)
        else:
            pieces = self._turns.one(lambda: parts(piece, options)) or []
            found = self._turns.each(lambda p: parse_all(p, options, query, work), pieces)
            yield from self._in_sequence(piece, found, None)

    def _scanned(self, piece: Piece, scan: PieceScan) -> Iterator[pa.Table]:
        # Behind a window that was not finished in time, lines cannot be counted.
        scanned = list(_until_none(self._turns.each(scan.scan, scan.windows)))
        groups = self._turns.one(lambda: scan.groups(scanned)) or []
        base = self._lines_before(piece) if groups else None
        if base is None:
            return

        def found(group: Group) -> pa.Table:
            matches = scan.parse(group)
            if not matches.table.num_rows:
                return matches.table
            return self._resolved(piece, matches, base + scan.lines_before(scanned, matches.start))

        yield from (table for table in _until_none(self._turns.each(found, groups)) if table.num_rows)

    def _in_sequence(self, piece: Piece, found: Iterable[RawMatches | None], base: int | None) -> Iterator[pa.Table]:
        """The matches of parts that follow each other: the lines of one tell where the next begins."""
        for matches in _until_none(found):
            if base is None:
                base = self._lines_before(piece)
            if base is None:
                return
            if matches.table.num_rows:
                table = self._turns.one(partial(self._resolved, piece, matches, base))
                if table is None:
                    return
                yield table
            base += matches.lines

    def _lines_before(self, piece: Piece) -> int | None:
        """The lines of the source before a piece, which may have to be counted in the file; None if not in time."""
        return self._turns.one(lambda: self._snapshot.lines_before(piece))

    def _resolved(self, piece: Piece, matches: RawMatches, lines_before: int) -> pa.Table:
        """The matches as people see them; those that belong to the row set."""
        table = resolve(matches.table, [piece.source_id], [piece.source.path], [lines_before])
        if self._rows is None:
            return table
        if isinstance(self._rows, LineSet):
            lines = to_numpy(self._rows.lines(piece.source_id))
            return table.filter(array_of(np.isin(numpy_of(table.column(LINE)), lines)))
        offsets = numpy_of(table.column(OFFSET))
        wanted = offsets_between(self._rows.offsets(piece.source_id), int(offsets.min()), int(offsets.max()) + 1)
        return table.filter(array_of(np.isin(offsets, wanted)))


def _until_none(items: Iterable[T | None]) -> Iterator[T]:
    """The items before the first None."""
    for item in items:
        if item is None:
            return
        yield item
