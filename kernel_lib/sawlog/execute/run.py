"""The whole path of a query: prune, plan and run on each partition, scan what is not indexed, merge.

Partitions are sorted by time inside but may overlap, so the newest hits are merged from the partitions' last rows,
and a partition whose newest record is older than the last hit of a full page is not asked for its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor as Pool
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitTimeout
from functools import cached_property
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sawlog.errors import QueryTimeout
from sawlog.execute.partition_run import PartitionRun
from sawlog.execute.pool import SearchPool
from sawlog.execute.raw import asks_for_lines, parse_all, parts, scan_of
from sawlog.execute.resolve import combine, gather, resolve
from sawlog.execute.snapshot import Segment, Snapshot, time_bounds
from sawlog.execute.work import Stopped, Work
from sawlog.ingest.unit import Piece
from sawlog.model.arrow import array_of, numpy_of, times_of
from sawlog.model.rowset import RowSet, bitmap_of, to_numpy
from sawlog.model.schema import LINE, SOURCE, SOURCE_ID, TIMESTAMP
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.query.ast import Query
from sawlog.storage.terms import supports

#: Seconds between looks at whether a search that waits for a thread was cancelled.
_LOOK = 0.02

LOWEST = np.iinfo(np.int64).min
T = TypeVar("T")
U = TypeVar("U")


class Search:
    """One query over one snapshot.

    Args:
        rows: only records of this set count.
        optimizer: simplifies the query and plans; None: one with every rule.
        scan_only: answer everything by scanning: the reference that plans are held against.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        pool: SearchPool | Pool,
        work: Work,
        rows: RowSet | None = None,
        optimizer: QueryOptimizer | None = None,
        scan_only: bool = False,
    ) -> None:
        self.snapshot, self.work = snapshot, work
        self.optimizer = None if scan_only else optimizer or QueryOptimizer()
        self.complete = True
        self._rows = rows
        self._pool = pool.lane() if isinstance(pool, SearchPool) else pool
        with work.phase("plan"):
            self.query = query if self.optimizer is None else self.optimizer.simplify(query)

    @cached_property
    def segments(self) -> list[Segment]:
        """The partitions that can hold matches, by time."""
        start, end = time_bounds(self.query)
        if start is None and end is None:
            return list(self.snapshot.segments)
        return [
            s
            for s in self.snapshot.segments
            if s.start is not None and s.end is not None
            if (start is None or s.end >= start) and (end is None or s.start < end)
        ]

    @cached_property
    def raw(self) -> pa.Table:
        """The matching records of what is not indexed, resolved."""
        if not self.snapshot.pieces:
            return combine(())
        with self.work.phase("scan unindexed"):
            return self._within(combine([t for piece in self.snapshot.pieces for t in self._piece(piece)]))

    def _piece(self, piece: Piece) -> Iterator[pa.Table]:
        """The matching records of an unindexed piece, resolved."""
        options, base = self.snapshot.options, -1
        scan = scan_of(piece, options, self.query, self.work)
        if scan is not None:
            # Behind a window that was not finished in time, lines cannot be counted.
            scanned = list(_until_none(self._each(scan.scan, scan.windows)))
            found = self._each(scan.parse, scan.groups(scanned))
        elif asks_for_lines(self.query):
            base = self.snapshot.lines_before(piece)
            found = self._each(lambda p: parse_all(p, options, self.query, self.work, base), [piece])
        else:
            found = self._each(lambda p: parse_all(p, options, self.query, self.work), parts(piece, options))
        for matches in _until_none(found):
            if base < 0:
                base = self.snapshot.lines_before(piece)
            if matches.table.num_rows:
                before = base if scan is None else base + scan.lines_before(scanned, matches.start)
                yield resolve(matches.table, [piece.source_id], [piece.source.path], [before])
            base += matches.lines

    def _within(self, table: pa.Table) -> pa.Table:
        """The records of a resolved table that belong to the row set."""
        if self._rows is None or not table.num_rows:
            return table
        names = zip(table.column(SOURCE_ID).to_pylist(), table.column(LINE).to_pylist(), strict=True)
        return table.filter(pa.array([name in self._rows for name in names]))

    def run_on(self, segment: Segment) -> PartitionRun:
        return PartitionRun(segment.partition, self.query, self.work, self._rows, self.optimizer)

    def each(self, function: Callable[[Segment], U]) -> Iterator[U]:
        """The function's results for the segments, on the pool's threads; a stopped one's is left out."""
        return (found for found in self._each(function, self.segments) if found is not None)

    def _each(self, function: Callable[[T], U], items: Sequence[T]) -> Iterator[U | None]:
        """The function's results in order, on the pool's threads; None where the search was stopped before."""

        def guarded(item: T) -> U | None:
            try:
                self.work.check()
                return function(item)
            except Stopped:
                self.complete = False
                return None

        if len(items) == 1 and self.work.token.remaining() is None:
            yield guarded(items[0])  # with a timeout it is waited for, since no scan can be stopped midway
            return
        futures: list[Future[U | None]] = [self._pool.submit(guarded, item) for item in items]
        for future in futures:
            yield self._awaited(future)

    def _turn(self, function: Callable[[], U], otherwise: U) -> U:
        """The function's result, on one of the pool's threads.

        Many searches that compute on the threads that asked for them would fight for the interpreter, and all would be
        slower.  Under a timeout the asking thread computes: it must have what was found until then.
        """
        if self.work.token.remaining() is not None:
            return function()
        found = self._awaited(self._pool.submit(function))
        return otherwise if found is None else found

    def _awaited(self, future: Future[U]) -> U | None:
        """A future's result; None as soon as the search is stopped, also where no thread was free to begin it."""
        while True:
            left = self.work.token.remaining()
            try:
                return future.result(_LOOK if left is None else min(_LOOK, left))
            except WaitTimeout:
                if self.work.token.cancelled or self.work.token.expired:
                    self.complete = False
                    future.cancel()
                    return None

    def require_complete(self) -> None:
        """Raises QueryTimeout where a part of the answer is missing, for answers that cannot be partial."""
        if not self.complete:
            raise QueryTimeout("the query ran out of time: give a larger timeout=, a time range, or a rarer word")

    def count(self) -> int:
        """How many records match; exact unless the search was stopped."""
        with self.work.phase("count"):
            nothing: tuple[int, list[PartitionRun]] = 0, []
            total, others = self._turn(self._counted_at_once, nothing)
            counts = self._each(PartitionRun.count, others)
            return total + sum(n or 0 for n in counts) + int(self.raw.num_rows)

    def _counted_at_once(self) -> tuple[int, list[PartitionRun]]:
        """The records that need no counting, and what is left to be counted."""
        total = 0
        others: list[PartitionRun] = []
        for segment in self.segments:
            try:
                self.work.check()
                run = self.run_on(segment)
                known = run.count_at_once()  # a turn for each would take longer than looking up a number
            except Stopped:
                self.complete = False
                break
            if known is None:
                others.append(run)
            else:
                total += known
        return total, others

    def page(self, limit: int, oldest: bool = False) -> pa.Table:
        """The newest, or oldest, matching records, resolved, at most ``limit`` of them."""
        if not limit:
            return combine(())
        with self.work.phase("page"):
            nothing: list[tuple[Segment, np.ndarray]] = []
            found = self._turn(lambda: self._edges(limit, oldest), nothing)
        with self.work.phase("fetch"):
            wanted = [(segment.partition, np.sort(rows)) for segment, rows in found]
            picked = self._turn(lambda: gather(wanted), combine(()))
            merged = combine([t for t in (picked, self.raw) if t.num_rows])
            return _ordered(merged, oldest).slice(0, limit)

    def _edges(self, limit: int, oldest: bool) -> list[tuple[Segment, np.ndarray]]:
        """Rows of partitions, of which the page is made; stops at partitions that cannot contribute."""
        best = np.empty(0, np.int64)  # the page's times so far, the last hit's at its end
        found: list[tuple[Segment, np.ndarray]] = []
        waiting = sorted(self.segments, key=lambda s: _reach(s, oldest), reverse=not oldest)
        for segment in waiting:
            if len(best) >= limit:
                reach = _reach(segment, oldest)
                if (reach > best[-1]) if oldest else (reach < best[-1]):
                    break
            try:
                rows = self.run_on(segment).edge(limit, oldest)
            except Stopped:
                self.complete = False
                break
            if len(rows):
                found.append((segment, rows))
                times = np.sort(np.concatenate([best, segment.partition.rows.times()[rows.astype(np.int64)]]))
                best = times[:limit] if oldest else times[::-1][:limit]
        if len(best) < limit:
            return found
        kept = []
        for segment, rows in found:
            times = segment.partition.rows.times()[rows.astype(np.int64)]
            inside = rows[times <= best[-1]] if oldest else rows[times >= best[-1]]
            if len(inside):
                kept.append((segment, inside))
        return kept

    def best(self, limit: int) -> pa.Table:
        """The ``limit`` most relevant records: by BM25 of the query's words; the newest where it has none."""
        words = ranking_words(self.query)
        if words is None or self.raw.num_rows or not limit:
            return self.page(limit)

        def ranked(segment: Segment) -> tuple[np.ndarray, np.ndarray]:
            allowed = self.run_on(segment).rows()
            rows, scores = segment.partition.terms.ranked(words, len(allowed) and segment.partition.records)
            inside = np.fromiter((row in allowed for row in rows.tolist()), bool, len(rows))
            return rows[inside][:limit], scores[inside][:limit]

        with self.work.phase("page"):
            found = [(s, r) for s, r in zip(self.segments, self._each(ranked, self.segments), strict=True) if r]
            scores = np.concatenate([np.empty(0), *(scores for _, (_, scores) in found)])
            lowest = np.sort(scores)[::-1][:limit][-1] if len(scores) else 0.0
        with self.work.phase("fetch"):
            best = [(segment, rows[part >= lowest], part[part >= lowest]) for segment, (rows, part) in found]
            ranks = [np.argsort(rows) for _, rows, _ in best]
            table = gather([(s.partition, rows[rank]) for (s, rows, _), rank in zip(best, ranks, strict=True)])
            relevance = [part[rank] for (_, _, part), rank in zip(best, ranks, strict=True)]
            order = np.argsort(-np.concatenate([np.empty(0), *relevance]), kind="stable")
            return table.take(array_of(order[:limit]))

    def table(self, oldest: bool = False) -> pa.Table:
        """All matching records, resolved, in order."""
        with self.work.phase("fetch"):
            tables = self._each(lambda s: gather([(s.partition, to_numpy(self.run_on(s).rows()))]), self.segments)
            found = [t for t in tables if t is not None and t.num_rows]
            if self.raw.num_rows:
                found.append(self.raw)
            return _ordered(combine(found), oldest)

    def rowset(self) -> RowSet:
        """All matching records as a set."""
        name = self.snapshot.name
        sets = self._each(lambda s: s.partition.rowset(self.run_on(s).rows(), name), self.segments)
        result = raw_rowset(self.raw, name)
        for found in sets:
            if found is not None:
                result = result | found
        return result


