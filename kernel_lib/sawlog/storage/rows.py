"""The rows of a partition in time order, read a few columns at a time: their text and their numbers apart.

A random read of text decodes a small batch of it.  Numbers are small, and decoding a buffer has a price of its own, so
they lie in larger blocks: one is decoded in the time that a batch of text takes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from sawlog.model.arrow import array_of, numpy_of, texts_of, times_of
from sawlog.model.schema import FIXED, LEVEL, MESSAGE, RAW, TIMESTAMP
from sawlog.storage.batches import BatchReader, BatchWriter
from sawlog.storage.memory import MemoryCache
from sawlog.storage.reading import unreadable
from sawlog.storage.times import TIMES, read_times

#: The columns of one size a value, and the level; beside the file of all others.
NUMBERS = "numbers.arrow"

#: A batch is what one random read of text decodes: 1,024 rows decode in 0.2 ms, and cost 10 % more disk than 4,096.
BATCH_ROWS = 1_024
BATCH_BYTES = 1 << 20

#: Rows of a block of numbers; a part of the format, which sealed partitions are read by.  No batch of text lies in two.
BLOCK_ROWS = 8_192

#: RAW is stored with this behind each record, so that a scan of the column's bytes cannot match across records.
SEPARATOR, NOTHING = texts_of(["\n", ""])

#: Reading more rows than this is going through a lot: it must not push pages out of the memory cache.
_PAGE = 1_000


class RowWriter:
    """Writes the rows of a partition from tables that arrive in row order: ``path``, and the numbers beside it.

    Args:
        schema: of the tables; without MESSAGE where every record's message is a part of its text.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        numbers = [column for column in schema if _is_number(column)]
        self._texts = BatchWriter(path, pa.schema([column for column in schema if column not in numbers]))
        self._numbers = BatchWriter(path.with_name(NUMBERS), pa.schema(numbers))
        self.batch_starts: list[int] = []
        self.rows = 0

    def write(self, table: pa.Table) -> None:
        """Appends a block: BLOCK_ROWS rows, fewer only at the end; RAW without separator."""
        assert self.rows % BLOCK_ROWS == 0 and table.num_rows <= BLOCK_ROWS, "a table is one block"
        raw = pc.binary_join_element_wise(table.column(RAW), SEPARATOR, NOTHING)
        table = table.set_column(table.schema.get_field_index(RAW), table.schema.field(RAW), raw).combine_chunks()
        self._numbers.write(table)
        for start, stop in _cuts(numpy_of(pc.binary_length(raw))):
            self.batch_starts.append(self.rows)
            self._texts.write(table.slice(start, stop - start))
            self.rows += stop - start

    def close(self) -> None:
        self._texts.close()
        self._numbers.close()


