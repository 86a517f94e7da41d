"""The log of Redis, Valkey and Sentinel.

Source: ``serverLogRaw`` in https://github.com/redis/redis/blob/unstable/src/server.c: pid, role (Master, Replica,
child, X for Sentinel), stamp, and ``. - * #`` for debug, verbose, notice, warning.  Before 3.0 there was no role.
"""

from __future__ import annotations

from sawlog.formats.fragments import CLOCK
from sawlog.formats.regex_format import RegexFormat

FORMATS = (
    RegexFormat(
        "redis",
        "Redis",
        rf"^(?P<pid>[0-9]+):(?P<role>[XCSM]) (?P<timestamp>[0-9]{{2}} [A-Z][a-z]{{2}} (?:[0-9]{{4}} )?{CLOCK}) "
        r"(?P<level>[.*#-]) (?P<message>.*)",
        specificity=40,
        types={"pid": "int"},
    ),
    RegexFormat(
        "redis-2",
        "Redis before 3.0",
        rf"^\[(?P<pid>[0-9]+)\] (?P<timestamp>[0-9]{{2}} [A-Z][a-z]{{2}} {CLOCK}) (?P<level>[.*#-]) (?P<message>.*)",
        specificity=40,
        types={"pid": "int"},
    ),
)
