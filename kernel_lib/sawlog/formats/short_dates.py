"""Dates of three two-digit numbers, ``01/02/26``: which is the year, the month, the day?

One stamp does not say, but others of its file do: 26 is no month, 31 no month either.  What all of a file's samples
leave open is settled by the year in which the file was last written, and then by what logs have most: the year first
(Hadoop, Spark), else the month.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from sawlog.formats.base import DateOrder
from sawlog.formats.calendar import NO_DAY, Int32s, days, short_year

#: Where year, month and day stand, in the order in which they are tried.
ORDERS: dict[DateOrder, tuple[int, int, int]] = {"ymd": (0, 1, 2), "mdy": (2, 0, 1), "dmy": (2, 1, 0)}

_DATES = re.compile(rb"(?<![0-9/-])([0-9]{2})([/-])([0-9]{2})\2([0-9]{2})[ T][0-9]{1,2}:[0-9]{2}")

#: Dates that are looked at in each sample.
_MOST = 2_000


def order_of(samples: Sequence[bytes], mtime_ns: int) -> DateOrder:
    """The order of a file's dates.

    Args:
        samples: texts from several places of the file.
        mtime_ns: when it was last written, UTC nanoseconds.
    """
    found = [
        (int(date[1]), int(date[3]), int(date[4]))
        for sample in samples
        for date, _ in zip(_DATES.finditer(sample), range(_MOST), strict=False)
    ]
    if not found:
        return "ymd"
    numbers = np.array(found, np.int32)
    written = datetime.fromtimestamp(mtime_ns / 1e9, UTC).year

    def evidence(order: DateOrder) -> tuple[int, bool]:
        year, month, day = (numbers[:, at] for at in ORDERS[order])
        possible = days(short_year(year), month, day) != NO_DAY
        return int(np.count_nonzero(possible)), bool(np.isin(short_year(year), (written - 1, written)).all())

    return max(ORDERS, key=evidence)  # of equals the first


def in_order(part: dict[str, Int32s], order: DateOrder) -> dict[str, Int32s]:
    """Numbers read as year, month, day (``y``, ``M``, ``D``) put into an order; into another where it is impossible."""
    numbers = (part["y"], part["M"], part["D"])
    placed = [numbers[at].copy() for at in ORDERS[order]]
    impossible = days(short_year(placed[0]), placed[1], placed[2]) == NO_DAY
    for other in ORDERS:
        if not bool(impossible.any()):
            break
        if other != order:
            for target, at in zip(placed, ORDERS[other], strict=True):
                target[impossible] = numbers[at][impossible]
            impossible &= days(short_year(placed[0]), placed[1], placed[2]) == NO_DAY
    return {**part, "y": placed[0], "M": placed[1], "D": placed[2]}
