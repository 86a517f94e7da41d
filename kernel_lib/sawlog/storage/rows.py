"""The rows of a partition: an Arrow IPC file, zstd, small batches in time order, read a few columns at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc

from sawlog.errors import StoreError
from sawlog.model.arrow import array_of, numpy_of, texts_of, times_of
from sawlog.model.schema import RAW, TIMESTAMP
from sawlog.storage.memory import MemoryCache
from sawlog.storage.times import TIMES, read_times

#: A batch is what one random read decodes: 1,024 rows decode in 0.2 ms, and cost 10 % more disk than 4,096.
BATCH_ROWS = 1_024
BATCH_BYTES = 1 << 20

#: RAW is stored with this behind each record, so that a scan of the column's bytes cannot match across records.
SEPARATOR, NOTHING = texts_of(["\n", ""])


#: Reading more rows than this is going through a lot: it must not push pages out of the memory cache.
_PAGE = 1_000

#: So few rows of a batch are sliced, which copies nothing; more are taken, with one call a column.
_SLICED = 12


class RowWriter:
    """Writes rows.arrow from tables that arrive in row order."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        # Level 3 takes half as long again and saves nothing on batches this small; handing them to threads costs more.
        options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1), use_threads=False)
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema, options=options)
        self.batch_starts: list[int] = []
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        """Appends rows; RAW without separator."""
        raw = pc.binary_join_element_wise(table.column(RAW), SEPARATOR, NOTHING)
        table = table.set_column(table.schema.get_field_index(RAW), table.schema.field(RAW), raw).combine_chunks()
        for start, stop in _cuts(numpy_of(pc.binary_length(raw))):
            self.batch_starts.append(self.rows)
            self._writer.write_table(table.slice(start, stop - start), max_chunksize=stop - start)
            self.rows += stop - start

    def close(self) -> None:
        self._writer.close()
        self._sink.close()


def _cuts(lengths: npt.NDArray[np.integer]) -> Iterable[tuple[int, int]]:
    """Batches of at most BATCH_ROWS rows and, unless a single row is larger, BATCH_BYTES of text."""
    ends = np.cumsum(lengths, dtype=np.int64)
    start, total = 0, len(lengths)
    while start < total:
        before = int(ends[start - 1]) if start else 0
        fits = int(np.searchsorted(ends, before + BATCH_BYTES, side="right"))
        stop = max(start + 1, min(start + BATCH_ROWS, fits, total))
        yield start, stop
        start = stop


