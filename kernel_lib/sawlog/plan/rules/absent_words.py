"""A word that a partition's dictionary lacks settles its part of the query there: nothing is asked of the index."""

from __future__ import annotations

from sawlog.plan.lower import combined
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.query.ast import ALL, NONE

_NOTHING = Step("constant", NONE, 0, 0)


def _settle(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if step.executor == "terms" and step.node.kind in ("term", "phrase", "none") and not step.estimate:
            return _NOTHING
        if step.executor == "not" and step.children[0] == _NOTHING:
            return Step("constant", ALL, statistics.rows, 0)
        if step.executor == "and" and _NOTHING in step.children:
            return _NOTHING
        if step.executor == "or" and _NOTHING in step.children:
            left = tuple(child for child in step.children if child != _NOTHING)
            if len(left) > 1:
                return combined(step.node, left, statistics)
            return left[0] if left else _NOTHING
        return step

    return each_step(step, statistics, change)


RULE = StepRule("absent-words", "settles what asks for words that a partition lacks", _settle)
