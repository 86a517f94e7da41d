"""Collects parsed chunks and seals them as one partition: sorted by time, written once, renamed into place."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from sawlog.ingest.row_order import OrderedRows
from sawlog.model.arrow import array_of
from sawlog.model.rowset import to_numpy
from sawlog.model.schema import FIXED, LENGTH, MESSAGE, RAW, SOURCE, TIMESTAMP, field_name
from sawlog.model.tables import common_types, concat
from sawlog.settings import Settings
from sawlog.storage.bitmaps import build_bitmaps, write_bitmaps
from sawlog.storage.catalog import PARTITIONS, PartitionEntry, sync_directory
from sawlog.storage.manifest import FieldStats, Manifest, SourceRange, seal_files
from sawlog.storage.partition import BITMAPS, ROWS, TERMS, Partition
from sawlog.storage.prefixes import seal_prefixes
from sawlog.storage.rows import BLOCK_ROWS, RowWriter
from sawlog.storage.terms import MAX_TOKEN_BYTES, TermWriter
from sawlog.storage.times import TIMES, write_times
from sawlog.storage.vocabulary import VOCABULARY, counted_tokens, write_vocabulary

#: ASCII that stands between tokens to a blank; what is in tokens, or may be, as it is.
_GAPS = bytes(byte if byte >= 128 or chr(byte).isalnum() else 32 for byte in range(256))


class PartitionWriter:
    """Builds one partition in memory, bounded by ``settings.partition_bytes`` and ``partition_records``."""

    def __init__(self, dataset: Path, settings: Settings) -> None:
        self.dataset, self.settings = dataset, settings
        self.ranges: list[SourceRange] = []
        self.records = 0
        self.raw_bytes = 0
        self._batches: list[pa.RecordBatch] = []

    @property
    def full(self) -> bool:
        return self.raw_bytes >= self.settings.partition_bytes or self.records >= self.settings.partition_records

    def begin(self, source: str, start: int) -> int:
        """Opens a range of a source; what is added next belongs to it.  Returns the range's number."""
        self.ranges.append(SourceRange(source, start, start, 0, 0))
        return len(self.ranges) - 1

    def add(self, batch: pa.RecordBatch, grown: SourceRange) -> None:
        """Adds a batch of the open range, and the range as it is with it."""
        self.ranges[-1] = grown
        if batch.num_rows:
            self._batches.append(batch)
            self.records += batch.num_rows
            self.raw_bytes += int(pc.sum(batch.column(LENGTH)).as_py())

    def add_partition(self, partition: Partition, ranges: Sequence[SourceRange]) -> None:
        """Adds the living rows of a sealed partition; ``ranges`` are what is known of its ranges now."""
        first = len(self.ranges)
        self.ranges += ranges
        table = partition.rows.take(to_numpy(partition.alive), tuple(partition.rows.schema.names))
        position = table.schema.get_field_index(SOURCE)
        shifted = pc.add(table.column(SOURCE), pa.scalar(first, pa.uint32()))
        table = table.set_column(position, table.schema.field(SOURCE), shifted)
        for batch in table.to_batches():
            self._batches.append(batch)
            self.records += batch.num_rows
            self.raw_bytes += int(pc.sum(batch.column(LENGTH)).as_py() or 0)

    def end_of_range(self, eof: bool) -> None:
        """Closes the open range; ``eof``: it reaches the end of its source.  One that holds nothing is forgotten."""
        if self.ranges[-1].records:
            self.ranges[-1] = replace(self.ranges[-1], eof=eof)
        else:
            self.ranges.pop()

    def seal(self, stopped: Callable[[], bool] = lambda: False) -> PartitionEntry | None:
        """Writes the partition; it is complete and durable when this returns.

        Args:
            stopped: asked between slices; when it says True the work is given up.

        Returns:
            The catalog's entry, or None when stopped.
        """
        identifier = f"p{uuid.uuid4().hex[:16]}"
        final = self.dataset / PARTITIONS / identifier
        working = final.with_name(f".{identifier}")
        try:
            working.mkdir(parents=True)
            manifest = self._write(working, identifier, stopped)
            if manifest is None:
                return None
            manifest.save(working)
            _sync_tree(working)
            working.rename(final)
            sync_directory(final.parent)
        finally:
            shutil.rmtree(working, ignore_errors=True)
        disk = sum(size for size, _ in manifest.files.values())
        return PartitionEntry.of(manifest, disk)

    def _write(self, directory: Path, identifier: str, stopped: Callable[[], bool]) -> Manifest | None:
        table = unify(self._batches)
        self._batches.clear()
        ordered = OrderedRows(table)
        plain = table.column(MESSAGE).null_count == table.num_rows
        rows = RowWriter(directory / ROWS, pa.schema([f for f in table.schema if not plain or f.name != MESSAGE]))
        terms = TermWriter(directory / TERMS)
        giants: list[int] = []
        starts = range(0, len(ordered), BLOCK_ROWS)
        # Rows are written first to last and indexed last to first; side by side, so that both threads are busy.
        for start, mirrored in zip(starts, reversed(starts), strict=True):
            if stopped():
                return None
            piece = ordered.block(start, BLOCK_ROWS)
            giants += [start + row for row in _giants(piece)]
            rows.write(piece)
            terms.prepend(ordered.block(mirrored, BLOCK_ROWS, (RAW,)).column(0).chunk(0))
        rows.close()
        terms.close()
        counted = counted_tokens(directory / TERMS, self.raw_bytes)
        if counted is not None:
            seal_prefixes(directory, counted, self.raw_bytes)
            write_vocabulary(directory / VOCABULARY, (token for token, _ in counted))
        narrow = table.drop_columns([RAW])
        write_bitmaps(directory / BITMAPS, build_bitmaps(narrow, ordered.arranged))
        write_times(directory / TIMES, ordered.times)
        stamps = narrow.column(TIMESTAMP).cast(pa.int64())
        known = pc.min_max(stamps).as_py()
        return Manifest(
            id=identifier,
            records=table.num_rows,
            raw_bytes=self.raw_bytes,
            start=known["min"],
            end=known["max"],
            untimed=stamps.null_count,
            ranges=tuple(self.ranges),
            fields=_field_stats(narrow),
            batch_starts=tuple(rows.batch_starts),
            giants=tuple(giants),
            files=seal_files(directory),
        )


