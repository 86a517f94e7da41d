"""Reopening a finished dataset."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.corpora import Corpus
from tests.bench.rows.base import SAWLOG, Built, Context, Row
from tests.bench.worker import Worker

MUST_MILLISECONDS = 50


def rows(context: Context) -> list[Row]:
    corpus = context.ci(context.largest)
    built = context.built(SAWLOG, corpus)
    stats = {}
    if built:
        first, again = _tasks(corpus, built)
        stats = context.measure({"first": first, "again": again})
    names = {"first": SAWLOG, "again": "again in the same process"}
    milliseconds = {names[task]: stat.scaled(1e3, "ms") for task, stat in stats.items()}
    measured = milliseconds.pop(SAWLOG, None)
    return [
        Row(
            key="reopen",
            what=f"reopening a finished dataset of {corpus.bytes / 1e9:.1f} GB, in a new process",
            must=f"≤ {MUST_MILLISECONDS} ms",
            measured=measured,
            peers=milliseconds,
            ratio=None,
            against="",
            ok=None if measured is None else measured.median <= MUST_MILLISECONDS,
            note="after the imports, which the first answer's row includes",
        )
    ]


def _tasks(corpus: Corpus, built: Built) -> tuple[Callable[[], float], Callable[[], float]]:
    def first() -> float:
        with Worker(SAWLOG) as worker:
            return worker.open(corpus, built.directory)

    def again() -> float:
        with Worker(SAWLOG) as worker:
            worker.open(corpus, built.directory)
            worker.close_peer()
            return worker.open(corpus, built.directory)

    return first, again
