"""``NOT (a OR b)`` is ``NOT a AND NOT b``: each can then be taken away where that is cheapest."""

from __future__ import annotations

from sawlog.plan.rules.base import QueryRule, each_node
from sawlog.query.ast import Query


def _push(node: Query) -> Query:
    if node.kind != "not" or node.children[0].kind != "or":
        return node
    return Query("and", children=tuple(Query("not", children=(child,)) for child in node.children[0].children))


RULE = QueryRule(
    "negations", "takes alternatives under a NOT apart", lambda query: each_node(query, _push), frozenset({"not"})
)
