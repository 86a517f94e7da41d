"""Civil dates -> days since 1970, by table."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sawlog.formats.base import TimeContext
from sawlog.formats.zones import NS_DAY, NS_SECOND, Int64s, utc_to_local

Int32s = npt.NDArray[np.int32]

FIRST_YEAR, LAST_YEAR = 1900, 2261
NO_DAY = np.iinfo(np.int32).min
_EPOCH = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=1)
def _table() -> Int32s:
    """Days since 1970 by ((year - FIRST_YEAR) * 13 + month) * 32 + day; NO_DAY where there is no such date."""
    table = np.full((LAST_YEAR - FIRST_YEAR + 1, 13, 32), NO_DAY, dtype=np.int32)
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        first = date(year, 1, 1).toordinal() - _EPOCH
        for month in range(1, 13):
            length = calendar.monthrange(year, month)[1]
            table[year - FIRST_YEAR, month, 1 : length + 1] = np.arange(first, first + length)
            first += length
    return table.ravel()


def days(year: Int32s, month: Int32s, day: Int32s) -> Int32s:
    """Days since 1970; NO_DAY where there is no such date.  ``month`` <= 12 and ``day`` <= 31 or the date is none."""
    known = (year >= FIRST_YEAR) & (year <= LAST_YEAR) & (month <= 12) & (day <= 31)
    index = ((year - FIRST_YEAR) * 13 + month) * 32 + day
    if bool(known.all()):
        return _table().take(index)
    return np.where(known, _table().take(np.where(known, index, 0)), NO_DAY).astype(np.int32)


def short_year(two_digits: Int32s) -> Int32s:
    """POSIX: 69 to 99 is 19xx, 00 to 68 is 20xx."""
    return two_digits + np.where(two_digits >= 69, 1900, 2000).astype(np.int32)


@lru_cache(maxsize=64)
def _year_less_table(year: int | None, limit_ns: int) -> tuple[Int32s, Int32s]:
    """By month * 32 + day: the latest day not after the limit's, and the one a year (or leap year) earlier."""
    latest = np.full(13 * 32, NO_DAY, dtype=np.int32)
    before = latest.copy()
    limit = date(1970, 1, 1) + timedelta(days=limit_ns // NS_DAY)
    for month in range(1, 13):
        for day in range(1, 32):
            if year is not None:
                candidates = [year]
            else:
                newest = limit.year - (0 if (month, day) <= (limit.month, limit.day) else 1)
                candidates = list(range(newest, newest - 10, -1))
            found = [
                date(at, month, day).toordinal() - _EPOCH
                for at in candidates
                if at >= 1 and day <= calendar.monthrange(at, month)[1]
            ]
            if found:
                latest[month * 32 + day] = found[0]
                before[month * 32 + day] = found[0] if year is not None or len(found) < 2 else found[1]
    return latest, before


def year_less_days(month: Int32s, day: Int32s, clock_ns: Int64s, ctx: TimeContext) -> Int32s:
    """Days since 1970 of dates without a year, by the policy of :mod:`sawlog.formats.timestamps`."""
    limit = np.array([ctx.mtime_ns + NS_DAY], dtype=np.int64)
    limit_ns = int(utc_to_local(limit, ctx.timezone)[0])
    latest, before = _year_less_table(ctx.year, limit_ns - limit_ns % NS_SECOND)
    known = (month <= 12) & (day <= 31)
    index = np.where(known, month * 32 + day, 0)
    found = latest.take(index)
    late = (found == limit_ns // NS_DAY) & (clock_ns > limit_ns % NS_DAY)
    return np.where(late, before.take(index), found).astype(np.int32)
