"""Completion of prefixes of one to six letters, where ten million distinct tokens are known.

The prefixes are cut from tokens of the log by rule: half of them from tokens as they occur (words, numbers, pieces of
stamps), half from ids, of which every line has its own.  Under a filter they are typed letter by letter, with a pause
behind each, as people type; the pauses are not counted.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Sequence

from tests.bench import corpora
from tests.bench.corpora import Corpus
from tests.bench.measure import Stat
from tests.bench.peers.base import Unsupported
from tests.bench.rows.base import SAWLOG, Context, Row
from tests.bench.worker import Worker, WorkerFailed

LINES, QUICK_LINES = 10_000_000, corpora.QUICK_LINES
LENGTHS = range(1, 7)
ASKED, QUICK_ASKED = 600, 30
PEERS = ("tantivy", "sqlite")
PAUSE_SECONDS = 0.15

#: What stands before the prefix: a rare and a common word, a level, a time range, and two of them.
FILTERS = (
    ("exception", ""),
    ("refused", ""),
    ("", "level:warning"),
    ("", "level:error"),
    ("", '@"2008-11-11 12:00".."2008-11-11 13:00"'),
    ("terminating", '@"2008-11-10".."2008-11-11"'),
)
_SAMPLE_BYTES = 1 << 22
_TOKEN = re.compile(r"[0-9a-z]+")
_ID = re.compile(r"[0-9]{19}")


def rows(context: Context) -> list[Row]:
    corpus = corpora.ids(context.scratch, QUICK_LINES if context.quick else LINES)
    context.say(f"completion: {corpus.name}, {corpus.megabytes:.0f} MB, as many ids as lines")
    workers = context.opened((SAWLOG, *PEERS), corpus)
    try:
        if SAWLOG in workers:
            _settle(context, workers[SAWLOG])
        rng = random.Random(23)
        tokens = list(_tokens(corpus, rng, QUICK_ASKED if context.quick else ASKED))
        return [_unfiltered(context, workers, tokens), _filtered(context, workers, tokens)]
    finally:
        context.close(workers)


def _settle(context: Context, worker: Worker) -> None:
    """The first completion has the merged table made, in a process of its own."""
    worker.complete("a")
    context.say(f"  the merged completion table was there after {worker.settle():.1f} s")


def _tokens(corpus: Corpus, rng: random.Random, count: int) -> Iterator[str]:
    """Tokens from anywhere in the log, every other one an id."""
    with corpus.path.open("rb") as file:
        file.seek(max(0, (corpus.bytes - _SAMPLE_BYTES) // 2))
        text = file.read(_SAMPLE_BYTES).decode("ascii", "replace").lower()
    occurring, ids = _TOKEN.findall(text)[1:-1], _ID.findall(text)
    for number in range(count):
        yield rng.choice(ids if number % 2 else occurring)


def _unfiltered(context: Context, workers: dict[str, Worker], tokens: Sequence[str]) -> Row:
    prefixes = [token[: LENGTHS[number % len(LENGTHS)]] for number, token in enumerate(tokens)]
    times: dict[str, list[float]] = {name: [] for name in workers}
    different = 0
    for number, prefix in enumerate(prefixes):
        counts: dict[str, list[int]] = {}
        for name, worker in workers.items():
            if name == SAWLOG or number % _share(name, prefix) == 0:
                seconds, counts[name] = worker.complete(prefix)
                times[name].append(seconds)
        different += "tantivy" in counts and SAWLOG in counts and counts["tantivy"] != counts[SAWLOG]
    note = (
        f"p99 of {len(prefixes)} prefixes; {different} answers had other counts than tantivy's walk of its dictionary"
    )
    return _row(context, "unfiltered", "a 1- to 6-letter prefix", 5.0, times, note)


def _share(name: str, prefix: str) -> int:
    """Peers that walk a million tokens for one letter are asked each tenth time for those."""
    return 10 if len(prefix) == 1 else 1


def _filtered(context: Context, workers: dict[str, Worker], tokens: Sequence[str]) -> Row:
    times: dict[str, list[float]] = {name: [] for name in workers}
    shown = counted = different = 0
    for number, token in enumerate(tokens[: len(tokens) // 6]):
        word, condition = FILTERS[number % len(FILTERS)]
        for length in LENGTHS:
            counts: dict[str, list[int]] = {}
            for name, worker in workers.items():
                try:
                    seconds, counts[name] = worker.complete(token[:length], word, condition)
                except (Unsupported, WorkerFailed):
                    continue
                times[name].append(seconds)
            mine = counts.get(SAWLOG, [])
            shown, counted = shown + len(mine), counted + sum(count >= 0 for count in mine)
            different += "tantivy" in counts and counts["tantivy"] != mine
            time.sleep(0 if context.quick else PAUSE_SECONDS)
    note = (
        f"p99 of {len(times.get(SAWLOG, ()))} keystrokes under {len(FILTERS)} filters; {counted:,} of {shown:,} words "
        f"were shown with their exact count; {different} answers had other counts than tantivy's, which was asked "
        "where the filter is a word"
    )
    return _row(context, "filtered", "a prefix typed behind a filter", 50.0, times, note)


def _row(context: Context, key: str, what: str, must: float, times: dict[str, list[float]], note: str) -> Row:
    stats = {name: _p99(values) for name, values in times.items() if values}
    medians = {name: sorted(values)[len(values) // 2] * 1e3 for name, values in times.items() if values}
    middle = ", ".join(f"{name} {median:.2f}" for name, median in medians.items())
    measured = stats.pop(SAWLOG, None)
    best = min(stats, key=lambda name: stats[name].median, default="")
    return Row(
        key=f"completion.{key}",
        what=f"completion of {what}, {QUICK_LINES if context.quick else LINES:,} distinct tokens",
        must=f"p99 ≤ {must:g} ms",
        measured=measured,
        peers=stats,
        ratio=stats[best].median / measured.median if measured and best else None,
        against=best,
        ok=None if measured is None else measured.median <= must,
        note=f"{note}; medians in ms: {middle}",
    )


def _p99(seconds: Sequence[float]) -> Stat:
    ordered = sorted(seconds)
    return Stat("ms", (ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))] * 1e3,))
