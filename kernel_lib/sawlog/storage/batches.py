"""One Arrow IPC file of a partition, zstd: some of its columns, in batches of consecutive rows that are read alone.

Zstd would decode most changed bytes to other text, and Arrow would follow changed offsets out of its memory: so no
batch is decoded whose checksum differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.ipc

from sawlog.model.arrow import array_of
from sawlog.storage.memory import MemoryCache
from sawlog.storage.reading import Reading, closed
from sawlog.storage.sums import Sums, write_sums

#: So few rows of a batch are sliced, which copies nothing; more are taken, with one call a column.
_SLICED = 12


class BatchWriter:
    """Writes one file."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        # Level 3 takes half as long again and saves nothing on batches this small; handing them to threads costs more.
        options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1), use_threads=False)
        self._path, self._schema = path, schema
        self._sink = pa.OSFile(str(path), "wb")
        self._writer = pa.ipc.new_file(self._sink, schema, options=options)
        self._ends: list[int] = []

    def write(self, batch: pa.Table) -> None:
        """Appends one batch, of one chunk a column; columns that the file does not have are left out."""
        self._writer.write_table(batch.select(self._schema.names), max_chunksize=max(1, batch.num_rows))
        self._ends.append(self._sink.tell())

    def close(self) -> None:
        """Completes the file, and writes the sums of its batches and of its end."""
        self._writer.close()
        size = self._sink.tell()
        self._sink.close()
        write_sums(self._path, [*self._ends, size])


class BatchReader:
    """Reads one file.  Shared by threads; decoded columns of a batch are kept in the dataset's memory cache.

    Args:
        starts: the first row of each batch.
        records: the rows of all.

    Raises:
        StoreError: it cannot be read, or was changed.
    """

    def __init__(self, path: Path, starts: Sequence[int], records: int, cache: MemoryCache) -> None:
        self._path, self._key = path, str(path)
        self._records, self._cache = records, cache
        self._starts = np.asarray(starts, dtype=np.int64)
        self._reading = Reading(path)
        with self._reading:
            self._source = pa.memory_map(self._key)
            self._sums = Sums(path, self._source.read_buffer(), len(starts) + 1)
            self._sums.check(-1)
            self.schema: pa.Schema = pa.ipc.open_file(self._source).schema
        self._readers: dict[tuple[str, ...], pa.ipc.RecordBatchFileReader] = {}

    def __len__(self) -> int:
        return len(self._starts)

    def bounds(self, index: int) -> tuple[int, int]:
        """The first row of a batch and the row after its last."""
        stop = int(self._starts[index + 1]) if index + 1 < len(self) else self._records
        return int(self._starts[index]), stop

    def batch(self, index: int, columns: tuple[str, ...], keep: bool) -> pa.RecordBatch:
        """Some columns of a batch, in the order asked.  ``keep``: in the memory cache."""
        key = (self._key, index, columns)
        found = self._cache.get(key)
        if found is None:
            with self._reading:
                if self._source.closed:
                    raise closed(self._path)
                self._sums.check(index)
                found = self._reader(columns).get_batch(index).select(list(columns))
            if keep:
                self._cache.put(key, found, found.nbytes, cheap=True)
        assert isinstance(found, pa.RecordBatch)
        return found

    def between(self, first: int, stop: int, columns: tuple[str, ...], keep: bool) -> pa.Table:
        """Some columns of consecutive rows; of the batches that hold them only these are in the table."""
        pieces = []
        at = int(np.searchsorted(self._starts, first, side="right")) - 1
        while first < stop:
            start, end = self.bounds(at)
            pieces.append(self.batch(at, columns, keep).slice(first - start, min(end, stop) - first))
            first, at = end, at + 1
        return pa.Table.from_batches(pieces, schema=self._schema_of(columns))

    def pick(self, rows: npt.NDArray[np.int64], columns: tuple[str, ...], keep: bool) -> pa.Table:
        """Some columns of ascending rows, each once; decodes the batches that hold them and no other."""
        owners = np.searchsorted(self._starts, rows, side="right") - 1
        pieces: list[pa.RecordBatch] = []
        for index, first, stop in _runs(owners):
            batch = self.batch(index, columns, keep)
            local = rows[first:stop] - self._starts[index]
            if len(local) == local[-1] - local[0] + 1:
                pieces.append(batch.slice(int(local[0]), len(local)))
            elif len(local) <= _SLICED:
                pieces += [batch.slice(row, 1) for row in local.tolist()]
            else:
                pieces.append(batch.take(array_of(local)))
        return pa.Table.from_batches(pieces, schema=self._schema_of(columns))

    def close(self) -> None:
        self._readers.clear()
        self._sums.release()
        self._source.close()

    def _schema_of(self, columns: tuple[str, ...]) -> pa.Schema:
        return pa.schema([self.schema.field(name) for name in columns])

    def _reader(self, columns: tuple[str, ...]) -> pa.ipc.RecordBatchFileReader:
        reader = self._readers.get(columns)
        if reader is None:
            wanted = [self.schema.get_field_index(name) for name in columns]
            options = pa.ipc.IpcReadOptions(included_fields=wanted, use_threads=False)
            reader = self._readers[columns] = pa.ipc.open_file(self._source, options=options)
        return reader


def _runs(owners: npt.NDArray[np.integer]) -> Iterable[tuple[int, int, int]]:
    """Runs of equal values: (value, first, stop)."""
    if not len(owners):
        return
    edges = np.flatnonzero(np.diff(owners)) + 1
    starts = [0, *edges.tolist()]
    for first, stop in zip(starts, [*starts[1:], len(owners)], strict=True):
        yield int(owners[first]), first, stop
