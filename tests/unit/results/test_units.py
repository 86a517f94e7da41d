from __future__ import annotations

import pytest

from sawlog.results.times import digits, format_time, iso_time
from sawlog.results.units import format_bytes, format_seconds, plural


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1_536, "1.5 kB"), (999_990, "1.0 MB"), (54_321_000, "54.3 MB")]
)
def test_format_bytes(size: int, text: str) -> None:
    assert format_bytes(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0042, "4.2 ms"), (0.5, "500 ms"), (1, "1.0 s"), (59.99, "1:00"), (75, "1:15"), (3_661, "1:01:01")],
)
def test_format_seconds(seconds: float, text: str) -> None:
    assert format_seconds(seconds) == text


def test_plural() -> None:
    assert plural(1, "match", "matches") == "1 match" and plural(1234, "record") == "1,234 records"


def test_times() -> None:
    assert iso_time(1_793_527_200_000_000_007) == "2026-11-01T10:00:00.000000007Z"
    assert iso_time(-1) == "1969-12-31T23:59:59.999999999Z" and iso_time(None) is None
    assert format_time(1_793_527_200_120_000_000, "America/New_York", 3) == "2026-11-01 05:00:00.120"
    assert format_time(None) == "" and digits([None, 10**9, 1_000_000]) == 3
    assert format_time(-(2**63), "Asia/Tokyo", 0).startswith("1677-09-21")
