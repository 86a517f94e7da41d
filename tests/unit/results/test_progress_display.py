from __future__ import annotations

import io
import sys
from typing import Any

import pytest

from sawlog.errors import SettingsError
from sawlog.model.progress import Progress
from sawlog.results import progress as module
from sawlog.results.progress import describe, progress_display

HALF = Progress("indexing", bytes_done=500_000_000, bytes_total=1_000_000_000, records=1_234_567, seconds=10)
DONE = HALF.to(phase="done", bytes_done=1_000_000_000, seconds=20.0)


def test_describe() -> None:
    text = describe(HALF)
    assert text == "indexing, 500 MB of 1.0 GB, 1,234,567 records, 50.0 MB/s, 10.0 s to go"
    assert describe(DONE).endswith("in 20.0 s")
    assert describe(HALF.to(phase="failed", message="disk full")).endswith("disk full")
    assert describe(Progress()) == "planning, 0 records"


def test_auto_is_silent_without_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    display = progress_display("auto", "web")
    display.update(HALF)
    display.close()
    assert sys.stderr.getvalue() == "" and capsys.readouterr().out == ""  # type: ignore[attr-defined]


def test_terminal_draws_on_stderr(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "200")
    display = progress_display("terminal", "web [x]")
    display.update(HALF)
    display.update(DONE)
    display.close()
    captured = capsys.readouterr()
    assert captured.out == "" and "web [x]" in captured.err and "1,234,567" in captured.err


def test_snapshots_are_thinned_out_but_the_last_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Progress] = []
    monkeypatch.setattr(module._Cell, "_draw", lambda self, progress: drawn.append(progress))
    display = progress_display("cell")
    for records in range(1000):
        display.update(HALF.to(records=records))
    display.close()
    display.update(DONE)
    assert drawn[0].records == 0 and drawn[-1].records == 999 and len(drawn) < 100


def test_cell_updates_in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[tuple[str, dict[str, Any]]] = []

    class Handle:
        def update(self, bundle: dict[str, Any], raw: bool) -> None:
            shown.append(("update", bundle))

    def display(bundle: dict[str, Any], raw: bool, display_id: bool) -> Handle:
        shown.append(("display", bundle))
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    cell = progress_display("cell", "<web>")
    cell.update(HALF)
    cell.update(DONE)
    cell.close()
    assert [how for how, _ in shown] == ["display", "update"]
    assert "&lt;web&gt;" in shown[0][1]["text/html"] and 'value="1.0000"' in shown[1][1]["text/html"]


def test_a_function_gets_every_snapshot() -> None:
    got: list[Progress] = []
    display = progress_display(got.append)
    display.update(HALF)
    display.close()
    assert got == [HALF]


def test_unknown_mode() -> None:
    with pytest.raises(SettingsError, match="'loud'"):
        progress_display("loud")  # type: ignore[arg-type]
