"""Rows as people see them: sources by path and id, absolute line numbers, one schema over all segments."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sawlog.model.arrow import array_of, numpy_of, texts_of
from sawlog.model.schema import FIXED, LINE, RAW, SOURCE, SOURCE_ID, field_name
from sawlog.model.tables import common_types, concat
from sawlog.storage.partition import Partition
from sawlog.storage.rows import strip_separator


def gather(picked: Sequence[tuple[Partition, npt.NDArray[np.integer]]]) -> pa.Table:
    """Ascending rows of some partitions as one resolved table, partition by partition."""
    tables, sources = [], []
    ids: list[str] = []
    paths: list[str] = []
    bases: list[int] = []
    for partition, rows in picked:
        if not len(rows):
            continue
        table = partition.rows.pick(rows, partition.rows.names)
        tables.append(table)
        sources.append(numpy_of(table.column(SOURCE)).astype(np.int64) + len(ids))
        ids += partition.source_ids
        paths += partition.paths
        bases += partition.line_bases
    if not tables:
        return empty()
    table = strip_separator(combine(tables).combine_chunks())
    owner = pa.chunked_array([array_of(np.concatenate(sources).astype(np.uint32))])
    table = table.set_column(table.schema.get_field_index(SOURCE), FIXED.field(SOURCE), owner)
    return resolve(table, ids, paths, bases)


def resolve(table: pa.Table, ids: Sequence[str], paths: Sequence[str], bases: Sequence[int]) -> pa.Table:
    """A segment's table with SOURCE as path, LINE absolute, and SOURCE_ID added.

    Args:
        table: in the log schema, RAW without separators.
        ids, paths, bases: for each number in SOURCE its source's id, path, and lines before the range.
    """
    owner = numpy_of(table.column(SOURCE))
    index = array_of(owner.astype(np.int32))
    line = numpy_of(table.column(LINE)).astype(np.int64) + np.asarray(bases, dtype=np.int64)[owner]
    columns = {name: table.column(name) for name in table.schema.names}
    columns[LINE] = pa.chunked_array([array_of(line)])
    columns[SOURCE] = _named(index, paths)
    columns[SOURCE_ID] = _named(index, ids)
    return pa.table(columns)


def _named(index: pa.Array, names: Sequence[str]) -> pa.ChunkedArray:
    dictionary = texts_of(names)
    return pa.chunked_array([pa.DictionaryArray.from_arrays(index, dictionary).dictionary_decode()])


@cache
def empty() -> pa.Table:
    """No records, in the schema of :func:`resolve`."""
    return resolve(pa.Table.from_batches([], FIXED), (), (), ())


def combine(tables: Sequence[pa.Table]) -> pa.Table:
    """Tables of several segments as one; a field's type is widened where segments differ.  RAW comes last."""
    if len(tables) <= 1:
        return tables[0] if tables else empty()
    if all(table.schema.equals(tables[0].schema) for table in tables):
        return pa.concat_tables(tables)
    types = common_types(tables)
    fixed = [name for name in types if field_name(name) is None and name != RAW]
    names = [*fixed, *sorted(name for name in types if field_name(name)), RAW]
    return concat(tables, pa.schema([pa.field(name, types[name]) for name in names]))
