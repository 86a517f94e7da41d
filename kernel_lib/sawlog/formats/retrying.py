"""A fast format with a slow one for what it refuses."""

from __future__ import annotations

import numpy as np
import polars as pl

from sawlog.formats.base import MATCHED, Format, TimeContext
from sawlog.formats.columns import assemble


class Retrying(Format):
    """Lines that ``strict`` does not match are tried with ``loose``, a format with the same fields.

    Patterns that allow for what a product does not escape need backtracking; few lines do.
    """

    def __init__(self, strict: Format, loose: Format) -> None:
        self.name, self.title, self.specificity = strict.name, strict.title, strict.specificity
        self._strict, self._loose = strict, loose

    def confidence(self, lines: pl.Series) -> float:
        return self._loose.confidence(lines)

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        frame = self._strict.parse(lines, ctx)
        refused = ~frame[MATCHED].to_numpy()
        if not refused.any():
            return frame
        rows, again = np.flatnonzero(~refused), np.flatnonzero(refused)
        retried = self._loose.parse(lines.gather(again), ctx)
        return assemble([(rows, frame.filter(frame[MATCHED])), (again, retried)], len(lines)).select(frame.columns)
