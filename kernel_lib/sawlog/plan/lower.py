"""From a query to the plain plan: each node by the executor that is meant for it, in the order of the query."""

from __future__ import annotations

from sawlog.plan.costs import COLUMN, SCAN, scan_step, text_step
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.query.ast import Query


def lower(node: Query, statistics: Statistics) -> Step:
    """A right plan for a normalised query; the optimizer's rules make it a cheap one."""
    rows = statistics.rows
    match node.kind:
        case "all":
            return Step("constant", node, rows, 0)
        case "none":
            return Step("constant", node, 0, 0)
        case "time":
            return Step("time", node, statistics.time_count(node), 1)
        case "compare" | "exists":
            count = statistics.bitmap_count(node)
            if count is not None:
                return Step("bitmap", node, count, 5)
            reading = SCAN if node.field in ("message", "raw") else COLUMN
            return Step("scan", node, rows // 10, rows * reading)
        case "and" | "or":
            return combined(node, tuple(lower(child, statistics) for child in node.children), statistics)
        case "not":
            child = lower(node.children[0], statistics)
            return Step("not", node, rows - child.estimate, child.cost, None, (child,))
    return text_step(statistics, node) if statistics.indexed(node) else scan_step(statistics, node)


def combined(node: Query, children: tuple[Step, ...], statistics: Statistics) -> Step:
    """An "and" or "or" of steps."""
    cost = sum(child.cost for child in children)
    if node.kind == "and":
        return Step("and", node, min(child.estimate for child in children), cost, None, children)
    return Step("or", node, min(statistics.rows, sum(c.estimate for c in children)), cost, None, children)
