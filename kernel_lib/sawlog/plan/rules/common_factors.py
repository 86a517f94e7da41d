"""What all alternatives share is asked once: ``(a b) OR (a c)`` is ``a (b OR c)``.  And ``a OR (a b)`` is ``a``."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.rules.base import QueryRule, each_node
from sawlog.query.ast import ALL, Query


def _factor(node: Query) -> Query:
    if node.kind == "and":
        return _absorbed(node, "or")
    if node.kind != "or":
        return node
    node = _absorbed(node, "and")
    if node.kind != "or":
        return node
    parts = [_parts(child, "and") for child in node.children]
    shared = [part for part in parts[0] if all(part in other for other in parts[1:])]
    if not shared:
        return node
    rests = tuple(_joined([p for p in mine if p not in shared]) for mine in parts)
    return Query("and", children=(*shared, replace(node, children=rests)))


def _absorbed(node: Query, inner: str) -> Query:
    """Children that another child implies (in an OR) or is implied by (in an AND) are dropped."""
    plain = {child for child in node.children if child.kind != inner}
    kept = tuple(c for c in node.children if c.kind != inner or not plain.intersection(c.children))
    if len(kept) == len(node.children):
        return node
    return kept[0] if len(kept) == 1 else replace(node, children=kept)


def _parts(node: Query, kind: str) -> dict[Query, None]:
    return dict.fromkeys(node.children if node.kind == kind else (node,))


def _joined(parts: list[Query]) -> Query:
    return ALL if not parts else parts[0] if len(parts) == 1 else Query("and", children=tuple(parts))


RULE = QueryRule(
    "common-factors",
    "asks once for what all alternatives share",
    lambda query: each_node(query, _factor),
    frozenset({"or"}),
)
