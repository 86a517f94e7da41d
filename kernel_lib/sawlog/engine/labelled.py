"""The records that a search found, each with the template of its message: sealed partitions and what is not indexed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from sawlog.execute.run import Search, raw_rowset
from sawlog.execute.snapshot import Segment
from sawlog.execute.work import Work
from sawlog.model.arrow import array_of, times_of
from sawlog.model.rowset import RowSet, bitmap_of, to_numpy
from sawlog.model.schema import LINE, MESSAGE, MESSAGE_START, RAW, SOURCE, TIMESTAMP
from sawlog.model.tables import message_series
from sawlog.patterns.label import Labels, label
from sawlog.storage.partition import Partition

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.integer]

#: Batches whose messages are masked together.
_GROUP = 64

#: Rows whose messages are masked together where single rows are read.
_SLICE = 16_384

#: A smaller share of a partition is read row by row; of a larger one all is labelled, once.
_FEW = 4

_COLUMNS = (MESSAGE_START, MESSAGE, RAW)


class Part(Protocol):
    """Some of a search's records, in the order of their times; a place is a record's number among them."""

    labels: Labels

    def times(self) -> Ints:
        """UTC nanoseconds, ascending; the least int64 for a record without a time."""

    def origins(self, places: Places) -> pl.DataFrame:
        """Columns ``source`` (path) and ``line``, a row for each place."""

    def rowset(self, places: Places) -> RowSet:
        """Those records as a set."""

    def text(self, place: int) -> str:
        """A record's text."""


class SealedPart:
    """Rows of a partition."""

    def __init__(self, partition: Partition, rows: npt.NDArray[np.uint32], labels: Labels, dataset: str) -> None:
        self.labels = labels
        self._partition, self._rows, self._dataset = partition, rows, dataset

    def times(self) -> Ints:
        times = self._partition.rows.times()
        return times if len(self._rows) == len(times) else times[self._rows]

    def origins(self, places: Places) -> pl.DataFrame:
        table = self._partition.rows.take(self._rows[places], (SOURCE, LINE))
        owner = table.column(SOURCE).to_numpy()
        lines = table.column(LINE).to_numpy().astype(np.int64)
        lines += np.asarray(self._partition.line_bases, np.int64)[owner]
        paths = pl.Series(self._partition.paths, dtype=pl.String).gather(pl.Series(owner))
        return pl.DataFrame({"source": paths, "line": lines})

    def rowset(self, places: Places) -> RowSet:
        return self._partition.rowset(bitmap_of(self._rows[places]), self._dataset)

    def text(self, place: int) -> str:
        return str(self._partition.rows.take(self._rows[place : place + 1], (RAW,)).column(RAW)[0])


class RawPart:
    """Records of a resolved table."""

    def __init__(self, table: pa.Table, dataset: str) -> None:
        stamps = times_of(table.column(TIMESTAMP))
        order = np.argsort(stamps, kind="stable")
        self._times: Ints = stamps[order]
        self._table, self._dataset = table.take(array_of(order)), dataset
        self.labels = label(iter([message_series(self._table)]))

    def times(self) -> Ints:
        return self._times

    def origins(self, places: Places) -> pl.DataFrame:
        table = self._table.take(array_of(places))
        return pl.DataFrame({"source": pl.Series(table.column(SOURCE)), "line": pl.Series(table.column(LINE))})

    def rowset(self, places: Places) -> RowSet:
        return raw_rowset(self._table.take(array_of(places)), self._dataset)

    def text(self, place: int) -> str:
        return str(self._table.column(RAW)[place])


def labelled(search: Search) -> list[Part]:
    """All that a search finds, labelled.  What is labelled of a partition is kept in the memory cache.

    Raises:
        QueryTimeout: it could not be made within the search's time.
    """
    with search.work.phase("label"):
        parts: list[Part] = [p for p in search.each(lambda segment: _sealed(search, segment)) if len(p.labels.codes)]
    if search.raw.num_rows:
        parts.append(RawPart(search.raw, search.snapshot.name))
    search.require_complete()
    return parts


def _sealed(search: Search, segment: Segment) -> SealedPart:
    partition, run = segment.partition, search.run_on(segment)
    rows = to_numpy(partition.alive if run.everything else run.rows())
    labels = _labels_of(partition, rows, search.work)
    return SealedPart(partition, rows, labels, search.snapshot.name)


def _labels_of(partition: Partition, rows: npt.NDArray[np.uint32], work: Work) -> Labels:
    key = (partition.id, "templates")
    found = partition.cache.get(key)
    if found is None and len(rows) * _FEW > partition.records:
        found = label(_all_messages(partition, work))
        partition.cache.put(key, found, found.nbytes)
    assert found is None or isinstance(found, Labels)
    if found is not None and len(rows) == partition.records:
        return found
    # Templates that had to be cut because of records outside the result would make it depend on them.
    return label(_messages(partition, rows, work)) if found is None or found.cut else found.of(rows)


def _all_messages(partition: Partition, work: Work) -> Iterator[pl.Series]:
    for first in range(0, partition.rows.batches, _GROUP):
        work.check()
        indices = range(first, min(first + _GROUP, partition.rows.batches))
        work.add("batches", len(indices))
        yield _text(partition.rows.read(indices, _COLUMNS, keep=False))


def _messages(partition: Partition, rows: npt.NDArray[np.uint32], work: Work) -> Iterator[pl.Series]:
    for first in range(0, len(rows), _SLICE):
        work.check()
        work.add("read", len(rows[first : first + _SLICE]))
        yield _text(partition.rows.pick(rows[first : first + _SLICE], _COLUMNS))


def _text(table: pa.Table) -> pl.Series:
    return message_series(table).str.strip_suffix("\n")  # the separator that partitions store
