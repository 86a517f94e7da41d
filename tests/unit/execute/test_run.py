"""The fan-out: order, early stop, pruning, merging of partitions that overlap in time."""

from __future__ import annotations

import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import log_bytes
from tests.support.datasets import half_indexed, open_logs, search, seen, state_of, write_log
from tests.support.queries import queries

from sawlog.engine import Dataset
from sawlog.execute import fetch
from sawlog.execute.run import Search
from sawlog.execute.snapshot import time_bounds
from sawlog.execute.work import Work
from sawlog.model.progress import CancelToken
from sawlog.model.schema import TIMESTAMP
from sawlog.query.ast import ALL, NONE, Query
from sawlog.query.evaluate import matches

LOWEST = -(2**63)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    directory = tmp_path_factory.mktemp("run")
    for number, name in enumerate(("application", "access", "plain")):
        write_log(directory / "logs" / f"{name}.log", log_bytes(name, 80 + number, 130))
    return open_logs(directory / "logs", directory / "store")


def times(table: pa.Table) -> list[int]:
    return pc.fill_null(table[TIMESTAMP].cast(pa.int64()), LOWEST).to_pylist()


@settings(max_examples=40)
@given(query=queries(), limit=st.integers(0, 40), oldest=st.booleans(), half=st.booleans())
def test_a_page_is_the_edge_of_all(logs: Dataset, query: Query, limit: int, oldest: bool, half: bool) -> None:
    state = half_indexed(logs) if half else state_of(logs)
    everything = search(state, query).table(oldest)
    page = search(state, query).page(limit, oldest)
    assert times(everything) == sorted(times(everything), reverse=not oldest)
    assert times(page) == times(everything)[:limit]
    assert set(seen(page)) <= set(seen(everything))
    assert len(set(seen(page))) == page.num_rows == min(limit, everything.num_rows)


@settings(max_examples=40)
@given(query=queries(), stretch=st.integers(1, 60), oldest=st.booleans(), half=st.booleans())
def test_what_is_put_in_order_in_stretches_is_in_order(
    logs: Dataset, query: Query, stretch: int, oldest: bool, half: bool
) -> None:
    state = half_indexed(logs) if half else state_of(logs)
    at_once = search(state, query).table(oldest)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetch, "_AT_ONCE", 0)
        patch.setattr(fetch, "_STRETCH", stretch)
        assert search(state, query).table(oldest).equals(at_once)


@settings(max_examples=25)
@given(query=queries(), limit=st.integers(0, 30))
def test_the_most_relevant_are_among_the_matches(logs: Dataset, query: Query, limit: int) -> None:
    everything = seen(search(state_of(logs), query).table())
    best = search(state_of(logs), query).best(limit)
    assert set(seen(best)) <= set(everything)
    assert best.num_rows == min(limit, len(everything))


def test_a_full_page_leaves_older_partitions_closed(logs: Dataset) -> None:
    partitions = len(state_of(logs).catalog.partitions)
    for oldest in (False, True):
        run = search(state_of(logs), Query("time", value=(None, None)))
        assert run.page(3, oldest).num_rows == 3
        assert run.work.counts["partitions"] < partitions


def test_relevance_prefers_the_rare_word(tmp_path_factory: pytest.TempPathFactory) -> None:
    directory = tmp_path_factory.mktemp("best")
    text = "".join(f"2026-03-17 10:00:{k % 60:02} INFO common{' rare' if k == 7 else ''}\n" for k in range(200))
    write_log(directory / "a.log", text.encode())
    logs = open_logs(directory / "a.log", directory / "store")
    query = Query("or", children=(Query("term", value="common"), Query("term", value="rare")))
    assert search(state_of(logs), query).best(1)["line"].to_pylist() == [8]
    logs.close()


TIME = st.tuples(st.none() | st.integers(0, 9), st.none() | st.integers(0, 9)).map(
    lambda value: Query("time", value=value)
)


@given(query=queries(TIME | st.just(ALL) | st.just(NONE), most=5), moment=st.integers(-1, 10))
def test_time_bounds_never_exclude_a_match(query: Query, moment: int) -> None:
    start, end = time_bounds(query)
    if matches(query, "", {"timestamp": moment}.get):
        assert (start is None or moment >= start) and (end is None or moment < end)


def test_a_row_set_is_a_filter_like_any_other(logs: Dataset) -> None:
    state = state_of(logs)
    timeout, reset = (search(state, Query("term", value=word)).rowset() for word in ("timeout", "reset"))
    run = search(state, Query("term", value="timeout"), rows=reset)
    assert run.rowset() == timeout & reset
    assert search(state, Query("term", value="timeout"), rows=reset).count() == len(timeout & reset)
    assert search(state, ALL, rows=reset).count() == len(reset)
    assert set(search(state, ALL, rows=timeout | reset).rowset()) == set(timeout | reset)
    page = search(state, ALL, rows=reset).page(5)
    assert all(pair in reset for pair in zip(page["source_id"].to_pylist(), page["offset"].to_pylist(), strict=True))


def test_the_scan_does_not_repeat_what_another_executor_found(logs: Dataset) -> None:
    state = state_of(logs)
    query = Query("term", value="timeout")
    for segment in state.snapshot().segments:
        state.cache.put((segment.partition.view, "rows", query), segment.partition.alive, 1)
    scanned = Search(state.snapshot(), query, state.pool, Work(), scan_only=True).rowset()
    state.cache.clear()
    assert scanned == search(state, query).rowset()


def test_a_timeout_ends_the_wait_for_a_single_partition_too(tmp_path: Path) -> None:
    write_log(tmp_path / "logs" / "a.log", log_bytes("access", 3, 5))
    release = threading.Event()
    with open_logs(tmp_path / "logs", tmp_path / "store") as one:
        run = search(state_of(one), ALL, token=CancelToken(0.01))
        assert len(run.segments) == 1
        try:
            assert list(run.each(lambda segment: release.wait(60))) == []
            assert not release.is_set()
            assert not run.complete
        finally:
            release.set()
