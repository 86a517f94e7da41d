"""The planner: which executor answers which part of a query, in which order, for one partition."""

from __future__ import annotations

import math
from dataclasses import replace

from sawlog.plan.required import required_query
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.query.ast import ALL, Query

#: Microseconds, measured on two shared cores (see docs/benchmarks.md); only their ratios matter.
_POSTING = 0.03  # walking one posting inside the text index
EXTRACT_COST = 0.35  # getting one row number out of it
_SCAN = 0.20  # decoding and scanning one row of text
_VERIFY = 0.5  # matching one row that is decoded
_BATCH = 200.0  # decoding one batch, of which some rows are wanted
_BATCH_ROWS = 1_024
_COLUMN = 0.02  # reading one value of a column
_CALL = 60.0  # asking the text index anything

EDGE_BATCH_COST = 400.0  # decoding and scanning one batch alone, to find the newest of many matches

#: A wildcard or fuzzy term is taken to match this share of the rows.
_UNKNOWN_SHARE = 0.05


def plan(query: Query, statistics: Statistics) -> Step:
    """The cheapest plan known for a normalised query."""
    return _Planner(statistics).step(query)


class _Planner:
    def __init__(self, statistics: Statistics) -> None:
        self._stats = statistics

    def step(self, node: Query) -> Step:
        rows = self._stats.rows
        match node.kind:
            case "all":
                return Step("constant", node, rows, 0)
            case "none":
                return Step("constant", node, 0, 0)
            case "time":
                return Step("time", node, self._stats.time_count(node), 1)
            case "compare" | "exists":
                return self._comparison(node)
            case "and":
                return self._conjunction(node)
        if self._stats.indexed(node):
            return self._terms(node)
        match node.kind:
            case "or":
                children = tuple(self.step(child) for child in node.children)
                return Step(
                    "or",
                    node,
                    min(rows, sum(c.estimate for c in children)),
                    sum(c.cost for c in children),
                    None,
                    children,
                )
            case "not":
                child = self.step(node.children[0])
                return Step("not", node, rows - child.estimate, child.cost, None, (child,))
        return self._scan(node)

    def _verifying(self, count: int) -> float:
        """The cost of looking at so many rows that lie anywhere: the batches that hold them, and the rows."""
        batches = self._stats.rows / _BATCH_ROWS + 1
        return batches * -math.expm1(-count / batches) * _BATCH + count * _VERIFY

    def _terms(self, node: Query) -> Step:
        estimate, postings = self._postings(node)
        return Step("terms", node, estimate, _CALL + postings * _POSTING + estimate * EXTRACT_COST)

    def _postings(self, node: Query) -> tuple[int, float]:
        """Rows that a text tree gives at the most, and postings that are walked for it."""
        rows = self._stats.rows
        match node.kind:
            case "term":
                count = self._stats.doc_freq(str(node.value))
                return count, count
            case "phrase" if isinstance(node.value, tuple):
                rarest = min((self._stats.doc_freq(token) for token in node.value), default=0)
                return rarest, rarest * len(node.value) * 3
            case "and":
                parts = [self._postings(c) for c in node.children if c.kind != "not"]
                least = min((estimate for estimate, _ in parts), default=rows)
                return least, least * max(1, len(parts))
            case "or":
                parts = [self._postings(c) for c in node.children]
                return min(rows, sum(e for e, _ in parts)), sum(p for _, p in parts)
            case "not":
                estimate, postings = self._postings(node.children[0])
                return rows - estimate, rows + postings
            case "none":
                return 0, 0
        return int(rows * (1 if node.kind == "all" else _UNKNOWN_SHARE)), rows * _UNKNOWN_SHARE

    def _comparison(self, node: Query) -> Step:
        count = self._stats.bitmap_count(node)
        if count is not None:
            return Step("bitmap", node, count, 5)
        rows = self._stats.rows
        return Step("scan", node, rows // 10, rows * _COLUMN)

    def _scan(self, node: Query) -> Step:
        """A text node that the index cannot answer: what it requires gives candidates, where that is cheaper."""
        rows = self._stats.rows
        whole = Step("scan", node, rows // 20, rows * _SCAN)
        required = required_query(node)
        if required is None or not self._stats.indexed(required):
            return whole
        candidates = self._terms(required)
        cost = candidates.cost + self._verifying(candidates.estimate)
        return Step("scan", node, candidates.estimate, cost, candidates) if cost < whole.cost else whole

    def _conjunction(self, node: Query) -> Step:
        """One text index query for all that it can answer; the cheapest sets first; scans last, on what is left."""
        text = tuple(c for c in node.children if self._stats.indexed(c))
        rest = [self.step(c) for c in node.children if c not in text]
        if text:
            merged = text[0] if len(text) == 1 else Query("and", children=text)
            rest.append(self._terms(merged))
        sets = sorted((s for s in rest if s.executor != "scan"), key=lambda s: (s.estimate, s.cost))
        scans = sorted((s for s in rest if s.executor == "scan"), key=lambda s: s.cost)
        if not sets:
            sets = [Step("constant", ALL, self._stats.rows, 0)]
        children, left = [], self._stats.rows
        for step in sets:
            left = min(left, step.estimate)
            children.append(step)
        for step in scans:
            # Looking at what is left beats looking at everything, and candidates of its own beat neither.
            cost = self._verifying(left)
            children.append(replace(step, estimate=min(left, step.estimate), cost=min(cost, step.cost)))
        if len(children) == 1:
            return children[0]
        cost = sum(step.cost for step in children)
        return Step("and", node, min(step.estimate for step in children), cost, None, tuple(children))
