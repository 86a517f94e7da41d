"""A NOT beside other conditions is taken away from what they leave, instead of making nearly all rows first."""

from __future__ import annotations

from sawlog.plan.costs import verifying
from sawlog.plan.lower import combined
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step


def _place(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if step.executor != "and":
            return step
        excluded = [child for child in step.children if child.executor == "not"]
        others = [child for child in step.children if child.executor != "not"]
        if not excluded or not others:
            return step
        left = min(child.estimate for child in others)
        sets, looked = [], []
        for child in excluded:
            looking = verifying(statistics, left, child.node)
            if looking < child.children[0].cost:
                looked.append(Step("scan", child.node, left, looking))
            else:
                sets.append(Step("except", child.node, left, child.children[0].cost, None, child.children))
        ahead = [child for child in others if child.executor != "scan"]
        behind = [child for child in others if child.executor == "scan"]
        # Something must be there to be taken away from.
        order = (*ahead, *sets, *behind, *looked) if ahead else (*behind, *sets, *looked)
        return combined(step.node, order, statistics)

    return each_step(step, statistics, change)


RULE = StepRule("exclusions", "takes a NOT away from what the other conditions leave", _place, frozenset({"not"}))
