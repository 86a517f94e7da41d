"""First answer: from process start to a rare word found in a raw file never seen before."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench.corpora import ROOT, Corpus
from tests.bench.peers.duck import READ_LINES
from tests.bench.rows.base import SAWLOG, Context, Row, faster_than_all, seconds
from tests.bench.worker import WorkerFailed, environment

BEYOND_RIPGREP = 1.0

SAWLOG_SCRIPT = """
import sys, sawlog
path, store, word = sys.argv[1:]
logs = sawlog.open(path, store=store, workers=2, background=True)
print(logs.search(word, limit=100).total, flush=True)
logs.build.cancel()
logs.close()
"""

DUCKDB_SCRIPT = """
import sys, duckdb
source, pattern = sys.argv[1:]
connection = duckdb.connect(config={"threads": 2})
connection.execute("SET enable_progress_bar = false")
connection.execute(f"CREATE TABLE log AS SELECT body FROM {source}")
found = connection.execute("SELECT count(*) FROM log WHERE regexp_matches(body, ?)", [pattern])
print(found.fetchone()[0], flush=True)
"""


def rows(context: Context) -> list[Row]:
    corpus = context.ci(5)  # one gigabyte
    word = context.queries(corpus).rare.words[0]
    pattern = rf"(?i)\b{word}\b"
    context.say(f"first answer: {corpus.name}, {corpus.megabytes:.0f} MB")
    source = READ_LINES.format(path=corpus.clean)
    stats = context.measure(
        {
            SAWLOG: lambda: _until_answer(context, SAWLOG, _sawlog(context, corpus, word)),
            "rg": lambda: _until_answer(context, "rg", ["rg", "-a", "-i", "-w", "-c", word, str(corpus.path)]),
            "duckdb": lambda: _until_answer(context, "duckdb", [sys.executable, "-c", DUCKDB_SCRIPT, source, pattern]),
        }
    )
    measured = stats.pop(SAWLOG, None)
    ratio, against, _ = faster_than_all(measured, {name: stats[name] for name in stats if name == "duckdb"})
    ok = None
    if measured and ratio is not None and "rg" in stats:
        ok = measured.median <= seconds(stats["rg"]) + BEYOND_RIPGREP and ratio > 1
    return [
        Row(
            key="first",
            what=f"first answer: process start, `open(background=True)`, a rare word; {corpus.bytes / 1e9:.2f} GB raw",
            must="≤ 1.0 s beyond `rg -i -w`, and less than DuckDB's load + query",
            measured=measured,
            peers=stats,
            ratio=ratio,
            against=against,
            ok=ok,
            note="the file is in the page cache for all; DuckDB reads the clean twin",
        )
    ]


def _sawlog(context: Context, corpus: Corpus, word: str) -> Callable[[], list[str]]:
    def command() -> list[str]:
        return [sys.executable, "-c", SAWLOG_SCRIPT, str(corpus.path), str(context.fresh("first-store")), word]

    return command


def _until_answer(context: Context, name: str, command: list[str] | Callable[[], list[str]]) -> float:
    """Seconds from the start of the process to its first line of output; what it does afterwards is not timed."""
    arguments = command() if callable(command) else command
    log = context.scratch / "first.err"
    with log.open("wb") as errors:
        began = time.perf_counter()
        process = subprocess.Popen(
            arguments, stdout=subprocess.PIPE, stderr=errors, stdin=subprocess.DEVNULL, cwd=ROOT, env=environment()
        )
        assert process.stdout
        line = process.stdout.readline()
        took = time.perf_counter() - began
        try:
            process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
    if not line.strip():
        raise WorkerFailed(f"{name}, first answer: {_last_line(log)}")
    context.totals.setdefault("first answer", {})[name] = int(line)
    return took


def _last_line(path: Path) -> str:
    return (path.read_text(errors="replace").strip().splitlines() or ["no output"])[-1]
