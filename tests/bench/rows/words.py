"""AND of 2 to 8 words, of which the rarest decides: the first page, its words in two orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.bench.corpora import Corpus
from tests.bench.measure import Stat
from tests.bench.queries import PageQuery
from tests.bench.rows.base import SAWLOG, SCANNERS, SLOW_RUNS, Context, Row
from tests.bench.worker import Worker

INDEXES = ("sqlite", "lancedb")
ALONE, OTHER_ORDER = "rarest word alone", "other order"
#: sawlog's time is at the most so many times that of ...
TIMES_ALONE, TIMES_SQLITE = 2.0, 2.0
TIMES_FASTER = 5.0


def rows(context: Context) -> list[Row]:
    """On the largest set against the scanners; on the smallest against the other indexes too."""
    found: list[Row] = []
    for times in sorted({context.largest, 1}, reverse=True):
        found += _rows_on(context, context.ci(times), (*SCANNERS, *INDEXES) if times == 1 else SCANNERS)
    return found


def _rows_on(context: Context, corpus: Corpus, peers: tuple[str, ...]) -> list[Row]:
    questions = context.questions(corpus)
    most = len(questions.words)
    counts = (2, most) if context.quick else range(2, most + 1)
    context.say(f"words: {corpus.name}, {corpus.megabytes:.0f} MB, " + " ".join(questions.words))
    alone = questions.conjunction(1, rarest_first=True)
    first_asked = _first_asked(
        context, corpus, [alone, *(questions.conjunction(n, rarest_first=False) for n in counts)]
    )
    workers = context.opened((SAWLOG, *peers), corpus)
    try:
        return [
            _row(
                corpus,
                last := questions.conjunction(count, rarest_first=False),
                _stats(context, corpus, workers, alone, last, questions.conjunction(count, rarest_first=True)),
                {f"{ALONE}, first asked": first_asked.get(alone.name), "first asked": first_asked.get(last.name)},
            )
            for count in counts
        ]
    finally:
        context.close(workers)


def _stats(
    context: Context, corpus: Corpus, workers: dict[str, Worker], alone: PageQuery, last: PageQuery, first: PageQuery
) -> dict[str, Stat]:
    """Milliseconds.  The scanning peers get the words rarest last, of which ripgrep's pipe begins with the last.

    sawlog answers in a fraction of a millisecond, and what ran before on the machine weighs as much: it is asked twice
    each time, and the second answer counts.
    """
    totals = context.totals.setdefault(f"{last.name} words, {corpus.name}", {"lines": last.lines})

    def task(name: str, worker: Worker, query: PageQuery) -> Callable[[], float]:
        def run() -> float:
            if worker.peer == SAWLOG:
                worker.page(query)
            seconds, totals[name] = worker.page(query)
            return seconds

        return run

    tasks = {name: task(name, worker, last) for name, worker in workers.items()}
    if SAWLOG in workers:
        tasks[OTHER_ORDER] = task(OTHER_ORDER, workers[SAWLOG], first)
        tasks[ALONE] = task(ALONE, workers[SAWLOG], alone)
    return _milliseconds(context.measure(tasks))


def _first_asked(context: Context, corpus: Corpus, queries: Iterable[PageQuery]) -> dict[str, Stat]:
    """By the query's name, milliseconds of the first question in a new process that has just opened the index."""
    built = context.built(SAWLOG, corpus)
    if built is None:
        return {}

    def task(query: PageQuery) -> Callable[[], float]:
        def run() -> float:
            with Worker(SAWLOG) as worker:
                worker.open(corpus, built.directory)
                return worker.page(query)[0]

        return run

    return _milliseconds(context.measure({query.name: task(query) for query in queries}, min(context.runs, SLOW_RUNS)))


def _milliseconds(stats: dict[str, Stat]) -> dict[str, Stat]:
    return {name: stat.scaled(1e3, "ms") for name, stat in stats.items()}


def _row(corpus: Corpus, query: PageQuery, stats: dict[str, Stat], first_asked: dict[str, Stat | None]) -> Row:
    """Judged by the slower order."""
    orders = [stats.pop(name) for name in (SAWLOG, OTHER_ORDER) if name in stats]
    orders.sort(key=lambda stat: stat.median)
    measured = orders[-1] if orders else None
    beyond = missed(measured, stats) if measured else []
    scanners = {name: stats[name] for name in SCANNERS if name in stats}
    fastest = min(scanners, key=lambda name: scanners[name].median, default="")
    others = {ALONE: stats.pop(ALONE), OTHER_ORDER: orders[0]} if measured else {}
    known = {name: stat for name, stat in first_asked.items() if stat}
    indexes = " and SQLite's" if corpus.times == 1 else ""
    return Row(
        key=f"words.{query.name.removeprefix('AND of ')}.x{corpus.times}",
        what=f"{query.name} words, asked again, the slower of two orders ({query.lines:,} lines of {corpus.name})",
        must=f"≤ {TIMES_ALONE:g} x the rarest word alone{indexes}; ≥ {TIMES_FASTER:g} x faster than each scanner",
        measured=measured,
        peers=others | known | stats,
        ratio=scanners[fastest].median / measured.median if measured and fastest else None,
        against=fastest,
        ok=not beyond if measured else None,
        note="missed: " + ", ".join(beyond) if beyond else "",
    )


def missed(measured: Stat, stats: dict[str, Stat]) -> list[str]:
    """What the row must reach and does not, with the figure."""
    found = []
    for name, most in ((ALONE, TIMES_ALONE), ("sqlite", TIMES_SQLITE)):
        if name in stats and measured.median > most * stats[name].median:
            found.append(f"{measured.median / stats[name].median:.1f} x the time of {name}")
    for name in SCANNERS:
        if name in stats and TIMES_FASTER * measured.median > stats[name].median:
            found.append(f"{stats[name].median / measured.median:.1f} x the speed of {name}")
    return found
