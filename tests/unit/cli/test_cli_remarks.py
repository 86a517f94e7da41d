"""What a query was understood as otherwise than it may be meant is told on stderr, found or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import write_log

from sawlog.cli import main

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on an access log; its status and what it says on stderr."""
    path = str(write_log(tmp_path / "a.log", log_bytes("access", 3, 30)))

    def made(command: str, query: str, *options: str) -> tuple[int, str]:
        arguments = [path, "--store", str(tmp_path / "store"), "--progress", "never", *options]
        return main([command, query, *arguments]), capsys.readouterr().err

    return made


@pytest.mark.parametrize("command", ["search", "count"])
def test_remarks_come_once_whatever_was_found(run: Run, command: str) -> None:
    assert run(command, "status=4040") == (1, f"sawlog: status=4040: {AS_WORDS}  Write status:4040\n")
    assert run(command, "status:200 or GET")[1].count("Write OR") == 1
    status, said = run(command, "GET --- HTTP")
    assert status == 0 and "---: There is no letter or digit" in said
    assert run(command, "status:>0") == (0, "")


AS_WORDS = "A field is compared by a colon with no blank beside it; as typed, this is searched for as words."


@pytest.mark.parametrize("command", ["search", "count"])
def test_a_log_older_than_the_time_range_is_told(run: Run, command: str) -> None:
    status, said = run(command, "", "--last", "1h")
    assert status == 1
    assert "the newest record is of 2026-03-17 10:0" in said and "UTC" in said and "--last counts back from now" in said
    assert "the newest record is of 2026-03-17" in run(command, "GET", "--start", "2026-03-18")[1]
    assert run(command, "absent", "--start", "2026-03-16") == (1, "")
    assert run(command, "absent") == (1, "")
