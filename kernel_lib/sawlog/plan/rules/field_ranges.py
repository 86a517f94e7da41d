"""Ranges of one field in one AND become their intersection: ``status:>=500 status:<600``."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.rules.base import QueryRule, each_node
from sawlog.query.ast import NONE, Query
from sawlog.query.quantity import Quantity

#: A bound: its number in the field's unit, whether it is included, and as it was written.
Bound = tuple[int | float, bool, Quantity]


def _merge(node: Query) -> Query:
    if node.kind != "and":
        return node
    groups: dict[str, list[Query]] = {}
    for child in node.children:
        if child.op == "range" and _numeric(child):
            groups.setdefault(child.field, []).append(child)
    children = node.children
    for field, ranges in groups.items():
        if len(ranges) > 1:
            merged = _intersection(field, ranges)
            at = children.index(ranges[0])
            children = tuple(merged if i == at else c for i, c in enumerate(children) if i == at or c not in ranges)
    if len(children) == len(node.children):
        return node
    return children[0] if len(children) == 1 else replace(node, children=children)


def _numeric(node: Query) -> bool:
    assert isinstance(node.value, tuple)
    return all(bound is None or isinstance(bound, Quantity) for bound in node.value[:2])


def _intersection(field: str, ranges: list[Query]) -> Query:
    lows: list[Bound] = []
    highs: list[Bound] = []
    for node in ranges:
        assert isinstance(node.value, tuple)
        low, high, with_low, with_high = node.value
        if low is not None:
            lows.append((low.in_unit_of(field), with_low, low))
        if high is not None:
            highs.append((high.in_unit_of(field), with_high, high))
    low_bound = max(lows, key=lambda b: (b[0], not b[1]), default=None)
    high_bound = min(highs, key=lambda b: (b[0], b[1]), default=None)
    if low_bound and high_bound:
        outside = low_bound[0] > high_bound[0]
        if outside or (low_bound[0] == high_bound[0] and not (low_bound[1] and high_bound[1])):
            return NONE
    value = (
        low_bound and low_bound[2],
        high_bound and high_bound[2],
        bool(low_bound and low_bound[1]),
        bool(high_bound and high_bound[1]),
    )
    return replace(ranges[0], value=value)


RULE = QueryRule(
    "field-ranges",
    "makes one range of several of the same field",
    lambda query: each_node(query, _merge),
    frozenset({"compare"}),
)
