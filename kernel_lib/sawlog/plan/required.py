"""What a node that the text index cannot answer requires of it: a cheaper query whose rows hold all its matches."""

from __future__ import annotations

from functools import lru_cache

from sawlog.query.ast import Query
from sawlog.query.required import Fragment, required_literals

#: Characters known inside a token that make it rare enough to be looked for.
_PIECE = 3


@lru_cache(maxsize=256)
def required_query(node: Query) -> Query | None:
    """An indexed query that every matching record matches too; None where nothing useful is known."""
    if node.kind == "phrase" and node.slop and isinstance(node.value, tuple):
        return _all([Query("term", value=token) for token in node.value])
    if node.kind == "regex":
        return _all([_any(clause) for clause in required_literals(str(node.value), node.flags) if _useful(clause)])
    return None


def _useful(clause: frozenset[Fragment]) -> bool:
    """Few tokens hold the clause's fragments: they are whole, or their beginning or a longer piece is known."""
    return all(f.term or (f.starts and len(f.text) > 1 and "?" not in f.text[:2]) or _piece(f) for f in clause)


def _piece(fragment: Fragment) -> bool:
    return max(map(len, fragment.text.split("?"))) >= _PIECE


def _any(clause: frozenset[Fragment]) -> Query:
    nodes = [
        Query("term", value=f.term) if f.term else Query("wildcard", value=f.wildcard) for f in sorted(clause, key=str)
    ]
    return nodes[0] if len(nodes) == 1 else Query("or", children=tuple(nodes))


def _all(nodes: list[Query]) -> Query | None:
    if len(nodes) <= 1:
        return nodes[0] if nodes else None
    return Query("and", children=tuple(dict.fromkeys(nodes)))