def _giants(piece: pa.Table) -> list[int]:
    """The rows that hold a token too long for the text index, found generously: lower case can take more bytes."""
    long = np.flatnonzero(piece.column(LENGTH).to_numpy() * 4 > MAX_TOKEN_BYTES)
    texts = piece.column(RAW).take(array_of(long)).to_pylist()
    longest = (max(map(len, text.encode().translate(_GAPS).split()), default=0) for text in texts)
    return [row for row, size in zip(long.tolist(), longest, strict=True) if size * 2 > MAX_TOKEN_BYTES]


def unify(batches: Sequence[pa.RecordBatch]) -> pa.Table:
    """One table of batches whose fields may differ in presence and type; none of their values is lost.

    Integers widen to floats where another batch has floats and all survive it; any other disagreement becomes text.
    """
    types = common_types(batches)
    fields = [*FIXED, *(pa.field(n, t) for n, t in sorted(types.items()) if field_name(n) is not None)]
    return concat([pa.Table.from_batches([batch]) for batch in batches], pa.schema(fields))


def _field_stats(table: pa.Table) -> dict[str, FieldStats]:
    stats = {}
    for column in table.schema:
        name = field_name(column.name)
        if name is not None:
            values = table.column(column.name)
            count = len(values) - values.null_count
            series = pl.Series(values) if count else None
            distinct = 0 if series is None else min(count, _approx_distinct(series))
            stats[name] = FieldStats(str(column.type), count, distinct)
    return stats


def _approx_distinct(series: pl.Series) -> int:
    return int(pl.select(pl.lit(series.drop_nulls()).approx_n_unique()).item())


def _sync_tree(directory: Path) -> None:
    """Every file of a partition on the disk before it gets its name: a crash leaves it whole or absent."""
    for path in directory.rglob("*"):
        if path.is_file():
            with open(path, "rb") as file:
                os.fsync(file.fileno())
    sync_directory(directory)
