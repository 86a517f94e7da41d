"""Severity words, letters and numbers, as one scale: :data:`sawlog.model.schema.LEVELS`."""

from __future__ import annotations

import polars as pl

#: Spelling (lower-case) -> level.  Words of Log4j, java.util.logging, Python, glog, Android, syslog, Windows,
#: PostgreSQL, Oracle, Erlang/Elixir, .NET (crit, fail, dbug), Redis (characters), MongoDB and CI systems.
SPELLINGS: dict[str, str] = {
    **dict.fromkeys(("trace", "trce", "trc", "t", "finest", "finer", "verbose", "verb", "vrb", "v", "all", "silly",
                     "spew", "debug5", "debug4", "debug3", "debug2"), "trace"),
    **dict.fromkeys(("debug", "debg", "dbug", "dbg", "deb", "d", "fine", "config", "cfg", "debug1", "d1", "d2", "d3",
                     "d4", "d5", "."), "debug"),
    **dict.fromkeys(("info", "information", "informational", "inf", "i", "log", "hint", "detail", "statement",
                     "success", "ok", "pass", "normal", "default", "-"), "info"),
    **dict.fromkeys(("notice", "notif", "ntc", "note", "n", "*"), "notice"),
    **dict.fromkeys(("warning", "warn", "wrn", "w", "#"), "warning"),
    **dict.fromkeys(("error", "err", "eror", "e", "severe", "fail", "failed", "failure", "exception"), "error"),
    **dict.fromkeys(("critical", "crit", "crt", "c", "fatal", "ftl", "f", "dpanic"), "critical"),
    **dict.fromkeys(("alert", "alrt", "a", "assert"), "alert"),
    **dict.fromkeys(("emergency", "emerg", "emrg", "panic"), "emergency"),
}  # fmt: skip

#: Syslog severities 0 to 7 (RFC 5424, section 6.2.1).
SYSLOG = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")

#: The words that stand for a level in running text, as an alternation for a Rust regex (no single letters).
LEVEL_WORD = (
    r"(?:TRACE|VERBOSE|DEBUG[0-9]?|FINEST|FINER|FINE|CONFIG|INFO(?:RMATION)?|NOTICE|WARN(?:ING)?|ERR(?:OR)?|SEVERE"
    r"|CRIT(?:ICAL)?|FATAL|ALERT|EMERG(?:ENCY)?|PANIC)"
)


def normalise_level(expr: pl.Expr) -> pl.Expr:
    """Any spelling of a level -> one of ``LEVELS``, or null where it is none.

    Case, surrounding blanks and brackets do not matter; numbers as text are syslog severities (0 to 7).
    """
    word = expr.cast(pl.String).str.strip_chars(" \t[]<>():|").str.to_lowercase()
    table = {**SPELLINGS, **{str(number): level for number, level in enumerate(SYSLOG)}}
    return word.replace_strict(table, default=None, return_dtype=pl.String)


def syslog_level(expr: pl.Expr) -> pl.Expr:
    """Syslog severity (0 to 7) or priority (0 to 191, severity = priority mod 8), a number -> level."""
    number = expr.cast(pl.Int64, strict=False)
    severity = pl.when(number.is_between(0, 191)).then(number % 8)
    return severity.replace_strict(dict(enumerate(SYSLOG)), default=None, return_dtype=pl.String)


def pino_level(expr: pl.Expr) -> pl.Expr:
    """The numbers of pino and bunyan (10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal) -> level.

    Custom numbers in between count as the level they reach.
    """
    tens = expr.cast(pl.Float64, strict=False).floordiv(10).cast(pl.Int64, strict=False)
    names = {1: "trace", 2: "debug", 3: "info", 4: "warning", 5: "error", 6: "critical"}
    return tens.replace_strict(names, default=None, return_dtype=pl.String)


def http_level(expr: pl.Expr) -> pl.Expr:
    """HTTP status -> level: 5xx error, 4xx warning, else info; null where it is no status."""
    status = expr.cast(pl.Int64, strict=False)
    return (
        pl.when(status.is_between(500, 599))
        .then(pl.lit("error"))
        .when(status.is_between(400, 499))
        .then(pl.lit("warning"))
        .when(status.is_between(100, 399))
        .then(pl.lit("info"))
    )
