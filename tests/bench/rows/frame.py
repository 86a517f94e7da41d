"""All matches of a common word as a pandas DataFrame."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.rows.base import SAWLOG, Context, Row, faster_than_all
from tests.bench.worker import Worker

MUST_SECONDS = 1.5
PEERS = ("duckdb", "polars")


def rows(context: Context) -> list[Row]:
    corpus = context.ci(context.largest)
    query = context.queries(corpus).common
    context.say(f"data frame: {query.lines:,} lines of {corpus.name}")
    heights = context.totals.setdefault("data frame", {"lines": query.lines})
    workers = context.opened((SAWLOG, *PEERS), corpus)

    def task(worker: Worker) -> Callable[[], float]:
        def run() -> float:
            seconds, heights[worker.peer] = worker.frame(query)
            return seconds

        return run

    try:
        stats = context.measure({name: task(worker) for name, worker in workers.items()})
    finally:
        context.close(workers)
    measured = stats.pop(SAWLOG, None)
    ratio, against, _ = faster_than_all(measured, stats)
    return [
        Row(
            key="frame",
            what=f"all matches of a common word ({query.lines:,}) as a pandas DataFrame",
            must=f"≤ {MUST_SECONDS} s",
            measured=measured,
            peers=stats,
            ratio=ratio,
            against=against,
            ok=None if measured is None else measured.median <= MUST_SECONDS,
            note="the peers give the line, the hour and the level; sawlog all columns and fields",
        )
    ]
