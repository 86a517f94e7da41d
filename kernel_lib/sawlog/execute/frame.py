"""Records in memory, and which of them match a query: the scan executor's core, and every executor's oracle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from sawlog.execute.bytescan import compile_scanner, records_of
from sawlog.execute.fields import FieldReader, compare_column
from sawlog.model.arrow import array_of
from sawlog.query.ast import Query
from sawlog.query.evaluate import matches
from sawlog.query.matching import node_regex
from sawlog.query.simplify import normalise
from sawlog.storage.rows import NOTHING, SEPARATOR
from sawlog.storage.terms import foreign_records

Mask = npt.NDArray[np.bool_]

#: Texts that are confirmed by a regex at a time, and texts that are judged one by one between two looks at the clock.
_CONFIRMED, _JUDGED = 4_096, 64


class Frame:
    """Some records of one segment.

    Args:
        separated: their texts with a separator behind each, as partitions store them.
        fields: reads a field's values for these records.
        check: is called between bounded pieces of work, and may raise to end it.
    """

    def __init__(self, separated: pa.Array, fields: FieldReader, check: Callable[[], None] = lambda: None) -> None:
        self._separated, self._fields, self._check = separated, fields, check
        self.rows = len(separated)

    def mask(self, node: Query) -> Mask:
        """Which records match a query tree, by scanning them."""
        self._check()
        match node.kind:
            case "all":
                return np.ones(self.rows, bool)
            case "none":
                return np.zeros(self.rows, bool)
            case "and":
                result = np.ones(self.rows, bool)
                for child in node.children:
                    if not result.any():
                        break
                    result &= self.mask(child)
                return result
            case "or":
                result = np.zeros(self.rows, bool)
                for child in node.children:
                    result |= self.mask(child)
                return result
            case "not":
                return ~self.mask(node.children[0])
            case "time":
                return self._in_time(node)
            case "compare" | "exists":
                values = self._fields.values(node.field)
                if values is None:
                    return np.zeros(self.rows, bool)
                text = _as_text_node(node)
                if text is None or values.dtype != pl.String:
                    return compare_column(node, values)
                present: Mask = values.is_not_null().to_numpy()
                return self._of(values).mask(text) & present
        return self._text(node)

    def _of(self, values: pl.Series) -> Frame:
        """A column of text as if its values were the records."""
        separated = pc.binary_join_element_wise(
            values.fill_null("").to_arrow().cast(pa.large_string()), SEPARATOR, NOTHING
        )
        return Frame(separated, self._fields, self._check)

    def _in_time(self, node: Query) -> Mask:
        assert isinstance(node.value, tuple)
        start, end = node.value
        times = self._fields.times()
        inside = times > np.iinfo(np.int64).min  # a record without a time is in no range
        if start is not None:
            inside &= times >= start
        if end is not None:
            inside &= times < end
        return inside

    def _text(self, node: Query) -> Mask:
        result = np.zeros(self.rows, bool)
        scanner = compile_scanner((node,))
        if scanner is None:
            return self.confirm(node, np.arange(self.rows))
        data, starts = _buffer(self._separated)
        ends, exact = scanner.ends(data)
        found = records_of(ends, starts)
        foreign = foreign_records(data, starts)
        if exact:
            result[found] = True
            result[foreign] = False
            doubtful = foreign
        else:
            # A match without width, like /^\b/, ends where its record begins.
            doubtful = np.unique(np.concatenate([found, records_of(ends + 1, starts), foreign]))
        if len(doubtful):
            result |= self.confirm(node, doubtful)
        return result

    def confirm(self, node: Query, rows: npt.NDArray[np.integer]) -> Mask:
        """Which of these rows match a text node, by the reference regex engine; all others are False."""
        result = np.zeros(self.rows, bool)
        pattern = node_regex(node)
        size = _JUDGED if pattern is None else _CONFIRMED
        for start in range(0, len(rows), size):
            self._check()
            these = rows[start : start + size]
            texts = _texts(self._taken(these))
            if pattern is None:  # proximity and fuzzy are no regular expressions
                inside = np.fromiter((matches(node, t, _no_field) for t in texts.to_list()), bool, len(these))
            else:
                inside = texts.str.contains(pattern).to_numpy()
            result[these[inside]] = True
        return result

    def _taken(self, rows: npt.NDArray[np.integer]) -> pa.Array:
        first, count = int(rows[0]), len(rows)
        if int(rows[-1]) - first + 1 == count:
            return self._separated.slice(first, count)
        return self._separated.take(array_of(rows))


def _as_text_node(node: Query) -> Query | None:
    """The node that asks of a text what a comparison asks of a field's text: words, or a regex."""
    if node.op == "match" and isinstance(node.value, tuple):
        return normalise(Query("phrase", value=node.value))
    return Query("regex", value=node.value, flags=node.flags) if node.op == "regex" else None


def _no_field(name: str) -> None:
    return None


def _texts(separated: pa.Array) -> pl.Series:
    return pl.Series(pc.utf8_slice_codeunits(separated, 0, -1), dtype=pl.String)


def _buffer(array: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The bytes of a large_string array as they lie, and each value's first byte."""
    _, offsets, data = array.buffers()
    bounds = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    if data is None or not len(array):
        return np.empty(0, np.uint8), bounds[:-1]
    body = np.frombuffer(data, dtype=np.uint8)[bounds[0] : bounds[-1]]
    return body, bounds[:-1] - bounds[0]
