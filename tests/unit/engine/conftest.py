"""Logs in two formats, indexed, for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import open_logs, write_log

from sawlog.engine import Dataset


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("logs")
    write_log(directory / "app.log", log_bytes("application", 91, 150))
    write_log(directory / "web" / "access.log", log_bytes("access", 92, 80))
    return directory


@pytest.fixture(scope="module")
def logs(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with open_logs(directory, tmp_path_factory.mktemp("store")) as dataset:
        yield dataset
