"""Merging of small partitions: many small ones cost every search an opening; a few large ones do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sawlog.ingest.living import living_range
from sawlog.ingest.partition_writer import PartitionWriter
from sawlog.settings import Settings
from sawlog.storage.catalog import PARTITIONS, Catalog, PartitionEntry
from sawlog.storage.memory import MemoryCache
from sawlog.storage.partition import Partition

#: Fewer small partitions than this are left alone.
_MANY = 8

Commit = Callable[[Callable[[Catalog], Catalog]], None]


def merge_small(
    directory: Path,
    catalog: Callable[[], Catalog],
    settings: Settings,
    commit: Commit,
    stopped: Callable[[], bool],
) -> None:
    """Merges partitions below a quarter of the full size, into full ones, where there are many.

    Readers keep the old partitions until they take the new catalog; the old directories go at the next open.
    """
    small = [p for p in catalog().partitions if p.raw_bytes * 4 < settings.partition_bytes]
    if len(small) < _MANY:
        return
    group: list[PartitionEntry] = []
    size = 0
    for entry in [*small, None]:
        if group and (entry is None or size + entry.raw_bytes > settings.partition_bytes):
            if len(group) > 1:
                _merge(directory, group, catalog(), settings, commit, stopped)
            group, size = [], 0
        if entry is not None and not stopped():
            group.append(entry)
            size += entry.raw_bytes


def _merge(
    directory: Path,
    group: list[PartitionEntry],
    catalog: Catalog,
    settings: Settings,
    commit: Commit,
    stopped: Callable[[], bool],
) -> None:
    writer = PartitionWriter(directory, settings)
    sources = {state.id: state for state in catalog.sources}
    for entry in group:
        partition = Partition(directory / PARTITIONS / entry.id, MemoryCache(0), entry.deleted_rows)
        ranges = [
            living_range(partition, index, span, sources.get(span.source), catalog.target.get("format", "auto"))
            for index, span in enumerate(entry.spans)
        ]
        writer.add_partition(partition, ranges)
    merged = writer.seal(stopped) if writer.records else None
    if merged is None and writer.records:
        return
    gone = {entry.id for entry in group}

    def swap(catalog: Catalog) -> Catalog:
        kept = tuple(p for p in catalog.partitions if p.id not in gone)
        return catalog.change(partitions=kept if merged is None else (*kept, merged))

    commit(swap)
