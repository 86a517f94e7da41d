"""Most rows of a partition are had sooner by scanning its text than by taking them out of the text index."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.costs import EXTRACT, scan_step
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step


def _choose(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if step.executor != "terms":
            return step
        scanning = scan_step(statistics, step.node).cost
        return replace(step, bulk=True, cost=scanning) if step.estimate * EXTRACT > scanning else step

    return each_step(step, statistics, change)


RULE = StepRule("bulk-scans", "scans where the text index would give most of a partition's rows one by one", _choose)
