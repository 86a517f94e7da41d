"""What the keys of structured records mean: which holds the stamp, the level, the message.

The candidates are the keys of pino, bunyan, zap, logrus, winston, structlog, python-json-logger, loguru, Logback,
Log4j 2 (JsonLayout), Serilog (CLEF), Monolog, Rust tracing, MongoDB, ECS, logstash, GELF, OpenTelemetry, Stackdriver,
journald, Kubernetes audit, CloudTrail, Azure, Okta, Cloudflare, Sysmon and NXLog, best first, compared without regard
to case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import polars as pl

from sawlog.formats.base import LEVEL, MESSAGE, MESSAGE_START, SPECIAL, TIMESTAMP, UTC_NS, TimeContext
from sawlog.formats.levels import normalise_level, pino_level, syslog_level
from sawlog.formats.timestamps import to_utc

TIME_KEYS = (
    "@timestamp", "timestamp", "@t", "time", "ts", "timeunixnano", "eventtime", "event_time", "event.created",
    "utctime", "timecreated", "datetime", "date_time", "date-time", "asctime", "t.$date", "t", "record.time.timestamp",
    "time_iso8601", "timelocal", "time_local", "timestamp_ms", "timestampms", "timemillis", "unixtime", "epoch",
    "__realtime_timestamp", "observedtimeunixnano", "requestreceivedtimestamp", "receivetimestamp", "stagetimestamp",
    "edgestarttimestamp", "timegenerated", "published", "logtime", "log_time", "logged_at", "created_at", "createdat",
    "eventreceivedtime", "start_time", "starttime", "date", "when", "created",
)  # fmt: skip
LEVEL_KEYS = (
    "log.level", "level", "severity", "severitytext", "severity_text", "@l", "levelname", "level_name", "loglevel",
    "log_level", "lvl", "record.level.name", "severitynumber", "severity_number", "log.syslog.severity.name",
    "levelno", "priority", "syslog_severity",
)  # fmt: skip
MESSAGE_KEYS = (
    "message", "msg", "@m", "@mt", "short_message", "record.message", "fields.message", "body", "body.stringvalue",
    "textpayload", "jsonpayload.message", "jsonpayload.msg", "log", "log.message", "logmessage", "log_message",
    "eventmessage", "event", "text", "event.original", "log.original", "description", "error.message",
)  # fmt: skip

#: Seconds from 1970 to 1973.
_LEAST_EPOCH = 100_000_000
_CLOCK = r"^\d{1,2}:\d{2}"

#: Lower bounds of OpenTelemetry's severity numbers and of Monolog's levels.
_OTEL = {0: "trace", 1: "debug", 2: "info", 3: "warning", 4: "error", 5: "critical"}
_MONOLOG = {
    100: "debug", 200: "info", 250: "notice", 300: "warning", 400: "error", 500: "critical", 550: "alert",
    600: "emergency",
}  # fmt: skip
_PYTHON = {0: "trace", 1: "debug", 2: "info", 3: "warning", 4: "error", 5: "critical"}


@dataclass(frozen=True)
class Keys:
    """Candidates for each part, best first, in lower case."""

    time: Sequence[str] = TIME_KEYS
    level: Sequence[str] = LEVEL_KEYS
    message: Sequence[str] = MESSAGE_KEYS

    def interpret(self, fields: pl.DataFrame, ctx: TimeContext) -> pl.DataFrame:
        """``fields`` with ``timestamp``, ``level`` and ``message`` in front, and without the columns that became them.

        A row takes each part from the first candidate that has one.  A column stays where not all its values went
        into a part; should it have the part's own name, it is called ``<name>_value``.
        """
        fields = _compose(fields)
        height = fields.height
        # Letters that mean something only together: MongoDB's severity, zap's level and message.
        zap = {"T", "L", "M"} <= set(fields.columns)
        level = (*self.level, *(["s"] if "t.$date" in fields.columns else []), *(["l"] if zap else []))
        message = (*self.message, *(["m"] if zap else []))
        stamps, stamp_columns = _coalesce(fields, self.time, lambda column: _stamp(column, ctx), UTC_NS)
        levels, level_columns = _coalesce(fields, level, level_of, pl.String())
        texts, text_columns = _coalesce(fields, message, text_of, pl.String())
        rest = beside_parts(fields.drop(stamp_columns + level_columns + text_columns))
        parts = [stamps.alias(TIMESTAMP), levels.alias(LEVEL)]
        if texts.null_count() < height:
            parts.append(texts.alias(MESSAGE))
        if texts.null_count():
            parts.append(texts.to_frame("m").select(_whole_line().alias(MESSAGE_START)).to_series())
        return pl.DataFrame(parts).hstack(rest)


def _whole_line() -> pl.Expr:
    """Without a message, the whole line is it."""
    return pl.when(pl.col("m").is_null()).then(pl.lit(0, pl.UInt32))


def beside_parts(fields: pl.DataFrame) -> pl.DataFrame:
    """The fields under names that they can have beside a record's parts."""
    return fields.rename({name: f"{name}_value" for name in fields.columns if name in SPECIAL})


