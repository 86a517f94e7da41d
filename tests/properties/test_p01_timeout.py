"""P1: a query ends soon after its time is up, complete or marked, and what it gives until then is true.

Time is counted in looks at the clock, so that a search can be stopped at each of its steps, and the same every time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import log_bytes
from tests.support.datasets import OpenBytes, Record, half_indexed, search, seen, state_of
from tests.support.queries import queries

from sawlog.engine import Dataset
from sawlog.errors import QueryTimeout
from sawlog.execute import raw
from sawlog.execute.run import Search
from sawlog.execute.work import Work
from sawlog.model.progress import CancelToken
from sawlog.query.ast import Query


class Ticking(CancelToken):
    """Time is up after so many looks at it."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._left = looks
        self._counting = threading.Lock()
        self.looks_after_the_end = 0

    @property
    def stopped(self) -> bool:
        with self._counting:
            self._left -= 1
            self.looks_after_the_end += self._left < 0
            return self._left < 0


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    return open_bytes(log_bytes("application", 5, 150), log_bytes("access", 6, 90))


@pytest.fixture
def small_windows() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(raw, "WINDOW", 4 << 10)
        yield


def whole(logs: Dataset, query: Query) -> list[Record]:
    return seen(search(state_of(logs), query).table())


def stopped(logs: Dataset, query: Query, looks: int, half: bool) -> tuple[Search, Ticking]:
    token = Ticking(looks)
    return search(half_indexed(logs) if half else state_of(logs), query, token=token), token


@settings(max_examples=30)
@given(query=queries(), looks=st.integers(0, 12), half=st.booleans(), oldest=st.booleans())
def test_what_is_found_in_time_is_true_and_what_is_missing_is_said(
    logs: Dataset, small_windows: None, query: Query, looks: int, half: bool, oldest: bool
) -> None:
    everything = whole(logs, query)
    run, _ = stopped(logs, query, looks, half)
    partial = seen(run.table(oldest))
    assert set(partial) <= set(everything)
    assert partial == everything or not run.complete
    run, _ = stopped(logs, query, looks, half)
    page = seen(run.page(7, oldest))
    assert set(page) <= set(everything)
    assert not run.complete or len(page) == min(7, len(everything))
    run, _ = stopped(logs, query, looks, half)
    assert run.count() <= len(everything)
    run, _ = stopped(logs, query, looks, half)
    assert set(run.rowset()) <= set(search(state_of(logs), query).rowset())


@settings(max_examples=25)
@given(query=queries(), looks=st.integers(0, 6))
def test_once_time_is_up_each_part_stops_at_its_next_look(logs: Dataset, query: Query, looks: int) -> None:
    run, token = stopped(logs, query, looks, half=True)
    parts = len(run.segments) + 2 * len(run.snapshot.pieces)
    run.table()
    assert token.looks_after_the_end <= parts + 1


def test_no_time_at_all_does_no_work(logs: Dataset) -> None:
    run, _ = stopped(logs, Query("regex", value="t.m"), 0, half=True)
    assert run.table().num_rows == 0
    assert not run.complete
    assert not run.work.counts


def test_between_two_looks_a_scan_does_a_bounded_piece_of_work(logs: Dataset) -> None:
    query = Query("regex", value="(?i)t.m")
    seen_at_look: list[int] = []

    class Watching(CancelToken):
        @property
        def stopped(self) -> bool:
            seen_at_look.append(work.counts.get("batches", 0))
            return False

    work = Work(Watching())
    state = state_of(logs)
    state.cache.clear()
    Search(state.snapshot(), query, state.pool, work, scan_only=True).table()
    threads = state.settings.effective_threads()
    steps = [b - a for a, b in pairwise(seen_at_look)]
    assert work.counts["batches"] >= len(state.catalog.partitions)
    assert max(steps) <= threads


def test_the_user_sees_the_mark_and_answers_that_cannot_be_partial_are_refused(logs: Dataset) -> None:
    hits = logs.search("raw:/t.m/", timeout=0)
    assert hits.timed_out
    assert hits.total == 0
    full = hits.to_arrow(limit=None)
    assert full.num_rows == logs.count("raw:/t.m/") > 0, "what follows up a search is complete"
    for refused in (logs.count, logs.rows, logs.histogram):
        with pytest.raises(QueryTimeout, match="larger timeout"):
            refused("raw:/tim./", timeout=0)
    assert not logs.search("timeout", timeout=60).timed_out
