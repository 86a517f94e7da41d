"""A query of another tool that finds nothing is answered with a hint."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import write_log

from sawlog.cli import main
from sawlog.cli.remarks import remarks

FIELDS = ("level", "status", "user_agent")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("status=404", ["for the field write status:404"]),
        ('Level == "error"', ['for the field write level:"error"']),
        ("stauts:404", ["no record has a field stauts (there is status)"]),
        ("nothing:like it", ["no record has a field nothing, so"]),
        ("status=404 | stats count", ["status:404", "| is no pipe here"]),
        ("status:404 connection reset", []),
        ("http://example.com a/b.c:12 10:30:00 x|y", []),
        ('"user=root" blk_-1', []),
    ],
)
def test_what_is_said(query: str, said: list[str]) -> None:
    found = remarks(query, FIELDS)
    assert len(found) == len(said)
    assert all(part in remark for part, remark in zip(said, found, strict=True))


def test_it_is_said_only_where_nothing_was_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_log(tmp_path / "a.log", log_bytes("access", 3, 30)))
    for command in ("search", "count"):
        arguments = [path, "--store", str(tmp_path / "store"), "--progress", "never"]
        assert main([command, "status=4040", *arguments]) == 1
        assert "for the field write status:4040" in capsys.readouterr().err
        assert main([command, "status:>0", *arguments]) == 0
        assert capsys.readouterr().err == ""
