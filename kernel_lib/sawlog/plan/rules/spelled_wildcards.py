"""A wildcard becomes the words that it fits in the partition: their rows are counted, and no dictionary is walked."""

from __future__ import annotations

from sawlog.plan.costs import text_step
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.plan.words import spelled


def _spell(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if step.executor != "terms" or step.node.kind != "wildcard":
            return step
        node = spelled(step.node, statistics)
        return step if node is step.node else text_step(statistics, node)

    return each_step(step, statistics, change)


RULE = StepRule(
    "spelled-wildcards", "asks for the words that a wildcard fits in the partition", _spell, frozenset({"wildcard"})
)
