"""From a page of records to the table that a user works with, in Arrow, polars and pandas."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from sawlog.model.schema import LEVEL, LINE, MESSAGE, OFFSET, RAW, SOURCE, TIMESTAMP, field_name
from sawlog.model.tables import messages

if TYPE_CHECKING:
    import pandas as pd

_FIXED = {
    TIMESTAMP: pa.timestamp("ns", tz="UTC"),
    LEVEL: pa.large_string(),
    MESSAGE: pa.large_string(),
    SOURCE: pa.large_string(),
    LINE: pa.int64(),
    OFFSET: pa.int64(),
}


def column_name(column: str) -> str:
    """The user's name of a page's field column: without its prefix, unless that is a fixed column's name."""
    name = field_name(column)
    return column if name is None or name in _FIXED or name == RAW else name


def result_table(page: pa.Table) -> pa.Table:
    """The page's records as users see them: timestamp, level, message, source, line, offset, fields, raw.

    Args:
        page: columns of ``model.schema``, ``source`` holding paths (plain or dictionary-encoded).

    Returns:
        As many rows, text as ``large_string``, ``line`` and ``offset`` as ``int64``; a field whose name is that of
        another column keeps its ``field.`` prefix.
    """
    columns = {name: _plain(page[name], kind) for name, kind in _FIXED.items() if name != MESSAGE}
    columns[MESSAGE] = messages(page)
    result = {name: columns[name] for name in _FIXED}
    for name in page.column_names:
        if field_name(name) is not None:
            result[column_name(name)] = _plain(page[name])
    result[RAW] = _plain(page[RAW], pa.large_string())
    return pa.table(result)


def to_pandas(table: pa.Table) -> pd.DataFrame:
    """A result table as a DataFrame; text stays in Arrow memory, integers with gaps stay integers (``Int64``)."""
    import pandas as pd

    nullable = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
    frame: pd.DataFrame = table.to_pandas(types_mapper=nullable.get)
    return frame.astype({LINE: "int64", OFFSET: "int64"})


def _plain(column: pa.ChunkedArray, kind: pa.DataType | None = None) -> pa.ChunkedArray:
    """Without dictionaries, and text as ``large_string``, so that results of different searches can be joined."""
    if pa.types.is_dictionary(column.type):
        column = pc.cast(column, column.type.value_type)
    if kind is None:
        is_text = pa.types.is_string(column.type) or pa.types.is_string_view(column.type)
        kind = pa.large_string() if is_text else column.type
    return column if column.type == kind else pc.cast(column, kind)
