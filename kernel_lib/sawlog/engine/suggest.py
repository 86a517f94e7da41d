"""Suggestions for a query: rewrites that were tried and gave the same records for less work, and advice."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sawlog.execute.executors import bitmap_values
from sawlog.execute.run import Search
from sawlog.plan.suggestions import Rewrite, Suggestion, advice, rewrites
from sawlog.query.ast import Query
from sawlog.query.printer import to_text
from sawlog.query.tokens import fold
from sawlog.results.hits import Hits
from sawlog.results.spans import highlight_spans

#: Words of a wildcard are looked for in so many hits; if there are others, the rewrite's count gives it away.
_SEEN = 100

#: A rewrite that leaves more of the expected work than this is not worth a word.
_WORTH = 0.7


def suggestions(search: Search, hits: Hits, again: Callable[[Query], Search]) -> Iterator[Suggestion]:
    """How a query's records could be had cheaper.

    Args:
        hits: the first page of the search.
        again: a search for another query in the same snapshot, limited as this one.
    """
    query = hits.query
    cost = _expected(search)
    expected = None
    for rewrite in rewrites(query, _matched(query, hits), _span(search)):
        trial = again(rewrite.query)
        saved = 1.0 - _expected(trial) / max(cost, 1e-9)
        if saved < 1.0 - _WORTH or trial.count() != hits.total:
            continue
        expected = search.rowset() if expected is None else expected
        if trial.rowset() == expected and trial.complete and search.complete:
            yield _suggestion(rewrite, saved)
    partitions = [segment.partition for segment in search.segments]
    yield from advice(query, lambda field: all(bitmap_values(p, field) is not None for p in partitions))


def _suggestion(rewrite: Rewrite, saved: float) -> Suggestion:
    return Suggestion(rewrite.why, to_text(rewrite.query), saved)


def _expected(search: Search) -> float:
    """The cost of a search as its plans expect it, in microseconds."""
    return sum(search.run_on(segment).step.cost for segment in search.segments) + 1.0


def _matched(query: Query, hits: Hits) -> dict[Query, list[str]]:
    """The words that each wildcard and fuzzy word of a query matches in the first hits."""
    leaves = [node for node in query.walk() if node.kind in ("wildcard", "fuzzy")]
    texts = [hit.raw for hit in hits[:_SEEN]] if leaves else []
    found = {}
    for leaf in leaves:
        spans = highlight_spans(leaf, texts)
        found[leaf] = sorted(
            {fold(t[start:end]) for t, marks in zip(texts, spans, strict=True) for start, end in marks}
        )
    return found


def _span(search: Search) -> tuple[int, int] | None:
    """The first and last time of all matches; None where one has no time, or there are none."""
    first, last = search.page(1, oldest=True), search.page(1)
    stamps = [table.column("timestamp").cast("int64")[0].as_py() for table in (first, last) if table.num_rows]
    return (stamps[0], stamps[1]) if len(stamps) == 2 and None not in stamps else None
