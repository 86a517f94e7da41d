"""All words of an AND or OR go to the text index as one query: it walks them side by side, from the rarest on."""

from __future__ import annotations

from sawlog.plan.costs import text_step
from sawlog.plan.lower import combined
from sawlog.plan.rules.base import StepRule, each_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.query.ast import Query


def _join(step: Step, statistics: Statistics) -> Step:
    def change(step: Step) -> Step:
        if step.executor not in ("and", "or"):
            return step
        text = [child for child in step.children if child.executor == "terms"]
        if step.executor == "and" and text:  # with a word to start from, an excluded one is only skipped
            text += [c for c in step.children if c.executor == "not" and c.children[0].executor == "terms"]
        if len(text) < 2:
            return step
        joined = text_step(statistics, Query(step.node.kind, children=tuple(map(_asked, text))))
        if len(text) == len(step.children):
            return joined
        return combined(step.node, (joined, *(child for child in step.children if child not in text)), statistics)

    return each_step(step, statistics, change)


def _asked(step: Step) -> Query:
    """What the text index is asked for; the step's own node may hold more, which other rules have settled."""
    return Query("not", children=(step.children[0].node,)) if step.executor == "not" else step.node


RULE = StepRule(
    "text-together", "asks the text index once for all words of an AND or OR", _join, frozenset({"and", "or"})
)
