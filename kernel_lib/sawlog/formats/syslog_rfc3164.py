"""BSD syslog, and what rsyslog, ChromeOS and macOS write in its place.

Source: RFC 3164, section 4.1; rsyslog's templates ``RSYSLOG_TraditionalFileFormat``,
``RSYSLOG_TraditionalForwardFormat`` and ``RSYSLOG_FileFormat``
(https://www.rsyslog.com/doc/configuration/templates.html); ``<Info>`` behind the tag is macOS's.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import ABBREVIATION, CLOCK, DATE_TIME, OFFSET
from sawlog.formats.levels import normalise_level, syslog_level
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.syslog_priority import syslog_facility

_PRIORITY = r"^(?:<(?P<priority>[0-9]{1,3})>)?"
_TAG = r"(?P<process>[^ \[\]:]+)(?:\[(?P<pid>[0-9]+)\])?(?: (?:<(?P<severity>[A-Za-z]+)>|\([^)]*\)))?: ?"


def _syslog(name: str, title: str, head: str, specificity: int) -> RegexFormat:
    """A layout whose level is in the priority, else behind the tag, else unknown."""
    return RegexFormat(
        name,
        title,
        head + r"(?P<message>.*)",
        specificity=specificity,
        types={"pid": "int"},
        level=pl.coalesce(syslog_level(pl.col("priority")), normalise_level(pl.col("severity"))),
        derived={"facility": syslog_facility(pl.col("priority")), "host": pl.col("host").str.strip_chars_end(":")},
        drop=("priority", "severity"),
    )


FORMATS = (
    _syslog(
        "syslog-rfc3164",
        "Syslog (RFC 3164)",
        # A Cisco device may put the year behind the day, and a colon behind its name.
        rf"{_PRIORITY}(?P<timestamp>{ABBREVIATION} [ 0-9][0-9] (?:[0-9]{{4}} )?{CLOCK}) "
        rf"(?P<host>[^ \[\]]+) (?:: )?(?:{_TAG})?",
        specificity=15,
    ),
    _syslog(
        "syslog-iso",
        "Syslog with ISO 8601 stamps (rsyslog)",
        rf"{_PRIORITY}(?P<timestamp>{DATE_TIME}{OFFSET}) {{1,2}}(?P<host>[A-Za-z0-9][A-Za-z0-9._:-]*) {_TAG}",
        specificity=14,
    ),
    RegexFormat(
        "syslog-chromeos",
        "ChromeOS syslog",
        rf"^(?P<timestamp>{DATE_TIME}{OFFSET}) (?P<level>EMERG|ALERT|CRIT|ERR|WARNING|NOTICE|INFO|DEBUG) "
        r"(?P<process>[^ \[\]:]+)(?:\[(?P<pid>[0-9]+)\])?: (?P<message>.*)",
        specificity=20,
        types={"pid": "int"},
    ),
)
