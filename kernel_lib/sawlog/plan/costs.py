"""What steps cost: estimates in microseconds on the machine of docs/benchmarks.md.  Only their ratios matter."""

from __future__ import annotations

import math

from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.query.ast import Query

POSTING = 0.03  # walking one posting inside the text index
EXTRACT = 0.35  # getting one row number out of it
SCAN = 0.20  # decoding and scanning one row of text
VERIFY = 0.5  # matching one row that is decoded
JUDGE = 10.0  # the same token by token, in Python: fuzzy terms and words in proximity are no regular expressions
BATCH = 200.0  # decoding one batch, of which some rows are wanted
BATCH_ROWS = 1_024
EDGE_BATCH = 1_500.0  # decoding and scanning one batch alone
COLUMN = 0.1  # reading and comparing one value of a column
CALL = 60.0  # asking the text index anything
WALK = 0.2  # holding one token of the dictionary against a wildcard or a word with typing errors

#: A wildcard or fuzzy term is taken to match this share of the rows.
_UNKNOWN_SHARE = 0.05

#: Each known character at a wildcard's beginning leaves about so much of the dictionary.
_PER_CHARACTER = 1 / 12

#: Of the dictionary so much is gone through for a word with typing errors, if it is longer than those can make up.
_FUZZY = 1 / 20


def verifying(statistics: Statistics, count: int, node: Query) -> float:
    """Looking, for a node, at so many rows that lie anywhere: the batches that hold them, and the rows."""
    batches = statistics.rows / BATCH_ROWS + 1
    return batches * -math.expm1(-count / batches) * BATCH + count * (JUDGE if _is_judged(node) else VERIFY)


def text_step(statistics: Statistics, node: Query) -> Step:
    """A tree that the text index answers alone."""
    estimate, work = _postings(statistics, node)
    return Step("terms", node, estimate, CALL + work + estimate * EXTRACT)


def scan_step(statistics: Statistics, node: Query) -> Step:
    """Looking at every row."""
    return Step("scan", node, statistics.rows // 20, statistics.rows * (JUDGE if _is_judged(node) else SCAN))


def edge_batch(node: Query) -> float:
    """Decoding and scanning one batch alone, to find the newest of many matches."""
    return EDGE_BATCH + (BATCH_ROWS * JUDGE if _is_judged(node) else 0.0)


def _is_judged(node: Query) -> bool:
    return any(leaf.kind == "fuzzy" or leaf.slop for leaf in node.walk())


def walk_cost(statistics: Statistics, node: Query) -> float:
    """Finding the tokens that a wildcard or a fuzzy term stands for."""
    pattern = str(node.value)
    if node.kind == "fuzzy":
        return statistics.tokens * WALK * (_FUZZY if len(pattern) > 2 * node.distance else 1)
    known = min((pattern.find(c) for c in "*?" if c in pattern), default=len(pattern))
    return statistics.tokens * WALK * _PER_CHARACTER**known


def _postings(statistics: Statistics, node: Query) -> tuple[int, float]:
    """Rows that a text tree gives at the most, and the cost of walking the postings for it."""
    rows = statistics.rows
    match node.kind:
        case "term":
            count = statistics.doc_freq(str(node.value))
            return count, count * POSTING
        case "phrase" if isinstance(node.value, tuple):
            rarest = min((statistics.doc_freq(token) for token in node.value), default=0)
            return rarest, rarest * len(node.value) * 3 * POSTING
        case "wildcard" | "fuzzy":
            share = int(rows * _UNKNOWN_SHARE)
            return share, walk_cost(statistics, node) + share * POSTING
        case "and":
            positive = [_postings(statistics, c) for c in node.children if c.kind != "not"]
            least = min((estimate for estimate, _ in positive), default=rows)
            walks = sum(walk_cost(statistics, n) for n in node.walk() if n.kind in ("wildcard", "fuzzy"))
            return least, least * max(1, len(positive)) * POSTING + walks
        case "or":
            parts = [_postings(statistics, c) for c in node.children]
            return min(rows, sum(e for e, _ in parts)), sum(p for _, p in parts)
        case "not":
            estimate, work = _postings(statistics, node.children[0])
            return rows - estimate, rows * POSTING + work
        case "none":
            return 0, 0.0
    return rows, rows * POSTING
