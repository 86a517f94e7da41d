"""How many lines match a regex, with a literal that it needs and without: for the first time, and asked again."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.corpora import Corpus
from tests.bench.measure import Stat
from tests.bench.questions import TAILS
from tests.bench.rows.base import SAWLOG, Context, Row
from tests.bench.worker import Worker

PEERS = ("rg", "duckdb", "polars")
JUDGE = "rg"
AGAIN, ANEW = "again", "opened anew"
#: With a literal, sawlog is to be so many times faster than ripgrep; without, as fast.
MUST = {"with a rare required literal": 10.0, "with a frequent required literal": 10.0, "without a literal": 1.0}


def rows(context: Context) -> list[Row]:
    corpus = context.ci(context.largest)
    questions = context.questions(corpus)
    context.say(f"regex: {corpus.name}, {corpus.megabytes:.0f} MB")
    other = questions.words[0] + TAILS[0], questions.words[0]
    workers = context.opened((SAWLOG, *PEERS), corpus)
    try:
        return [
            _row(context, corpus, workers, kind, (pattern, literal), other)
            for kind, pattern, literal in zip(
                MUST,
                (questions.rare_regex, questions.regex, questions.bare_regex),
                (questions.rare_literal, questions.literal, ""),
                strict=True,
            )
        ]
    finally:
        context.close(workers)


def _row(
    context: Context,
    corpus: Corpus,
    workers: dict[str, Worker],
    kind: str,
    question: tuple[str, str],
    other: tuple[str, str],
) -> Row:
    """Of a pattern and its literal; ``other`` is asked before, so that the index is warm and the answer unknown."""
    pattern, literal = question
    totals = context.totals.setdefault(f"regex {kind}, {corpus.name}", {})

    def task(name: str, worker: Worker, *, fresh: bool, warm: bool) -> Callable[[], float]:
        def run() -> float:
            if fresh:
                context.reopen(worker, corpus)
            if warm:
                worker.regex_count(*other)
            seconds, totals[name] = worker.regex_count(pattern, literal)
            return seconds

        return run

    tasks = {name: task(name, worker, fresh=name == SAWLOG, warm=name == SAWLOG) for name, worker in workers.items()}
    if SAWLOG in workers:
        tasks[AGAIN] = task(AGAIN, workers[SAWLOG], fresh=False, warm=False)
        tasks[ANEW] = task(ANEW, workers[SAWLOG], fresh=True, warm=False)
    stats = {name: stat.scaled(1e3, "ms") for name, stat in context.measure(tasks).items()}
    measured = stats.pop(SAWLOG, None)
    ratio = _ratio(measured, stats.get(JUDGE))
    times = MUST[kind]
    return Row(
        key="regex." + {"": "bare"}.get(literal, "rare" if "rare" in kind else "literal"),
        what=f"count of a regex {kind}, `{_escaped(pattern)}` ({totals.get(SAWLOG, 0):,} records of {corpus.name})",
        must=f"≥ {times:g} x faster than ripgrep" if times > 1 else "not slower than ripgrep",
        measured=measured,
        peers=stats,
        ratio=ratio,
        against=JUDGE if ratio else "",
        ok=None if ratio is None else ratio >= times,
        note=f"opened anew before each run, so that no answer is remembered, and asked another regex; `{ANEW}`: "
        f"without that other one; `{AGAIN}` is the second time",
    )


def _ratio(measured: Stat | None, peer: Stat | None) -> float | None:
    return peer.median / measured.median if measured and peer else None


def _escaped(pattern: str) -> str:
    return pattern.replace("|", r"\|")  # for the table
