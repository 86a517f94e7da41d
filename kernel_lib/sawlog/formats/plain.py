"""Plain text: no stamps, no fields; indentation and stack traces still join lines."""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import MATCHED, Format, TimeContext


class PlainText(Format):
    """Explains any line, matches none: which lines start a record is left to ``multiline``."""

    name = "plain"
    title = "Plain text"
    specificity = 0
    explains_all = True
    fallback = False

    def confidence(self, lines: pl.Series) -> float:
        return 0.01

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        return pl.DataFrame({MATCHED: pl.repeat(False, len(lines), dtype=pl.Boolean, eager=True)})


FORMAT = PlainText()
