"""Standard input is another log each time that it is opened, and is read once."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.datasets import open_logs, write_log

from sawlog.engine import Dataset

Piped = Callable[..., Dataset]


@pytest.fixture
def piped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Piped:
    """Opens lines that come from a pipe, beside other targets."""

    def made(lines: int, *others: object) -> Dataset:
        text = "".join(f"2026-01-01 00:00:{number:02} INFO piped {lines}\n" for number in range(lines))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return open_logs(["-", *others], tmp_path)

    return made


def test_what_another_pipe_gave_is_not_counted(piped: Piped, tmp_path: Path) -> None:
    for lines in (5, 7, 0, 3):
        with piped(lines) as logs:
            assert logs.count() == lines
    assert len(list((tmp_path / "logs" / "spool").iterdir())) == 1


def test_other_targets_stay(piped: Piped, tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.log", b"2026-01-01 00:00:00 INFO file\n")
    piped(5, path).close()
    with piped(7, path) as logs:
        assert (logs.count("piped"), logs.count("file")) == (7, 1)


def test_it_is_kept_by_refresh_and_by_name(piped: Piped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with piped(5) as logs:
        assert logs.refresh().count() == 5
        assert set(logs.report()["state"]) == {"indexed"}
    monkeypatch.setattr(sys, "stdin", None)
    with open_logs(None, tmp_path) as logs:
        assert logs.count() == 5
