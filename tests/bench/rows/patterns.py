"""Patterns of a million records, from an open index of which nothing is in memory yet."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench import corpora
from tests.bench.corpora import Corpus
from tests.bench.peers.drain import SHARE
from tests.bench.rows.base import SAWLOG, SLOW_RUNS, Built, Context, Row, faster_than_all
from tests.bench.worker import Worker

MUST_SECONDS = 3.0
PEER = "drain3"
#: Of which some belong to records of several lines: they make a million records.
LINES = 1_020_000


def rows(context: Context) -> list[Row]:
    whole = context.ci(5)
    corpus = corpora.first_lines(whole, min(LINES, whole.lines), context.scratch)
    built = context.built(SAWLOG, corpus)
    context.say(f"patterns: {corpus.name}, {built.rows if built else 0:,} records")
    kinds = context.totals.setdefault("patterns", {"records": built.rows if built else 0})
    stats = context.measure({SAWLOG: _task(SAWLOG, corpus, built, kinds)}) if built else {}
    peers = context.measure({PEER: _task(PEER, corpus, built, kinds)}, min(context.runs, SLOW_RUNS))
    peers = {name: stat.scaled(SHARE, "s") for name, stat in peers.items()}
    measured = stats.get(SAWLOG)
    ratio, against, _ = faster_than_all(measured, peers)
    return [
        Row(
            key="patterns",
            what=f"patterns of {built.rows if built else 0:,} records of {whole.name}, exact",
            must=f"≤ {MUST_SECONDS:g} s",
            measured=measured,
            peers=peers,
            ratio=ratio,
            against=against,
            ok=None if measured is None else measured.median <= MUST_SECONDS,
            note=f"drain3: a tenth of the lines, time x {SHARE}; it keeps no records of its patterns",
        )
    ]


def _task(peer: str, corpus: Corpus, built: Built | None, kinds: dict[str, int]) -> Callable[[], float]:
    def run() -> float:
        with Worker(peer) as worker:
            worker.open(corpus, built.directory if built else corpus.path)
            seconds, kinds[peer] = worker.patterns()
        return seconds

    return run
