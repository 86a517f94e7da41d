"""Normal form of a query tree: the same records, fewer nodes, a stable order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sawlog.query.ast import ALL, NONE, Query


def normalise(query: Query) -> Query:
    """An equivalent tree: nested AND/OR flattened, duplicates and neutral elements dropped, NOT NOT removed.

    ``a AND NOT a`` becomes none, ``a OR NOT a`` all.  The order of what remains is that of the query; leaves are
    put into their one spelling (a phrase of one token is a term, an empty range is none).  Idempotent.
    """
    match query.kind:
        case "and":
            return _joined(query, "and", neutral=ALL, absorbing=NONE)
        case "or":
            return _joined(query, "or", neutral=NONE, absorbing=ALL)
        case "not":
            return _negated(normalise(query.children[0]), query.span)
        case _:
            return _leaf(query)


def canonical(query: Query) -> Query:
    """:func:`normalise`, and the children of AND and OR sorted: equal for queries that differ in order only."""
    return _sorted(normalise(query))


def _sorted(query: Query) -> Query:
    children = tuple(map(_sorted, query.children))
    if query.kind in ("and", "or"):
        children = tuple(sorted(children, key=_sort_key))
    return replace(query, children=children) if children else query


def _sort_key(node: Query) -> str:
    value = sorted(map(str, node.value)) if isinstance(node.value, frozenset) else node.value
    own = (node.kind, node.field, node.op, value, node.slop, node.distance, node.flags)
    return repr((own, [_sort_key(child) for child in node.children]))


def _joined(query: Query, kind: str, neutral: Query, absorbing: Query) -> Query:
    kept: dict[Query, None] = {}
    excluded: set[Query] = set()  # what stands under the NOTs among them
    for child in _flat(map(normalise, query.children), kind):
        opposite = child.children[0] in kept if child.kind == "not" else child in excluded
        if child.kind == absorbing.kind or opposite:
            return absorbing
        if child.kind == "not":
            excluded.add(child.children[0])
        if child.kind != neutral.kind:
            kept.setdefault(child)
    if len(kept) < 2:
        return next(iter(kept), neutral)
    return replace(query, children=tuple(kept))


def _flat(children: Iterable[Query], kind: str) -> Iterable[Query]:
    for child in children:
        yield from child.children if child.kind == kind else (child,)


def _negated(child: Query, span: tuple[int, int]) -> Query:
    opposites = {"all": NONE, "none": ALL}
    if child.kind == "not":
        return child.children[0]
    return opposites.get(child.kind) or Query("not", children=(child,), span=span)


def _leaf(node: Query) -> Query:
    value = node.value
    if node.kind == "phrase" and isinstance(value, tuple) and len(value) < 2:
        return replace(node, kind="term", value=value[0], slop=0) if value else ALL
    if node.kind == "time" and isinstance(value, tuple):
        start, end = value
        # Beyond what a stamp can hold is still only the records that have a stamp, so (None, None) stays.
        return NONE if start is not None and end is not None and start >= end else node
    if node.op == "in" and isinstance(value, frozenset) and len(value) < 2:
        return replace(node, op="eq", value=next(iter(value))) if value else NONE
    if node.kind == "exists" and node.field == "raw":
        return ALL
    return node
