"""A log is rotated between the look at it and the reading, or the end of the reading: nothing is lost or doubled."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.datasets import open_logs

from sawlog.ingest import builder
from sawlog.ingest.builder import StreamingIndexBuilder
from sawlog.ingest.changes import complete


def lines(first: int, count: int) -> str:
    return "".join(f"2026-03-17 10:{n // 60 % 60:02}:{n % 60:02} INFO line number {n}\n" for n in range(first, count))


def once(action: Callable[[], None], then: Callable[..., Any]) -> Callable[..., Any]:
    """``then``, with ``action`` before its first call."""
    left = [action]

    def both(*arguments: Any, **options: Any) -> Any:
        while left:
            left.pop()()
        return then(*arguments, **options)

    return both


@pytest.mark.parametrize("late", ["", lines(90_000, 90_005)], ids=["", "grown"])
@pytest.mark.parametrize("new", [None, lines(50_000, 50_010), lines(50_000, 50_400)], ids=["gone", "short", "long"])
@pytest.mark.parametrize("before", [0, 100])
@pytest.mark.parametrize("moment", ["reading", "completing"])
def test_a_log_that_is_rotated_while_it_is_indexed(
    moment: str, before: int, new: str | None, late: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, rotated = tmp_path / "logs" / "a.log", tmp_path / "logs" / "a.log.1"
    log.parent.mkdir()
    log.write_text(lines(0, before))
    logs = open_logs(log.parent, tmp_path / "store")
    with log.open("a") as file:
        file.write(lines(before, 200))

    def rotate() -> None:
        log.rename(rotated)
        with rotated.open("a") as file:
            file.write(late)
        if new is not None:
            log.write_text(new)

    with monkeypatch.context() as patch:
        if moment == "reading":
            patch.setattr(StreamingIndexBuilder, "_run", once(rotate, StreamingIndexBuilder._run))
        else:
            patch.setattr(builder, "complete", once(rotate, complete))
        logs.refresh()
    first = {hit.raw for hit in logs.search(limit=None)}
    if new is not None:
        with log.open("a") as file:
            file.write(lines(51_000, 51_400))
    logs.refresh()
    written = [line for path in log.parent.iterdir() for line in path.read_text().splitlines()]
    assert sorted(hit.raw for hit in logs.search(limit=None)) == sorted(written)
    assert first <= set(written)
    assert not any(logs.report()["error"])
    logs.close()
