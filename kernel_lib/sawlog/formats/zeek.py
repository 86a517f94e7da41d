"""Zeek's logs in its own format: tabs between cells, the columns named and typed at the top.

Source: https://docs.zeek.org/en/master/log-formats.html#zeek-tsv-format-logs
"""

from __future__ import annotations

import re

import polars as pl

from sawlog.formats.base import TIMESTAMP, UTC_NS, TimeContext
from sawlog.formats.delimited import Delimited, Layout
from sawlog.formats.regex_format import typed
from sawlog.formats.timestamps import to_utc

_DIRECTIVE = r"^#(?:separator|set_separator|empty_field|unset_field|path|open|fields|types|close)[ \t]"
_KINDS = {"count": "int", "int": "int", "port": "int", "double": "float", "interval": "float", "bool": "bool"}


class Zeek(Delimited):
    """``ts`` is the stamp; directives, the lines that begin with ``#``, are records of their own."""

    name = "zeek"
    title = "Zeek log (TSV)"
    specificity = 30

    def headers(self, lines: pl.Series) -> list[tuple[int, Layout]]:
        rows = lines.str.contains(_DIRECTIVE).fill_null(False).arg_true()
        found: list[tuple[int, Layout]] = []
        separator = self.layout.separator if self.layout else "\t"
        for row, text in zip(rows.to_list(), lines.gather(rows).to_list(), strict=True):
            if text.startswith("#separator "):
                code = re.fullmatch(r"\\x([0-9a-fA-F]{2})", text.split(" ", 1)[1].strip())
                separator = chr(int(code[1], 16)) if code else "\t"
            elif text.startswith("#fields"):
                names = tuple(dict.fromkeys(text.split(separator)[1:]))
                if "ts" in names:
                    found.append((row, Layout(names, separator, header=text)))
            elif text.startswith("#types") and found:
                kinds = tuple(_KINDS.get(kind, "str") for kind in text.split(separator)[1:])
                above = found[-1][1]
                if len(kinds) == len(above.names):
                    found.append((row, Layout(above.names, separator, header=above.header, kinds=kinds)))
        return found

    def interpret(self, cells: pl.DataFrame, layout: Layout, ctx: TimeContext) -> pl.DataFrame:
        kinds = layout.kinds or ("str",) * len(layout.names)
        expressions = [
            typed(name, kind, ("-", "(empty)")).alias("timestamp_value" if name == TIMESTAMP else name)
            for name, kind in zip(layout.names, kinds, strict=True)
            if name != "ts"
        ]
        stamps = _epoch(cells["ts"])
        if stamps.null_count():
            stamps = pl.select(pl.coalesce(stamps, to_utc(cells["ts"], ctx))).to_series()
        return cells.select(expressions).insert_column(0, stamps.alias(TIMESTAMP))


def _epoch(stamps: pl.Series) -> pl.Series:
    """``1591367999.305988``, to the digit."""
    parts = stamps.str.splitn(".", 2).struct.unnest()
    parts.columns = ["seconds", "fraction"]
    fraction = pl.col("fraction").fill_null("").str.slice(0, 9).str.pad_end(9, "0")
    ns = pl.col("seconds").cast(pl.Int64, strict=False) * 10**9 + fraction.cast(pl.Int64, strict=False)
    return parts.select(ns.cast(UTC_NS)).to_series()


FORMAT = Zeek()