def _until_none(items: Iterable[T | None]) -> Iterator[T]:
    """The items before the first None."""
    for item in items:
        if item is None:
            return
        yield item


def ranking_words(query: Query) -> Query | None:
    """The part of a query that relevance is measured by: its words that are not under a NOT."""
    if supports(query) and any(n.kind in ("term", "phrase", "wildcard", "fuzzy") for n in query.walk()):
        return query
    if query.kind == "and":
        parts = [words for child in query.children if child.kind != "not" if (words := ranking_words(child))]
        return None if not parts else parts[0] if len(parts) == 1 else Query("and", children=tuple(parts))
    return None


def raw_rowset(table: pa.Table, name: str) -> RowSet:
    """The records of a resolved table as a set."""
    ids = table.column(SOURCE_ID).combine_chunks()
    lines = numpy_of(table.column(LINE))
    return RowSet(
        {i: bitmap_of(lines[pc.equal(ids, i).to_numpy(zero_copy_only=False)]) for i in pc.unique(ids).to_pylist()}, name
    )


def _reach(segment: Segment, oldest: bool) -> int:
    """The first time that a page can get from a segment, in its direction."""
    edge = segment.start if oldest else segment.end
    if oldest and segment.partition.manifest.untimed:
        return LOWEST
    return LOWEST if edge is None else edge


def _ordered(table: pa.Table, oldest: bool) -> pa.Table:
    """By time, then source and line; newest first unless ``oldest``.  Records without a time are the oldest."""
    times = times_of(table.column(TIMESTAMP))
    paths = table.column(SOURCE)
    if pc.count_distinct(paths).as_py() <= 1:
        order = np.lexsort((numpy_of(table.column(LINE)), times))
    else:
        ranks = pc.rank(paths, tiebreaker="dense").to_numpy()
        order = np.lexsort((numpy_of(table.column(LINE)), ranks, times))
    if not oldest:
        order = order[::-1]
    if bool((np.diff(order) == 1).all()):
        return table
    return table.take(array_of(order))
