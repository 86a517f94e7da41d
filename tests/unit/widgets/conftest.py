"""Explorers whose browser is the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import comm
import pytest
from tests.support.datasets import open_logs, write_log
from tests.support.page import Page
from tests.support.served import SMALL, log_lines

import sawlog.widgets.explorer
from sawlog.engine import Dataset
from sawlog.widgets import Explorer


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Dataset]:
    target = write_log(tmp_path / "app.log", log_lines().encode())
    with open_logs(target, tmp_path / "store", SMALL) as dataset:
        yield dataset


@pytest.fixture
def explore(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., tuple[Explorer, Page]]]:
    """Makes an explorer of the logs, and its page."""
    monkeypatch.setattr(comm, "create_comm", lambda **options: Page(**options))
    monkeypatch.setattr(sawlog.widgets.explorer, "bundle", lambda name: f"/* {name} */")
    made: list[Explorer] = []

    def make(query: str = "", **options: Any) -> tuple[Explorer, Page]:
        explorer = logs.explore(query, **options)
        assert isinstance(explorer, Explorer)
        made.append(explorer)
        assert isinstance(explorer.comm, Page)
        return explorer, explorer.comm

    yield make
    for explorer in made:
        explorer.close()
