"""``01/02/26``, ``01/02/2026``: other stamps of the file say which number is what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from tests.support.datasets import found, open_logs, state_of, unindexed, write_log

from sawlog.formats.base import DateOrder, TimeContext
from sawlog.formats.date_orders import long_order, short_order
from sawlog.formats.timestamps import to_utc
from sawlog.query.ast import ALL

WRITTEN = int(datetime(2026, 4, 1, tzinfo=UTC).timestamp()) * 10**9


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (("01/02/26", "01/13/26"), "mdy"),
        (("01/02/26", "13/01/26"), "dmy"),
        (("01-02-26", "31-01-26"), "dmy"),
        (("17/06/09", "17/06/26"), "ymd"),  # Hadoop, Spark
        (("26/01/02", "26/01/31"), "ymd"),
        (("01/02/26", "01/03/26"), "mdy"),  # written in 2026: 26 is the year; then the month comes first
        (("12/30/25", "01/02/26"), "mdy"),
        (("01/04/26",), "dmy"),  # the day on which the file was written
        (("02/07/26",), "mdy"),  # so, it was written before
        (("01/02/03",), "ymd"),
        (("99/99/99",), "ymd"),
        ((), "ymd"),
    ],
)
def test_the_order_of_short_dates(dates: tuple[str, ...], order: DateOrder) -> None:
    text = "".join(f"{date} 10:00:00 INFO x\n10/20/30 10/20/30/40 2026/01/02 10:00:00\n" for date in dates)
    assert short_order([b"", text.encode()], WRITTEN) == order


@pytest.mark.parametrize(
    ("stamps", "order"),
    [
        (("01/02/2026 10:00", "13/02/2026 10:00"), "dmy"),
        (("01/02/2026 10:00", "02/13/2026 10:00"), "mdy"),
        (("1-2-2026 10:00:00", "13-2-2026 10:00:00"), "dmy"),
        (("[01/02/2026, 10:00:00 PM]", "[13/02/2026, 10:00:00 PM]"), "dmy"),
        (('"01/02/2026","10:00"', '"13/02/2026","10:00"'), "dmy"),
        (("01/02/2026 10:00", "02/02/2026 10:00"), "mdy"),
        (("31/03/2026 10:00", "01/04/2026 10:00"), "dmy"),
        (("01/04/2026 10:00",), "dmy"),  # the day on which the file was written
        (("04/01/2026 10:00",), "mdy"),
        (("07/02/2026 10:00",), "dmy"),  # otherwise, it was written before
        (("01/02/2026 10:00", "01/02/2026 until 13/02/2026"), "mdy"),  # no stamp
        (("99/99/2026 10:00",), "mdy"),
        ((), "mdy"),
    ],
)
def test_the_order_of_long_dates(stamps: tuple[str, ...], order: DateOrder) -> None:
    text = "".join(f"{stamp} INFO x\n2026/13/01 10:00:00 1/13/2026/4 10:00\n" for stamp in stamps)
    assert long_order([b"", text.encode()], WRITTEN) == order


@pytest.mark.parametrize(
    ("order", "text", "expected"),
    [
        ("ymd", "01/02/26 10:00:00", "2001-02-26"),
        ("mdy", "01/02/26 10:00:00", "2026-01-02"),
        ("dmy", "01/02/26 10:00:00", "2026-02-01"),
        ("mdy", "01-02-26 1:00:00", "2026-01-02"),
        ("mdy", "13/02/26 10:00:00", "2013-02-26"),  # impossible so: as the next order that makes a date
        ("ymd", "12/31/26 10:00:00", "2026-12-31"),
        ("ymd", "31/12/26 10:00:00", "2031-12-26"),
    ],
)
def test_stamps_are_read_in_that_order(order: DateOrder, text: str, expected: str) -> None:
    read = to_utc(pl.Series([text, "081109 203615"]), TimeContext(short_dates=order))
    assert [str(stamp.date()) for stamp in read.to_list()] == [expected, "2008-11-09"]


@pytest.mark.parametrize(
    "text", ["02/03/2026 22:00", "2-3-2026 22:00:00", "[02/03/2026, 10:00:00 PM]", "02/03/2026-22:00:00.000+0000"]
)
@pytest.mark.parametrize(("order", "month"), [("mdy", 2), ("dmy", 3)])
def test_long_stamps_are_read_in_their_order(order: DateOrder, month: int, text: str) -> None:
    read = to_utc(pl.Series([text, "13/02/2026 22:00", "02/13/2026 22:00"]), TimeContext(long_dates=order))
    day = 3 if month == 2 else 2
    assert read.to_list() == [datetime(2026, m, d, 22, tzinfo=UTC) for m, d in ((month, day), (2, 13), (2, 13))]


def test_a_file_is_read_in_its_order_indexed_or_not(tmp_path: Path) -> None:
    days = [f"01/{day:02}/26 10:00:00 INFO started\n" for day in range(1, 32)]
    write_log(tmp_path / "a.log", "".join(days).encode())
    with open_logs(tmp_path / "a.log", tmp_path / "store") as logs:
        stamps = [hit.timestamp for hit in logs.search(order="oldest")]
        indexed = found(state_of(logs), ALL)
    assert stamps == [datetime(2026, 1, day, 10, tzinfo=UTC) for day in range(1, 32)]
    assert indexed == found(unindexed(tmp_path / "a.log", tmp_path), ALL)


@pytest.mark.parametrize("spelling", ["%d/%m/%Y %H:%M:%S", "[%m-%d-%Y, %I:%M %p]"])
def test_consecutive_days_stay_consecutive(tmp_path: Path, spelling: str) -> None:
    days = [datetime(2026, 1, 1, 10, tzinfo=UTC) + timedelta(days=day) for day in range(60)]
    write_log(tmp_path / "a.log", "".join(f"{day:{spelling}} INFO started\n" for day in days).encode())
    with open_logs(tmp_path / "a.log", tmp_path / "store") as logs:
        assert [hit.timestamp for hit in logs.search(order="oldest")] == days
        indexed = found(state_of(logs), ALL)
    assert indexed == found(unindexed(tmp_path / "a.log", tmp_path), ALL)
