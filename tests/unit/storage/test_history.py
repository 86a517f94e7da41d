"""Recent queries: bounded, shared between processes, in nobody's way."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from sawlog.storage.history import HISTORY, History


def test_what_was_asked_comes_back_the_latest_first(tmp_path: Path) -> None:
    history = History(tmp_path)
    for text in ("error", "timeout", "timeout", "  ", "x" * 2_000, "error", 'level:"a\nb"'):
        history.add(text)
    assert [(a.text, a.times) for a in History(tmp_path).asked()] == [('level:"a\nb"', 1), ("error", 2), ("timeout", 1)]
    assert (tmp_path / HISTORY).stat().st_mode & 0o077 == 0, "what somebody looked for is theirs"


def test_the_file_stays_small(tmp_path: Path) -> None:
    history = History(tmp_path)
    for number in range(2_000):
        history.add(f"query {number} {'x' * 100}")
    assert (tmp_path / HISTORY).stat().st_size < 160 << 10
    asked = history.asked()
    assert asked[0].text.startswith("query 1999")
    assert 50 < len(asked) < 2_000


def test_damaged_lines_are_skipped(tmp_path: Path) -> None:
    lines = [
        b"{",
        b"[]",
        b'{"query": 1}',
        b"\xff\xfe",
        json.dumps({"query": "ok", "at": 5}).encode(),
        b'{"query": "cut'[:9],
    ]
    (tmp_path / HISTORY).write_bytes(b"\n".join(lines))
    assert [a.text for a in History(tmp_path).asked()] == ["ok"]


def test_a_store_that_cannot_be_written_keeps_nothing(tmp_path: Path) -> None:
    history = History(tmp_path / "missing")
    history.add("error")
    assert history.asked() == ()


def test_several_processes_and_threads_write_at_once(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from sawlog.storage.history import History\n"
        "h = History(Path(sys.argv[1]))\n"
        "for n in range(100): h.add(f'{sys.argv[2]} {n}')"
    )
    path = str(Path(sys.modules["sawlog"].__file__ or "").parents[1])
    workers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path), name], env={"PYTHONPATH": path}) for name in "ab"
    ]
    history = History(tmp_path)
    threads = [
        threading.Thread(target=lambda t=t: [History(tmp_path).add(f"{t} {n}") for n in range(50)])  # type: ignore[misc]
        for t in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert len(history.asked()) == 300
