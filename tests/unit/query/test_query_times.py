"""Times, durations and quantities as people type them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.errors import QueryError, SettingsError
from sawlog.query.quantity import Quantity, number_of, read_quantity
from sawlog.query.times import SECOND, from_ns, parse_duration, parse_stretch, parse_time

NOW = parse_time("2026-11-01 10:00:30.5Z")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-11-01", "2026-10-31T23:00:00", "2026-11-01T23:00:00"),
        ("2026-11", "2026-10-31T23:00:00", "2026-11-30T23:00:00"),
        ("2026-10-25", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),  # the clock goes back: 25 hours
        ("2026-11-01 10:00", "2026-11-01T09:00:00", "2026-11-01T09:01:00"),
        ("2026-11-01 10", "2026-11-01T09:00:00", "2026-11-01T10:00:00"),
        ("2026-11-01T10:00:05Z", "2026-11-01T10:00:05", "2026-11-01T10:00:06"),
        ("2026-11-01 10:00+02:00", "2026-11-01T08:00:00", "2026-11-01T08:01:00"),
        ("today", "2026-10-31T23:00:00", "2026-11-01T23:00:00"),
        ("yesterday", "2026-10-30T23:00:00", "2026-10-31T23:00:00"),
        ("14:00", "2026-11-01T13:00:00", "2026-11-01T13:01:00"),
    ],
)
def test_a_stamp_names_a_stretch_of_time(text: str, start: str, end: str) -> None:
    stretch = parse_stretch(text, NOW, "Europe/Berlin")
    assert (from_ns(stretch.start)[:19], from_ns(stretch.end)[:19]) == (start, end)


def test_a_date_as_the_end_is_the_end_of_that_day() -> None:
    assert parse_time("2026-11-01", end=True) == parse_time("2026-11-02")
    assert parse_time(dt.date(2026, 11, 1), end=True) == parse_time("2026-11-02")
    assert parse_time("2026-11-01 15:00", end=True) == parse_time("2026-11-01 15:00")


def test_a_time_that_clocks_left_out_is_when_they_were_put_forward() -> None:
    forward = parse_time("2026-03-29 01:00Z")
    for time in ("02:00", "02:30", "02:59:59", "03:00"):
        assert parse_time(f"2026-03-29 {time}", timezone="Europe/Berlin") == forward
    assert parse_time(dt.datetime(2026, 3, 29, 2, 30), timezone="Europe/Berlin") == forward
    assert parse_time("2026-03-29 02:30+01:00", timezone="Europe/Berlin") == parse_time("2026-03-29 01:30Z")
    assert parse_time("2026-10-25 02:30", timezone="Europe/Berlin") == parse_time("2026-10-25 00:30Z")
    assert parse_time("2026-10-04 02:15", timezone="Australia/Lord_Howe") == parse_time("2026-10-03 15:30Z")


@pytest.mark.parametrize("text", ["-1h30m", "now-90m", "90m ago", "- 5400s"])
def test_relative_times(text: str) -> None:
    assert parse_time(text, NOW) == NOW - 5400 * SECOND


def test_times_of_the_data_frames_keep_their_nanoseconds() -> None:
    stamp = "2026-01-01T00:00:00.123456789Z"
    expected = parse_time(stamp)
    assert from_ns(expected) == stamp
    assert parse_time(pd.Timestamp(stamp)) == expected
    assert parse_time(np.datetime64(stamp[:-1])) == expected
    assert parse_time(dt.datetime(2026, 1, 1), timezone="Europe/Berlin") == parse_time("2025-12-31 23:00Z")
    assert parse_time(1767225600) == parse_time(1767225600_000) == parse_time("2026-01-01")


@given(st.integers(min_value=-(10**18), max_value=9 * 10**18))
def test_printed_times_are_read_back(stamp: int) -> None:
    assert parse_time(from_ns(stamp)) == stamp


@pytest.mark.parametrize(
    ("value", "expected"),
    [("15m", 900), ("1h30m", 5400), ("1.5 s", 1.5), ("2d", 172800), (dt.timedelta(minutes=1), 60), (3, 3),
     (pd.Timedelta("250ms"), 0.25), (np.timedelta64(1, "h"), 3600)],
)  # fmt: skip
def test_durations(value: object, expected: float) -> None:
    assert parse_duration(value) == expected * SECOND


@pytest.mark.parametrize("value", ["2026-13-01", "25:00", "soon", "", None, True, float("nan"), "-5parsecs"])
def test_what_is_no_time_is_said(value: object) -> None:
    with pytest.raises(QueryError, match=r"time|unit|duration"):
        parse_time(value, NOW)


@pytest.mark.parametrize("value", ["5parsecs", "m", "1M", "5MB", "", None, -1, "1h and 2m"])
def test_what_is_no_duration_is_said(value: object) -> None:
    with pytest.raises(QueryError, match=r"duration|unit"):
        parse_duration(value)


@pytest.mark.parametrize("value", [np.datetime64("NaT"), np.timedelta64("NaT"), pd.NaT, float("nan"), 1e300])
def test_a_missing_time_is_none(value: object) -> None:
    for read in (parse_time, parse_duration):
        with pytest.raises(QueryError, match=r"is no (time|duration)"):
            read(value)


def test_numbers_of_numpy_are_numbers_and_its_times_do_not_overflow() -> None:
    assert parse_time(np.int64(5)) == parse_time(np.float64(5)) == parse_time(5)
    assert parse_duration(np.int32(5)) == 5 * SECOND
    assert parse_time(np.datetime64("9999-01-01")) == parse_time(dt.datetime(9999, 1, 1))
    assert parse_time(np.datetime64("0001-01-01")) == parse_time(dt.datetime(1, 1, 1))


@pytest.mark.parametrize("name", ["Mars/Base", "../../etc/passwd"])
def test_an_unknown_time_zone_is_said(name: str) -> None:
    with pytest.raises(SettingsError, match="time zone"):
        parse_time("today", NOW, name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("1.5s", Quantity(1.5, "seconds")), ("10KiB", Quantity(10240, "bytes")), ("1e3", Quantity(1000)),
     ("7\u00b5s", Quantity(7e-6, "seconds")), ("9" * 30, Quantity(int("9" * 30))), ("10.0.0.1", None), ("x", None),
     ("9" * 80, None), ("1e99999999", None)],
)  # fmt: skip
def test_quantities(text: str, expected: Quantity | None) -> None:
    assert read_quantity(text) == expected


@pytest.mark.parametrize("text", ["5parsecs", "10M", "5xx"])
def test_an_unknown_unit_is_said(text: str) -> None:
    with pytest.raises(QueryError, match="Unknown unit"):
        read_quantity(text)
    assert number_of(text) is None


@pytest.mark.parametrize(
    ("field", "expected"),
    [("duration_ms", 1.1), ("durationMs", 1.1), ("took", 0.0011), ("elapsed.us", 1100), ("time_taken_seconds", 0.0011)],
)
def test_a_quantity_takes_the_unit_of_the_field(field: str, expected: float) -> None:
    assert Quantity(0.0011, "seconds").in_unit_of(field) == expected


def test_bytes_take_the_unit_of_the_field() -> None:
    assert Quantity(2048, "bytes").in_unit_of("sizeKiB") == 2
    assert Quantity(2048, "bytes").in_unit_of("bytes") == 2048
