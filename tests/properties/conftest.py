"""Datasets that several properties are tried on, built once a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.datasets import TINY, OpenBytes, open_logs, write_log

from sawlog.engine import Dataset
from sawlog.settings import Settings


@pytest.fixture(scope="module")
def open_bytes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBytes]:
    """``open_bytes(data, ...)``: a dataset with one source a text, named a.log, b.log, ..."""
    opened: list[Dataset] = []

    def make(*texts: bytes, settings: Settings = TINY) -> Dataset:
        directory: Path = tmp_path_factory.mktemp("corpus")
        for name, text in zip("abcdefgh", texts, strict=False):
            write_log(directory / "logs" / f"{name}.log", text)
        opened.append(open_logs(directory / "logs", directory / "store", settings))
        return opened[-1]

    yield make
    for dataset in opened:
        dataset.close()
