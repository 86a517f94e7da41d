"""From rows that were found to tables: fetched and put in order, as far as there is time for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from itertools import takewhile

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sawlog.execute.resolve import combine, gather
from sawlog.execute.turns import Turns
from sawlog.execute.work import Work
from sawlog.model.arrow import array_of, numpy_of, times_of
from sawlog.model.schema import OFFSET, SOURCE, TIMESTAMP
from sawlog.storage.partition import Partition

Rows = npt.NDArray[np.integer]

#: Seconds for which fetching goes on once time is up, so that what was found can be shown.
GRACE = 0.02

#: Under a timeout, rows are fetched in slices, small ones first: what is fetched when time is up is shown.
_FIRST_SLICE, _LAST_SLICE = 64, 8_192

#: So many rows are put in order at once, whatever time is left; more, in stretches of time of about so many each.
_AT_ONCE, _STRETCH = 4_000, 131_072


def fetched(wanted: Sequence[tuple[Partition, Rows]], turns: Turns, work: Work) -> list[pa.Table]:
    """These rows, resolved; the first ones of them where time does not suffice for all."""
    if work.token.remaining() is None:
        picked = [(partition, np.sort(rows)) for partition, rows in wanted]
        whole = turns.one(lambda: gather(picked))
        return [] if whole is None else [whole]
    tables: list[pa.Table] = []
    left_behind = threading.Event()

    def fetch() -> None:
        for partition, rows in _slices(wanted):
            if left_behind.is_set():
                break
            tables.append(gather([(partition, np.sort(rows))]))

    turns.one(fetch, GRACE)
    left_behind.set()
    return list(tables)


def gathered(partition: Partition, rows: Rows, work: Work) -> pa.Table:
    """All these ascending rows, resolved.  Raises Stopped between slices of them."""
    if work.token.remaining() is None:
        return gather([(partition, rows)])
    tables = []
    for picked in _slices([(partition, rows)]):
        work.check()
        tables.append(gather([picked]))
    return combine(tables)


def _slices(wanted: Sequence[tuple[Partition, Rows]]) -> Iterator[tuple[Partition, Rows]]:
    size = _FIRST_SLICE
    for partition, rows in wanted:
        start = 0
        while start < len(rows):
            yield partition, rows[start : start + size]
            start += size
            size = min(size * 2, _LAST_SLICE)


def in_order(tables: Sequence[pa.Table], oldest: bool, turns: Turns) -> pa.Table:
    """Resolved tables as one: newest first unless ``oldest``; the first rows where time does not suffice for all."""
    found = [table for table in tables if table.num_rows]
    if sum(table.num_rows for table in found) > _AT_ONCE:
        stretches = turns.one(lambda: _stretches(found))
        if stretches is not None:
            ordered = turns.each(lambda parts: _ordered(combine(parts), oldest), stretches[:: 1 if oldest else -1])
            whole = list(takewhile(lambda part: part is not None, ordered))
            if whole:
                return pa.concat_tables(whole)
        found = list(_first_of(found, _AT_ONCE))
    return _ordered(combine(found), oldest)


def _stretches(tables: Sequence[pa.Table]) -> list[list[pa.Table]]:
    """The tables cut at the same times, ascending: put in order apart, they take several threads and less memory.

    All are in the schema of the whole, which depends on what no stretch alone knows.
    """
    whole, starts = combine(tables), np.cumsum([0, *(table.num_rows for table in tables)]).tolist()
    alike = [whole.slice(start, table.num_rows) for start, table in zip(starts, tables, strict=False)]
    ascending = [table if _ascends(table) else _ordered(table, oldest=True) for table in alike]
    times = [times_of(table.column(TIMESTAMP)) for table in ascending]
    every = np.sort(np.concatenate(times))
    bounds = np.unique(every[_STRETCH::_STRETCH])
    cuts = [[0, *np.searchsorted(mine, bounds).tolist(), len(mine)] for mine in times]
    found = [
        [table.slice(at[k], at[k + 1] - at[k]) for table, at in zip(ascending, cuts, strict=True) if at[k] < at[k + 1]]
        for k in range(len(bounds) + 1)
    ]
    return [parts for parts in found if parts]


def _ascends(table: pa.Table) -> bool:
    times = times_of(table.column(TIMESTAMP))
    return bool((times[1:] >= times[:-1]).all())


def _first_of(tables: Sequence[pa.Table], count: int) -> Iterator[pa.Table]:
    for table in tables:
        if count <= 0:
            return
        yield table.slice(0, count)
        count -= table.num_rows


def _ordered(table: pa.Table, oldest: bool) -> pa.Table:
    """By time, then source and place in it; newest first unless ``oldest``.  Records without a time are the oldest."""
    times = times_of(table.column(TIMESTAMP))
    paths = table.column(SOURCE)
    if pc.count_distinct(paths).as_py() <= 1:
        order = np.lexsort((numpy_of(table.column(OFFSET)), times))
    else:
        ranks = pc.rank(paths, tiebreaker="dense").to_numpy()
        order = np.lexsort((numpy_of(table.column(OFFSET)), ranks, times))
    if not oldest:
        order = order[::-1]
    if bool((np.diff(order) == 1).all()):
        return table
    return table.take(array_of(order))
