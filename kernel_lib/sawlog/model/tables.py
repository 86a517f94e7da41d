"""Arrow tables whose fields differ from part to part, made one without losing a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sawlog.model.schema import MESSAGE, MESSAGE_START, RAW

if TYPE_CHECKING:
    import polars as pl


def common_type(a: pa.DataType, b: pa.DataType) -> pa.DataType:
    """The type that holds the values of both: a float for numbers, else text."""
    if a == b or pa.types.is_null(b):
        return a
    if pa.types.is_null(a):
        return b
    numeric = all(pa.types.is_integer(t) or pa.types.is_floating(t) for t in (a, b))
    return pa.float64() if numeric else pa.large_string()


def common_types(schemas: Iterable[pa.Schema]) -> dict[str, pa.DataType]:
    """Every column of any of the schemas, with the type that holds all its values."""
    types: dict[str, pa.DataType] = {}
    for schema in schemas:
        for column in schema:
            types[column.name] = common_type(types.get(column.name, column.type), column.type)
    return types


def conform(table: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in this schema: columns cast, absent ones null."""
    if table.schema.equals(schema):
        return table
    present = set(table.schema.names)
    columns = [
        _cast(table.column(column.name), column.type) if column.name in present else _nulls(table.num_rows, column.type)
        for column in schema
    ]
    return pa.Table.from_arrays(columns, schema=schema)


def _cast(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return column if column.type == kind else column.cast(kind, safe=False)


def _nulls(count: int, kind: pa.DataType) -> pa.ChunkedArray:
    return pa.chunked_array([pa.nulls(count, kind)])


def concat(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    """The tables below each other, in one schema."""
    return pa.concat_tables([conform(table, schema) for table in tables]) if tables else schema.empty_table()


def messages(table: pa.Table) -> pa.ChunkedArray:
    """Each record's message as ``large_string``: decoded where the format did so, else RAW from ``message_start``."""
    raw, own, starts = table.column(RAW).cast(pa.large_string()), table.column(MESSAGE), table.column(MESSAGE_START)
    if own.null_count == len(own) and not pc.any(pc.greater(starts, 0)).as_py():
        return raw
    import polars as pl

    message = message_series(table)
    return pa.chunked_array([message.to_arrow(compat_level=pl.CompatLevel.oldest())], pa.large_string())


def message_series(table: pa.Table) -> pl.Series:
    """What :func:`messages` gives, as a polars Series, without copying the text."""
    import polars as pl

    frame = pl.DataFrame({name: pl.Series(table.column(name)) for name in (RAW, MESSAGE, MESSAGE_START)})
    # Offsets are in bytes, so the slice is taken of the bytes.
    suffix = pl.col(RAW).cast(pl.Binary).bin.slice(pl.col(MESSAGE_START)).cast(pl.String, strict=False)
    return frame.select(pl.coalesce(pl.col(MESSAGE).cast(pl.String), suffix, pl.col(RAW))).to_series()
