"""A real IPython shell, and a dataset in its namespace."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from tests.support.corpora import log_bytes
from tests.support.datasets import open_logs, write_log
from traitlets.config import Config

from sawlog.engine import Dataset


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    directory = tmp_path_factory.mktemp("cells")
    write_log(directory / "logs" / "app.log", log_bytes("application", 41, 120))
    write_log(directory / "logs" / "access.log", log_bytes("access", 42, 60))
    with open_logs(directory / "logs", directory / "store") as dataset:
        yield dataset


@pytest.fixture
def shell(logs: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("SAWLOG_STORE", str(tmp_path / "store"))
    config = Config()
    config.HistoryManager.enabled = False
    config.HistoryManager.hist_file = ":memory:"
    shell = InteractiveShell(config=config)
    shell.user_ns["logs"] = logs
    shell.run_line_magic("load_ext", "sawlog")
    yield shell
    shell.run_line_magic("unload_ext", "sawlog")
