"""Wildcards spelled out in the words of a partition."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.statistics import Statistics
from sawlog.query.ast import NONE, Query
from sawlog.query.simplify import normalise


def spelled(node: Query, statistics: Statistics) -> Query:
    """A text tree with each wildcard as the words that it fits here; the tree itself where they are not known."""
    changed = _spelled(node, statistics)
    return node if changed is node else normalise(changed)


def _spelled(node: Query, statistics: Statistics) -> Query:
    if node.kind == "wildcard":
        words = statistics.words(node)
        if words is None:
            return node
        return Query("or", children=tuple(Query("term", value=word) for word in words)) if words else NONE
    children = tuple(_spelled(child, statistics) for child in node.children)
    if all(new is old for new, old in zip(children, node.children, strict=True)):
        return node
    return replace(node, children=children)
