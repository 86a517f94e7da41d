"""Comma, tab, semicolon or pipe separated values with a header line (RFC 4180): exports of tables and log services.

Source: https://www.rfc-editor.org/rfc/rfc4180.  The header's names tell the stamp, the level and the message, see
``keys``.  Where files were concatenated, the header comes again; it is a record of its own.
"""

from __future__ import annotations

import csv
import re

import polars as pl

from sawlog.formats.base import Format, TimeContext
from sawlog.formats.columns import narrow
from sawlog.formats.delimited import Delimited, Layout
from sawlog.formats.keys import LEVEL_KEYS, MESSAGE_KEYS, TIME_KEYS, Keys, find

_SEPARATORS = ",\t;|"
_NAME = re.compile(r"[@#A-Za-z_][\w .@()/#%$-]{0,60}")
#: A header below others: it names a time, and no digit is in it.
_TIME_NAME = r'(?i)(?:^|[,;\t|"])(?:@?timestamp|date_?time|time|date|ts|eventtime|utctime)(?:[,;\t|"]|$)'
_MAX_COLUMNS = 500
_LOOK_AHEAD = 50


class CsvLog(Delimited):
    """Until it is bound to a header, or meets one, no line matches."""

    name = "csv"
    title = "CSV, TSV or other separated values"
    specificity = 8
    keys = Keys()

    def headers(self, lines: pl.Series) -> list[tuple[int, Layout]]:
        found: list[tuple[int, Layout]] = []
        rows: list[int] = []
        if self.layout is None:
            rows = (lines.str.len_bytes() > 0).fill_null(False).arg_true().head(1).to_list()
            first = read_header(lines[rows[0]], lines.slice(rows[0] + 1, _LOOK_AHEAD).to_list()) if rows else None
            if first is None:
                return []
            found.append((rows[0], first))
        again = lines == (self.layout or found[0][1]).header
        other = ~lines.str.contains(r"[0-9]") & lines.str.contains(_TIME_NAME)
        for row in (again | other).fill_null(False).arg_true().to_list():
            layout = read_header(lines[row], lines.slice(row + 1, _LOOK_AHEAD).to_list())
            if layout is not None and row not in rows:
                found.append((row, layout))
        return found

    def directives(self, lines: pl.Series) -> pl.Series:
        return lines.is_in([])

    def bind(self, head: pl.Series) -> Format:
        bound = super().bind(head)
        # Cells with newlines in them: the lines behind the first belong to its record.
        bound.joins_unmatched = bool((head.str.count_matches('"', literal=True) % 2 == 1).any())
        return bound

    def accepts(self, frame: pl.DataFrame) -> pl.Series:
        return pl.Series([True], dtype=pl.Boolean).new_from_index(0, frame.height)

    def interpret(self, cells: pl.DataFrame, layout: Layout, ctx: TimeContext) -> pl.DataFrame:
        texts = set(find(cells.columns, MESSAGE_KEYS))
        columns = [column if column.name in texts else narrow(column) for column in cells.get_columns()]
        return self.keys.interpret(pl.DataFrame(columns), ctx)


def read_header(line: str, following: list[str | None]) -> Layout | None:
    """The layout that a line names, if it looks like a header and the lines below it like its data."""
    text = line.strip("\ufeff\r\n")
    if text.startswith("#") and not text.startswith(("#,", "#\t", "#;")):
        text = text.removeprefix("#").lstrip()
    best: tuple[str, ...] = ()
    separator = ","
    for candidate in _SEPARATORS:
        try:
            names = tuple(name.strip() for name in next(csv.reader([text], delimiter=candidate), []))
        except csv.Error:
            return None
        if len(best) < len(names) <= _MAX_COLUMNS:
            best, separator = names, candidate
    if len(best) < 2 or not all(_NAME.fullmatch(name) for name in best):
        return None
    known = any(find(best, keys) for keys in (TIME_KEYS, LEVEL_KEYS))
    names = _told_apart(best)
    if names != best and not known:
        return None
    layout = Layout(names, separator, quoted=True, header=line)
    below = pl.Series([text for text in following if text], dtype=pl.String)
    if not len(below):
        return layout if known and len(best) > 2 else None
    complete, _ = layout.cut(below)
    share = float(complete.sum()) / len(below)
    fits = (bool(complete[0]) or share >= 0.5) if known else (share >= 0.9 and len(best) > 2)
    return layout if fits else None


def _told_apart(names: tuple[str, ...]) -> tuple[str, ...]:
    """Names of which no two are equal, case ignored: ``code, Code`` become ``code, Code_2``."""
    taken = {name.lower() for name in names}
    found: list[str] = []
    seen: set[str] = set()
    for name in names:
        told, number = name, 1
        while told.lower() in (seen if number == 1 else seen | taken):
            number += 1
            told = f"{name}_{number}"
        seen.add(told.lower())
        found.append(told)
    return tuple(found)


FORMAT = CsvLog()
