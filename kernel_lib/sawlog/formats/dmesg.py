"""The kernel's ring buffer, as ``dmesg`` prints it.

Source: ``man dmesg`` and https://docs.kernel.org/admin-guide/printk-basics.html: seconds since boot in brackets, with
``-r`` the priority before them, with ``-x`` facility and level in words, with ``-T`` the wall clock.
Seconds since boot give no time of day: such records have no timestamp, but ``uptime_s``.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import ABBREVIATION, CLOCK
from sawlog.formats.levels import normalise_level, syslog_level
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.syslog_priority import syslog_facility

_PREFIX = r"^(?:<(?P<priority>[0-9]{1,3})>|(?P<facility>[a-z0-9]+) *:(?P<severity>[a-z]+) *: )?"
_LEVEL = pl.coalesce(syslog_level(pl.col("priority")), normalise_level(pl.col("severity")))
_FACILITY = pl.coalesce(pl.col("facility"), syslog_facility(pl.col("priority")))

FORMATS = (
    RegexFormat(
        "dmesg",
        "Kernel ring buffer (dmesg)",
        rf"{_PREFIX}\[ *(?P<uptime_s>[0-9]+\.[0-9]{{6}})\](?:\[ *(?P<thread>[TC][0-9]+)\])? (?P<message>.*)",
        specificity=30,
        types={"uptime_s": "float"},
        level=_LEVEL,
        derived={"facility": _FACILITY},
        drop=("priority", "severity"),
    ),
    RegexFormat(
        "dmesg-time",
        "Kernel ring buffer with times (dmesg -T)",
        rf"{_PREFIX}\[(?P<timestamp>{ABBREVIATION} {ABBREVIATION} [ 0-9][0-9] {CLOCK} [0-9]{{4}})\] (?P<message>.*)",
        specificity=15,
        level=_LEVEL,
        derived={"facility": _FACILITY},
        drop=("priority", "severity"),
    ),
)
