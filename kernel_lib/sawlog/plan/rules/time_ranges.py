"""Time ranges of one AND become their intersection; of one OR, ranges that touch become one."""

from __future__ import annotations

from dataclasses import replace

from sawlog.plan.rules.base import QueryRule, each_node
from sawlog.query.ast import NONE, Query

_LOWEST, _HIGHEST = -(2**63) - 1, 2**63


def _merge(node: Query) -> Query:
    times = [child for child in node.children if child.kind == "time"]
    if node.kind not in ("and", "or") or len(times) < 2:
        return node
    ranges = [_bounds(child) for child in times]
    if node.kind == "and":
        merged = [(max(low for low, _ in ranges), min(high for _, high in ranges))]
    else:
        merged = _united(ranges)
        if len(merged) == len(times):
            return node
    kept = [child for child in node.children if child.kind != "time"]
    kept += [_node(low, high) for low, high in merged]
    return kept[0] if len(kept) == 1 else replace(node, children=tuple(kept))


def _bounds(node: Query) -> tuple[int, int]:
    assert isinstance(node.value, tuple)
    low, high = node.value
    return _LOWEST if low is None else low, _HIGHEST if high is None else high


def _united(ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    united: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if united and low <= united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], high)
        else:
            united.append((low, high))
    return united


def _node(low: int, high: int) -> Query:
    if low >= high:
        return NONE
    return Query("time", value=(None if low == _LOWEST else low, None if high == _HIGHEST else high))


RULE = QueryRule(
    "time-ranges", "makes one time range of several", lambda query: each_node(query, _merge), frozenset({"time"})
)
