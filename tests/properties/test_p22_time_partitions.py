"""P22: a time range opens only the partitions that overlap it, and gives the scan's rows."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import BEGIN, log_bytes
from tests.support.datasets import OpenBytes, found, search, state_of
from tests.support.queries import text_leaves

from sawlog.engine import Dataset
from sawlog.query.ast import ALL, Query
from sawlog.query.simplify import normalise

BEGIN_NS = int(BEGIN.timestamp()) * 1_000_000_000
Bounds = tuple[int | None, int | None]


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    return open_bytes(log_bytes("application", 22, 260), log_bytes("access", 23, 60), log_bytes("plain", 24, 20))


@pytest.fixture(scope="module")
def ranges(logs: Dataset) -> st.SearchStrategy[Bounds]:
    """Ranges whose edges lie on stamps and beside them, on partitions' edges, and beyond both ends."""
    stamps = sorted({r[5] for r in found(state_of(logs), ALL) if r[5] is not None})  # type: ignore[type-var]
    edges = {e for p in state_of(logs).catalog.partitions for e in (p.start, p.end) if e is not None}
    chosen = st.sampled_from(stamps) | st.sampled_from(sorted(edges)) | st.sampled_from([0, BEGIN_NS * 2])
    moments = st.none() | st.builds(lambda stamp, beside: stamp + beside, chosen, st.sampled_from([0, 0, 1, -1]))
    return st.tuples(moments, moments)


def time(bounds: Bounds) -> Query:
    return normalise(Query("time", value=bounds))


def overlapping(logs: Dataset, bounds: Bounds) -> int:
    start, end = bounds
    entries = [e for e in state_of(logs).catalog.partitions if e.start is not None and e.end is not None]
    return sum((start is None or e.end >= start) and (end is None or e.start < end) for e in entries)


@given(data=st.data(), words=text_leaves() | st.just(ALL))
def test_the_rows_are_the_scans(
    logs: Dataset, ranges: st.SearchStrategy[Bounds], data: st.DataObject, words: Query
) -> None:
    start, end = bounds = data.draw(ranges)
    query = normalise(Query("and", children=(time(bounds), words)))
    rows = found(state_of(logs), query)
    assert rows == found(state_of(logs), query, scan_only=True)
    expected = [
        r
        for r in found(state_of(logs), words)
        if r[5] is not None and (start is None or r[5] >= start) and (end is None or r[5] < end)  # type: ignore[operator]
    ]
    assert rows == expected


@given(data=st.data())
def test_only_overlapping_partitions_are_opened(
    logs: Dataset, ranges: st.SearchStrategy[Bounds], data: st.DataObject
) -> None:
    bounds = data.draw(ranges)
    if bounds == (None, None) or time(bounds).kind == "none":
        return
    run = search(state_of(logs), time(bounds))
    run.table()
    assert run.work.counts.get("partitions", 0) == overlapping(logs, bounds)
    assert "batches" not in run.work.counts, "a range is two binary searches"


@settings(max_examples=30)
@given(data=st.data())
def test_ranges_combined(logs: Dataset, ranges: st.SearchStrategy[Bounds], data: st.DataObject) -> None:
    first, second = data.draw(ranges), data.draw(ranges)
    for kind in ("and", "or"):
        query = normalise(Query(kind, children=(time(first), time(second))))  # type: ignore[arg-type]
        assert found(state_of(logs), query) == found(state_of(logs), query, scan_only=True)
    query = normalise(Query("not", children=(time(first),)))
    assert found(state_of(logs), query) == found(state_of(logs), query, scan_only=True)


def test_without_edges_all_records_with_a_time_match(logs: Dataset) -> None:
    rows = found(state_of(logs), Query("time", value=(None, None)))
    assert rows == [r for r in found(state_of(logs), ALL) if r[5] is not None]
    assert 0 < len(rows) < logs.count()


def test_some_ranges_leave_partitions_closed(logs: Dataset) -> None:
    last = max(e.end for e in state_of(logs).catalog.partitions if e.end is not None)
    run = search(state_of(logs), time((last, None)))
    run.table()
    assert 0 < run.work.counts["partitions"] < len(state_of(logs).catalog.partitions)
