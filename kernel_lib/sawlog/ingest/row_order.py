"""The rows of a partition in time order, taken a block at a time from the chunks that they arrived in.

Put in order as one table they would take their memory twice, and fresh memory costs more than what is done with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sawlog.model.arrow import array_of, numpy_of, times_of
from sawlog.model.schema import LINE, SOURCE, TIMESTAMP

N = TypeVar("N", bound=np.integer)


class OrderedRows:
    """The rows of a table by (time, range, line), records without a time first.

    Args:
        arrived: the table, its rows by range and line, in chunks of any size.

    Attributes:
        times: every row's UTC nanoseconds, in order; the least int64 where there is none.
    """

    def __init__(self, arrived: pa.Table) -> None:
        self._arrived = arrived
        times = times_of(arrived.column(TIMESTAMP))
        self._order: npt.NDArray[np.int64] | None = None
        if len(times) > 1 and bool((times[1:] < times[:-1]).any()):
            # Rows arrive by range and line, so a tie is in order where no time goes back.
            lines, ranges = numpy_of(arrived.column(LINE)), numpy_of(arrived.column(SOURCE))
            self._order = np.lexsort((lines, ranges, times))
        self.times = self.arranged(times)
        self._chunks = arrived.to_batches()
        self._starts = np.cumsum([0, *(chunk.num_rows for chunk in self._chunks)])[:-1]

    def __len__(self) -> int:
        return int(self._arrived.num_rows)

    def arranged(self, values: npt.NDArray[N]) -> npt.NDArray[N]:
        """One value for each row that arrived, in the order of the rows."""
        return values if self._order is None else values[self._order]

    def block(self, start: int, count: int, columns: Sequence[str] | None = None) -> pa.Table:
        """At most ``count`` rows from number ``start`` on, some or all columns, one chunk a column."""
        wanted = self._arrived.column_names if columns is None else list(columns)
        if self._order is None:
            return self._arrived.select(wanted).slice(start, count).combine_chunks()
        rows = self._order[start : start + count]
        owners = np.searchsorted(self._starts, rows, side="right") - 1
        by_chunk = np.argsort(owners, kind="stable")
        held = np.unique(owners)
        bounds = [*np.searchsorted(owners[by_chunk], held).tolist(), len(rows)]
        pieces = []
        for chunk, first, stop in zip(held.tolist(), bounds, bounds[1:], strict=False):
            local = rows[by_chunk[first:stop]] - self._starts[chunk]
            pieces.append(self._chunks[chunk].select(wanted).take(array_of(local)))
        found = pa.Table.from_batches(pieces).combine_chunks()
        if len(pieces) > 1:
            back = np.empty(len(rows), np.int64)
            back[by_chunk] = np.arange(len(rows))
            found = found.take(array_of(back))
        return found
