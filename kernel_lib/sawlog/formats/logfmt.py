r"""logfmt: ``key=value`` pairs, quoted where a value has blanks; Heroku's router, loggers of Go (logrus, slog, kit).

Source: https://brandur.org/logfmt and https://pkg.go.dev/github.com/kr/logfmt

Lines of one program repeat a few sequences of keys.  Those of a sample are each one regex; lines that fit none are cut
into pairs, which takes longer.
"""

from __future__ import annotations

import re
from collections import Counter

import numpy as np
import polars as pl

from sawlog.formats.base import MATCHED, Format, TimeContext
from sawlog.formats.columns import Rows, assemble, narrow
from sawlog.formats.keys import LEVEL_KEYS, MESSAGE_KEYS, Keys, find

MAX_FIELDS = 100

#: A key, and a value with its quotes.
KEY = r"[A-Za-z_@][A-Za-z0-9_.@/#-]*"
_QUOTED = r'"[^"\\]*(?:\\.[^"\\]*)*"'
VALUE = rf'(?:{_QUOTED}|[^ \t"][^ \t]*)?'
_LINE = rf"(?s)^[ \t]*{KEY}={VALUE}(?:[ \t]+{KEY}(?:={VALUE})?)*[ \t]*$"
_TWO_PAIRS = rf"(?s)^[ \t]*{KEY}={VALUE}[ \t]+(?:{KEY}[ \t]+)*{KEY}="
_PAIR = rf"(?s)({KEY}(?:={VALUE})?)(?:[ \t]+|$)"
_SAMPLE = 512
_MAX_SHAPES = 16

Shape = tuple[str, ...]


class Logfmt(Format):
    """At least two pairs a line, and nothing but pairs and bare keys; a bare key is true."""

    name = "logfmt"
    title = "logfmt (key=value)"
    specificity = 10
    #: Heroku's router calls the level "at".
    keys = Keys(level=(*LEVEL_KEYS, "at"))

    def confidence(self, lines: pl.Series) -> float:
        return float(_fits(lines).sum()) / len(lines) if len(lines) else 0.0

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        fits = _fits(lines)
        return pl.DataFrame([fits.alias(MATCHED)]).hstack(self.keys.interpret(values_of(lines, fits), ctx))


def values_of(lines: pl.Series, fits: pl.Series) -> pl.DataFrame:
    """A column for each key of the lines that are pairs, typed and without quotes; null where there is none."""
    left = fits.arg_true().to_numpy().astype(np.int64)
    parts: list[tuple[Rows, pl.DataFrame]] = []
    for shape in _shapes(lines.gather(left)):
        cells = lines.gather(left).str.extract_groups(_shape_pattern(shape)).struct.unnest()
        cells.columns = list(shape)
        hit = cells[shape[0]].is_not_null().to_numpy()
        parts.append((left[hit], cells.filter(pl.Series(hit))))
        left = left[~hit]
        if not left.size:
            break
    if left.size:
        parts.append((left, _pairs(lines.gather(left))))
    cells = assemble(parts, len(lines), _limit)
    texts = set(find(cells.columns, MESSAGE_KEYS))
    columns = [text if text.name in texts else narrow(text) for text in map(_unquoted, cells.get_columns())]
    return pl.DataFrame(columns) if columns else pl.DataFrame(height=len(lines))


def _fits(lines: pl.Series) -> pl.Series:
    return (lines.str.contains(_LINE) & lines.str.contains(_TWO_PAIRS)).fill_null(False)


def _shapes(lines: pl.Series) -> list[Shape]:
    """The sequences of keys in a sample, the most frequent first."""
    step = max(1, len(lines) // _SAMPLE)
    counts: Counter[Shape] = Counter()
    for pairs in lines.gather_every(step).str.extract_all(_PAIR).to_list():
        keys = tuple(pair.split("=", 1)[0].rstrip() for pair in pairs)
        if len(set(keys)) == len(keys) <= MAX_FIELDS and all("=" in pair for pair in pairs):
            counts[keys] += 1
    return [shape for shape, count in counts.most_common(_MAX_SHAPES) if count > 1]


def _shape_pattern(shape: Shape) -> str:
    pairs = "[ \t]+".join(f"{re.escape(key)}=({VALUE})" for key in shape)
    return rf"(?s)^[ \t]*{pairs}[ \t]*$"


def _pairs(lines: pl.Series) -> pl.DataFrame:
    """One column a key; of a key that comes twice in a line, the last value."""
    rows = pl.int_range(len(lines), dtype=pl.UInt32, eager=True).alias("row")
    pairs = pl.DataFrame([rows, lines.str.extract_all(_PAIR).alias("pair")]).explode("pair").drop_nulls()
    halves = pairs["pair"].str.strip_chars_end().str.splitn("=", 2).struct.unnest()
    halves.columns = ["key", "value"]
    table = pairs.select("row").hstack(halves.with_columns(pl.col("value").fill_null("true")))
    columns = [
        pl.Series(str(key), [None], dtype=pl.String).new_from_index(0, len(lines)).scatter(part["row"], part["value"])
        for (key,), part in table.partition_by("key", as_dict=True, maintain_order=True).items()
    ]
    return pl.DataFrame(columns)


def _limit(cells: pl.DataFrame) -> pl.DataFrame:
    """The ``MAX_FIELDS`` keys with the most values; the others stay in the line."""
    if cells.width <= MAX_FIELDS:
        return cells
    fullest = set(sorted(cells.columns, key=lambda name: cells[name].null_count())[:MAX_FIELDS])
    return cells.select(name for name in cells.columns if name in fullest)


def _unquoted(column: pl.Series) -> pl.Series:
    """Values without quotes and escapes; an empty one is null."""
    cell = pl.col("c")
    inner = cell.str.slice(1, cell.str.len_chars() - 2)
    plain = inner
    if column.str.contains("\\", literal=True).any():
        for escape, character in ((r"\n", "\n"), (r"\t", "\t"), (r"\r", "\r"), (r"\"", '"')):
            plain = plain.str.replace_all(escape, character, literal=True)
        plain = plain.str.replace_all("\\\\", "\\", literal=True)
    text = pl.when(cell.str.starts_with('"')).then(plain).otherwise(cell)
    frame = column.alias("c").to_frame().select(pl.when(text != "").then(text).alias(column.name))
    return frame.to_series()


FORMAT = Logfmt()
