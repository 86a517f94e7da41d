"""A regular expression, or words in proximity, is looked for only in rows that hold what it requires."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.costs import text_step, verifying
from sawlog.plan.required import required_query
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.plan.words import spelled
from sawlog.query.ast import NONE


def _narrow(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if step.executor != "scan" or step.node.kind not in ("regex", "phrase"):
            return step
        required = required_query(step.node)
        if required is None or not statistics.indexed(required):
            return step
        required = spelled(required, statistics)
        if required.kind == "none":
            return Step("constant", NONE, 0, 0)
        candidates = text_step(statistics, required)
        cost = candidates.cost + verifying(statistics, candidates.estimate, step.node)
        if cost >= step.cost:
            return step
        return replace(step, estimate=candidates.estimate, cost=cost, candidates=candidates)

    return each_step(step, statistics, change)


RULE = StepRule(
    "regex-literals",
    "looks for a regex only where the words that it requires are",
    _narrow,
    frozenset({"phrase", "regex"}),
)
