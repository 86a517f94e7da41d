"""What a query was understood as otherwise than it may be meant is told on stderr, found or not."""

from __future__ import annotations

import gzip
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
def test_a_log_outside_the_time_range_is_told(run: Run, command: str) -> None:
    status, said = run(command, "", "--last", "1h")
    assert status == 1 and "newest record is of 2026-03-17 10:0" in said and "UTC" in said
    assert "counts back from now" in said
    end = said.rpartition(" the end '")[2].partition("'")[0]
    assert run(command, "", "--last", "1h", "--end", end) == (0, "")
    said = run(command, "GET", "--start", "2026-03-18")[1]
    assert "newest record is of 2026-03-17" in said and "counts back" not in said
    assert said.endswith(", before the time that was asked for, from 2026-03-18 00:00:00 on.\n")
    said = run(command, "GET", "--end", "2026-03-16")[1]
    assert "oldest record is of 2026-03-17" in said
    assert said.endswith(", after the time that was asked for, until 2026-03-17 00:00:00.\n")


@pytest.mark.parametrize("command", ["search", "count", "index", "report"])
def test_files_that_could_not_be_read_are_told(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs = tmp_path / "logs"
    write_log(logs / "a.log", log_bytes("access", 3, 30))
    write_log(logs / "image.log", b"\x89PNG\r\n\x1a\n\0\0\0")
    query = ["GET"] if command in ("search", "count") else []
    arguments = [command, *query, str(logs), "--store", str(tmp_path / "store"), "--progress", "never"]
    assert main(arguments) == 0
    capsys.readouterr()
    write_log(logs / "b.log.gz", gzip.compress(log_bytes("access", 4, 30))[:-20])
    assert main(arguments) == (0 if query else 2)
    told = capsys.readouterr().err
    assert told.count("b.log.gz: the gzip data ends too early") == 1 and told.count("b.log.gz") == 1
    assert ("image.log: skipped" in told) is not bool(query)
    (logs / "b.log.gz").unlink()
    assert main(arguments) == 0
    assert "b.log.gz: " not in capsys.readouterr().err
