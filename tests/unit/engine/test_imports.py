"""What first answers import: pandas takes half a second, and is for whoever asks for a DataFrame; so with the rest."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import open_logs, write_log

SCRIPT = """
import sys, sawlog
path, store, background = sys.argv[1:]
with sawlog.open(path, store=store, background=background == "background", progress="none") as logs:
    for query in ("timeout", "level:error", '"connection reset"', "/time(out|d)/", "t?me*", ""):
        hits = logs.search(query)
        assert hits.html() and repr(hits) and logs.count(query) == hits.total
    assert logs.histogram("timeout").total
    assert "pandas" not in sys.modules
    assert "http.client" not in sys.modules  # only URLs need it
    assert hits.to_pandas() is not None
"""

LISTING = """
import sys, sawlog
from sawlog.cli import main
store = sys.argv[1]
(held,) = sawlog.datasets(store)
assert held.records and held.state == "ready"
assert main(["datasets", "--store", store]) == 0
assert not {"numpy", "polars", "pyarrow", "tantivy", "asyncio", "http.client"} & set(sys.modules)
"""


@pytest.mark.parametrize("where", ["background", "indexed"])
def test_no_search_imports_pandas(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
    monkeypatch.setenv("SAWLOG_INLINE_BYTES", "0")  # workers build, which is their own matter
    path = write_log(tmp_path / "app.log", log_bytes("application", 7, 400))
    subprocess.run([sys.executable, "-c", SCRIPT, str(path), str(tmp_path / "store"), where], check=True, timeout=120)


def test_a_look_at_the_store_imports_no_engine(tmp_path: Path) -> None:
    path = write_log(tmp_path / "app.log", log_bytes("application", 7, 400))
    open_logs(path, tmp_path / "store").close()
    subprocess.run([sys.executable, "-c", LISTING, str(tmp_path / "store")], check=True, timeout=120)
