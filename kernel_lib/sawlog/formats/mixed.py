"""A file in several formats: each line is read by the first that matches it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from sawlog.formats.base import MATCHED, ORIGIN, Format, TimeContext, described
from sawlog.formats.bytecolumn import Int64s
from sawlog.formats.columns import same_type


def replaced(frame: pl.DataFrame, rows: Int64s, other: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with its ``rows`` taken from ``other``; columns whose types differ get one that holds all values."""
    for name in set(frame.columns) & set(other.columns):
        ours, theirs = same_type([frame[name], other[name]])
        frame, other = frame.with_columns(ours), other.with_columns(theirs)
    order = np.arange(frame.height)
    order[rows] = frame.height + np.arange(len(rows))
    return pl.concat([frame, other], how="diagonal")[order]


class Mixed(Format):
    """Several formats in one file, the file's main one first.

    Which line is whose depends on the line alone, so that a file can be cut anywhere; hence it is decided once for a
    file, from samples of all of it, and not anew for each block.
    """

    def __init__(self, parts: Sequence[Format]) -> None:
        self.parts = tuple(parts)
        first = self.parts[0]
        self.name, self.title, self.specificity = first.name, first.title, first.specificity
        self.explains_all = any(part.explains_all for part in self.parts)
        self.fallback = all(part.fallback for part in self.parts)

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        frame = _named(self.parts[0], self.parts[0].parse(lines, ctx))
        for part in self.parts[1:]:
            rest = np.flatnonzero(~frame.get_column(MATCHED).fill_null(False).to_numpy())
            if not rest.size:
                break
            other = _named(part, part.parse(lines.gather(rest), ctx))
            fits = other.get_column(MATCHED).fill_null(False)
            if fits.any():
                frame = replaced(frame, rest[fits.to_numpy()], other.filter(fits))
        return frame

    def bind(self, head: pl.Series) -> Format:
        return Mixed([part.bind(head) for part in self.parts])

    def spec(self) -> Mapping[str, object]:
        return {"mixed": [described(part) for part in self.parts]}


def _named(part: Format, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.when(MATCHED).then(pl.lit(part.name)).alias(ORIGIN))
