"""The benchmark harness runs through on ten megabytes, and its parts do what they say."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tests.bench import corpora, queries, report  # noqa: E402
from tests.bench.measure import Memory, Stat, TreeMemory, interleaved  # noqa: E402
from tests.bench.rows import panel  # noqa: E402
from tests.bench.rows.base import Built, Context, Row, faster_than_all  # noqa: E402
from tests.bench.stalls import Stalls  # noqa: E402
from tests.support.jupyterlab import chromium  # noqa: E402


def test_every_line_of_the_generated_log_has_an_id_of_its_own_and_the_same_every_time() -> None:
    text = corpora.ids_text(0, 5_000)
    assert text == corpora.ids_text(0, 5_000)
    assert text.count(b"\n") == 5_000
    ids = {word for word in text.replace(b"blk_", b" ").split() if word.isdigit() and len(word) == 19}
    assert len(ids) == 5_000


def test_the_queries_follow_their_rules(tmp_path: Path) -> None:
    corpus = corpora.ids(tmp_path, 30_000)
    chosen = queries.choose(corpus, tmp_path)
    assert 10 <= chosen.rare.lines <= 50
    assert 0.05 <= chosen.common.lines / corpus.lines <= 0.07
    assert 0.001 <= chosen.phrase.lines / corpus.lines <= 0.01
    assert chosen.all_three.lines >= 10
    assert chosen.ranged.lines > 0
    assert queries.choose(corpus, tmp_path) == chosen, "kept for the next run"


def test_runs_are_interleaved_and_the_order_alternates() -> None:
    order: list[str] = []

    def task(name: str) -> float:
        order.append(name)
        return float(len(order))

    stats = interleaved({"a": lambda: task("a"), "b": lambda: task("b")}, 3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert stats["a"].values == (1.0, 4.0, 5.0)
    assert stats["a"].median == 4.0


def test_memory_of_a_tree_includes_the_children() -> None:
    child = "b = b'x' * 60_000_000; print('ready', flush=True); input()"
    script = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    parent = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert parent.stdout
    parent.stdout.readline()
    memory = TreeMemory(parent.pid)
    with memory:
        deadline = time.monotonic() + 10
        while memory.peak.total == 0 and time.monotonic() < deadline:
            time.sleep(0.01)
    parent.communicate(b"\n")
    assert memory.peak.anonymous > 60_000_000


def test_times_at_which_the_machine_stood_still_are_known(monkeypatch: pytest.MonkeyPatch) -> None:
    with Stalls() as stalls:
        began = time.time()
        assert not stalls.within(began, time.time())
        clock = time.time
        monkeypatch.setattr(
            "tests.bench.stalls.time.time", lambda: clock() + 5
        )  # as after five seconds without a clock
        assert stalls.within(began, began + 1)
        assert not stalls.overlap(began - 2, began - 1)


def test_the_page_keeps_what_people_wrote_around_the_table(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n")
    row = Row("k", "what", "≤ 5 ms", Stat("ms", (1.0, 2.0, 4.0)), {"rg": Stat("ms", (8.0,))}, 4.0, "rg", True)
    data: dict[str, object] = {
        "date": "2026-01-01",
        "commit": "abc",
        "machine": {"cpu": "c", "cores": 2, "memory": 2**34, "system": "Linux", "load": 0.5},
        "versions": {"python": "3.11"},
        "failures": [],
    }
    report.write(data, [row], tmp_path / "r.json", page)
    text = page.read_text()
    assert text.startswith("before\n") and text.endswith("after\n") and "old" not in text
    assert "| ✓ | what | ≤ 5 ms | 2.00 ms (1.00 to 4.00) | rg 8.00 ms | 4.00 x rg |" in text


def test_faster_than_all_compares_with_the_fastest_peer() -> None:
    peers = {"x": Stat("s", (3.0,)), "y": Stat("s", (2.0,))}
    assert faster_than_all(Stat("s", (1.0,)), peers) == (2.0, "y", True)
    assert faster_than_all(None, peers) == (None, "", None)


def test_a_session_of_the_panel_that_hangs_is_ended_with_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = "import time; time.sleep(600)"
    hanging = (
        "import json, subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', {child!r}])\n"
        "print(json.dumps({'open.first': [1.5]}), flush=True)\n"
        "print(json.dumps({'child': [child.pid]}), flush=True)\n"
        "time.sleep(600)\n"
    )
    (tmp_path / "hanging.py").write_text(hanging)
    monkeypatch.setattr(panel, "SESSION_SECONDS", 3)
    monkeypatch.setattr(panel, "SESSION", [sys.executable, str(tmp_path / "hanging.py")])
    context = Context(scratch=tmp_path, say=lambda text: None)
    figures = panel.session(context, Built(tmp_path, 0.0, 0, 0, Memory()), {})
    assert figures["open.first"] == [1.5], "what was measured until then is kept"
    assert "longer than 3 s" in context.failures[0]
    deadline = time.monotonic() + 10
    while _runs(int(figures["child"][0])):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE  # ended, and nobody has asked how
    except psutil.NoSuchProcess:
        return False


def test_a_quick_run_goes_through_all_rows(tmp_path: Path) -> None:
    for peer in ("drain3", "duckdb", "lancedb"):
        pytest.importorskip(peer)
    command = [sys.executable, "-m", "tests.bench", "--quick", "--results", str(tmp_path), "--scratch", str(tmp_path)]
    paths = os.pathsep.join([str(ROOT / "kernel_lib"), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    data = json.loads((tmp_path / "quick.json").read_text())
    groups = {row["key"].split(".")[0] for row in data["rows"]}
    building = {"build", "disk", "first", "scan", "page", "frame", "memory", "reopen"}
    asking = {"words", "regex", "counts", "completion", "patterns", "concurrency", "overhead"}
    assert groups == building | asking | ({"panel"} if chromium() else set())
    assert all(row["peers"] for row in data["rows"] if row["key"].split(".")[0] not in ("memory", "reopen", "panel"))
    assert all(row["measured"] for row in data["rows"] if row["key"].startswith("panel."))
