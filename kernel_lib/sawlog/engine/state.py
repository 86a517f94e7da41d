"""The state of an open dataset: its catalog, its open partitions, and the snapshot that a search sees."""

from __future__ import annotations

import re
import threading
from collections.abc import Collection, Mapping
from pathlib import Path

import numpy as np
import polars as pl

from sawlog.engine.learner import Learner
from sawlog.engine.merged_tables import MergedTables
from sawlog.engine.slow import SlowLog
from sawlog.errors import DatasetClosedError
from sawlog.execute.pool import SearchPool
from sawlog.execute.snapshot import Segment, Snapshot
from sawlog.formats.base import SPECIAL
from sawlog.ingest.planning import remaining
from sawlog.ingest.reader import time_context
from sawlog.ingest.recognise import recognise
from sawlog.ingest.sources import Source, open_source, sample_source
from sawlog.ingest.unit import Piece, ReadOptions
from sawlog.model.schema import NUMBERS
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.query.parser import Parsed, parse
from sawlog.settings import Settings
from sawlog.storage.catalog import PARTITIONS, Catalog, PartitionEntry
from sawlog.storage.history import History
from sawlog.storage.memory import MemoryCache
from sawlog.storage.partition import Partition

#: Bytes read at a time while counting lines.
_COUNTED = 8 << 20

#: What stands between a field and its value, here and in other tools.
_COMPARING = re.compile("[:=<>]")

#: What a parsed query takes in memory for each of its characters, at the most.
_PARSED_BYTES = 512


