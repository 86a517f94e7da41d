"""Putting columns together that were read in parts, and giving columns of text their types."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.model.values import EXACT, text_column

Rows = npt.NDArray[np.int64]

_WHOLE = r"^-?(?:0|[1-9][0-9]{0,18})$"
_NUMBER = r"^-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,17})?(?:[eE][+-]?[0-9]{1,2})?$"
_TRUTH = r"^(?i:true|false)$"


def same_type(columns: Sequence[pl.Series]) -> list[pl.Series]:
    """The columns in the one type that holds all their values."""
    kinds = {column.dtype for column in columns}
    if len(kinds) == 1:
        return list(columns)
    exact = all(not (column.abs() >= EXACT).any() for column in columns if column.dtype == pl.Int64)
    kind = pl.Float64 if kinds == {pl.Int64(), pl.Float64()} and exact else pl.String
    return [as_type(column, kind) for column in columns]


def as_type(column: pl.Series, kind: pl.DataType | type[pl.DataType]) -> pl.Series:
    """The column cast to a type that holds its values."""
    if kind != pl.String or not column.dtype.is_float():
        return column.cast(kind)
    return pl.Series(column.name, text_column(column.to_arrow()))


def unique(columns: Sequence[pl.Series], height: int, order: Sequence[str]) -> pl.DataFrame:
    """A frame of these columns; of those of one name (``{"a.b": 1}`` and ``{"a": {"b": 1}}``) the last value counts."""
    named: dict[str, pl.Series] = {}
    for column in columns:
        if column.name in named:
            first, second = same_type([named[column.name], column])
            column = pl.select(pl.coalesce(second, first).alias(column.name)).to_series()
        named[column.name] = column
    names = [name for name in dict.fromkeys(order) if name in named] or list(named)
    return pl.DataFrame([named[name] for name in names]) if names else pl.DataFrame(height=height)


def narrow(column: pl.Series) -> pl.Series:
    """A String column as Int64, Float64 or Boolean where every value is spelled that way and survives it."""
    for pattern, dtype in ((_WHOLE, pl.Int64), (_NUMBER, pl.Float64), (_TRUTH, pl.Boolean)):
        # Most columns fail at their first value; looking at a few is cheap.
        if not all(column.slice(start, size).str.contains(pattern).all() for start, size in ((0, 16), (16, None))):
            continue
        if column.null_count() == len(column):
            return column
        if dtype == pl.Boolean:
            return column.str.to_lowercase() == "true"
        typed = column.cast(dtype, strict=False)
        return typed if typed.null_count() == column.null_count() else column
    return column


def assemble(
    parts: Sequence[tuple[Rows, pl.DataFrame]],
    height: int,
    finish: Callable[[pl.DataFrame], pl.DataFrame] = lambda frame: frame,
) -> pl.DataFrame:
    """The parts' frames as one of ``height`` rows, each part's rows at their places, null where no part has them.

    A column of several types gets the one that holds all its values.  ``finish`` sees the parts' rows only.
    """
    parts = [(rows, frame) for rows, frame in parts if frame.height]
    names = list(dict.fromkeys(name for _, frame in parts for name in frame.columns))
    if not names:
        return pl.DataFrame(height=height)
    kinds = {name: same_type([frame[name] for _, frame in parts if name in frame.columns])[0].dtype for name in names}
    frames = [frame.with_columns(as_type(frame[name], kinds[name]) for name in frame.columns) for _, frame in parts]
    together = finish(pl.concat(frames, how="diagonal").select(names))
    rows = np.concatenate([rows for rows, _ in parts])
    if not together.width or (len(rows) == height and bool((rows[1:] > rows[:-1]).all())):
        return together if together.width else pl.DataFrame(height=height)
    places = np.full(height, -1, dtype=np.int64)
    places[rows] = np.arange(len(rows))
    index = pl.Series(places).replace(-1, None)
    return together.select(pl.all().gather(index))
