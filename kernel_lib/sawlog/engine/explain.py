"""How a query was answered: for each partition the executor, the estimate, what came out and the time it took."""

from __future__ import annotations

import html
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sawlog.engine.request import Request
from sawlog.execute.run import Search
from sawlog.plan.steps import Step
from sawlog.query.diagnostics import Diagnostic
from sawlog.query.printer import to_text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PartitionPlan:
    """One partition's share: its plan, the rows found, and seconds."""

    partition: str
    step: Step
    actual: int
    seconds: float


class Explanation:
    """The plan of a query, as it ran.

    Attributes:
        query: the normalised query, as text.
        diagnostics: what the parser has to say.
        partitions: those that were asked; ``pruned``: how many were left out by time.
        unindexed: records found by scanning what is not indexed yet.
        counts: work done, see :class:`sawlog.execute.work.Work`.
    """

    def __init__(
        self,
        query: str,
        diagnostics: tuple[Diagnostic, ...],
        partitions: list[PartitionPlan],
        pruned: int,
        unindexed: int,
        counts: dict[str, int],
    ) -> None:
        self.query, self.diagnostics, self.partitions = query, diagnostics, partitions
        self.pruned, self.unindexed, self.counts = pruned, unindexed, counts

    def to_pandas(self) -> pd.DataFrame:
        """A row a partition: partition, executor, plan, estimate, actual, seconds."""
        import pandas as pd

        rows = [
            (p.partition, p.step.executor, describe(p.step), p.step.estimate, p.actual, p.seconds)
            for p in self.partitions
        ]
        return pd.DataFrame(rows, columns=["partition", "executor", "plan", "estimate", "actual", "seconds"])

    def __repr__(self) -> str:
        lines = [f"query: {self.query or '(everything)'}"]
        lines += [f"  note: {d.message}" for d in self.diagnostics]
        lines.append(f"partitions: {len(self.partitions)} asked, {self.pruned} left out by their time")
        plans = Counter(describe(p.step) for p in self.partitions)
        for plan, count in plans.most_common():
            mine = [p for p in self.partitions if describe(p.step) == plan]
            expected, actual = sum(p.step.estimate for p in mine), sum(p.actual for p in mine)
            took = 1e3 * sum(p.seconds for p in mine)
            lines.append(f"  {count} x {plan}: expected {expected:,} rows, found {actual:,}, {took:.1f} ms")
        if self.unindexed:
            lines.append(f"not indexed yet, scanned: {self.unindexed:,} rows")
        lines.append(
            "work: " + (", ".join(f"{name} {count:,}" for name, count in sorted(self.counts.items())) or "none")
        )
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(repr(self))}</pre>"


def describe(step: Step) -> str:
    """A plan in one line: ``and(terms, bitmap level, scan of candidates)``."""
    if step.executor in ("and", "or", "not"):
        return f"{step.executor}({', '.join(describe(child) for child in step.children)})"
    name = f"{step.executor} {step.node.field}" if step.node.field else step.executor
    return f"{name} of candidates from {describe(step.candidates)}" if step.candidates else name


def explain(search: Search, request: Request) -> Explanation:
    """Runs a search and says how it went."""
    plans = []
    for segment in search.segments:
        began = time.perf_counter()
        run = search.run_on(segment)
        actual = run.count()
        plans.append(PartitionPlan(segment.partition.id, run.step, actual, time.perf_counter() - began))
    pruned = len(search.snapshot.segments) - len(search.segments)
    unindexed = search.raw.num_rows
    return Explanation(to_text(request.query), request.diagnostics, plans, pruned, unindexed, dict(search.work.counts))