class DatasetState:
    """What is shared by a dataset's searches and its build.  Thread-safe."""

    def __init__(self, directory: Path, catalog: Catalog, options: ReadOptions, settings: Settings) -> None:
        self.directory, self.options, self.settings = directory, options, settings
        self.cache = MemoryCache(settings.cache_bytes)
        self.tables, self.learner, self.history = MergedTables(directory), Learner(), History(directory)
        self.pool = SearchPool(settings.effective_threads())
        self.slow = SlowLog(directory)
        self._catalog = catalog
        self._partitions: dict[tuple[object, ...], Partition] = {}
        self._lines: dict[tuple[str, int, int], int] = {}
        self._sampled: dict[str, tuple[str, ...]] = {}
        self._lock = threading.Lock()
        self._closed = ""
        self._snapshot: tuple[Catalog, Snapshot] | None = None
        self._fields: tuple[Catalog, tuple[str, ...]] | None = None
        self._numbers: tuple[Catalog, tuple[str, ...]] | None = None

    @property
    def catalog(self) -> Catalog:
        return self._catalog

    def replace_catalog(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def check_open(self) -> None:
        """Raises DatasetClosedError after :meth:`close`."""
        if self._closed:
            raise DatasetClosedError(
                f"the dataset {self._catalog.name!r} was {self._closed}: open it again with sawlog.open"
            )

    def close(self, how: str) -> None:
        with self._lock:
            self._closed = self._closed or how
            partitions = list(self._partitions.values())
            self._partitions.clear()
        self.tables.close()
        self.learner.close()
        self.pool.shutdown()
        for partition in partitions:
            partition.close()
        self.cache.clear()

    def partition(self, entry: PartitionEntry, catalog: Catalog | None = None) -> Partition:
        """The open partition of a catalog's entry."""
        catalog = catalog or self._catalog
        # A source that was rewritten is no longer listed; its rows are deleted.
        paths = {state.id: str(state.source["path"]) for state in catalog.sources}
        bases = tuple(self.lines_at(catalog, s.source, s.start) if s.source in paths else 0 for s in entry.spans)
        shown = tuple(paths.get(span.source, "") for span in entry.spans)
        key = (entry.id, entry.deleted, bases, shown)
        with self._lock:
            found = self._partitions.get(key)
            if found is None:
                directory = self.directory / PARTITIONS / entry.id
                found = Partition(directory, self.cache, entry.deleted_rows, bases, shown)
                self._partitions[key] = found
            return found

    def optimizer(self) -> QueryOptimizer:
        """The optimizer for one search, without the rules that the settings switch off."""
        return QueryOptimizer(self.settings.disabled_rules.replace(",", " ").split())

    def parsed(self, text: str, now_ns: int, values: Mapping[str, Collection[object]] | None = None) -> Parsed:
        """What a query means here, relative times as of ``now_ns``; remembered where it means the same at any time.

        Args:
            values: collections that ``in($name)`` may mean.

        Raises:
            QueryError: it has no meaning.
        """
        # Without such a sign no field can be meant; and the first search need not wait until formats are recognised.
        fields, numbers = (self.field_names(), self.number_fields()) if _COMPARING.search(text) else ((), ())
        key = ("parsed", text, fields, numbers)
        found = None if values else self.cache.get(key)
        if found is None:
            found = parse(text, fields, now_ns, self.options.timezone, values, numbers)
            if found.lasting and not values:
                self.cache.put(key, found, _PARSED_BYTES * (len(text) + 8))
        assert isinstance(found, Parsed)
        return found

    def snapshot(self) -> Snapshot:
        """What the dataset holds now; exact, with what is not indexed yet as pieces to be scanned."""
        self.check_open()
        catalog = self._catalog
        if self._snapshot is not None and self._snapshot[0] is catalog:
            return self._snapshot[1]
        segments = tuple(
            Segment(self.partition(entry, catalog), entry.start, entry.end) for entry in catalog.partitions
        )
        pieces = tuple(remaining(catalog))

        def lines_before(piece: Piece) -> int:
            return self.lines_at(catalog, piece.source_id, piece.start)

        snapshot = Snapshot(catalog.name, segments, pieces, self.options, lines_before)
        self._snapshot = catalog, snapshot
        return snapshot

    def lines_at(self, catalog: Catalog, source: str, position: int) -> int:
        """The physical lines of a source before a byte of it; what no partition holds is counted in the file."""
        lines = reached = 0
        for span in catalog.covered(source):
            if span.start >= position:
                break
            lines += self._count(catalog, source, reached, span.start) + span.lines
            reached = span.end
        return lines + self._count(catalog, source, reached, position)

    def _count(self, catalog: Catalog, source: str, start: int, end: int) -> int:
        if start >= end:
            return 0
        key = (source, start, end)
        if key not in self._lines:
            with open_source(Source.from_json(dict(catalog.source(source).source)), start) as stream:
                lines, left = 0, end - start
                while left > 0 and (data := stream.read(min(left, _COUNTED))):
                    lines += int(np.count_nonzero(np.frombuffer(data, np.uint8) == 10))
                    left -= len(data)
            self._lines[key] = lines
        return self._lines[key]

    def field_names(self) -> tuple[str, ...]:
        """Every field that can be asked for: of sealed partitions, and of samples of what is not indexed yet."""
        catalog = self._catalog
        if self._fields is not None and self._fields[0] is catalog:
            return self._fields[1]
        names: dict[str, None] = {}
        for entry in catalog.partitions:
            names.update(dict.fromkeys(self.partition(entry, catalog).manifest.fields))
        for piece in remaining(catalog):
            if piece.source_id not in self._sampled:
                self._sampled[piece.source_id] = sample_fields(piece, self.options)
            names.update(dict.fromkeys(self._sampled[piece.source_id]))
        self._fields = catalog, tuple(names)
        return self._fields[1]

    def number_fields(self) -> tuple[str, ...]:
        """The fields whose values are numbers in every record; none while anything is not indexed yet."""
        catalog = self._catalog
        if self._numbers is None or self._numbers[0] is not catalog:
            kinds: dict[str, set[str]] = {}
            for entry in () if remaining(catalog) else catalog.partitions:
                for name, stats in self.partition(entry, catalog).manifest.fields.items():
                    kinds.setdefault(name, set()).add(stats.type)
            self._numbers = catalog, tuple(name for name, types in kinds.items() if types <= NUMBERS)
        return self._numbers[1]


def sample_fields(piece: Piece, options: ReadOptions) -> tuple[str, ...]:
    """The fields that a source's format finds in its first lines."""
    samples = sample_source(piece.source)
    recognised = recognise(piece.source, options.format, piece.format)
    lines = [line for block in samples for line in block.decode("utf-8", "replace").splitlines()[:1_000]]
    context = time_context(piece.source, options, recognised)
    frame = recognised.format.parse(pl.Series(lines, dtype=pl.String), context)
    return tuple(name for name in frame.columns if name not in SPECIAL)