class RowReader:
    """Reads rows.arrow.  Shared by threads; decoded columns of a batch are kept in the dataset's memory cache."""

    def __init__(self, path: Path, batch_starts: Sequence[int], records: int, cache: MemoryCache) -> None:
        self.path, self.records = path, records
        self._cache = cache
        self._starts = np.asarray(batch_starts, dtype=np.int64)
        try:
            self._source = pa.memory_map(str(path))
            self.schema: pa.Schema = pa.ipc.open_file(self._source).schema
        except (OSError, pa.ArrowInvalid) as error:
            raise StoreError(f"the rows {path} cannot be read ({error}): drop the dataset and index again") from error
        self.names = tuple(self.schema.names)
        self._schemas: dict[tuple[str, ...], pa.Schema] = {}
        self._readers: dict[tuple[str, ...], pa.ipc.RecordBatchFileReader] = {}

    @property
    def batches(self) -> int:
        return len(self._starts)

    def bounds(self, batch: int) -> tuple[int, int]:
        """The first row of a batch and the row after its last."""
        stop = int(self._starts[batch + 1]) if batch + 1 < self.batches else self.records
        return int(self._starts[batch]), stop

    def batch(self, index: int, columns: tuple[str, ...], keep: bool = True) -> pa.RecordBatch:
        """Some columns of a batch, in the order asked; a column that the partition lacks is left out.

        RAW keeps its separator here; see :func:`strip_separator`.  ``keep``: in the memory cache; a scan that goes
        through everything must not, or it would push out what is asked for again.
        """
        key = (str(self.path), index, columns)
        found = self._cache.get(key)
        if found is None:
            batch = self._reader(columns).get_batch(index)
            found = batch.select([c for c in columns if c in batch.schema.names])
            if keep:
                self._cache.put(key, found, found.nbytes)
        assert isinstance(found, pa.RecordBatch)
        return found

    def column(self, name: str) -> pa.ChunkedArray:
        """A whole column, one chunk a batch."""
        arrays = [self.batch(k, (name,), keep=False).column(0) for k in range(self.batches)]
        return pa.chunked_array(arrays, type=self.schema.field(name).type)

    def times(self) -> npt.NDArray[np.int64]:
        """Every row's time in UTC nanoseconds, ascending; records without a time come first, as the least int64."""
        key = (str(self.path), "times")
        found = self._cache.get(key)
        if found is None:
            apart = self.path.with_name(TIMES)
            found = read_times(apart) if apart.exists() else times_of(self.column(TIMESTAMP))
            self._cache.put(key, found, found.nbytes)
        assert isinstance(found, np.ndarray)
        return found

    def take(self, rows: npt.NDArray[np.integer], columns: tuple[str, ...]) -> pa.Table:
        """These rows, in the order given; RAW without separator.

        Decodes the batches that hold them, and no other; keeps them in the memory cache if it is a page's worth.
        """
        order = np.argsort(rows, kind="stable")
        ascending = np.asarray(rows, dtype=np.int64)[order]
        picked = self.pick(ascending, columns)
        table = pa.Table.from_batches(picked, schema=self.schema_of(columns))
        if (np.diff(order) != 1).any():
            table = table.take(array_of(np.argsort(order, kind="stable")))
        return strip_separator(table)

    def pick(self, rows: npt.NDArray[np.integer], columns: tuple[str, ...]) -> list[pa.RecordBatch]:
        """Ascending rows, each once, as parts of the batches that hold them; RAW keeps its separator."""
        owners = np.searchsorted(self._starts, rows, side="right") - 1
        pieces: list[pa.RecordBatch] = []
        for index, first, stop in _runs(owners):
            batch = self.batch(index, columns, keep=len(rows) <= _PAGE)
            local = rows[first:stop].astype(np.int64) - self._starts[index]
            if len(local) == local[-1] - local[0] + 1:
                pieces.append(batch.slice(int(local[0]), len(local)))
            elif len(local) <= _SLICED:
                pieces += [batch.slice(row, 1) for row in local.tolist()]
            else:
                pieces.append(batch.take(array_of(local)))
        return pieces

    def schema_of(self, columns: tuple[str, ...]) -> pa.Schema:
        """The schema of these columns, those that the partition lacks left out."""
        found = self._schemas.get(columns)
        if found is None:
            found = self._schemas[columns] = pa.schema([self.schema.field(c) for c in columns if c in self.names])
        return found

    def _reader(self, columns: tuple[str, ...]) -> pa.ipc.RecordBatchFileReader:
        reader = self._readers.get(columns)
        if reader is None:
            wanted = [self.schema.get_field_index(c) for c in columns if c in self.schema.names]
            options = pa.ipc.IpcReadOptions(included_fields=wanted, use_threads=False)
            reader = self._readers[columns] = pa.ipc.open_file(self._source, options=options)
        return reader

    def close(self) -> None:
        self._readers.clear()
        self._source.close()


def _runs(owners: npt.NDArray[np.integer]) -> Iterable[tuple[int, int, int]]:
    """Runs of equal values: (value, first, stop)."""
    if not len(owners):
        return
    edges = np.flatnonzero(np.diff(owners)) + 1
    starts = [0, *edges.tolist()]
    for first, stop in zip(starts, [*starts[1:], len(owners)], strict=True):
        yield int(owners[first]), first, stop


def strip_separator(table: pa.Table) -> pa.Table:
    """The table with RAW as the log had it."""
    index = table.schema.get_field_index(RAW)
    if index < 0:
        return table
    raw = pc.utf8_slice_codeunits(table.column(RAW), 0, -1)
    return table.set_column(index, table.schema.field(RAW), raw)
