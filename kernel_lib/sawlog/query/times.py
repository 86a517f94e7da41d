"""Times and durations as people type them: ``2026-11-01 10:00``, ``today``, ``-15m``, ``14:00``; to UTC nanoseconds.

A stamp names a stretch of time (a day, a minute, a second), so as the end of a range a date means its last moment:
``@2026-11-01..2026-11-02`` holds both days.  A time of day as the end means that moment: ``14:00..15:00`` is an hour.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from functools import lru_cache
from numbers import Integral, Real
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from sawlog.errors import QueryError, SettingsError
from sawlog.model.arguments import shown
from sawlog.query.quantity import read_quantity

SECOND = 1_000_000_000
MIN_NS, MAX_NS = -(1 << 63) + 1, (1 << 63) - 1
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MONDAY = dt.date(1970, 1, 5)

_STAMP = re.compile(
    r"(\d{4})[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ]\s*(\d{1,2})(?::(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?)?)?"
    r"\s*(Z|z|UTC|[+-]\d{2}:?\d{2})?"
)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?")
_RELATIVE = re.compile(r"(?:now\s*)?([+-])\s*(\S.*)")
_AGO = re.compile(r"(.*\S)\s+ago")
_DURATION_PART = re.compile(r"\d+(?:\.\d+)?\s*[^\W\d_]+")
_DAYS = {"today": 0, "yesterday": -1, "tomorrow": 1}
_FORMS = "use '2026-11-01 10:00', '2026-11-01', '10:00', 'today', 'yesterday', 'now' or '-15m'"


class Stretch(NamedTuple):
    """The stretch of time that a text names: UTC nanoseconds, ``end`` excluded; ``whole``: it is a day or longer."""

    start: int
    end: int
    whole: bool


def zone(name: str) -> dt.tzinfo:
    """The time zone of an IANA name.

    Raises:
        SettingsError: there is no such zone.
    """
    try:
        return dt.UTC if name in ("UTC", "Z", "") else ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise SettingsError(f"Unknown time zone {name!r}: use an IANA name like 'Europe/Berlin' or 'UTC'.") from error


def to_ns(moment: dt.datetime) -> int:
    """Aware datetime -> UTC nanoseconds, exact; keeps the nanoseconds of a pandas Timestamp."""
    delta = moment - _EPOCH
    whole = (delta.days * 86400 + delta.seconds) * SECOND + delta.microseconds * 1000
    return _bounded(whole + int(getattr(moment, "nanosecond", 0)))


def from_ns(stamp: int) -> str:
    """UTC nanoseconds -> ISO text with all nine digits, as :func:`parse_time` reads it back."""
    seconds, nanos = divmod(stamp, SECOND)
    moment = _EPOCH + dt.timedelta(seconds=seconds)
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}.{nanos:09d}Z"


def parse_duration(value: object) -> int:
    """``"15m"``, ``"1h30m"``, ``"1.5 s"``, a timedelta (Python, pandas, numpy), or a number of seconds -> nanoseconds.

    Raises:
        QueryError: an unknown unit, a negative duration, or text that is no duration.
    """
    if isinstance(value, str):
        nanos = _duration_text(value)
    elif isinstance(value, dt.timedelta):
        nanos = (value.days * 86400 + value.seconds) * SECOND + value.microseconds * 1000
        nanos += int(getattr(value, "nanoseconds", 0))
    elif (seconds := _numpy_seconds(value, "m")) is not None:
        nanos = _exact(value, seconds, "timedelta64[ns]")
    elif (number := _finite(value)) is not None:
        nanos = round(number * SECOND)
    else:
        raise QueryError(f"{shown(value)} is no duration: use text like '15m', a timedelta, or a number of seconds.")
    if nanos < 0:
        raise QueryError(f"A duration cannot be negative: {shown(value)}.")
    return nanos


def _finite(value: object) -> int | float | None:
    """A number, NumPy's too, as Python's; None: something else, or more than any time."""
    kind = getattr(getattr(value, "dtype", None), "kind", "")  # NumPy's timedelta64 passes for an integer
    if kind == "m" or isinstance(value, bool) or not isinstance(value, Real):
        return None
    number = int(value) if isinstance(value, Integral) else float(value)
    return number if abs(number) < 1e20 else None  # NaN is not


def _numpy_seconds(value: Any, kind: Literal["M", "m"]) -> int | None:
    """A ``datetime64`` (M) or ``timedelta64`` (m) in whole seconds; None: something else, or NaT."""
    dtype = getattr(value, "dtype", None)
    if getattr(dtype, "kind", None) != kind or getattr(value, "ndim", 0) or value != value:
        return None
    return int(value.astype(f"{kind}8[s]").astype("int64"))


def _exact(value: Any, seconds: int, unit: str) -> int:
    """In nanoseconds, which NumPy counts wrongly where they need more than 64 bits."""
    return int(value.astype(unit).astype("int64")) if abs(seconds) < MAX_NS // SECOND else seconds * SECOND


def _duration_text(text: str) -> int:
    stripped = text.strip()
    parts = _DURATION_PART.findall(stripped)
    if not parts or "".join("".join(parts).split()) != "".join(stripped.split()):
        raise QueryError(f"{text!r} is no duration: write a number and a unit, like '15m', '1h30m' or '2d'.")
    total = 0
    for part in parts:
        try:
            quantity = read_quantity(part)
        except QueryError:
            quantity = None
        if quantity is None or quantity.unit != "seconds":
            raise QueryError(f"{part!r} is no duration: use the units ns us ms s m h d w.")
        total += round(quantity.number * SECOND)
    return total


def parse_time(value: object, now_ns: int | None = None, timezone: str = "UTC", *, end: bool = False) -> int:
    """A time of any spelling -> UTC nanoseconds.

    Text is one of the forms of the module's docstring; naive datetimes and zone-less text are in ``timezone``.
    A ``numpy.datetime64`` is UTC, as pandas stores it; a number is seconds since 1970 (or milli-, micro-,
    nanoseconds, told by its size).  With ``end`` a date means the end of that day.

    Raises:
        QueryError: the value names no time.
        SettingsError: the time zone is unknown.
    """
    if isinstance(value, str):
        stretch = parse_stretch(value, now_ns, timezone)
        return stretch.end if end and stretch.whole else stretch.start
    if isinstance(value, dt.datetime) and value == value:  # as NaT is not
        return to_ns(value) if value.tzinfo else _moment(value.replace(tzinfo=zone(timezone)))
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return parse_time(value.isoformat(), now_ns, timezone, end=end)
    if (seconds := _numpy_seconds(value, "M")) is not None:
        return _bounded(_exact(value, seconds, "datetime64[ns]"))
    if (number := _finite(value)) is not None:
        scale = next((SECOND // 1000**step for step in range(3) if abs(number) < 1e11 * 1000**step), 1)
        return _bounded(round(number * scale))
    raise QueryError(f"{shown(value)} is no time: {_FORMS}, or give a datetime.")


def parse_stretch(text: str, now_ns: int | None = None, timezone: str = "UTC") -> Stretch:
    """The stretch of time that ``text`` names; a moment (``now``, ``-15m``) is a nanosecond long.

    Raises:
        QueryError: the text names no time.
        SettingsError: the time zone is unknown.
    """
    tz = zone(timezone)
    now = time.time_ns() if now_ns is None else now_ns
    word = text.strip()
    lower = word.lower()
    try:
        if lower in _DAYS:
            return _day(_local_date(now, tz) + dt.timedelta(days=_DAYS[lower]), tz)
        if found := _STAMP.fullmatch(word):
            return _stamp(found, tz)
        if found := _CLOCK.fullmatch(word):
            return _clock(_local_date(now, tz), tz, *found.groups())
    except (ValueError, OverflowError) as error:
        raise QueryError(f"{text!r} is no time: {error}.") from error
    if lower == "now":
        moment = now
    elif found := _AGO.fullmatch(lower):
        moment = now - _duration_text(found[1])
    elif found := _RELATIVE.fullmatch(lower):
        moment = now + (_duration_text(found[2]) if found[1] == "+" else -_duration_text(found[2]))
    else:
        raise QueryError(f"{text!r} is no time: {_FORMS}.")
    return Stretch(_bounded(moment), _bounded(moment + 1), False)


def midnights(low: int, high: int, step: int, timezone: str) -> list[int]:
    """Where days begin in a zone, every ``step`` of them, from the last not after ``low`` to the first after ``high``.

    Weeks begin on Mondays.  All in UTC nanoseconds, but ``step``.
    """
    tz = zone(timezone)
    origin = _MONDAY if step % 7 == 0 else _EPOCH.date()
    day = _local_date(low, tz)
    day -= dt.timedelta(days=(day - origin).days % step)
    found = [_midnight(day, tz)]
    while found[-1] <= high and found[-1] < MAX_NS:
        day += dt.timedelta(days=step)
        found.append(_midnight(day, tz))
    return sorted(set(found))  # a day that a zone left out begins with the next one


def _stamp(found: re.Match[str], tz: dt.tzinfo) -> Stretch:
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    if offset:
        tz = dt.UTC if offset[0] not in "+-" else dt.datetime.strptime(offset, "%z").tzinfo or dt.UTC
    if day is None:
        first = dt.date(int(year), int(month), 1)
        after = (first + dt.timedelta(days=31)).replace(day=1)
        return Stretch(_midnight(first, tz), _midnight(after, tz), True)
    date = dt.date(int(year), int(month), int(day))
    return _day(date, tz) if hour is None else _clock(date, tz, hour, minute, second, fraction)


def _clock(
    date: dt.date, tz: dt.tzinfo, hour: str, minute: str | None, second: str | None, fraction: str | None
) -> Stretch:
    at = dt.time(int(hour), int(minute or 0), int(second or 0))
    start = _moment(dt.datetime.combine(date, at, tz)) + int((fraction or "").ljust(9, "0"))
    length = SECOND // 10 ** len(fraction) if fraction else SECOND if second else 60 * SECOND
    return Stretch(start, _bounded(start + (length if minute else 3600 * SECOND)), False)


def _day(date: dt.date, tz: dt.tzinfo) -> Stretch:
    return Stretch(_midnight(date, tz), _midnight(date + dt.timedelta(days=1), tz), True)


def _midnight(date: dt.date, tz: dt.tzinfo) -> int:
    return to_ns(dt.datetime.combine(date, dt.time(), tz))


def _moment(local: dt.datetime) -> int:
    """UTC nanoseconds of an aware time; one that its zone's clocks left out is when they were put forward."""
    before, after = local.utcoffset(), local.replace(fold=1).utcoffset()
    if before is None or after is None or after <= before:
        return to_ns(local)
    low, high = to_ns(local) - (after - before) // dt.timedelta(seconds=1) * SECOND, to_ns(local)
    while high - low > SECOND:
        middle = (low + high) // (2 * SECOND) * SECOND
        is_after = (_EPOCH + dt.timedelta(seconds=middle // SECOND)).astimezone(local.tzinfo).utcoffset() == after
        low, high = (low, middle) if is_after else (middle, high)
    return high


@lru_cache(maxsize=64)
def _local_date(now_ns: int, tz: dt.tzinfo) -> dt.date:
    return (_EPOCH + dt.timedelta(seconds=now_ns // SECOND)).astimezone(tz).date()


def _bounded(stamp: int) -> int:
    """Within what a 64-bit nanosecond timestamp can hold (1677 to 2262)."""
    return max(MIN_NS, min(MAX_NS, stamp))
