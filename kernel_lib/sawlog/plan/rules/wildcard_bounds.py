"""A wildcard whose tokens are dear to find is matched on rows: on those that the other conditions leave, or on all."""

from __future__ import annotations

from sawlog.plan.costs import scan_step, verifying, walk_cost
from sawlog.plan.lower import combined
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step


def _bound(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if _walks(step):
            scan = scan_step(statistics, step.node)
            return scan if scan.cost < step.cost else step
        if step.executor != "and" or not any(map(_walks, step.children)):
            return step
        others = [c.estimate for c in step.children if not _walks(c) and c.executor in ("terms", "bitmap", "time")]
        left = min(others, default=statistics.rows)
        children = tuple(
            scan_step(statistics, c.node)
            if _walks(c) and walk_cost(statistics, c.node) > verifying(statistics, left, c.node)
            else c
            for c in step.children
        )
        return combined(step.node, children, statistics) if children != step.children else step

    return each_step(step, statistics, change)


def _walks(step: Step) -> bool:
    return step.executor == "terms" and step.node.kind in ("wildcard", "fuzzy")


RULE = StepRule(
    "wildcard-bounds",
    "matches a wildcard on rows where its words are dear to find",
    _bound,
    frozenset({"wildcard", "fuzzy"}),
)
