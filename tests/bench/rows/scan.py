"""The scan executor on raw text in memory, one core, against ripgrep with one thread on the same bytes."""

from __future__ import annotations

import json
import subprocess
import sys
import time

from tests.bench.corpora import ROOT, Corpus
from tests.bench.measure import Stat
from tests.bench.rows.base import SAWLOG, Context, Row
from tests.bench.worker import WorkerFailed, environment

MUST_BYTES_A_SECOND = 5e9

SCRIPT = """
import json, sys
from pathlib import Path
from tests.bench.peers.base import Unsupported
from tests.bench.peers.sawlog_peer import seconds_to_scan
try:
    print(json.dumps(seconds_to_scan(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))))
except Unsupported as error:
    sys.exit(f"no scanner for {error}")
"""


def rows(context: Context) -> list[Row]:
    corpus = context.ci(5)
    chosen = context.queries(corpus)
    word = chosen.rare.words[0]
    context.say(f"scan executor: {corpus.name}, {corpus.megabytes:.0f} MB")
    by_word, rg_word = _both(context, corpus, "rare word", word, ["-i", "-w", "-e", word])
    by_regex, rg_regex = _both(context, corpus, "regex without a literal", f"/{chosen.regex}/", ["-e", chosen.regex])
    fast_enough = None if by_word is None else by_word.median >= MUST_BYTES_A_SECOND
    not_slower = None if by_regex is None else by_regex.median >= rg_regex.median
    same_bytes = "not slower than ripgrep on the same bytes"
    return [
        _row("word", "rare word", "≥ 5 GB/s a core", by_word, rg_word, fast_enough),
        _row("regex", "regex without a literal", same_bytes, by_regex, rg_regex, not_slower),
    ]


def _row(key: str, name: str, must: str, measured: Stat | None, ripgrep: Stat, ok: bool | None) -> Row:
    return Row(
        key=f"scan.{key}",
        what=f"scan executor on raw text in memory, {name}",
        must=must,
        measured=measured,
        peers={"rg": ripgrep},
        ratio=measured.median / ripgrep.median if measured else None,
        against="rg",
        ok=ok,
        note="ripgrep with `-j1`, its start included",
    )


def _both(
    context: Context, corpus: Corpus, name: str, query: str, ripgrep_options: list[str]
) -> tuple[Stat | None, Stat]:
    """Bytes a second of both, in turns: half of the scan's runs before ripgrep's, half after."""
    totals = context.totals.setdefault(f"scan, {name}", {})
    halves = max(1, context.runs // 2), max(1, context.runs - context.runs // 2)
    scanned: list[float] = []
    ripgrep: list[float] = []
    try:
        scanned += _scan(corpus, query, halves[0], totals)
    except WorkerFailed as error:
        context.failed(error)
    for _ in range(context.runs):
        began = time.perf_counter()
        command = ["rg", "-a", "-j1", "--mmap", "-c", *ripgrep_options, str(corpus.path)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        ripgrep.append(time.perf_counter() - began)
        totals["rg"] = int(done.stdout or 0)
    if scanned:
        scanned += _scan(corpus, query, halves[1], totals)
    rate = Stat("s", tuple(scanned)).rate(corpus.bytes) if scanned else None
    return rate, Stat("s", tuple(ripgrep)).rate(corpus.bytes)


def _scan(corpus: Corpus, query: str, runs: int, totals: dict[str, int]) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(corpus.path), query, str(runs)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment(),
        check=False,
    )
    if done.returncode:
        raise WorkerFailed(f"{SAWLOG}, scan: {(done.stderr.strip().splitlines() or ['no output'])[-1]}")
    seconds, totals[SAWLOG] = json.loads(done.stdout.splitlines()[-1])
    return list(seconds)