def _is_number(column: pa.Field) -> bool:
    return bool(pa.types.is_primitive(column.type)) or column.name == LEVEL


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
    """Reads the rows of a partition.  Shared by threads.

    Args:
        path: of the file that holds the text; partitions of an earlier make have all columns in it.

    Raises:
        StoreError: a file cannot be read.
    """

    def __init__(self, path: Path, batch_starts: Sequence[int], records: int, cache: MemoryCache) -> None:
        self.path, self.records = path, records
        self._cache = cache
        self._texts = BatchReader(path, batch_starts, records, cache)
        self._files = [self._texts]
        apart = path.with_name(NUMBERS)
        if apart.exists():
            self._files.append(BatchReader(apart, range(0, records, BLOCK_ROWS), records, cache))
        self._with_text = frozenset(self._texts.schema.names)
        self._apart = frozenset(self._files[-1].schema.names) - self._with_text
        columns = {column.name: column for file in self._files for column in file.schema}
        columns.setdefault(MESSAGE, FIXED.field(MESSAGE))
        self.names = (*(c for c in FIXED.names if c in columns), *sorted(columns.keys() - set(FIXED.names)))
        self.schema = pa.schema([columns[name] for name in self.names])
        self._schemas: dict[tuple[str, ...], pa.Schema] = {}

    @property
    def batches(self) -> int:
        """How many batches of text there are."""
        return len(self._texts)

    def bounds(self, batch: int) -> tuple[int, int]:
        """The first row of a batch and the row after its last."""
        return self._texts.bounds(batch)

    def read(self, batches: Iterable[int], columns: tuple[str, ...], keep: bool = True) -> pa.Table:
        """Some columns of one or more consecutive batches, in the order asked; one that it lacks is left out.

        RAW keeps its separator here; see :func:`strip_separator`.  ``keep``: in the memory cache; a scan that goes
        through everything must not, or it would push out what is asked for again.
        """
        texts, others = self._split(columns)
        bounds, pieces = [], []
        for index in batches:
            bounds.append(self.bounds(index))
            if texts:
                pieces.append(self._texts.batch(index, texts, keep))
        parts = [pa.Table.from_batches(pieces)] if texts else []
        (first, _), (_, stop) = bounds[0], bounds[-1]
        if others:
            parts.append(self._files[-1].between(first, stop, others, keep))
        return self._joined(parts, columns, stop - first)

    def column(self, name: str) -> pa.ChunkedArray:
        """A whole column."""
        return self.read(range(self.batches), (name,), keep=False).column(0)

    def times(self) -> npt.NDArray[np.int64]:
        """Every row's time in UTC nanoseconds, ascending; records without a time come first, as the least int64."""
        key = (str(self.path), "times")
        found = self._cache.get(key)
        if found is None:
            apart = self.path.with_name(TIMES)
            found = read_times(apart) if apart.exists() else times_of(self.column(TIMESTAMP))
            if len(found) != self.records:
                raise unreadable(apart, f"it holds {len(found):,} times of {self.records:,} records")
            self._cache.put(key, found, found.nbytes)
        assert isinstance(found, np.ndarray)
        return found

    def take(self, rows: npt.NDArray[np.integer], columns: tuple[str, ...]) -> pa.Table:
        """These rows, in the order given; RAW without separator.

        Decodes the batches that hold them, and no other; keeps them in the memory cache if it is a page's worth.
        """
        order = np.argsort(rows, kind="stable")
        table = self.pick(np.asarray(rows, dtype=np.int64)[order], columns)
        if (np.diff(order) != 1).any():
            table = table.take(array_of(np.argsort(order, kind="stable")))
        return strip_separator(table)

    def pick(self, rows: npt.NDArray[np.integer], columns: tuple[str, ...]) -> pa.Table:
        """Ascending rows, each once; RAW keeps its separator."""
        ascending, keep = rows.astype(np.int64, copy=False), len(rows) <= _PAGE
        texts, others = self._split(columns)
        parts = [self._texts.pick(ascending, texts, keep)] if texts else []
        if others:
            parts.append(self._files[-1].pick(ascending, others, keep))
        return self._joined(parts, columns, len(rows))

    def close(self) -> None:
        for file in self._files:
            file.close()

    def _split(self, columns: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The columns that lie with the text, and those that lie apart."""
        return tuple(c for c in columns if c in self._with_text), tuple(c for c in columns if c in self._apart)

    def _joined(self, parts: Sequence[pa.Table], columns: tuple[str, ...], rows: int) -> pa.Table:
        schema = self._schemas.get(columns)
        if schema is None:
            schema = pa.schema([self.schema.field(name) for name in columns if name in self.names])
            self._schemas[columns] = schema
        found = {name: column for part in parts for name, column in zip(part.column_names, part.columns, strict=True)}
        if MESSAGE in columns and MESSAGE not in found:
            found[MESSAGE] = pa.nulls(rows, FIXED.field(MESSAGE).type)
        return pa.Table.from_arrays([found[name] for name in schema.names], schema=schema)


def strip_separator(table: pa.Table) -> pa.Table:
    """The table with RAW as the log had it."""
    index = table.schema.get_field_index(RAW)
    if index < 0:
        return table
    raw = pc.utf8_slice_codeunits(table.column(RAW), 0, -1)
    return table.set_column(index, table.schema.field(RAW), raw)
