"""%%logs and %logs in a real shell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from tests.support.corpora import log_bytes
from tests.support.datasets import open_logs, write_log

from sawlog.engine import Dataset
from sawlog.results.hits import Hits


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[Hits]:
    displayed: list[Hits] = []
    monkeypatch.setattr("sawlog.notebook.magics._display", displayed.append)
    return displayed


def test_a_cell_is_a_query(shell: InteractiveShell, logs: Dataset, shown: list[Hits]) -> None:
    shell.run_cell_magic("logs", "", "level:error\ntimeout\n")
    assert shown[0].total == logs.count("level:error timeout") > 0
    shell.run_cell_magic("logs", "logs --limit 3 --order oldest", "timeout")
    assert len(list(shown[1])) == 3
    assert [h.raw for h in shown[1]] == [h.raw for h in logs.search("timeout", limit=3, order="oldest")]


def test_a_time_range_and_a_frame(shell: InteractiveShell, logs: Dataset, shown: list[Hits]) -> None:
    start = "2026-03-17 10:01"
    shell.run_cell_magic("logs", f'--start "{start}" --as found', "timeout")
    frame = shell.user_ns["found"]
    assert isinstance(frame, pd.DataFrame)
    assert len(frame) == logs.count("timeout", start=start) > 0
    assert shown == []


def test_a_line_is_a_query_too(shell: InteractiveShell, logs: Dataset) -> None:
    hits = shell.run_line_magic("logs", "logs level:error timeout")
    assert hits.total == logs.count("level:error timeout")


def test_a_dataset_of_the_store(shell: InteractiveShell, tmp_path: Path) -> None:
    write_log(tmp_path / "web.log", log_bytes("access", 43, 30))
    with open_logs(tmp_path / "web.log", tmp_path / "store", name="web"):
        pass
    assert shell.run_line_magic("logs", "web status:200").total > 0
    assert [d.name for d in shell.run_line_magic("logs", "")] == ["web"]


@pytest.mark.parametrize(
    "line", ["missing", "--limit x", "--nonsense", "logs extra", '--start "open', "--as 1x", "--order random"]
)
def test_what_is_wrong_is_said(shell: InteractiveShell, line: str) -> None:
    with pytest.raises(UsageError, match="logs"):
        shell.run_cell_magic("logs", line, "timeout")
