"""The search panel as people see it: from a key to the picture, in a real browser before a real JupyterLab.

Times are of the page's own clock and end when the browser has painted; it draws without a graphics card here.  What is
typed and asked is chosen from the corpus by rule: the queries of the other groups, each level, and the words in them.
What was measured while the whole machine stood still is left out.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psutil
from tests.bench.corpora import ROOT, Corpus
from tests.bench.measure import Stat
from tests.bench.panel_session import QUICK_SCROLLED, SCROLLED
from tests.bench.queries import Queries
from tests.bench.rows.base import SAWLOG, Built, Context, Row
from tests.bench.worker import WorkerFailed, environment
from tests.support.jupyterlab import chromium

#: Of the CI logs: about 5 M records.
TIMES = 5

#: The process of a session, and the seconds that it may take; what was measured until then is kept.
SESSION = [sys.executable, "-m", "tests.bench.panel_session"]
SESSION_SECONDS = 1_200

KEYS = 5  # of a word that is typed
_LEVELS = ("level:error", "level:warning", "level:info")

#: Figures of a time: key, what, milliseconds that it must keep to.
_TIMES = (
    ("completion", "key to suggestions painted", 100),
    ("hits", "Enter to first hits painted", 150),
    ("charts", "Enter to histogram and facets painted", 300),
    ("open", "opening the panel in the main area, to first hits painted", 300),
    ("side", "opening the panel in the sidebar, to its datasets painted", 300),
)
_ROUNDS = (("first", "for the first time"), ("again", "again"))

#: Whose first time has the server load the engine, or open the dataset: what must be reached is of warm ones.
_COLD = ("side.first", "open.first")


def rows(context: Context) -> list[Row]:
    corpus = context.ci(TIMES)
    if chromium() is None:
        context.failed(WorkerFailed("panel: there is no Chromium on this machine"))
        return []
    built = context.built(SAWLOG, corpus)
    if built is None:
        return []
    context.say(f"panel: {corpus.name}, {corpus.lines:,} lines")
    figures = session(context, built, _asked(context, corpus, built))
    times = [_time(corpus, figures, each, round) for each in _TIMES for round in _ROUNDS]
    return [*times, *_frames(corpus, figures), _size(figures)]


def _asked(context: Context, corpus: Corpus, built: Built) -> dict[str, Any]:
    """What the user of the session types."""
    chosen = context.queries(corpus)
    return {
        "dataset": next(path.name for path in sorted(built.directory.iterdir()) if path.is_dir()),
        "typed": [(before, word[:KEYS]) for before, word in _typed(chosen)],
        "queries": list(dict.fromkeys([*(query.text for query in chosen.pages()), *_LEVELS, ""])),
        "common": chosen.common.text,
        "scrolled": QUICK_SCROLLED if context.quick else SCROLLED,
    }


def _typed(chosen: Queries) -> list[tuple[str, str]]:
    """Words, each with what stands before it; those of the AND occur together, so that there is what to suggest."""
    one, other, third = chosen.all_three.words
    alone = [*chosen.common.words, *chosen.all_three.words, *chosen.phrase.words]
    behind = [(f"{one} ", other), (f"{one} ", third), (f"{third} ", one), (f"{one} {other} ", third)]
    return [*(("", word) for word in dict.fromkeys(alone)), *behind]


def session(context: Context, built: Built, asked: dict[str, Any]) -> dict[str, list[float]]:
    """The figures of a session, which is stopped with all its processes when its time is over."""
    given = context.scratch / "panel-session.json"
    given.write_text(json.dumps(asked))
    command = [*SESSION, str(built.directory), str(given)]
    log = given.with_suffix(".log")
    figures: dict[str, list[float]] = {}
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, env=environment()) as process,
    ):
        assert process.stdout
        watchdog = threading.Timer(SESSION_SECONDS, _kill, [process.pid])
        watchdog.start()
        try:
            for line in process.stdout:
                for figure, values in json.loads(line).items():
                    figures.setdefault(figure, []).extend(values)
                    context.say(f"  {figure}: {_summary(values)}" if values else f"  {figure}: none")
            process.wait(30)
        finally:
            watchdog.cancel()
            _kill(process.pid)
    if process.returncode:
        context.failed(WorkerFailed(f"panel: the session ended early:\n{_end(log)}"))
    return figures


def _kill(pid: int) -> None:
    """Ends a process and all that it has started."""
    with contextlib.suppress(psutil.NoSuchProcess):
        ended = psutil.Process(pid)
        for process in [*ended.children(recursive=True), ended]:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def _end(log: Path) -> str:
    return log.read_text(errors="replace")[-600:].strip() or f"it took longer than {SESSION_SECONDS} s"


def _time(corpus: Corpus, figures: dict[str, list[float]], what: tuple[str, str, int], round: tuple[str, str]) -> Row:
    key, said, limit = what
    name, when = f"{key}.{round[0]}", round[1]
    text = f"{said}, {when} ({corpus.lines:,} lines)"
    if name in _COLD:
        return _row(name, text, "for information", figures.get(name, []), None)
    return _row(name, text, f"p95 ≤ {limit} ms", figures.get(name, []), limit)


def _frames(corpus: Corpus, figures: dict[str, list[float]]) -> list[Row]:
    scrolled, huge = figures.get("scroll.frames", []), figures.get("huge.frames", [])
    seen = figures.get("scroll.rows", [0])[0]
    blank = figures.get("scroll.blank", [0])[0]
    return [
        _row(
            "scroll",
            f"longest frame of scrolling through {seen:,.0f} hits, a view a frame ({corpus.lines:,} lines)",
            "≤ 100 ms",
            scrolled,
            100,
            worst=True,
            note=f"{blank:.0%} of the frames showed rows only whose records were still to come",
        ),
        _row(
            "huge",
            "longest frame of finding, opening and paging through a record of 10 MB",
            "≤ 100 ms, and nothing cut",
            huge,
            100,
            worst=True,
            note=f"its length is shown as {figures.get('huge.length', [0])[0]:,.0f} characters",
        ),
    ]


def _size(figures: dict[str, list[float]]) -> Row:
    measured = Stat("B", (figures["size"][0],)) if "size" in figures else None
    ok = measured and measured.median <= 300_000
    what = "what the labextension adds to JupyterLab's load, compressed"
    return Row("panel.size", what, "≤ 300 KB", measured, {}, None, "", ok)


def _row(
    key: str, what: str, must: str, values: Sequence[float], limit: int | None, *, worst: bool = False, note: str = ""
) -> Row:
    """One of times: the figure is their 95th percentile, or the worst."""
    if not values:
        return Row(f"panel.{key}", what, must, None, {}, None, "", None)
    figure = max(values) if worst else _p95(values)
    of = "the longest" if worst else "p95"
    note = "; ".join(filter(None, (f"{of} of {_summary(values)}", note)))
    ok = None if limit is None else figure <= limit
    return Row(f"panel.{key}", what, must, Stat("ms", (figure,)), {}, None, "", ok, note)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]


def _summary(values: Sequence[float]) -> str:
    middle = sorted(values)[len(values) // 2]
    return f"{len(values):,}, median {middle:,.1f}, 95 % up to {_p95(values):,.1f}, largest {max(values):,.1f}"
