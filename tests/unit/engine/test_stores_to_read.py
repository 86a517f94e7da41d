"""A store that may only be read answers exactly, whatever its logs have grown by."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import filelock
import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import open_logs, write_log

from sawlog.cli import main
from sawlog.errors import StoreError
from sawlog.model.progress import Progress


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A log that was indexed with 20 records and has 40, in a store that cannot be written to since."""
    path = write_log(tmp_path / "a.log", log_bytes("access", 3, 20))
    open_logs(path, tmp_path).close()
    write_log(path, log_bytes("access", 3, 40))

    def refuse(*_: Any, **__: Any) -> None:  # for root, too, who may write everywhere
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    return path


def test_what_is_new_is_scanned(log: Path, tmp_path: Path) -> None:
    seen: list[Progress] = []
    with open_logs(log, tmp_path, progress=seen.append) as logs:
        assert logs.wait().count() == logs.refresh().count() == 40
        assert sorted(hit.line for hit in logs.search()) == list(range(1, 41))
        told = str(logs.build.error)
        assert "cannot be brought up to date (Permission denied)" in told and "store=" in told
        assert [progress.message for progress in seen] == [told]
        with pytest.raises(StoreError, match="cannot be brought up to date"):
            next(logs.follow())


def test_a_hit_that_is_not_indexed_stands_alone_in_its_context(log: Path, tmp_path: Path) -> None:
    with open_logs(log, tmp_path) as logs:
        (block,) = logs.search("line:20").context(before=1, after=1)
        assert [hit.line for hit in block.records] == [19, 20]
        for number in (21, 30):
            (block,) = logs.search(f"line:{number}").context(before=1, after=1)
            assert [hit.line for hit in block.records] == [number]
            assert block.matches == (True,)


def test_without_an_index_it_is_an_error(log: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot write to"):
        open_logs(log, tmp_path / "another")


@pytest.mark.parametrize(("command", "status"), [("count", 0), ("search", 0), ("report", 0), ("index", 2)])
def test_the_command_says_so(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, status: int
) -> None:
    query = [""] if command in ("count", "search") else []
    assert main([command, *query, str(log), "--store", str(tmp_path), "--name", "logs"]) == status
    assert capsys.readouterr().err.count("cannot be brought up to date") == 1
