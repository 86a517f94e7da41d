"""Any stretch of all matches is what a search for all of them has there."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from tests.support.corpora import log_bytes
from tests.support.datasets import SEEN, half_indexed, open_logs, search, state_of, write_log
from tests.support.queries import queries

from sawlog.engine import Dataset
from sawlog.engine.state import DatasetState
from sawlog.errors import QueryTimeout
from sawlog.execute.order import Ordering, identity
from sawlog.execute.run import Search
from sawlog.execute.work import Work
from sawlog.model.progress import CancelToken
from sawlog.query.ast import ALL, Query


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    directory = tmp_path_factory.mktemp("order")
    for number, name in enumerate(("application", "access", "plain")):
        write_log(directory / "logs" / f"{name}.log", log_bytes(name, 80 + number, 130))
    # Many records of one moment, in two sources: their order is by source and line alone.
    for name in ("b", "a"):
        moment = "".join(f"2026-03-17 10:00:00 INFO {name} timeout {k}\n" for k in range(60))
        write_log(directory / "logs" / f"{name}.log", moment.encode())
    return open_logs(directory / "logs", directory / "store")


def seen(table: pa.Table) -> list[tuple[object, ...]]:
    """The records of a resolved table in its order."""
    return list(zip(*(table[name].cast(pa.string()).to_pylist() for name in SEEN), strict=True))


def with_deleted_rows(state: DatasetState) -> DatasetState:
    """The state in which every third row of each partition was replaced by a later build."""
    kept = DatasetState(state.directory, state.catalog, state.options, state.settings)
    entries = tuple(entry.without(BitMap(range(0, entry.records, 3))) for entry in state.catalog.partitions)
    kept.replace_catalog(replace(state.catalog, partitions=entries))
    return kept


def state_in(logs: Dataset, how: str) -> DatasetState:
    return {"sealed": state_of, "half": half_indexed, "deleted": lambda d: with_deleted_rows(state_of(d))}[how](logs)


STATES = ("sealed", "half", "deleted")


@settings(max_examples=60)
@given(
    query=queries() | st.just(ALL),
    how=st.sampled_from(STATES),
    windows=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60), st.booleans()), min_size=1, max_size=4),
)
def test_a_window_is_a_stretch_of_all(
    logs: Dataset, query: Query, how: str, windows: list[tuple[int, int, bool]]
) -> None:
    state = state_in(logs, how)
    everything = {oldest: seen(search(state, query).table(oldest)) for oldest in (False, True)}
    ordering = Ordering(search(state, query))
    assert len(ordering) == len(everything[True])
    for offset, limit, oldest in windows:
        window = ordering.window(offset, limit, oldest)
        assert seen(window) == everything[oldest][offset : offset + limit]


@pytest.mark.parametrize("how", STATES)
def test_windows_of_one_add_up_to_all(logs: Dataset, how: str) -> None:
    state = state_in(logs, how)
    ordering = Ordering(search(state, ALL))
    found = [seen(ordering.window(place, 1))[0] for place in range(len(ordering))]
    assert found == seen(search(state, ALL).table())
    assert ordering.window(len(ordering), 10).num_rows == 0
    assert 0 < ordering.nbytes < 200 * len(ordering) + 1_000_000


def test_a_search_that_was_stopped_has_no_order(logs: Dataset) -> None:
    token = CancelToken()
    token.cancel()
    state = state_of(logs)
    with pytest.raises(QueryTimeout):
        Ordering(Search(state.snapshot(), ALL, state.pool, Work(token)))


def test_snapshots_are_told_apart_by_what_they_hold(logs: Dataset) -> None:
    snapshots = [state_in(logs, how).snapshot() for how in STATES]
    assert len({identity(snapshot) for snapshot in snapshots}) == len(STATES)
    assert identity(state_of(logs).snapshot()) == identity(state_of(logs).snapshot())


def test_hits_scroll(logs: Dataset) -> None:
    everything = logs.search("timeout", limit=None)
    hits = logs.search("timeout", limit=5)
    assert len(everything) > 60
    for offset, limit in ((0, 3), (2, 3), (4, 30), (50, 10), (len(everything) - 2, 10), (len(everything) + 5, 10)):
        window = hits.window(offset, limit)
        expected = everything[offset : offset + limit]
        assert [(h.source, h.line) for h in window] == [(h.source, h.line) for h in expected]
        assert (window.total, window.query) == (hits.total, hits.query)


def test_an_order_is_made_once(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Search] = []

    class Counted(Ordering):
        def __init__(self, search: Search) -> None:
            made.append(search)
            super().__init__(search)

    monkeypatch.setattr("sawlog.engine.searches.Ordering", Counted)
    for offset in (20, 40, 30):
        assert len(logs.search("timeout NOT reset", limit=5).window(offset, 2)) == 2
        assert len(logs.search("timeout NOT reset", limit=5, order="oldest").window(offset, 2)) == 2
    assert len(made) == 1
