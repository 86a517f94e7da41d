"""An AND in order of what its parts leave: small sets first, then what looks at rows, on those that are left."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.costs import verifying
from sawlog.plan.lower import combined
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step


def _order(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if step.executor != "and":
            return step
        sets = sorted((c for c in step.children if c.executor != "scan"), key=lambda c: (c.estimate, c.cost))
        scans = sorted((c for c in step.children if c.executor == "scan"), key=lambda c: c.cost)
        left = min((child.estimate for child in sets), default=statistics.rows)
        looked = (
            replace(c, estimate=min(left, c.estimate), cost=min(c.cost, verifying(statistics, left, c.node)))
            for c in scans
        )
        ordered = (*sets, *looked)
        return step if ordered == step.children else combined(step.node, ordered, statistics)

    return each_step(step, statistics, change)


RULE = StepRule(
    "cheapest-first", "begins an AND with its smallest set, and looks at rows last", _order, frozenset({"and"})
)
