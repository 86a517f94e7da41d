"""Time zones: offsets and names in stamps, and local wall clock -> UTC."""

from __future__ import annotations

import difflib
import re
import zoneinfo
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.errors import SettingsError

Int64s = npt.NDArray[np.int64]

NS_SECOND = 1_000_000_000
NS_DAY = 86_400 * NS_SECOND

#: Abbreviation -> hours east of UTC.  Where one has several meanings, the one that logs use most: CST, EST, MST, PST
#: are North American, IST is India, BST is British Summer Time.
ABBREVIATIONS: dict[str, float] = {
    "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "Z": 0, "z": 0,
    "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2, "SAST": 2, "EEST": 3, "MSK": 3,
    "GST": 4, "PKT": 5, "IST": 5.5, "NPT": 5.75, "ICT": 7, "WIB": 7, "HKT": 8, "SGT": 8, "PHT": 8, "AWST": 8,
    "JST": 9, "KST": 9, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13,
    "BRT": -3, "NST": -3.5, "NDT": -2.5, "AST": -4, "ADT": -3, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5,
    "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}|(?<=[CT][+-])\d):?(\d{2})?(?::?(\d{2}))?\Z")

#: A zone behind a stamp, without a blank before it, as a Rust regex.
_BEHIND = r"(?:\[[A-Za-z_]+(?:/[A-Za-z_+-]+)*\]|(?-u:\b))"
ZONE_PATTERN = (
    rf"(?:(?:UTC|GMT)?[+-][0-9]{{2}}(?::?[0-9]{{2}})?{_BEHIND}"
    rf"|(?:UTC|GMT)[+-][0-9](?::[0-9]{{2}})?{_BEHIND}"
    r"|\((?:UTC|GMT)[+-][0-9]{1,2}(?::?[0-9]{2})?(?:\)|\z)"
    rf"|(?:{'|'.join(sorted(ABBREVIATIONS, key=len, reverse=True))}){_BEHIND}"
    r"|(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific|Etc)/[A-Za-z_+/-]+)"
)


def zone_offset(text: str) -> int | None:
    """Offset of ``Z``, ``+01:00``, ``-0730``, ``+02``, ``UTC+1:00``, ``PDT`` in ns east of UTC; None: none of these."""
    hours = ABBREVIATIONS.get(text)
    if hours is not None:
        return int(hours * 3600) * NS_SECOND
    found = _OFFSET.match(text)
    if found is None:
        return None
    sign, hour, minute, second = found.groups()
    seconds = int(hour) * 3600 + int(minute or 0) * 60 + int(second or 0)
    return (-seconds if sign == "-" else seconds) * NS_SECOND


@lru_cache(maxsize=256)
def checked_zone(name: str) -> str:
    """``name`` if it is an IANA zone.

    Raises:
        SettingsError: it is not; the message lists near names.
    """
    known = zoneinfo.available_timezones()
    if name in known:
        return name
    near = difflib.get_close_matches(name, sorted(known), n=3, cutoff=0.4)
    hint = f"did you mean {', '.join(near)}?" if near else "use an IANA name such as Europe/Berlin or UTC"
    raise SettingsError(f"unknown time zone {name!r}; {hint}")


def is_zone(name: str) -> bool:
    return name in zoneinfo.available_timezones()


def local_to_utc(wall: Int64s, zone: str) -> Int64s:
    """Wall clock of a zone -> UTC, both ns since 1970.

    Clocks put back: an hour that occurs twice is read as its first occurrence.  Clocks put forward: a time that does
    not exist is read with the offset in force before, and so comes out later by the gap, keeping the order of records.
    """
    if zone in ("UTC", "Etc/UTC", "GMT"):
        return wall
    utc = _shift(wall, checked_zone(zone))
    missing = np.flatnonzero(utc == _NULL)
    if missing.size:
        utc[missing] = _shift(wall[missing] - NS_DAY, zone) + NS_DAY
    return utc


_NULL = np.iinfo(np.int64).min


def _shift(wall: Int64s, zone: str) -> Int64s:
    naive = pl.Series(wall).cast(pl.Datetime("ns"))
    aware = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return aware.dt.epoch("ns").fill_null(_NULL).to_numpy().copy()


def utc_to_local(utc: Int64s, zone: str) -> Int64s:
    """UTC -> wall clock of a zone, both ns since 1970."""
    if zone in ("UTC", "Etc/UTC", "GMT"):
        return utc
    aware = pl.Series(utc).cast(pl.Datetime("ns", "UTC")).dt.convert_time_zone(checked_zone(zone))
    return aware.dt.replace_time_zone(None).dt.epoch("ns").to_numpy().copy()
