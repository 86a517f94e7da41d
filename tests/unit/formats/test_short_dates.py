"""``01/02/26``: other stamps of the file say which number is the year."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.support.datasets import found, open_logs, state_of, unindexed, write_log

from sawlog.formats.base import DateOrder, TimeContext
from sawlog.formats.short_dates import order_of
from sawlog.formats.timestamps import to_utc
from sawlog.query.ast import ALL

WRITTEN = int(datetime(2026, 3, 1, tzinfo=UTC).timestamp()) * 10**9


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
        (("01/02/03",), "ymd"),
        (("99/99/99",), "ymd"),
        ((), "ymd"),
    ],
)
def test_the_order_of_a_file(dates: tuple[str, ...], order: DateOrder) -> None:
    text = "".join(f"{date} 10:00:00 INFO x\n10/20/30 10/20/30/40 2026/01/02 10:00:00\n" for date in dates)
    assert order_of([b"", text.encode()], WRITTEN) == order


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


def test_a_file_is_read_in_its_order_indexed_or_not(tmp_path: Path) -> None:
    days = [f"01/{day:02}/26 10:00:00 INFO started\n" for day in range(1, 32)]
    write_log(tmp_path / "a.log", "".join(days).encode())
    with open_logs(tmp_path / "a.log", tmp_path / "store") as logs:
        stamps = [hit.timestamp for hit in logs.search(order="oldest")]
        indexed = found(state_of(logs), ALL)
    assert stamps == [datetime(2026, 1, day, 10, tzinfo=UTC) for day in range(1, 32)]
    assert indexed == found(unindexed(tmp_path / "a.log", tmp_path), ALL)
