"""The whole path of a query: prune, plan and run on each partition, scan what is not indexed, merge.

Partitions are sorted by time inside but may overlap, so the newest hits are merged from the partitions' last rows,
and a partition whose newest record is older than the last hit of a full page is not asked for its rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as Pool
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sawlog.execute.fetch import GRACE, fetched, gathered, in_order
from sawlog.execute.partition_run import PartitionRun
from sawlog.execute.pool import SearchPool
from sawlog.execute.resolve import combine, gather
from sawlog.execute.snapshot import Segment, Snapshot, time_bounds
from sawlog.execute.turns import Turns
from sawlog.execute.unindexed import Unindexed
from sawlog.execute.work import Work
from sawlog.model.arrow import array_of, numpy_of
from sawlog.model.rowset import RowSet, Within, offsets_of, to_numpy
from sawlog.model.schema import OFFSET, SOURCE_ID
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.query.ast import Query
from sawlog.storage.terms import supports

LOWEST = np.iinfo(np.int64).min
U = TypeVar("U")
Found = list[tuple[Segment, npt.NDArray[np.integer]]]


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
        rows: Within | None = None,
        optimizer: QueryOptimizer | None = None,
        scan_only: bool = False,
    ) -> None:
        self.snapshot, self.work = snapshot, work
        self.optimizer = None if scan_only else optimizer or QueryOptimizer()
        self._rows = rows
        self._turns = Turns(pool, work)
        with work.phase("plan"):
            self.query = query if self.optimizer is None else self._simplified(query, self.optimizer)

    def _simplified(self, query: Query, optimizer: QueryOptimizer) -> Query:
        if self.work.token.remaining() is None:
            return optimizer.simplify(query)
        return self._turns.one(lambda: optimizer.simplify(query)) or query

    @property
    def complete(self) -> bool:
        """Nothing was left out because the search was stopped."""
        return self._turns.complete

    @complete.setter
    def complete(self, complete: bool) -> None:
        self._turns.complete = complete

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
            return Unindexed(self.snapshot, self.query, self.work, self._turns, self._rows).table()

    def run_on(self, segment: Segment) -> PartitionRun:
        return PartitionRun(segment.partition, self.query, self.work, self._rows, self.optimizer)

    def each(self, function: Callable[[Segment], U]) -> Iterator[U]:
        """The function's results for the segments, on the pool's threads; a stopped one's is left out."""
        return (found for found in self._turns.each(function, self.segments) if found is not None)

    def whole(self, answer: Callable[[], U]) -> U:
        """An answer that is given whole or not at all, made of this search's results.

        Raises:
            QueryTimeout: it could not be made in time.
        """
        return self._turns.whole(answer)

    def require_complete(self) -> None:
        """Raises QueryTimeout where a part of the answer is missing, for answers that cannot be partial."""
        self._turns.require_complete()

    def count(self) -> int:
        """How many records match; exact unless the search was stopped."""
        with self.work.phase("count"):
            known: list[int] = []
            others: list[PartitionRun] = []
            self._turns.one(lambda: self._count_at_once(known, others))
            counts = self._turns.each(PartitionRun.count, tuple(others))
            return sum(n or 0 for n in counts) + sum(tuple(known)) + int(self.raw.num_rows)

    def _count_at_once(self, known: list[int], others: list[PartitionRun]) -> None:
        """Adds the records of partitions that need no counting to ``known``, and what is left to be counted."""
        for segment in self.segments:
            self.work.check()
            run = self.run_on(segment)
            count = run.count_at_once()  # a turn for each would take longer than looking up a number
            if count is None:
                others.append(run)
            else:
                known.append(count)

    def page(self, limit: int, oldest: bool = False) -> pa.Table:
        """The newest, or oldest, matching records, resolved, at most ``limit`` of them."""
        if not limit:
            return combine(())
        with self.work.phase("page"):
            found: Found = []
            kept = self._turns.one(lambda: self._edges(found, limit, oldest))
            if kept is None:
                kept = _edge_of(tuple(found), limit, oldest)
        with self.work.phase("fetch"):
            wanted = [(segment.partition, rows) for segment, rows in kept]
            tables = [*fetched(wanted, self._turns, self.work), self.raw]
            return in_order(tables, oldest, self._turns).slice(0, limit)

    def _edges(self, found: Found, limit: int, oldest: bool) -> Found:
        """The rows of partitions that the page is made of.  On the way there, ``found`` holds what is known of them.

        Stops at partitions that cannot contribute.
        """
        best = np.empty(0, np.int64)  # the page's times so far, the last hit's at its end
        for segment in sorted(self.segments, key=lambda s: _reach(s, oldest), reverse=not oldest):
            if len(best) >= limit:
                reach = _reach(segment, oldest)
                if (reach > best[-1]) if oldest else (reach < best[-1]):
                    break
            rows = self.run_on(segment).edge(limit, oldest)
            if len(rows):
                found.append((segment, rows))
                times = np.sort(np.concatenate([best, segment.partition.rows.times()[rows.astype(np.int64)]]))
                best = times[:limit] if oldest else times[::-1][:limit]
        return _edge_of(found, limit, oldest)

    def best(self, limit: int) -> pa.Table:
        """The ``limit`` most relevant records: by BM25 of the query's words; the newest where it has none."""
        words = ranking_words(self.query)
        if words is None or self.raw.num_rows or not limit:
            return self.page(limit)

        def ranked(segment: Segment) -> tuple[np.ndarray, np.ndarray]:
            return self.run_on(segment).ranked(words, limit)

        with self.work.phase("page"):
            found = [(s, r) for s, r in zip(self.segments, self._turns.each(ranked, self.segments), strict=True) if r]
            scores = np.concatenate([np.empty(0), *(scores for _, (_, scores) in found)])
            lowest = np.sort(scores)[::-1][:limit][-1] if len(scores) else 0.0
        with self.work.phase("fetch"):
            best = [(segment, rows[part >= lowest], part[part >= lowest]) for segment, (rows, part) in found]
            ranks = [np.argsort(rows) for _, rows, _ in best]
            wanted = [(s.partition, rows[rank]) for (s, rows, _), rank in zip(best, ranks, strict=True)]
            table = self._turns.one(lambda: gather(wanted), GRACE)
            if table is None:
                return combine(())
            relevance = [part[rank] for (_, _, part), rank in zip(best, ranks, strict=True)]
            order = np.argsort(-np.concatenate([np.empty(0), *relevance]), kind="stable")
            return table.take(array_of(order[:limit]))

    def table(self, oldest: bool = False) -> pa.Table:
        """All matching records, resolved, in order."""

        def matching(segment: Segment) -> pa.Table:
            return gathered(segment.partition, to_numpy(self.run_on(segment).rows()), self.work)

        with self.work.phase("fetch"):
            return in_order([*self.each(matching), self.raw], oldest, self._turns)

    def rowset(self) -> RowSet:
        """All matching records as a set."""
        name = self.snapshot.name
        sets = self.each(lambda s: s.partition.rowset(self.run_on(s).rows(), name))
        result = raw_rowset(self.raw, name)
        for found in sets:
            result = result | found
        return result


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
    offsets = numpy_of(table.column(OFFSET))
    mine = {source: pc.equal(ids, source).to_numpy(zero_copy_only=False) for source in pc.unique(ids).to_pylist()}
    return RowSet({source: offsets_of(offsets[inside]) for source, inside in mine.items()}, name)


def _reach(segment: Segment, oldest: bool) -> int:
    """The first time that a page can get from a segment, in its direction."""
    edge = segment.start if oldest else segment.end
    if oldest and segment.partition.manifest.untimed:
        return LOWEST
    return LOWEST if edge is None else edge


def _edge_of(found: Sequence[tuple[Segment, npt.NDArray[np.integer]]], limit: int, oldest: bool) -> Found:
    """Of rows of partitions those that can be among the first ``limit`` in time, and all of the last one's time."""
    times = [segment.partition.rows.times()[rows.astype(np.int64)] for segment, rows in found]
    every = np.sort(np.concatenate([np.empty(0, np.int64), *times]))
    if len(every) < limit:
        return list(found)
    last = every[limit - 1] if oldest else every[-limit]
    kept = []
    for (segment, rows), mine in zip(found, times, strict=True):
        inside = rows[mine <= last] if oldest else rows[mine >= last]
        if len(inside):
            kept.append((segment, inside))
    return kept
