"""Many searchers at a time: a mixed workload asked by 1 to 16 threads, and light questions beside a heavy scan."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import numpy as np
from tests.bench.corpora import Corpus
from tests.bench.measure import Stat
from tests.bench.peers.base import PAGE
from tests.bench.questions import Question, Questions
from tests.bench.rows.base import SAWLOG, SLOW_RUNS, Context, Row
from tests.bench.worker import Worker

SEARCHERS = (1, 2, 4, 8, 16)
#: Of the throughput with a searcher a core, at any number of searchers above that.
STAYS = 0.9
MANY, TIMES_P99 = 8, 5.0
QUICK_QUESTIONS = 40
#: Different spellings of one regex, so that the heavy scan is done each time and not remembered.
HEAVY = 32
NOTE = (
    f"each round asks the same {{questions}} different questions (rare and common words, AND, phrases, fields, "
    f"histograms; pages of {PAGE}, not rendered) of an index that was opened anew"
)


def rows(context: Context) -> list[Row]:
    corpus = context.ci(context.largest)
    questions = context.questions(corpus)
    context.say(f"concurrency: {corpus.name}, {corpus.megabytes:.0f} MB")
    workers = context.opened((SAWLOG,), corpus)
    try:
        if SAWLOG not in workers:
            return []
        mixed = _mixed(context, corpus, workers[SAWLOG], questions)
        return [*mixed, _fairness(context, corpus, workers[SAWLOG], questions)]
    finally:
        context.close(workers)


def _mixed(context: Context, corpus: Corpus, worker: Worker, questions: Questions) -> list[Row]:
    workload = questions.workload[:QUICK_QUESTIONS] if context.quick else questions.workload
    rounds: dict[str, list[list[float]]] = {str(searchers): [] for searchers in SEARCHERS}

    def task(searchers: int) -> Callable[[], float]:
        return _round(context, corpus, worker, workload, searchers, (), rounds[str(searchers)])

    stats = context.measure({str(searchers): task(searchers) for searchers in SEARCHERS}, SLOW_RUNS)
    rates = {int(name): stat.rate(len(workload), "queries/s") for name, stat in stats.items()}
    tails = {int(name): percentile(rounds[name], len(stat.values), 99) for name, stat in stats.items()}
    note = NOTE.format(questions=len(workload))
    return [_throughput(corpus, rates, note), _tail(corpus, tails, note)]


def _round(
    context: Context,
    corpus: Corpus,
    worker: Worker,
    workload: Sequence[Question],
    searchers: int,
    beside: Sequence[Question],
    rounds: list[list[float]],
) -> Callable[[], float]:
    """A task that asks the workload, opened anew, and adds the seconds of each question to ``rounds``."""

    def run() -> float:
        context.reopen(worker, corpus)
        seconds, each = worker.searchers(workload, searchers, beside)
        rounds.append(each)
        return seconds

    return run


def percentile(rounds: Sequence[Sequence[float]], last: int, share: float) -> Stat:
    """Milliseconds, one for each of the ``last`` rounds; those before warmed up."""
    return Stat("ms", tuple(1e3 * float(np.percentile(seconds, share)) for seconds in rounds[-last:]))


def _throughput(corpus: Corpus, rates: dict[int, Stat], note: str) -> Row:
    number = usual(rates)
    return Row(
        key="concurrency.throughput",
        what=f"mixed queries on {corpus.name}, {_searchers(number)} at a time, one a core",
        must=f"≥ 1 searcher's throughput, and more searchers keep ≥ {STAYS:g} x of it",
        measured=rates.get(number),
        peers={_searchers(other): stat for other, stat in rates.items() if other != number},
        ratio=rates[number].median / rates[1].median if 1 in rates else None,
        against=_searchers(1) if 1 in rates else "",
        ok=stays(rates) if 1 in rates else None,
        note=note,
    )


def usual(rates: dict[int, Stat]) -> int:
    """The number of searchers that was measured and is nearest to that of the cores, from below."""
    return max((number for number in rates if number <= cores()), default=1)


def cores() -> int:
    """That this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def stays(rates: dict[int, Stat]) -> bool:
    """Throughput does not fall up to the number of cores, and stays there."""
    usually = usual(rates)
    reached = rates[usually].median
    return reached >= rates[1].median and all(
        stat.median >= STAYS * reached for number, stat in rates.items() if number > usually
    )


def _tail(corpus: Corpus, tails: dict[int, Stat], note: str) -> Row:
    measured, alone = tails.get(MANY), tails.get(1)
    known = measured is not None and alone is not None
    times = measured.median / alone.median if measured and alone else 0.0
    return Row(
        key="concurrency.p99",
        what=f"mixed queries on {corpus.name}, p99 of {MANY} searchers at a time",
        must=f"≤ {TIMES_P99:g} x p99 of 1",
        measured=measured,
        peers={_searchers(number): stat for number, stat in tails.items() if number != MANY},
        ratio=1 / times if known else None,
        against=_searchers(1) if known else "",
        ok=times <= TIMES_P99 if known else None,
        note=note,
    )


def _fairness(context: Context, corpus: Corpus, worker: Worker, questions: Questions) -> Row:
    light = [question for question in questions.workload if question.kind == "rare"]
    light = light[:QUICK_QUESTIONS] if context.quick else light
    heavy = [Question("regex", f"/{'(?:' * depth}{questions.bare_regex}{')' * depth}/") for depth in range(HEAVY)]
    rounds: dict[str, list[list[float]]] = {"alone": [], "beside": []}
    stats = context.measure(
        {
            "alone": _round(context, corpus, worker, light, 1, (), rounds["alone"]),
            "beside": _round(context, corpus, worker, light, 1, heavy, rounds["beside"]),
        },
        SLOW_RUNS,
    )
    tails = {name: percentile(rounds[name], len(stat.values), 99) for name, stat in stats.items()}
    middles = {f"{name}, p50": percentile(rounds[name], len(stat.values), 50) for name, stat in stats.items()}
    measured = tails.get("beside")
    what = "rare words one after the other while a regex without a literal is sought over and over, p99"
    return Row(
        key="concurrency.fairness",
        what=f"{what}; {corpus.name}",
        must="for information",
        measured=measured,
        peers={name: stat for name, stat in {**tails, **middles}.items() if name != "beside"},
        ratio=tails["alone"].median / measured.median if measured and "alone" in tails else None,
        against="alone" if measured else "",
        ok=None,
        note="every word and every regex for the first time after opening anew",
    )


def _searchers(number: int) -> str:
    return f"{number} searcher" if number == 1 else f"{number} searchers"
