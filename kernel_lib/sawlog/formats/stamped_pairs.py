r"""A stamp, a level and a text before ``key=value`` pairs: Go's log/slog, structlog's console, many a home-made logger.

Source: https://pkg.go.dev/log/slog (the default handler), https://www.structlog.org (``ConsoleRenderer``)
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sawlog.formats.base import LEVEL, MATCHED, MESSAGE, MESSAGE_START, TIMESTAMP, Format, TimeContext
from sawlog.formats.fragments import CLOCK, OFFSET
from sawlog.formats.keys import LEVEL_KEYS, MESSAGE_KEYS, beside_parts, find, level_of, text_of
from sawlog.formats.levels import LEVEL_WORD, normalise_level
from sawlog.formats.logfmt import KEY, VALUE, values_of
from sawlog.formats.timestamps import to_utc

_STAMP = rf"[0-9]{{4}}[-/][0-9]{{2}}[-/][0-9]{{2}}[T ]{CLOCK}(?: ?{OFFSET})?"
_LEVEL = rf"[\[(<|]?(?P<level>(?i-u:{LEVEL_WORD}))[ \t]*[\])>|]?:?[ \t]+"
_PAIRS = rf"{KEY}={VALUE}(?:[ \t]+{KEY}={VALUE})*"
_LINE = (
    rf"^(?P<head>[\[(]?(?P<timestamp>{_STAMP})[\])]?:?[ \t]+(?:[-|][ \t]+)?(?:{_LEVEL}(?:[-|:][ \t]+)?)?"
    rf"(?:(?P<message>[^\n]*?)[ \t]+)??)(?P<pairs>{_PAIRS})[ \t]*$"
)


class StampedPairs(Format):
    """A dated stamp, then a level, a text, both or neither, and pairs up to the line's end.

    Where there is no level or no text before the pairs, it is what a key of that name says.
    """

    name = "stamped-logfmt"
    title = "Stamp, level, text and key=value pairs"
    specificity = 13

    def confidence(self, lines: pl.Series) -> float:
        return float(lines.str.contains(_LINE).sum()) / len(lines) if len(lines) else 0.0

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        groups = lines.str.extract_groups(_LINE).struct.unnest()
        matched = groups["pairs"].is_not_null()
        fields = values_of(groups["pairs"], matched)
        parts = groups.select(
            normalise_level(pl.col("level")).alias(LEVEL),
            pl.when(pl.col("message") != "").then("message").alias(MESSAGE),
        )
        levels, fields = _filled(parts[LEVEL], fields, LEVEL_KEYS, level_of)
        texts, fields = _filled(parts[MESSAGE], fields, MESSAGE_KEYS, text_of)
        behind = pl.DataFrame([groups["head"], texts]).select(
            pl.when(pl.col(MESSAGE).is_null()).then(pl.col("head").str.len_bytes().cast(pl.UInt32)).alias(MESSAGE_START)
        )
        stamps = to_utc(groups["timestamp"], ctx).alias(TIMESTAMP)
        return pl.DataFrame([matched.alias(MATCHED), stamps, levels, texts]).hstack(behind).hstack(beside_parts(fields))


def _filled(
    part: pl.Series, fields: pl.DataFrame, candidates: tuple[str, ...], convert: Callable[[pl.Series], pl.Series]
) -> tuple[pl.Series, pl.DataFrame]:
    """``part`` with what the first candidate says where it is null, and the fields without what went into it."""
    for name in find(fields.columns, candidates):
        value = convert(fields[name])
        taken = part.is_null() & value.is_not_null()
        if taken.any():
            part = part.zip_with(~taken, value.alias(part.name))
            rest = fields[name].set(taken, None)
            fields = fields.with_columns(rest) if rest.is_not_null().any() else fields.drop(name)
    return part, fields


FORMAT = StampedPairs()
