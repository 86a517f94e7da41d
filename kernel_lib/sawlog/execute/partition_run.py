"""Running a plan on one partition: steps to rows, with row sets of sealed data remembered."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cached_property
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from sawlog.execute.boolean import BooleanQueryProcessor
from sawlog.execute.executors import (
    BitmapExecutor,
    ScanExecutor,
    TermExecutor,
    bitmap_values,
    matching_values,
)
from sawlog.execute.work import Work
from sawlog.model.rowset import Within, interval, to_numpy
from sawlog.plan.costs import EXTRACT, edge_batch
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.plan.steps import Step
from sawlog.query.ast import NONE, Query
from sawlog.storage.partition import Partition
from sawlog.storage.rows import BATCH_ROWS
from sawlog.storage.terms import supports

T = TypeVar("T")


class PartitionStatistics:
    """What the planner asks of a partition."""

    def __init__(self, partition: Partition) -> None:
        self._partition = partition

    @property
    def rows(self) -> int:
        return self._partition.records

    @property
    def tokens(self) -> int:
        return self._partition.tokens

    def words(self, node: Query) -> tuple[str, ...] | None:
        return self._partition.words(str(node.value))

    def doc_freq(self, token: str) -> int:
        # Rows with a token too long for the index may hold any other as well.
        return self._partition.terms.doc_freq(token) + len(self._partition.manifest.giants)

    def indexed(self, node: Query) -> bool:
        return supports(node)

    def bitmap_count(self, node: Query) -> int | None:
        values = matching_values(self._partition, node)
        if values is None:
            return None
        counts = bitmap_values(self._partition, node.field) or {}
        return sum(counts[value] for value in values)

    def time_count(self, node: Query) -> int:
        first, stop = _time_rows(self._partition, node)
        return stop - first


def _time_rows(partition: Partition, node: Query) -> tuple[int, int]:
    assert isinstance(node.value, tuple)
    return partition.rows_between(*node.value)


class PartitionRun:
    """One query on one partition.  Used by one thread.

    Args:
        optimizer: makes the plan; None: everything is scanned.
    """

    def __init__(
        self, partition: Partition, query: Query, work: Work, within: Within | None, optimizer: QueryOptimizer | None
    ) -> None:
        self.partition, self.query, self.work = partition, query, work
        self._within, self._optimizer = within, optimizer
        work.add("partitions")

    @cached_property
    def step(self) -> Step:
        """The plan."""
        if self._optimizer is None:
            return Step("scan", self.query, self.partition.records, 0)
        optimizer = self._optimizer
        with self.work.phase("plan"):
            what = ("plan", optimizer.disabled)
            plan = self._remembered(what, lambda: optimizer.plan(self.query, PartitionStatistics(self.partition)))
            return optimizer.use(plan)

    @property
    def _exact(self) -> bool:
        """What the text index counts is what is there: no deleted row, no token too long for it, no row set."""
        return not self.partition.deleted and not self.partition.manifest.giants and self._within is None

    @property
    def _text_alone(self) -> bool:
        """The text index alone answers the query."""
        return self.step.executor == "terms" and self._exact

    @property
    def everything(self) -> bool:
        """Every row of the partition matches."""
        limited = bool(self.partition.deleted) or self._within is not None
        return self.step.executor == "constant" and self.step.node.kind == "all" and not limited

    def count(self) -> int:
        """Rows that match, exactly."""
        return int(self._kept(("count",), self._count))

    def count_at_once(self) -> int | None:
        """The count, where it is known or only to be looked up in a dictionary."""
        known = self.partition.cache.peek(self._key("count")) if self._lasting else None
        if known is not None:
            assert isinstance(known, int)
            return known
        if not self._exact:
            return None
        step = self.step
        lookup = step.executor == "constant" or (step.executor == "terms" and step.node.kind == "term")
        return self.count() if lookup else None

    def _count(self) -> int:
        step = self.step
        if self.everything:
            return self.partition.records
        if self._exact and remembered_rows(self.partition, self.query) is None:
            if step.executor == "terms":
                self.work.add("counted")
                return self.partition.terms.count(step.node)
            if step.executor == "not" and step.children[0].executor == "terms":
                self.work.add("counted")
                return self.partition.records - self.partition.terms.count(step.children[0].node)
        return len(self.rows())

    def rows(self) -> BitMap:
        """All rows that match.  Not to be changed."""
        found = self._all_rows()
        if self._within is not None:
            found = found & self.partition.rows_of(self._within)
        return found - self.partition.deleted if self.partition.deleted else found

    def _all_rows(self) -> BitMap:
        """Rows that match, deleted ones and those of no row set included."""
        if self._optimizer is None:  # the reference must not repeat what another executor found
            return self._execute(self.step)
        found = remembered_rows(self.partition, self.query, use=True)
        if found is not None:  # no plan is needed
            self.work.add("cached")
            return found
        found = self._solve(self.step)
        if self.step.node != self.query:
            remember_rows(self.partition, self.query, found)
        return found

    def edge(self, limit: int, oldest: bool) -> npt.NDArray[np.integer]:
        """The last ``limit`` matching rows, newest first; or the first ones, oldest first."""
        return self._kept(("edge", limit, oldest), lambda: self._edge(limit, oldest))

    def _edge(self, limit: int, oldest: bool) -> npt.NDArray[np.integer]:
        if self.step.node == NONE:
            return np.empty(0, np.uint32)
        if remembered_rows(self.partition, self.query) is None and self._within is None:
            budget = self._edge_batches(limit)
            if budget:
                found = ScanExecutor().edge(self.partition, self.query, limit, oldest, budget, self.work)
                if found is not None:
                    return found
            if self._text_alone and self.step.estimate > limit:
                return self.partition.terms.newest(self.step.node, limit, oldest, self.work.check)
        members = to_numpy(self.rows())
        return members[:limit] if oldest else members[::-1][:limit]

    def ranked(self, words: Query, limit: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The ``limit`` matching rows that are most relevant to some words, best first, and their scores.

        Args:
            words: a tree that the text index answers, and that every matching row matches.
        """
        allowed = np.zeros(self.partition.records, bool)
        allowed[to_numpy(self.rows())] = True
        asked = limit
        while True:  # the best by words may not match the rest of the query: more are asked for until enough do
            self.work.check()
            rows, scores = self.partition.terms.ranked(words, min(asked, len(allowed)))
            inside = allowed[rows]
            if len(rows) < asked or np.count_nonzero(inside) >= limit:
                return rows[inside][:limit], scores[inside][:limit]
            asked *= 8

    @property
    def _lasting(self) -> bool:
        """An answer may be kept: it depends on the partition and the query alone, and is no reference for others."""
        return self._optimizer is not None and self._within is None

    def _kept(self, what: tuple[object, ...], answer: Callable[[], T]) -> T:
        """An answer of this partition that may depend on more than the query: remembered where it does not."""
        return self._remembered(what, answer) if self._lasting else answer()

    def _remembered(self, what: tuple[object, ...], answer: Callable[[], T]) -> T:
        """What is said of the query in this partition, which never changes: from the memory cache, if it was before."""
        key = self._key(*what)
        found = self.partition.cache.get(key)
        if found is None:
            found = answer()
            self.partition.cache.put(key, found, 128 + int(getattr(found, "nbytes", 0)))
        return found  # type: ignore[return-value]

    def _key(self, *what: object) -> tuple[object, ...]:
        return (self.partition.view, *what, self.query)

    def _edge_batches(self, limit: int) -> int:
        """How many batches may be scanned from the edge for a page; 0: matches are too rare for that to pay."""
        frequency = self.step.estimate / max(1, self.partition.records)
        batches = limit / BATCH_ROWS / max(frequency, 1e-9) + 1
        # The index alone can give the newest without taking all its rows out.
        cost = self.step.cost - (self.step.estimate * EXTRACT if self._text_alone else 0.0)
        pays = self._optimizer is not None and batches * edge_batch(self.query) < cost
        return math.ceil(2 * batches) if pays else 0

    def _solve(self, step: Step) -> BitMap:
        if self._optimizer is None or step.executor in ("constant", "time"):
            self.work.check()
            return self._execute(step)
        found = remembered_rows(self.partition, step.node, use=True)
        if found is not None:
            self.work.add("cached")
            return found
        self.work.check()
        found = self._execute(step)
        remember_rows(self.partition, step.node, found)
        return found

    def _execute(self, step: Step) -> BitMap:
        match step.executor:
            case "constant":
                return interval(0, self.partition.records if step.node.kind == "all" else 0)
            case "time":
                return interval(*_time_rows(self.partition, step.node))
            case "terms" if not step.bulk:
                return TermExecutor().rows(self.partition, step.node, self.work).rows
            case "bitmap":
                return BitmapExecutor().rows(self.partition, step.node, self.work).rows
            case "and" | "or" | "not":
                return BooleanQueryProcessor(self.partition, self.work, self._solve).rows(step)
        if step.candidates is not None:
            return ScanExecutor().among(self.partition, step.node, self._solve(step.candidates), self.work)
        return ScanExecutor().rows(self.partition, step.node, self.work).rows


def remembered_rows(partition: Partition, node: Query, use: bool = False) -> BitMap | None:
    """All rows that match a node, deleted ones included, as they were found before.  ``use``: they are needed now."""
    key = (partition.view, "rows", node)
    found = partition.cache.get(key) if use else partition.cache.peek(key)
    assert found is None or isinstance(found, BitMap)
    return found


def remember_rows(partition: Partition, node: Query, rows: BitMap) -> None:
    """Keeps what :func:`remembered_rows` gives, as long as memory allows."""
    partition.cache.put((partition.view, "rows", node), rows, _bytes_of(rows))


def _bytes_of(rows: BitMap) -> int:
    held = rows.get_statistics()
    containers = held["n_bytes_array_containers"] + held["n_bytes_run_containers"] + held["n_bytes_bitset_containers"]
    return 256 + int(containers)
