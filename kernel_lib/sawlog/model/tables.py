"""Arrow tables whose fields differ from part to part, made one without losing a value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sawlog.model.schema import MESSAGE, MESSAGE_START, RAW
from sawlog.model.values import EXACT, text_column

if TYPE_CHECKING:
    import polars as pl

#: What a record's message is made of.
_TEXT = [RAW, MESSAGE, MESSAGE_START]


def common_types(parts: Sequence[pa.Table | pa.RecordBatch]) -> dict[str, pa.DataType]:
    """Every column of any of the parts, with the type that holds all its values."""
    kinds: defaultdict[str, set[pa.DataType]] = defaultdict(set)
    for schema in dict.fromkeys(part.schema for part in parts):
        for column in schema:
            kinds[column.name].add(column.type)
    return {name: _common_type(name, found - {pa.null()}, parts) for name, found in kinds.items()}


def _common_type(name: str, kinds: set[pa.DataType], parts: Sequence[pa.Table | pa.RecordBatch]) -> pa.DataType:
    """A float for numbers, unless an integer would not survive that; else text."""
    if len(kinds) <= 1:
        return next(iter(kinds), pa.null())
    if not all(pa.types.is_integer(kind) or pa.types.is_floating(kind) for kind in kinds):
        return pa.large_string()
    whole = (part.column(name) for part in parts if _is_integer(part.schema, name))
    return pa.float64() if all(map(_is_exact, whole)) else pa.large_string()


def _is_integer(schema: pa.Schema, name: str) -> bool:
    return name in schema.names and bool(pa.types.is_integer(schema.field(name).type))


def _is_exact(integers: pa.ChunkedArray | pa.Array) -> bool:
    ends = pc.min_max(integers)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    return low is None or bool(-EXACT <= low <= high <= EXACT)


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
    if column.type == kind:
        return column
    return text_column(column) if pa.types.is_large_string(kind) else column.cast(kind, safe=False)


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

    # Part by part: on several threads, and no part needs as much memory in one piece as all would.
    parts = pl.collect_all([_messages(part) for part in table.select(_TEXT).to_batches()])
    oldest = pl.CompatLevel.oldest()
    return pa.chunked_array([part.to_series().to_arrow(compat_level=oldest) for part in parts], pa.large_string())


def message_texts(table: pa.Table) -> list[str]:
    """What :func:`messages` gives, as texts: for the records of a page, which are too few to make a frame of."""
    found = table.column(RAW).to_pylist()
    rest = zip(table.column(MESSAGE).to_pylist(), table.column(MESSAGE_START).to_pylist(), strict=True)
    for row, (own, start) in enumerate(rest):
        if own is not None:
            found[row] = own
        elif start:
            found[row] = _suffix(found[row], start)
    return found  # type: ignore[no-any-return]


def _suffix(raw: str, start: int) -> str:
    """The text from a byte of its UTF-8 on; all of it where no character begins there."""
    if raw.isascii():
        return raw[start:]
    try:
        return raw.encode()[start:].decode()
    except UnicodeDecodeError:
        return raw


def message_series(table: pa.Table) -> pl.Series:
    """What :func:`messages` gives, as a polars Series, without copying the text."""
    return _messages(table).collect().to_series()


def _messages(part: pa.Table | pa.RecordBatch) -> pl.LazyFrame:
    import polars as pl

    frame = pl.LazyFrame({name: pl.Series(part.column(name)) for name in _TEXT})
    # Offsets are in bytes, so the slice is taken of the bytes.
    suffix = pl.col(RAW).cast(pl.Binary).bin.slice(pl.col(MESSAGE_START)).cast(pl.String, strict=False)
    return frame.select(pl.coalesce(pl.col(MESSAGE).cast(pl.String), suffix, pl.col(RAW)))
