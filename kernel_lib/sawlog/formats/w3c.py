"""The W3C extended log file format: IIS, Microsoft proxies and firewalls, Blue Coat.

Source: https://www.w3.org/TR/WD-logfile.html and
https://learn.microsoft.com/en-us/windows/win32/http/w3c-logging.  Times are UTC.  Columns get the common names
(``c-ip`` is ``client``); of the others, everything but letters and digits becomes ``_``.
"""

from __future__ import annotations

import re
from dataclasses import replace

import polars as pl

from sawlog.formats.base import LEVEL, TIMESTAMP, UTC_NS, TimeContext
from sawlog.formats.delimited import Delimited, Layout
from sawlog.formats.levels import http_level
from sawlog.formats.regex_format import typed
from sawlog.formats.timestamps import to_utc

NAMES = {
    "c-ip": "client", "c-port": "client_port", "cs-username": "user", "s-ip": "server", "s-port": "port",
    "s-computername": "host", "s-sitename": "site", "cs-method": "method", "cs-uri-stem": "path",
    "cs-uri-query": "query", "cs-uri": "path", "cs-version": "protocol", "sc-status": "status",
    "sc-substatus": "substatus", "sc-win32-status": "win32_status", "sc-bytes": "bytes", "cs-bytes": "received_bytes",
    "time-taken": "duration_ms", "cs(user-agent)": "user_agent", "cs(referer)": "referrer", "cs(cookie)": "cookie",
    "cs(host)": "host", "cs-host": "host",
}  # fmt: skip
KINDS = {
    **dict.fromkeys(
        ("client_port", "port", "status", "substatus", "win32_status", "bytes", "received_bytes", "duration_ms"), "int"
    ),
    "duration_s": "float",
}
_FIELDS = "#Fields:"


class W3C(Delimited):
    """Directives, the lines that begin with ``#``, are records of their own."""

    #: Both as the product writes them.
    separator = " "
    duration = "duration_ms"

    def __init__(self, name: str, title: str, specificity: int) -> None:
        self.name, self.title, self.specificity = name, title, specificity

    def headers(self, lines: pl.Series) -> list[tuple[int, Layout]]:
        rows = (lines.str.starts_with(_FIELDS) | lines.str.starts_with("#Date:")).fill_null(False).arg_true()
        found: list[tuple[int, Layout]] = []
        layout, date = self.layout, self.layout.date if self.layout else ""
        for row, text in zip(rows.to_list(), lines.gather(rows).to_list(), strict=True):
            if text.startswith("#Date:"):
                date = text.removeprefix("#Date:").strip()[:10]
                layout = replace(layout, date=date) if layout else None
            else:
                layout = self.read_header(text, date)
            if layout:
                found.append((row, layout))
        return found

    def read_header(self, text: str, date: str) -> Layout | None:
        names = text.removeprefix(_FIELDS).split()
        if not names or not {"date", "time"} & set(names):
            return None
        separator = "\t" if "\t" in text else self.separator
        return Layout(_distinct(names), separator, header=text, date=date)

    def interpret(self, cells: pl.DataFrame, layout: Layout, ctx: TimeContext) -> pl.DataFrame:
        when = [pl.col(name) for name in ("date", "time") if name in cells.columns]
        if "date" not in cells.columns and layout.date:
            when.insert(0, pl.lit(layout.date))
        stamps = cells.select(pl.concat_str(when, separator=" ")).to_series()
        utc = to_utc(stamps, replace(ctx, timezone="UTC")) if len(stamps) else stamps.cast(UTC_NS)
        columns: dict[str, pl.Expr] = {}
        for name in cells.columns:
            if name in ("date", "time"):
                continue
            common = self.common_name(name)
            if common in columns:
                common = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
            columns[common] = typed(name, KINDS.get(common, "str"), ("-",)).alias(common)
        frame = cells.select(columns.values())
        if {"path", "query"} <= columns.keys():
            whole = pl.concat_str(
                "path", pl.when(pl.col("query").is_not_null()).then("?" + pl.col("query")).otherwise(pl.lit(""))
            )
            frame = frame.with_columns(whole.alias("path")).drop("query")
        if "user_agent" in columns:
            blanks = (
                pl.col("user_agent").str.replace_all("+", " ", literal=True).str.replace_all("%20", " ", literal=True)
            )
            frame = frame.with_columns(blanks)
        if "status" in columns:
            frame = frame.with_columns(http_level(pl.col("status")).alias(LEVEL))
        return frame.insert_column(0, utc.alias(TIMESTAMP))

    def common_name(self, name: str) -> str:
        """The field's name for a column's."""
        known = NAMES.get(name.lower())
        if known == "duration_ms":
            return self.duration
        return known or re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "_"


def _distinct(names: list[str]) -> tuple[str, ...]:
    """The names, repeated ones told apart by a number."""
    seen: dict[str, int] = {}
    out = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        out.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return tuple(out)


FORMAT = W3C("w3c", "W3C extended log (IIS)", specificity=30)
