"""What to say of a time range in which a dataset has no record."""

from __future__ import annotations

from sawlog.execute.snapshot import Snapshot, time_bounds
from sawlog.query.ast import Query
from sawlog.query.diagnostics import Diagnostic
from sawlog.results.times import format_time

_SECOND = 1_000_000_000


def outside(query: Query, snapshot: Snapshot, from_now: bool) -> list[Diagnostic]:
    """The remark that every record is older, or younger, than what was asked for; none where that is not known.

    Args:
        from_now: the range is a length of time back from now, which may have been meant as the log's last.
    """
    low, high = time_bounds(query)
    starts = [segment.start for segment in snapshot.segments if segment.start is not None]
    ends = [segment.end for segment in snapshot.segments if segment.end is not None]
    if snapshot.pieces or not starts or not ends:
        return []
    zone = snapshot.options.timezone

    def at(time: int) -> str:
        return format_time(time, zone, 0)

    # What was asked for is spelled out: a time without a date is of today, which is not always the day that is meant.
    if low is not None and max(ends) < low:
        told = f"The newest record is of {at(max(ends))} {zone}, before the time that was asked for, from {at(low)} on."
        if from_now:
            after = at((max(ends) // _SECOND + 1) * _SECOND)
            told += f"  A length of time counts back from now; for the last of the log give the end '{after}' with it"
        return [Diagnostic(0, 0, told, "warning")]
    if high is not None and min(starts) >= high:
        told = f"The oldest record is of {at(min(starts))} {zone}, after the time that was asked for, until {at(high)}."
        return [Diagnostic(0, 0, told, "warning")]
    return []
