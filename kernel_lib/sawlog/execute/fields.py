"""Reading fields of records for comparisons, whatever column they lie in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from sawlog.model.arrow import times_of
from sawlog.model.schema import LEVEL, LINE, MESSAGE, MESSAGE_START, RAW, SOURCE, TIMESTAMP, field_column
from sawlog.model.tables import messages
from sawlog.model.values import as_text
from sawlog.query.ast import Query
from sawlog.query.compare import compare_matches
from sawlog.query.matching import glob_regex
from sawlog.query.quantity import Quantity, number_of

#: Fields that every record has, and the columns that they are made of.
FIXED_FIELDS: dict[str, tuple[str, ...]] = {
    "level": (LEVEL,),
    "message": (MESSAGE, MESSAGE_START, RAW),
    "source": (SOURCE,),
    "line": (SOURCE, LINE),
    "timestamp": (TIMESTAMP,),
    "raw": (MESSAGE, RAW),
}


def columns_of(query: Query) -> tuple[str, ...]:
    """The columns, RAW aside, that scanning for a query needs."""
    needed: dict[str, None] = {}
    for node in query.walk():
        if node.kind in ("compare", "exists"):
            needed.update(dict.fromkeys(FIXED_FIELDS.get(node.field, (field_column(node.field),))))
        elif node.kind == "time":
            needed[TIMESTAMP] = None
    needed.pop(RAW, None)
    return tuple(needed)


class FieldReader:
    """Field values of the records of a table in the log schema; RAW without separators.

    Args:
        table: with at least the columns that will be asked for; a missing field column reads as absent.
        sources: for each number in SOURCE, the path to show.
        line_bases: for each number in SOURCE, what to add to LINE.
    """

    def __init__(self, table: pa.Table, sources: Sequence[str], line_bases: Sequence[int]) -> None:
        self._table, self._sources, self._bases = table, sources, line_bases

    def values(self, field: str) -> pl.Series | None:
        """The values of a field, null where a record lacks it; None where none of the records can have it."""
        match field:
            case "message":
                return pl.Series(messages(self._table))
            case "source":
                names = pl.Series(list(self._sources), dtype=pl.String)
                return names.gather(pl.Series(self._table.column(SOURCE)))
            case "line":
                return pl.Series(self.lines())
            case "raw":
                return pl.Series(self._table.column(RAW))
        column = FIXED_FIELDS[field][0] if field in FIXED_FIELDS else field_column(field)
        if column not in self._table.schema.names:
            return None
        series = pl.Series(self._table.column(column))
        return series if isinstance(series.dtype, pl.String) or not series.dtype.is_nested() else series.cast(pl.String)

    def times(self) -> npt.NDArray[np.int64]:
        """UTC nanoseconds; the least int64 for a record without a time."""
        return times_of(self._table.column(TIMESTAMP))

    def lines(self) -> npt.NDArray[np.int64]:
        """1-based numbers of the records' first lines in their sources."""
        bases = np.asarray(self._bases, dtype=np.int64)
        lines: npt.NDArray[np.int64] = self._table.column(LINE).to_numpy().astype(np.int64)
        lines += bases[self._table.column(SOURCE).to_numpy()]
        return lines


def compare_column(node: Query, values: pl.Series) -> npt.NDArray[np.bool_]:
    """Which values satisfy a ``compare`` or ``exists`` node.  ``compare_matches`` decides, once a distinct value."""
    if node.kind == "exists":
        return values.is_not_null().to_numpy()
    if node.op == "range" and values.dtype.is_numeric() and not _has_text_bound(node):
        return _in_range(node, values)
    distinct = values.unique()
    if len(distinct) * 2 > len(values) and len(values) > 256:
        regex = _whole_value(node) if values.dtype == pl.String else None
        if regex is not None:
            return values.str.contains(regex).fill_null(False).to_numpy()
        return np.fromiter((compare_matches(node, v) for v in values.to_list()), bool, len(values))
    chosen = [v for v in distinct.to_list() if compare_matches(node, v)]
    if not chosen:
        return np.zeros(len(values), bool)
    return values.is_in(pl.Series(chosen, dtype=values.dtype).implode()).fill_null(False).to_numpy()


def _whole_value(node: Query) -> str | None:
    """A regex for the texts that are the comparison's value, or fit its glob; None where it means more than that."""
    value = str(node.value)
    if node.field in ("level", SOURCE) or node.op not in ("eq", "glob"):
        return None
    number = number_of(value, node.field) if node.op == "eq" else None
    texts = {value} if number is None else {value, as_text(number)}
    return "|".join(glob_regex(text, wildcards=node.op == "glob") for text in sorted(texts))


def _has_text_bound(node: Query) -> bool:
    assert isinstance(node.value, tuple)
    return any(isinstance(bound, str) for bound in node.value[:2])


def _in_range(node: Query, values: pl.Series) -> npt.NDArray[np.bool_]:
    """``compare_matches`` for a range of numbers, on a whole column."""
    assert isinstance(node.value, tuple)
    low, high, with_low, with_high = node.value
    inside = values.is_not_null() & (values.is_not_nan() if values.dtype.is_float() else True)
    for bound, inclusive, sign in ((low, with_low, 1), (high, with_high, -1)):
        if isinstance(bound, Quantity):
            edge = bound.in_unit_of(node.field)
            beyond = values > edge if sign > 0 else values < edge
            inside &= beyond | (values == edge) if inclusive else beyond
    return inside.to_numpy()
