"""The number in angle brackets before a syslog message: facility x 8 + severity.

Source: RFC 5424, section 6.2.1, tables 1 and 2.
"""

from __future__ import annotations

import polars as pl

FACILITIES = (
    "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp",
    "ntp", "security", "console", "clock",
    "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
)  # fmt: skip


def syslog_facility(priority: pl.Expr) -> pl.Expr:
    """A priority (0 to 191) as text or number -> the facility's name, or null."""
    number = priority.cast(pl.Int64, strict=False) // 8
    return number.replace_strict(dict(enumerate(FACILITIES)), default=None, return_dtype=pl.String)
