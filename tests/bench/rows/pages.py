"""The first page: newest 100, highlighted, with the exact total, on the largest set, warm."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.corpora import Corpus
from tests.bench.measure import Stat
from tests.bench.queries import PageQuery
from tests.bench.rows.base import SAWLOG, SCANNERS, Context, Row, faster_than_all
from tests.bench.worker import Worker

#: query -> milliseconds
MUST = {"rare word": 5, "common word": 20, "AND of three": 20, "phrase": 40, "field + time range": 10}
INDEXES = ("tantivy", "sqlite", "lancedb")


def rows(context: Context) -> list[Row]:
    """On the largest set against the scanners; on the smallest, for information, against the other indexes too."""
    found = _rows_on(context, context.ci(context.largest), SCANNERS, judged=True)
    if context.largest > 1:
        found += _rows_on(context, context.ci(1), (*SCANNERS, *INDEXES), judged=False)
    return found


def _rows_on(context: Context, corpus: Corpus, peers: tuple[str, ...], *, judged: bool) -> list[Row]:
    context.say(f"first page: {corpus.name}, {corpus.megabytes:.0f} MB, {corpus.lines:,} lines")
    workers = context.opened((SAWLOG, *peers), corpus)
    try:
        chosen = context.queries(corpus).pages()
        return [_row(corpus, query, _stats(context, corpus, query, workers), judged) for query in chosen]
    finally:
        context.close(workers)


def _stats(context: Context, corpus: Corpus, query: PageQuery, workers: dict[str, Worker]) -> dict[str, Stat]:
    totals = context.totals.setdefault(f"{query.name}, {corpus.name}", {"lines": query.lines})

    def task(name: str) -> Callable[[], float]:
        def run() -> float:
            seconds, totals[name] = workers[name].page(query)
            return seconds

        return run

    stats = context.measure({name: task(name) for name in workers})
    return {name: stat.scaled(1e3, "ms") for name, stat in stats.items()}


def _row(corpus: Corpus, query: PageQuery, stats: dict[str, Stat], judged: bool) -> Row:
    measured = stats.pop(SAWLOG, None)
    ratio, against, faster = faster_than_all(measured, stats)
    limit = MUST[query.name]
    return Row(
        key=f"page.{query.name.replace(' ', '-')}.x{corpus.times}",
        what=f"first page, {query.name} ({query.lines:,} lines of {corpus.name})",
        must=f"≤ {limit} ms, and faster than each peer" if judged else "for information",
        measured=measured,
        peers=stats,
        ratio=ratio,
        against=against,
        ok=None if measured is None or not judged else bool(faster) and measured.median <= limit,
    )
