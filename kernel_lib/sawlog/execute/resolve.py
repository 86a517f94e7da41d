"""Rows as people see them: sources by path and id, absolute line numbers, one schema over all segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from sawlog.model.schema import FIXED, LINE, RAW, SOURCE, SOURCE_ID, field_name
from sawlog.model.tables import common_types, concat


def resolve(table: pa.Table, ids: Sequence[str], paths: Sequence[str], bases: Sequence[int]) -> pa.Table:
    """A segment's table with SOURCE as path, LINE absolute, and SOURCE_ID added.

    Args:
        table: in the log schema, RAW without separators.
        ids, paths, bases: for each number in SOURCE its source's id, path, and lines before the range.
    """
    owner = table.column(SOURCE).to_numpy()
    index = pa.array(owner.astype(np.int32))
    line = table.column(LINE).to_numpy().astype(np.int64) + np.asarray(bases, dtype=np.int64)[owner]
    columns = {name: table.column(name) for name in table.schema.names}
    columns[LINE] = pa.chunked_array([pa.array(line)])
    columns[SOURCE] = _named(index, paths)
    columns[SOURCE_ID] = _named(index, ids)
    return pa.table(columns)


def _named(index: pa.Array, names: Sequence[str]) -> pa.ChunkedArray:
    dictionary = pa.array(list(names), pa.large_string())
    return pa.chunked_array([pa.DictionaryArray.from_arrays(index, dictionary).dictionary_decode()])


def empty() -> pa.Table:
    """No records, in the schema of :func:`resolve`."""
    return resolve(FIXED.empty_table(), (), (), ())


def combine(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of several segments as one; a field's type is widened where segments differ.  RAW comes last."""
    if len(tables) <= 1:
        return tables[0] if tables else empty()
    types = common_types(table.schema for table in tables)
    fixed = [name for name in types if field_name(name) is None and name != RAW]
    names = [*fixed, *sorted(name for name in types if field_name(name)), RAW]
    return concat(tables, pa.schema([pa.field(name, types[name]) for name in names]))
