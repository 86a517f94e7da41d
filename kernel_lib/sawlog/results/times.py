"""Nanosecond times as people read them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000_000


def digits(times: Iterable[int | None]) -> int:
    """How many decimals of a second these times need: 0, 3, 6 or 9."""
    needed = 0
    for ns in times:
        rest = 0 if ns is None else ns % _SECOND
        needed = max(needed, 0 if not rest else 9 if rest % 1_000 else 6 if rest % 1_000_000 else 3)
    return needed


def format_time(ns: int | None, timezone: str = "UTC", decimals: int = 9) -> str:
    """``2026-11-01 10:00:00.123`` in a zone, cut after ``decimals``; "" for None."""
    if ns is None:
        return ""
    seconds, rest = divmod(ns, _SECOND)
    moment = _EPOCH + timedelta(seconds=seconds)
    # The first and last years of the calendar have no room for an offset.
    if timezone != "UTC" and 1 < moment.year < 9999:
        moment = moment.astimezone(_zone(timezone))
    text = moment.replace(tzinfo=None).isoformat(" ", "seconds")
    return f"{text}.{rest:09}"[: len(text) + 1 + decimals] if decimals else text


def iso_time(ns: int | None) -> str | None:
    """RFC 3339 in UTC, with as many decimals as the time has: ``2026-11-01T10:00:00.123Z``."""
    if ns is None:
        return None
    return format_time(ns, decimals=digits([ns])).replace(" ", "T") + "Z"


@lru_cache(maxsize=16)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
