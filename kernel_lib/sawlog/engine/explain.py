"""How a query was answered: for each partition the executor, the estimate, what came out and the time it took."""

from __future__ import annotations

import html
import time
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sawlog.engine.request import Request
from sawlog.execute.run import Search
from sawlog.plan.optimizer import Applied
from sawlog.plan.steps import Step
from sawlog.plan.suggestions import Suggestion
from sawlog.query.diagnostics import Diagnostic
from sawlog.query.printer import to_text
from sawlog.results.hits import Hits
from sawlog.results.remarks import remark_text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class PartitionPlan:
    """One partition's share: its plan, the rows found, and seconds."""

    partition: str
    step: Step
    actual: int
    seconds: float


@dataclass(frozen=True)
class Explanation:
    """The plan of a query, as it ran.

    Attributes:
        text: what the user wrote.
        query: the normalised query, as text; ``simplified``: what the optimizer made of it.
        diagnostics: remarks on ``text``.
        partitions: those that were asked; ``pruned``: how many were left out by time.
        unindexed: records found by scanning what is not indexed yet.
        total: records that match.
        rules: the optimizer's rules that changed something, with the time they took.
        phases: seconds by phase, which add up to the whole: parse, plan, prune, execute, verify, unindexed; with
            ``analyze=True`` also fetch, highlight and frame, for the first page.
        counts: work done, see :class:`sawlog.execute.work.Work`.
        suggestions: with ``analyze=True``, how the same could be had cheaper.
    """

    text: str
    query: str
    simplified: str
    diagnostics: tuple[Diagnostic, ...]
    partitions: tuple[PartitionPlan, ...]
    pruned: int
    unindexed: int
    total: int
    rules: tuple[Applied, ...]
    phases: dict[str, float]
    counts: dict[str, int]
    suggestions: tuple[Suggestion, ...] = ()

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
        lines += [f"  note: {remark_text(remark, self.text)}" for remark in self.diagnostics]
        if self.simplified != self.query:
            lines.append(f"asked as: {self.simplified or '(everything)'}")
        lines += [f"  rule {r.rule}: {r.what} ({r.changed} x, {1e3 * r.seconds:.2f} ms)" for r in self.rules]
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
        lines.append("time: " + ", ".join(f"{name} {1e3 * took:.1f} ms" for name, took in self.phases.items() if took))
        for hint in self.suggestions:
            lines.append(f"suggestion: {hint.message}")
            if hint.query:
                lines.append(f"  {hint.query}   (saves about {hint.saves:.0%} of the work)")
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
    """Runs a search, partition by partition, and says how it went."""
    work = search.work
    phases = {"parse": request.took, "plan": work.took.get("plan", 0.0)}
    with work.phase("prune"):
        segments = search.segments
    phases |= {"prune": work.took["prune"], "execute": 0.0}
    plans = []
    for segment in segments:
        began = time.perf_counter()
        run = search.run_on(segment)
        step = run.step
        planned = time.perf_counter()
        actual = run.count()
        ended = time.perf_counter()
        plans.append(PartitionPlan(segment.partition.id, step, actual, ended - began))
        phases["plan"] += planned - began
        phases["execute"] += ended - planned
    phases["verify"] = work.took.get("verify", 0.0)
    phases["execute"] = max(0.0, phases["execute"] - phases["verify"])
    unindexed = search.raw.num_rows
    phases["unindexed"] = work.took.get("scan unindexed", 0.0)
    return Explanation(
        request.text,
        to_text(request.query),
        to_text(search.query),
        request.diagnostics,
        tuple(plans),
        len(search.snapshot.segments) - len(segments),
        unindexed,
        unindexed + sum(plan.actual for plan in plans),
        tuple(search.optimizer.applied if search.optimizer else ()),
        phases,
        dict(work.counts),
    )


def analyse(explanation: Explanation, hits: Hits, suggestions: tuple[Suggestion, ...]) -> Explanation:
    """The explanation, and what it took to show the first page and to make a table of it."""
    phases = {**explanation.phases, "fetch": hits.took.get("fetch", 0.0)}
    for name, show in (("highlight", hits.html), ("frame", hits.to_arrow)):
        began = time.perf_counter()
        show()
        phases[name] = time.perf_counter() - began
    return replace(explanation, phases=phases, suggestions=suggestions)
