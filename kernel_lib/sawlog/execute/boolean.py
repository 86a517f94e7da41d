"""BooleanQueryProcessor: AND, OR and NOT over the row sets of a plan's steps."""

from __future__ import annotations

from collections.abc import Callable

from pyroaring import BitMap

from sawlog.execute.executors import ScanExecutor
from sawlog.execute.work import Work
from sawlog.model.rowset import interval
from sawlog.plan.steps import Step
from sawlog.storage.partition import Partition

#: A scan behind other conditions looks at single rows below this share of a partition, at every batch above it.
_FEW = 8


class BooleanQueryProcessor:
    """Combines steps on one partition.

    An AND goes through its steps in the plan's order, smallest set first: it ends when nothing is left, scans look
    only at rows that are, and what a NOT excludes is taken away from them.

    Args:
        solve: gives the rows of one step, all of them.
    """

    def __init__(self, partition: Partition, work: Work, solve: Callable[[Step], BitMap]) -> None:
        self._partition, self._work, self._solve = partition, work, solve

    def rows(self, step: Step) -> BitMap:
        """The rows of an "and", "or" or "not"."""
        match step.executor:
            case "or":
                return BitMap.union(*(self._solve(child) for child in step.children))
            case "not":
                return interval(0, self._partition.records) - self._solve(step.children[0])
        left: BitMap | None = None
        for child in step.children:
            if left is not None and not left:
                self._work.add("ended early")
                break
            left = self._solve(child) if left is None else self._narrow(left, child)
        return BitMap() if left is None else left

    def _narrow(self, left: BitMap, child: Step) -> BitMap:
        if child.executor == "except":
            return left - self._solve(child.children[0])
        if child.executor == "scan" and len(left) * _FEW < self._partition.records:
            candidates = left & self._solve(child.candidates) if child.candidates else left
            return ScanExecutor().among(self._partition, child.node, candidates, self._work)
        return left & self._solve(child)
