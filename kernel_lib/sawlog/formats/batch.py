"""Records -> an Arrow batch in the log schema."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from sawlog.formats.base import LEVEL, MESSAGE, MESSAGE_START, SPECIAL, TIMESTAMP
from sawlog.formats.bytecolumn import Int64s
from sawlog.model import schema
from sawlog.model.arrow import array_of

_NO_NUL = "\N{REPLACEMENT CHARACTER}"  # Arrow's C interface knows no NUL in a column's name


class Reader(IntEnum):
    """What read a record."""

    NONE = 0  # nothing matched
    FORMAT = 1  # the source's format
    FALLBACK = 2  # the generic one
    DOCUMENT = 3  # that of an object which is pretty-printed over several lines


@dataclass
class Records:
    """Records before they become Arrow: all arrays and the frame have one entry a record."""

    frame: pl.DataFrame
    readers: npt.NDArray[np.uint8]  # what read each record: see Reader
    raw: pl.Series
    offset: Int64s
    length: Int64s
    line: Int64s
    lines: Int64s


def filled(frame: pl.DataFrame, previous_ns: int | None) -> tuple[pl.Series, int | None]:
    """Stamps, each record without one taking its predecessor's; and the last."""
    if TIMESTAMP not in frame.columns:
        return _stamps(pl.repeat(previous_ns, frame.height, dtype=pl.Int64, eager=True)), previous_ns
    stamps = frame.get_column(TIMESTAMP)
    if not len(stamps):
        return stamps, previous_ns
    if stamps.null_count():
        ns = stamps.dt.epoch("ns").fill_null(strategy="forward")
        if ns.null_count() < len(ns) or previous_ns is not None:
            ns = ns.fill_null(previous_ns if previous_ns is not None else ns.drop_nulls()[0])
        stamps = _stamps(ns)
    return stamps, stamps[-1:].dt.epoch("ns").item()


def _stamps(ns: pl.Series) -> pl.Series:
    return ns.cast(pl.Datetime("ns")).dt.replace_time_zone("UTC")


def to_batch(records: Records, stamps: pl.Series, source: int, offset: int, line: int) -> pa.RecordBatch:
    """``stamps`` as :func:`filled` gives them; ``offset`` and ``line``: where the block stands in its source."""
    frame, n = records.frame, len(records.offset)
    columns: dict[str, pa.Array] = {
        schema.TIMESTAMP: stamps.to_arrow(),
        schema.LEVEL: _column(frame, LEVEL, pa.string(), n),
        schema.SOURCE: array_of(np.full(n, source, np.uint32)),
        schema.LINE: array_of((records.line + line).astype(np.uint32)),
        schema.OFFSET: array_of((records.offset + offset).astype(np.uint64)),
        schema.LENGTH: array_of(records.length.astype(np.uint32)),
        schema.LINES: array_of(records.lines.astype(np.uint32)),
        schema.MESSAGE_START: _message_start(frame, n),
        schema.MESSAGE: _column(frame, MESSAGE, pa.large_string(), n),
        schema.RAW: _arrow(records.raw),
    }
    fields = [name for name in frame.columns if name not in SPECIAL and frame.get_column(name).null_count() < n]
    types = list(schema.FIXED)
    for name in fields:
        # Under a name that every record has, a log's own key could not be asked for.
        own = f"{name}_value" if name in schema.COMMON else name
        column = schema.field_column(own.replace("\0", _NO_NUL))
        if column not in columns:
            columns[column] = _arrow(frame.get_column(name))
            types.append(pa.field(column, columns[column].type))
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=pa.schema(types))


def _message_start(frame: pl.DataFrame, n: int) -> pa.Array:
    """Where the message begins: 0 where nothing said so, null where there is a decoded message."""
    if MESSAGE_START not in frame.columns:
        start = pl.repeat(None, n, dtype=pl.UInt32, eager=True)
    else:
        start = frame.get_column(MESSAGE_START).cast(pl.UInt32)
    if MESSAGE not in frame.columns:
        return start.fill_null(0).to_arrow()
    decoded = pl.lit(frame.get_column(MESSAGE).is_not_null())
    known = pl.when(decoded).then(None).otherwise(pl.lit(start).fill_null(0))
    return pl.select(known.cast(pl.UInt32)).to_series().to_arrow()


def _column(frame: pl.DataFrame, name: str, kind: pa.DataType, n: int) -> pa.Array:
    if name not in frame.columns or frame.get_column(name).null_count() == n:
        return pa.nulls(n, kind)
    return _arrow(frame.get_column(name)).cast(kind)


def _arrow(column: pl.Series) -> pa.Array:
    return column.alias("").to_arrow(compat_level=pl.CompatLevel.oldest())
