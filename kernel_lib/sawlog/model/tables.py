"""Arrow tables whose fields differ from part to part, made one without losing a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa


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
