"""Buckets of days and weeks are those of the dataset's zone, however long the clock makes them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from tests.support.datasets import open_logs, write_log

from sawlog.engine import Dataset
from sawlog.query.times import midnights, parse_time

FIRST = datetime(2026, 10, 20, 21, 30, tzinfo=UTC)  # half an hour before midnight in Berlin; a Tuesday
HOUR = 3_600 * 10**9


@pytest.fixture(scope="module", params=["Europe/Berlin", "UTC", "America/Sao_Paulo", "Asia/Kathmandu"])
def logs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    folder = tmp_path_factory.mktemp("days")
    moments = (FIRST + timedelta(minutes=30 * step) for step in range(48 * 11))
    lines = "".join(f"{moment:%Y-%m-%dT%H:%M:%SZ} {'INFO' if moment.hour % 3 else 'ERROR'} x\n" for moment in moments)
    with open_logs(write_log(folder / "a.log", lines.encode()), folder / "store", timezone=request.param) as dataset:
        yield dataset


@pytest.mark.parametrize("query", ["", "level:error"])
def test_a_day_holds_what_the_language_means_by_it(logs: Dataset, query: str) -> None:
    frame = logs.histogram(query, by="1d", split="level").to_pandas()
    assert len(frame) in (11, 12)
    for start, counts in frame.iterrows():
        assert isinstance(start, datetime)
        assert (start.hour, start.minute) == (0, 0)
        assert counts.sum() == logs.count(f"@{start:%Y-%m-%d} {query}")
    assert frame.to_numpy().sum() == logs.count(query)


def test_weeks_begin_on_mondays(logs: Dataset) -> None:
    frame = logs.histogram(by="1w").to_pandas()
    assert [f"{start:%a %d %H:%M}" for start in frame.index] == ["Mon 19 00:00", "Mon 26 00:00"]
    first, second = frame["count"]
    assert first == logs.count(start="2026-10-19", end="2026-10-25")
    assert first + second == logs.count()


def test_hours_stay_equally_wide(logs: Dataset) -> None:
    for by in (None, "1h", "36h"):
        starts = logs.histogram(by=by).starts_ns
        assert len({int(step) for step in starts[1:] - starts[:-1]}) == 1


def test_days_are_as_long_as_the_clock_makes_them() -> None:
    def hours(day: str, zone: str) -> list[float]:
        low = parse_time(day, timezone=zone)
        edges = midnights(low, low + 40 * HOUR, 1, zone)
        return [(after - before) / HOUR for before, after in pairwise(edges)]

    assert hours("2026-10-25", "Europe/Berlin") == [25, 24]
    assert hours("2026-03-29", "Europe/Berlin") == [23, 24]
    assert hours("2018-11-04", "America/Sao_Paulo") == [23, 24], "midnight itself is left out"
    assert hours("2011-12-29", "Pacific/Apia") == [24, 24], "the 30th is left out"


def test_edges_hold_the_whole_range() -> None:
    for low in (parse_time("1677-09-22Z"), parse_time("1969-12-31 23:59Z"), parse_time("2262-04-11Z")):
        for step in (1, 3, 7, 26_000):
            edges = midnights(low, low, step, "UTC")
            assert edges[0] <= low < edges[-1]
            assert len(edges) == 2
