"""systemd's journal, as ``journalctl -o export`` writes it: a field a line, a blank line behind each record.

Source: https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-export-format.  A value that holds a newline or control
characters stands in the lines behind its field's name, with its length before it as eight bytes, little-endian.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.formats.base import MATCHED, Format, TimeContext
from sawlog.formats.journald import FORMAT as JOURNALD

_NAME = "[A-Z_][A-Z0-9_]*"
_FIELD = rf"^({_NAME})=(.*)$"
_STAMP = r"(?:^|\n)__REALTIME_TIMESTAMP=[0-9]"
_SIZE = 8
#: The blank lines behind a record, or the name of a field whose value follows with its length.
_NEXT = re.compile(rb"\n(?:\n+|(" + _NAME.encode() + rb")\n)")
#: The same in a record's text, where a byte of the length that is no UTF-8 has become U+FFFD.  No value has 16 MiB, so
#: that the length ends in five zero bytes.
_LONG = re.compile(rf"(?:\A|\n)({_NAME})\n((?:.{{0,2}}[^\0])?\0{{5,8}})", re.DOTALL)
_LONG_END = re.compile(rf"\n(?={_NAME}[=\n]|\Z)|\Z")


class JournaldExport(Format):
    """The fields are those of ``journalctl -o json`` and mean the same."""

    name = "journald-export"
    title = "systemd journal (journalctl -o export)"
    specificity = 30
    fallback = False

    def __init__(self, stamped: bool = False) -> None:
        self._stamped = stamped

    def bind(self, head: pl.Series) -> Format:
        return JournaldExport(bool(head.str.contains(_STAMP).any()))

    def confidence(self, lines: pl.Series) -> float:
        """The share of fields among the lines of a file whose first record has the journal's stamp."""
        return float(lines.str.contains(_FIELD).sum()) / len(lines) if self._stamped and len(lines) else 0.0

    def split(self, data: bytes, final: bool) -> npt.NDArray[np.int64] | None:
        starts = [0]
        position = 0
        while (found := _NEXT.search(data, position)) is not None:
            if found[1] is not None:
                # The newline behind the value may belong to the next match.
                position = found.end() + _SIZE + int.from_bytes(data[found.end() : found.end() + _SIZE], "little")
            elif found.end() == len(data):
                break
            else:
                starts.append(found.end())
                position = found.end() - 1
        return np.array(starts, np.int64)

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        fields = _fields(lines)
        frame = JOURNALD.interpret(_wide(fields, len(lines)), ctx)
        return pl.DataFrame([lines.str.contains(_STAMP).fill_null(False).alias(MATCHED)]).hstack(frame)


def _fields(records: pl.Series) -> pl.DataFrame:
    """``row``, ``name`` and ``value`` of every field, in no particular order."""
    rows = pl.DataFrame({"row": pl.int_range(len(records), dtype=pl.UInt32, eager=True), "text": records})
    some = records.str.contains(rf"(?:^|\n){_NAME}\n").fill_null(False).arg_true()
    long: list[tuple[int, str, str]] = []
    short: list[str] = []
    for row, text in rows[some].iter_rows():
        values, rest = _long_values(text)
        long += [(row, name, value) for name, value in values]
        short.append(rest)
    texts = records.clone().scatter(some, short)  # it changes the series it is called on
    field = pl.col("text").str.extract_groups(_FIELD).struct
    parts = rows.with_columns(text=texts.str.split("\n")).explode("text")
    parts = parts.select("row", name=field.field("1"), value=field.field("2")).drop_nulls("name")
    return pl.concat([parts, pl.DataFrame(long, parts.schema, orient="row")])


def _long_values(text: str) -> tuple[list[tuple[str, str]], str]:
    """The names and values of the fields with a length in a record, and the record without them."""
    values: list[tuple[str, str]] = []
    rest: list[str] = []
    position = 0
    while (head := _LONG.search(text, position)) is not None:
        rest.append(text[position : head.start()])
        position = _long_end(text, head.end(), head[2])
        values.append((head[1], text[head.end() : position]))
    return values, "".join((*rest, text[position:]))


def _long_end(text: str, start: int, size: str) -> int:
    """Where the value ends that has this size; where bytes of it are no UTF-8, before the next line that is a field."""
    first, measured, length = -1, start, 0
    for end in _LONG_END.finditer(text, start):
        length += len(text[measured : end.start()].encode())
        measured = end.start()
        if length.to_bytes(_SIZE, "little").decode(errors="replace") == size:
            return measured
        first = measured if first < 0 else first
    return first


def _wide(fields: pl.DataFrame, height: int) -> pl.DataFrame:
    """A column a name; of a field that comes twice in a record the first value counts."""
    wide = fields.pivot("name", index="row", values="value", aggregate_function="first")
    every = pl.DataFrame({"row": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    return every.join(wide, on="row", how="left", maintain_order="left").drop("row")


FORMAT = JournaldExport()
