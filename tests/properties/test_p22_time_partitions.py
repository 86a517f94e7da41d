"""P22: a time range opens only the partitions that overlap it, and gives the scan's rows."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.corpora import BEGIN, log_bytes
from tests.support.datasets import OpenBytes, found, search, state_of
from tests.support.queries import text_leaves

from sawlog.engine import Dataset
from sawlog.query.ast import ALL, Query
from sawlog.query.simplify import normalise

BEGIN_NS = int(BEGIN.timestamp()) * 1_000_000_000
#: The corpora last about five minutes; edges lie on stamps, beside them, and beyond both ends.
MOMENTS = st.none() | st.builds(
    lambda second, beside: BEGIN_NS + second * 250_000_000 + beside,
    st.integers(-40, 1_600),
    st.sampled_from([0, 0, 1, -1]),
)
RANGES = st.tuples(MOMENTS, MOMENTS)


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    return open_bytes(log_bytes("application", 22, 260), log_bytes("access", 23, 60), log_bytes("plain", 24, 20))


def time(bounds: tuple[int | None, int | None]) -> Query:
    return normalise(Query("time", value=bounds))


def overlapping(logs: Dataset, bounds: tuple[int | None, int | None]) -> int:
    start, end = bounds
    entries = [e for e in state_of(logs).catalog.partitions if e.start is not None and e.end is not None]
    return sum((start is None or e.end >= start) and (end is None or e.start < end) for e in entries)


@given(bounds=RANGES, words=text_leaves() | st.just(ALL))
@example(bounds=(None, None), words=ALL)
def test_the_rows_are_the_scans(logs: Dataset, bounds: tuple[int | None, int | None], words: Query) -> None:
    query = normalise(Query("and", children=(time(bounds), words)))
    rows = found(state_of(logs), query)
    assert rows == found(state_of(logs), query, scan_only=True)
    start, end = bounds
    expected = [
        r
        for r in found(state_of(logs), words)
        if r[5] is not None and (start is None or r[5] >= start) and (end is None or r[5] < end)  # type: ignore[operator]
    ]
    assert rows == expected


@given(bounds=RANGES)
def test_only_overlapping_partitions_are_opened(logs: Dataset, bounds: tuple[int | None, int | None]) -> None:
    if bounds == (None, None) or time(bounds).kind == "none":
        return
    run = search(state_of(logs), time(bounds))
    run.table()
    assert run.work.counts.get("partitions", 0) == overlapping(logs, bounds)
    assert "batches" not in run.work.counts, "a range is two binary searches"
    assert len(run.segments) <= len(state_of(logs).catalog.partitions)


@given(first=RANGES, second=RANGES)
def test_ranges_combined(
    logs: Dataset, first: tuple[int | None, int | None], second: tuple[int | None, int | None]
) -> None:
    both = normalise(Query("and", children=(time(first), time(second))))
    either = normalise(Query("or", children=(time(first), time(second))))
    for query in (both, either, normalise(Query("not", children=(time(first),)))):
        assert found(state_of(logs), query) == found(state_of(logs), query, scan_only=True)
    run = search(state_of(logs), either)
    run.rowset()
    if both.kind == either.kind == "none":
        return
    assert run.work.counts.get("partitions", 0) <= len(state_of(logs).catalog.partitions)


def test_some_ranges_leave_partitions_closed(logs: Dataset) -> None:
    last = max(e.end for e in state_of(logs).catalog.partitions if e.end is not None)
    run = search(state_of(logs), time((last, None)))
    run.table()
    assert 0 < run.work.counts["partitions"] < len(state_of(logs).catalog.partitions)
