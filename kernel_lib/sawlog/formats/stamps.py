"""What is known of a column's stamps while they are read, and how their parts make a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.formats.base import UTC_NS, TimeContext
from sawlog.formats.bytecolumn import Bools
from sawlog.formats.calendar import NO_DAY, Int32s, days, short_year, year_less_days
from sawlog.formats.zones import NS_DAY, NS_SECOND, Int64s, is_zone, local_to_utc, zone_offset

NONE, DATED, CLOCK = 0, 1, 2  # what is known of a row's stamp: nothing, its date and time, only its time of day
LOCAL = np.iinfo(np.int64).max  # instead of an offset: the stamp names no zone
_NAMED = LOCAL - 10_000  # + i: the stamp is in the i-th named zone


@dataclass
class Stamps:
    """What is known of n stamps so far.

    Attributes:
        kind: NONE, DATED or CLOCK.
        ns: wall clock, ns since 1970 (CLOCK: since midnight); after ``localise``, UTC for DATED ones.
        offset: ns east of UTC, LOCAL, or a named zone.
    """

    kind: npt.NDArray[np.uint8]
    ns: Int64s
    offset: Int64s

    @classmethod
    def empty(cls, n: int) -> Stamps:
        return cls(np.zeros(n, np.uint8), np.zeros(n, np.int64), np.full(n, LOCAL))

    def put(self, rows: Int64s | None, valid: Bools, kind: int, ns: Int64s, offset: Int64s | None) -> None:
        """Set what was found for ``rows`` (None: all) where ``valid``."""
        if rows is None and bool(valid.all()):
            self.kind[:] = kind
            self.ns = ns
            if offset is not None:
                self.offset = offset
            return
        at = np.flatnonzero(valid) if rows is None else rows[valid]
        self.kind[at] = kind
        self.ns[at] = ns[valid]
        if offset is not None:
            self.offset[at] = offset[valid]

    def localise(self, timezone: str) -> None:
        """Wall clocks of DATED stamps -> UTC."""
        dated = self.kind == DATED
        local = self.offset == LOCAL
        if bool((dated & local).any()):
            rows = dated & local
            if bool(rows.all()):
                self.ns = local_to_utc(self.ns, timezone)
            else:
                self.ns[rows] = local_to_utc(self.ns[rows], timezone)
        zoned = dated & ~local
        if not bool(zoned.any()):
            return
        named = zoned & (self.offset >= _NAMED)
        if bool(named.any()):
            for code in np.unique(self.offset[named]):
                rows = named & (self.offset == code)
                self.ns[rows] = local_to_utc(self.ns[rows], _zone_name(int(code)))
            zoned &= ~named
        self.ns -= np.where(zoned, self.offset, 0)

    def series(self, name: str) -> pl.Series:
        out = pl.Series(name, self.ns).cast(pl.Datetime("ns")).dt.replace_time_zone("UTC")
        missing = self.kind != DATED
        if not bool(missing.any()):
            return out
        known = pl.lit(pl.Series(~missing))
        return out.to_frame().select(pl.when(known).then(pl.col(name)).cast(UTC_NS).alias(name)).to_series()


_zone_names: list[str] = []


def _zone_name(code: int) -> str:
    return _zone_names[code - _NAMED]


@lru_cache(maxsize=4096)
def zone_code(text: str) -> int | None:
    """Offset in ns of a zone as written in a stamp, or the code of a named zone; None: not a zone."""
    text = re.sub(r"\[.*\]\Z", "", text.strip(" \t()"))
    if not text:
        return int(LOCAL)
    offset = zone_offset(text)
    if offset is None and "/" in text and is_zone(text):
        if text not in _zone_names:
            _zone_names.append(text)
        return int(_NAMED) + _zone_names.index(text)
    return offset


def assemble(part: dict[str, Int32s], fraction: Int64s | None, valid: Bools, ctx: TimeContext) -> tuple[int, Int64s]:
    """Numbers of a stamp -> (DATED or CLOCK, wall ns); impossible dates and times become invalid."""
    clock = np.zeros(len(valid), np.int64)
    if "h" in part:
        hour, minute = part["h"], part["m"]
        second = part.get("s", np.zeros(1, np.int32))
        valid &= (hour <= 24) & (minute <= 59) & (second <= 60)
        clock = (hour * 3600 + minute * 60 + second).astype(np.int64) * NS_SECOND
        if fraction is not None:
            clock += fraction
        valid &= (hour < 24) | (clock < NS_DAY + NS_SECOND)
    if "D" not in part:
        return CLOCK, clock
    if "y" in part:
        part["Y"] = short_year(part["y"])
    day = days(part["Y"], part["M"], part["D"]) if "Y" in part else year_less_days(part["M"], part["D"], clock, ctx)
    valid &= day != NO_DAY
    return DATED, day.astype(np.int64) * NS_DAY + clock
