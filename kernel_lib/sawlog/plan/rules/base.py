"""What a rule is: one small, sound change of a query or of a plan, that can be switched off."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sawlog.plan.lower import combined
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.query.ast import Query


@dataclass(frozen=True)
class QueryRule:
    """Makes a query simpler before any partition is looked at.  The records that match stay the same.

    Attributes:
        name: by which it is switched off.
        what: what it does, in one sentence for people.
        apply: gives the same query object where it has nothing to do.
        about: kinds of nodes of which a query must have one for the rule to have anything to do; empty: any.
    """

    name: str
    what: str
    apply: Callable[[Query], Query]
    about: frozenset[str] = frozenset()


@dataclass(frozen=True)
class StepRule:
    """Makes the plan for one partition cheaper.  The rows that it gives stay the same.  Attributes as of QueryRule."""

    name: str
    what: str
    apply: Callable[[Step, Statistics], Step]
    about: frozenset[str] = frozenset()


def each_node(query: Query, change: Callable[[Query], Query]) -> Query:
    """The tree with a change made at every node, children first."""
    if query.children:
        children = tuple(each_node(child, change) for child in query.children)
        if any(new is not old for new, old in zip(children, query.children, strict=True)):
            query = replace(query, children=children)
    return change(query)


def each_step(step: Step, statistics: Statistics, change: Callable[[Step], Step]) -> Step:
    """The plan with a change made at every step, children first; costs are added up again where one changed."""
    if step.children:
        children = tuple(each_step(child, statistics, change) for child in step.children)
        if any(new is not old for new, old in zip(children, step.children, strict=True)):
            if step.executor in ("and", "or"):
                step = combined(step.node, children, statistics)
            else:
                step = replace(step, children=children, cost=children[0].cost)
    return change(step)
