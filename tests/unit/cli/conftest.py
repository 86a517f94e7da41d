"""An engine in memory, which the commands reach as they reach the real one: by the public names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

import sawlog
from sawlog.errors import StoreError
from sawlog.query.ast import Query
from sawlog.results.hits import Hit, Hits
from sawlog.results.tables import DatasetInfo, Datasets

RAWS = [f"{'boom' if number % 10 == 0 else 'fine'} {number}" for number in range(30)]


class FakeDataset:
    """Thirty records; those of a query are the ones that contain it."""

    name = "web"
    build = SimpleNamespace(error=None)

    def __init__(self, engine: FakeEngine) -> None:
        self.engine = engine

    def search(self, query: str = "", limit: int | None = 100, **options: Any) -> Hits:
        self.engine.calls.append(("search", query, {"limit": limit, **options}))
        if self.engine.raises is not None:
            raise self.engine.raises
        rows = [position for position, raw in enumerate(self.engine.raws) if query in raw]
        matching = self.engine.page.take(pa.array(rows, pa.int64()))
        tree = Query("term", value=query) if query else None
        hits = self.engine.make_hits(matching.slice(0, limit), query=tree, text=query, everything=self.engine.page)
        hits.total, hits.timed_out = len(rows), self.engine.timed_out
        return hits

    def follow(self, query: str = "") -> Iterator[Hit]:
        yield from self.search(query, limit=1)
        raise KeyboardInterrupt

    def report(self) -> pd.DataFrame:
        row = {"file": "/logs/app.log", "format": "plain", "lines": 30, "state": "indexed", "error": self.engine.error}
        return pd.DataFrame([row])

    @property
    def problems(self) -> dict[str, str]:
        return {"/logs/app.log": self.engine.error} if self.engine.error else {}

    def close(self) -> None:
        self.engine.calls.append(("close", "", {}))


class FakeEngine:
    """What was called, and how the next call behaves."""

    def __init__(self, make_page: Callable[..., pa.Table], make_hits: Callable[..., Hits]) -> None:
        self.make_page, self.make_hits = make_page, make_hits
        self.calls: list[tuple[str, Any, dict[str, Any]]] = []
        self.raises: BaseException | None = None
        self.timed_out = False
        self.error = ""
        self.hold(RAWS)

    def hold(self, raws: list[str], **columns: Any) -> None:
        self.raws = raws
        self.page = self.make_page(raws, **columns)

    def open(self, paths: Any = None, **options: Any) -> FakeDataset:
        self.calls.append(("open", paths, options))
        return FakeDataset(self)

    def datasets(self, store: str | None = None) -> Datasets:
        return Datasets([DatasetInfo("web", "/store/web", 30, 300, None, None, "ready", 1, 1)])

    def describe(self, name: str) -> DatasetInfo:
        if name != "web":
            raise StoreError(f"the store holds no dataset {name!r}")
        return self.datasets()[0]

    def drop(self, name: str) -> None:
        self.calls.append(("drop", name, {}))

    def last(self, name: str) -> tuple[Any, dict[str, Any]]:
        """The argument and the options of the last call of a function."""
        return next((argument, options) for called, argument, options in reversed(self.calls) if called == name)


@pytest.fixture
def engine(
    make_page: Callable[..., pa.Table], make_hits: Callable[..., Hits], monkeypatch: pytest.MonkeyPatch
) -> FakeEngine:
    fake = FakeEngine(make_page, make_hits)
    monkeypatch.setattr(sawlog, "open", fake.open, raising=False)
    monkeypatch.setattr(sawlog, "datasets", fake.datasets, raising=False)
    # As an attribute it would be looked up first, which imports the real engine.
    monkeypatch.setitem(vars(sawlog), "SearchEngineManager", lambda store: fake)
    monkeypatch.setattr(sawlog, "__version__", "1.2.3", raising=False)
    return fake


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """stdin and stdout are terminals, with colours."""
    monkeypatch.setattr("sawlog.cli.output.is_terminal", lambda stream: True)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
