"""PostgreSQL's server log in the ``stderr`` layout.  (``csvlog`` is CSV, ``jsonlog`` is JSON.)

Source: ``log_line_prefix`` in https://www.postgresql.org/docs/current/runtime-config-logging.html: its default
``%m [%p] ``, Debian's ``%m [%p] %q%u@%d ``, pgBadger's ``%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h `` and
Amazon RDS's ``%t:%r:%u@%d:[%p]:``.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sawlog.formats.fragments import DATE_TIME
from sawlog.formats.levels import normalise_level
from sawlog.formats.regex_format import RegexFormat

_ZONE = r"(?:[A-Z][A-Za-z]{0,4}|[+-][0-9]{2}(?::?[0-9]{2})?)"
_STAMP = rf"(?P<timestamp>{DATE_TIME} {_ZONE})"
_SEVERITY = (
    r"(?P<severity>DEBUG[1-5]?|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC"
    r"|DETAIL|HINT|QUERY|CONTEXT|STATEMENT|LOCATION|BACKTRACE)"
)
# What follows an ERROR (DETAIL, STATEMENT, ...) tells of it; it has no severity of its own.
_LEVEL = pl.when(pl.col("severity").is_in(["DETAIL", "HINT", "QUERY", "CONTEXT", "STATEMENT", "LOCATION"]).not_()).then(
    normalise_level(pl.col("severity"))
)
_DETAILS = (r"(?:LOG|duration): +duration: (?P<duration_ms>[0-9.]+) ms",)


def _either(one: str, other: str) -> pl.Expr:
    text = pl.coalesce(one, other)
    return pl.when(text.is_in(["", "[unknown]"]).not_()).then(text)


def _prefix(name: str, title: str, prefix: str, derived: Mapping[str, pl.Expr] | None = None) -> RegexFormat:
    return RegexFormat(
        name,
        title,
        rf"^{prefix}{_SEVERITY}:  (?P<message>.*)",
        specificity=45,
        types={"pid": "int", "client_port": "int", "duration_ms": "float", "log_line": "int"},
        null_values=("-", "[unknown]", "[local]"),
        level=_LEVEL,
        derived=derived,
        drop=("login", "catalog"),
        details=_DETAILS,
    )


FORMATS = (
    _prefix(
        "postgresql",
        "PostgreSQL",
        rf"{_STAMP} \[(?P<pid>[0-9]+)(?:-[0-9]+)?\]:? (?:\[[0-9]+-[0-9]+\] )?"
        r"(?:user=(?P<login>[^, ]*),db=(?P<catalog>[^, ]*)(?:,app=(?P<application>[^,]*))?"
        r"(?:,client=(?P<client>[^ ]*))? )?"
        r"(?:(?P<user>[^@ :]*)@(?P<database>[^ :]*) )?",
        derived={"user": _either("login", "user"), "database": _either("catalog", "database")},
    ),
    _prefix(
        "postgresql-rds",
        "PostgreSQL on Amazon RDS",
        rf"{_STAMP}:(?:(?P<client>[^:(@]*)(?:\((?P<client_port>[0-9]+)\))?)?:(?P<user>[^@:]*)@(?P<database>[^:]*)"
        r":\[(?P<pid>[0-9]+)\]:",
    ),
)
