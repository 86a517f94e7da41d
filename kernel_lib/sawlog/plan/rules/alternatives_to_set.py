"""Alternatives of one field become one set: ``status:500 OR status:502`` is read once, not twice."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.rules.base import QueryRule, each_node
from sawlog.query.ast import Query


def _merge(node: Query) -> Query:
    if node.kind != "or":
        return node
    sets: dict[str, list[Query]] = {}
    for child in node.children:
        if child.op in ("eq", "in"):
            sets.setdefault(child.field, []).append(child)
    several = {field: found for field, found in sets.items() if len(found) > 1}
    if not several:
        return node
    children: list[Query] = []
    for child in node.children:
        found = several.get(child.field) if child.op in ("eq", "in") else None
        if found is None:
            children.append(child)
        elif child is found[0]:
            values = frozenset[str]().union(*map(_values, found))
            children.append(replace(child, op="in", value=values))
    return children[0] if len(children) == 1 else replace(node, children=tuple(children))


def _values(node: Query) -> frozenset[str]:
    return node.value if isinstance(node.value, frozenset) else frozenset({str(node.value)})


RULE = QueryRule(
    "alternatives-to-set",
    "makes one set of a field's alternatives",
    lambda query: each_node(query, _merge),
    frozenset({"or"}),
)
