"""Build throughput and bytes on disk."""

from __future__ import annotations

from collections.abc import Callable

from tests.bench.corpora import Corpus
from tests.bench.measure import Stat
from tests.bench.peers.registry import PEERS
from tests.bench.rows.base import SAWLOG, SLOW_RUNS, THREADS, Context, Row
from tests.bench.worker import Worker

TANTIVY = ("tantivy", "tantivy-typed", "tantivy-json")
#: peer -> how many times its throughput
BARE_TEXT = {"sqlite": 2.0, "lancedb": 2.5}
DISK = {"ci": 0.40, "ids": 0.75}


def rows(context: Context) -> list[Row]:
    found: list[Row] = []
    for corpus in _corpora(context):
        rates = _rates(context, corpus)
        found.append(_against(corpus, rates, TANTIVY, 0.75, "the bare tantivy-py loop (the fastest of its variants)"))
        for peer, times in BARE_TEXT.items():
            if peer in rates:
                found.append(_against(corpus, rates, (peer,), times, PEERS[peer].title))
        found.append(_disk(context, corpus))
    return found


def _corpora(context: Context) -> list[Corpus]:
    small = [context.ci(times) for times in context.sizes if times <= 4]
    return list({corpus.name: corpus for corpus in [*small, context.ids()]}.values())


def _rates(context: Context, corpus: Corpus) -> dict[str, Stat]:
    """Bytes a second.  Slow peers: the smallest corpora only, and fewer runs."""
    context.say(f"build: {corpus.name}, {corpus.megabytes:.0f} MB, {corpus.lines:,} lines")
    slow = [name for name in PEERS if PEERS[name].slow and corpus.times == 1]
    times = context.measure({name: _task(context, name, corpus) for name in (SAWLOG, *TANTIVY, "duckdb")})
    times |= context.measure({name: _task(context, name, corpus) for name in slow}, min(context.runs, SLOW_RUNS))
    return {name: stat.rate(corpus.bytes) for name, stat in times.items()}


def _task(context: Context, peer: str, corpus: Corpus) -> Callable[[], float]:
    def run() -> float:
        with Worker(peer) as worker:
            seconds, made = worker.build(corpus, context.fresh(f"{peer}-timed"), THREADS)
        context.totals.setdefault(f"build of {corpus.name}", {})[peer] = made
        return seconds

    return run


def _against(corpus: Corpus, rates: dict[str, Stat], peers: tuple[str, ...], times: float, title: str) -> Row:
    measured = rates.get(SAWLOG)
    able = {name: rates[name] for name in peers if name in rates}
    best = max(able, key=lambda name: able[name].median, default="")
    ratio = measured.median / able[best].median if measured and best else None
    return Row(
        key=f"build.{corpus.base}.x{corpus.times}.{peers[0]}",
        what=f"whole build of {corpus.name} against {title}",
        must=f"≥ {times:g} x its throughput",
        measured=measured,
        peers=able,
        ratio=ratio,
        against=best,
        ok=None if ratio is None else ratio >= times,
    )


def _disk(context: Context, corpus: Corpus) -> Row:
    limit = DISK["ids" if corpus.base.startswith("ids") else "ci"]
    sizes: dict[str, Stat] = {}
    able = [SAWLOG, "tantivy", *(name for name in PEERS if PEERS[name].slow and corpus.times == 1)]
    for peer in able:
        built = context.built(peer, corpus)
        if built:
            sizes[peer] = Stat("x", (built.bytes / corpus.bytes,))
    measured = sizes.pop(SAWLOG, None)
    best = min(sizes, key=lambda name: sizes[name].median, default="")
    return Row(
        key=f"disk.{corpus.base}.x{corpus.times}",
        what=f"bytes on disk, rows and index together, {corpus.name}",
        must=f"≤ {limit:.2f} x raw",
        measured=measured,
        peers=sizes,
        ratio=sizes[best].median / measured.median if measured and best else None,
        against=best,
        ok=None if measured is None else measured.median <= limit,
        note="bare tantivy stores no text",
    )
