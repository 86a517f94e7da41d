"""Dates for stamps that hold only a time of day."""

from __future__ import annotations

import numpy as np

from sawlog.formats.base import TimeContext
from sawlog.formats.stamps import CLOCK, DATED, NONE, Stamps
from sawlog.formats.zones import NS_DAY, Int64s, local_to_utc, utc_to_local

_HOUR = NS_DAY // 24


def date_clock_times(found: Stamps, ctx: TimeContext) -> None:
    """Turn CLOCK stamps into DATED ones, in UTC, by the policy of :mod:`sawlog.formats.timestamps`.

    A jump ahead by more than 23 hours is a line from before midnight that came late, so it goes back to the day before.
    """
    rows = np.flatnonzero(found.kind != NONE)
    clock = found.kind[rows] == CLOCK
    if not bool(clock.any()):
        return
    wall = found.ns[rows].copy()
    if not bool(clock.all()):
        wall[~clock] = utc_to_local(wall[~clock], ctx.timezone)
    wall = np.concatenate([[_anchor(wall, clock, ctx)], wall])
    dated = np.concatenate([[True], ~clock])
    time_of_day = wall % NS_DAY
    step = np.diff(time_of_day, prepend=time_of_day[0])
    turn = np.where(dated, 0, (step < -12 * _HOUR).astype(np.int64) - (step > 23 * _HOUR))
    turns = np.cumsum(turn)
    anchor = np.maximum.accumulate(np.where(dated, np.arange(len(wall)), 0))
    day = wall[anchor] // NS_DAY + turns - turns[anchor]
    at = np.flatnonzero(~dated)
    found.ns[rows[at - 1]] = local_to_utc(day[at] * NS_DAY + time_of_day[at], ctx.timezone)
    found.kind[rows[at - 1]] = DATED


def _anchor(wall: Int64s, clock: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], ctx: TimeContext) -> int:
    """The wall clock of a dated stamp as if it stood before the first row."""

    def local(ns: int) -> int:
        return int(utc_to_local(np.array([ns], dtype=np.int64), ctx.timezone)[0])

    if ctx.previous_ns is not None:
        return local(ctx.previous_ns)
    first = int(wall[0]) % NS_DAY
    dated = np.flatnonzero(~clock)
    behind = int(wall[dated[0]]) if dated.size else local(ctx.mtime_ns)
    tolerance = 12 * _HOUR if dated.size else 0
    day = behind // NS_DAY - (1 if first > behind % NS_DAY + tolerance else 0)
    return day * NS_DAY + first