def find(columns: Sequence[str], candidates: Sequence[str]) -> list[str]:
    """The columns that are candidates, in the candidates' order."""
    rank = {key: place for place, key in enumerate(candidates)}
    return sorted((name for name in columns if name.lower() in rank), key=lambda name: rank[name.lower()])


def _coalesce(
    fields: pl.DataFrame, candidates: Sequence[str], convert: Callable[[pl.Series], pl.Series], dtype: pl.DataType
) -> tuple[pl.Series, list[str]]:
    """The first value that the candidates give for each row, and the columns that were used up."""
    result = pl.Series([None], dtype=dtype).new_from_index(0, fields.height)
    used: list[str] = []
    for name in find(fields.columns, candidates):
        missing = result.is_null()
        if not missing.any():
            break
        value = convert(fields[name])
        gives = value.is_not_null()
        if gives.any():
            result = value if missing.all() else pl.select(pl.coalesce(result, value)).to_series()
            if not (fields[name].is_not_null() & ~(gives & missing)).any():
                used.append(name)
    return result, used


def _compose(fields: pl.DataFrame) -> pl.DataFrame:
    """Stamps that are spread over two keys, in one."""
    names = {name.lower(): name for name in fields.columns}
    if {"instant.epochsecond", "instant.nanoofsecond"} <= names.keys():  # Log4j 2
        seconds, nanos = pl.col(names["instant.epochsecond"]), pl.col(names["instant.nanoofsecond"])
        whole = (seconds.cast(pl.Int64, strict=False) * 10**9 + nanos.cast(pl.Int64, strict=False)).alias("@timestamp")
        return fields.with_columns(whole).drop(names["instant.epochsecond"], names["instant.nanoofsecond"])
    if {"date", "time"} <= names.keys():
        date, time = names["date"], names["time"]
        if fields[date].dtype == fields[time].dtype == pl.String and fields[time].str.contains(_CLOCK).any():
            return fields.with_columns(pl.concat_str(date, pl.lit(" "), time).alias(time)).drop(date)
    return fields


def _stamp(column: pl.Series, ctx: TimeContext) -> pl.Series:
    if column.dtype == pl.Boolean:
        return pl.Series([None], dtype=UTC_NS).new_from_index(0, len(column))
    if column.dtype.is_numeric():
        # A small number under such a key is a duration or a counter.
        column = column.set(column.abs() < _LEAST_EPOCH, None)
    # Sysmon's UtcTime names its zone in its key.
    return to_utc(column, replace(ctx, timezone="UTC") if "utc" in column.name.lower() else ctx)


def text_of(column: pl.Series) -> pl.Series:
    return column.cast(pl.String)


def level_of(column: pl.Series) -> pl.Series:
    """Words, or numbers in the scale that the key or their size tells."""
    name = column.name.lower()
    frame = column.alias("c").to_frame()
    if column.dtype == pl.String:
        words = frame.select(normalise_level(pl.col("c"))).to_series()
        if words.null_count() == column.null_count():
            return words
        return pl.select(pl.coalesce(words, _number_level(column.cast(pl.Int64, strict=False), name))).to_series()
    return _number_level(column.cast(pl.Int64, strict=False), name)


def _number_level(numbers: pl.Series, name: str) -> pl.Series:
    n = pl.col("n")
    if name in ("severitynumber", "severity_number"):
        level = (
            pl.when(n.is_between(1, 24)).then((n - 1) // 4).replace_strict(_OTEL, default=None, return_dtype=pl.String)
        )
    elif name == "levelno":
        level = (n // 10).replace_strict(_PYTHON, default=None, return_dtype=pl.String)
    else:
        level = (
            pl.when(n < 8)
            .then(syslog_level(n))
            .when(n < 100)
            .then(pino_level(n))
            .otherwise(n.replace_strict(_MONOLOG, default=None, return_dtype=pl.String))
        )
    return numbers.alias("n").to_frame().select(level).to_series()
