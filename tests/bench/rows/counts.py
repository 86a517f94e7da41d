"""Counts of a common word: how many, by the hour, by level; the first time after opening, and again."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.corpora import Corpus
from tests.bench.rows.base import SAWLOG, Context, Row, faster_than_all
from tests.bench.worker import Worker

PEERS = ("duckdb", "polars")
FIRST = "first"
#: The peer's method -> what it is, and milliseconds.
MUST = {"count": ("count", 10), "histogram": ("date histogram", 30), "facet": ("facet by level", 30)}


def rows(context: Context) -> list[Row]:
    corpus = context.ci(context.largest)
    context.say(f"counts: {corpus.name}, {corpus.megabytes:.0f} MB")
    workers = context.opened((SAWLOG, *PEERS), corpus)
    try:
        return [_row(context, corpus, workers, operation) for operation in MUST]
    finally:
        context.close(workers)


def _row(context: Context, corpus: Corpus, workers: dict[str, Worker], operation: str) -> Row:
    query = context.queries(corpus).common
    what, limit = MUST[operation]
    totals = context.totals.setdefault(f"{what}, {corpus.name}", {"lines": query.lines})

    def task(name: str, worker: Worker, *, fresh: bool = False) -> Callable[[], float]:
        def run() -> float:
            if fresh:
                context.reopen(worker, corpus)
            seconds, totals[name] = worker.ask(operation, query)
            return seconds

        return run

    tasks = {FIRST: task(FIRST, workers[SAWLOG], fresh=True)} if SAWLOG in workers else {}
    tasks |= {name: task(name, worker) for name, worker in workers.items()}
    stats = {name: stat.scaled(1e3, "ms") for name, stat in context.measure(tasks).items()}
    measured = stats.pop(SAWLOG, None)
    ratio, against, _ = faster_than_all(measured, {name: stats[name] for name in PEERS if name in stats})
    return Row(
        key=f"counts.{operation}",
        what=f"{what} of a common word ({query.lines:,} lines of {corpus.name})",
        must=f"≤ {limit} ms",
        measured=measured,
        peers=stats,
        ratio=ratio,
        against=against,
        ok=None if measured is None else measured.median <= limit,
        note="asked again; `first`: after opening anew",
    )
