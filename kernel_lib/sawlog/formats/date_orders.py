"""Dates of three numbers, ``01/02/26`` and ``01/02/2026``: which is the year, the month, the day?

One stamp does not say, but others of its file do: 26 is no month, 31 no month either.  What all of a file's samples
leave open is settled by when the file was last written: about the time of its newest stamp, and not before it.  What
even that leaves open is read as most logs mean it: of two-digit numbers the first is the year (Hadoop, Spark), before a
year the month comes first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from sawlog.formats.base import DateOrder
from sawlog.formats.calendar import NO_DAY, Int32s, days, short_year
from sawlog.formats.zones import NS_DAY

#: Where year, month and day stand, in the order in which they are tried.
ORDERS: dict[DateOrder, tuple[int, int, int]] = {"ymd": (0, 1, 2), "mdy": (2, 0, 1), "dmy": (2, 1, 0)}

_SHORT = re.compile(rb"(?<![0-9/-])([0-9]{2})([/-])([0-9]{2})\2([0-9]{2})[ T][0-9]{1,2}:[0-9]{2}")
# The clock may stand in the next column of a table.
_LONG = re.compile(rb"(?<![0-9/-])([0-9]{1,2})([/-])([0-9]{1,2})\2([0-9]{4})[^0-9A-Za-z\n]{1,4}[0-9]{1,2}:[0-9]{2}")

#: Dates that are looked at in each sample.
_MOST = 2_000


def short_order(samples: Sequence[bytes], mtime_ns: int) -> DateOrder:
    """The order of a file's dates of three two-digit numbers.

    Args:
        samples: texts from several places of the file.
        mtime_ns: when it was last written, UTC nanoseconds.
    """
    return _order(_SHORT, tuple(ORDERS), samples, mtime_ns)


def long_order(samples: Sequence[bytes], mtime_ns: int) -> DateOrder:
    """The order of a file's dates that end with a year of four digits: month or day first."""
    return _order(_LONG, ("mdy", "dmy"), samples, mtime_ns)


def _order(
    dates: re.Pattern[bytes], orders: tuple[DateOrder, ...], samples: Sequence[bytes], mtime_ns: int
) -> DateOrder:
    found = [
        (int(date[1]), int(date[3]), int(date[4]))
        for sample in samples
        for date, _ in zip(dates.finditer(sample), range(_MOST), strict=False)
    ]
    if not found:
        return orders[0]
    numbers = np.array(found, np.int32)
    today = mtime_ns // NS_DAY
    this_year = datetime.fromtimestamp(mtime_ns / 1e9, UTC).year

    def evidence(order: DateOrder) -> tuple[int, bool, bool, bool]:
        year, month, day = _placed(numbers.T, order)
        stamps = days(year, month, day)
        stamps = stamps[stamps != NO_DAY]
        newest = int(stamps.max(initial=NO_DAY))
        recent = bool(np.isin(year, (this_year - 1, this_year)).all())
        return len(stamps), recent, newest <= today + 1, abs(newest - today) <= 1

    return max(orders, key=evidence)  # of equals the first


def in_order(first: Int32s, second: Int32s, third: Int32s, order: DateOrder) -> dict[str, Int32s]:
    """Three numbers as they stand in dates -> ``Y``, ``M``, ``D``; in another order where this one makes no date."""
    numbers = (first, second, third)
    placed = [part.copy() for part in _placed(numbers, order)]
    impossible = days(*placed) == NO_DAY
    for other in ORDERS:
        if not bool(impossible.any()):
            break
        if other != order:
            for target, part in zip(placed, _placed(numbers, other), strict=True):
                target[impossible] = part[impossible]
            impossible &= days(*placed) == NO_DAY
    return dict(zip("YMD", placed, strict=True))


def _placed(numbers: Sequence[Int32s] | Int32s, order: DateOrder) -> tuple[Int32s, Int32s, Int32s]:
    """Year, month and day; the year with its century."""
    year, month, day = (numbers[at] for at in ORDERS[order])
    return np.where(year < 100, short_year(year), year), month, day
