"""Bringing a catalog up to date with what is on disk: new, grown, renamed, rewritten and vanished sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from sawlog.errors import SourceError
from sawlog.formats.records import sure_boundary
from sawlog.ingest.recognise import recognise
from sawlog.ingest.source_ids import new_states
from sawlog.ingest.sources import (
    Expansion,
    Fingerprint,
    Identified,
    KnownSource,
    Source,
    belongs,
    covers,
    fingerprint,
    identify,
    open_source,
)
from sawlog.ingest.sources.fingerprint import WINDOW
from sawlog.ingest.unit import ReadOptions
from sawlog.model.rowset import bitmap_of
from sawlog.model.schema import LENGTH, LINE, OFFSET, SOURCE, TIMESTAMP
from sawlog.storage.catalog import Catalog, PartitionEntry, SourceState, Span
from sawlog.storage.partition import Partition

OpenPartition = Callable[[PartitionEntry], Partition]


def update(catalog: Catalog, found: Expansion, options: ReadOptions, open_partition: OpenPartition) -> Catalog:
    """The catalog with the sources as they are now; what is to be read anew is no longer covered.

    A source that vanished keeps its records, as long as it belongs to the catalog's target.  One that was rewritten in
    place loses those of the old text.
    """
    # Of two that lay at one place, the one that is still there is the one to compare with: the last of a place counts.
    states = {state.id: state for state in sorted(catalog.sources, key=lambda state: not state.gone)}
    known = {key: _known(catalog, state) for key, state in states.items() if state.fingerprint is not None}
    ids = {id(k): source_id for source_id, k in known.items()}
    identification = identify(list(known.values()), found.sources)
    current: dict[int, SourceState] = {}
    new: dict[int, Identified] = {}
    for position, item in enumerate(identification.sources):
        old = None if item.known is None else states[ids[id(item.known)]]
        rewritten = item.state == "rewritten"
        # An empty file that was filled is named by its content: nothing can have named a record of it before.
        filled = item.known is not None and item.grown and not item.known.fingerprint.length
        if old is None or rewritten or filled:
            if old is not None and rewritten and not old.gone:
                catalog = _forget(catalog, old.id, open_partition)
            new[position] = item
            continue
        if item.grown:
            catalog = _reopen_tail(catalog, old, item, options, open_partition)
        state = replace(old, source=item.source.to_json(), complete=not item.grown, gone=False)
        current[position] = replace(state, error="") if item.grown else state
    seen = {state.id for state in current.values()}
    target = catalog.target["target"]
    kept: list[SourceState] = []
    for state in catalog.sources:
        if state.id not in seen and not belongs(Source.from_json(dict(state.source)), target):
            catalog = _forget(catalog, state.id, open_partition)
        elif state.id not in seen and catalog.covered(state.id):
            kept.append(replace(state, gone=True))
    taken = seen | {span.source for entry in catalog.partitions for span in entry.spans}
    current |= zip(new, new_states(list(new.values()), taken), strict=True)
    listed = [current[position] for position in sorted(current)]
    problems = {path: why for path, why in catalog.problems if covers(target, path)}
    problems |= {p.path: p.message for p in found.problems}
    for state in listed:  # a problem is told once, and is over when the file can be read
        problems.pop(str(state.source["path"]), None)
    return catalog.change(sources=(*listed, *kept), problems=tuple(problems.items()), state="building")


def _known(catalog: Catalog, state: SourceState) -> KnownSource:
    covered = catalog.covered(state.id)
    indexed = covered[-1].end if covered else 0
    print_ = Fingerprint.from_json(dict(state.fingerprint or {}))
    return KnownSource(Source.from_json(dict(state.source)), print_, indexed, state.complete)


def _forget(catalog: Catalog, source: str, open_partition: OpenPartition) -> Catalog:
    """The catalog without a source and its records."""
    partitions = tuple(_without_source(entry, source, open_partition) for entry in catalog.partitions)
    return catalog.change(
        sources=tuple(s for s in catalog.sources if s.id != source),
        partitions=tuple(p for p in partitions if p.records > len(p.deleted_rows)),
    )


def _without_source(entry: PartitionEntry, source: str, open_partition: OpenPartition) -> PartitionEntry:
    wanted = [index for index, span in enumerate(entry.spans) if span.source == source]
    if not wanted:
        return entry
    owner = open_partition(entry).rows.column(SOURCE).to_numpy()
    return entry.without(bitmap_of(np.flatnonzero(np.isin(owner, wanted))))


def _reopen_tail(
    catalog: Catalog, state: SourceState, item: Identified, options: ReadOptions, open_partition: OpenPartition
) -> Catalog:
    """Takes the last record back where what follows may belong to it: it had no line ending, or is continued.

    With a blank line, the record before it is taken back too: both may become one.
    """
    covered = [span for span in catalog.covered(state.id) if span.end > span.start]
    if not covered or not _continues(item, state, options):
        return catalog
    last = covered[-1]
    for entry in catalog.partitions:
        for index, span in enumerate(entry.spans):
            if span == last:
                return _without_last(catalog, entry, index, span, open_partition)
    return catalog


def _continues(item: Identified, state: SourceState, options: ReadOptions) -> bool:
    with open_source(item.source, max(0, item.offset - 1)) as stream:
        data = stream.read(WINDOW)
    if not data.startswith(b"\n"):
        return True
    format = recognise(item.source, options.format, state.format).format
    return sure_boundary(data[1:], format) != 0


def _without_last(
    catalog: Catalog, entry: PartitionEntry, index: int, span: Span, open_partition: OpenPartition
) -> Catalog:
    partition = open_partition(entry)
    rows = np.flatnonzero(partition.rows.column(SOURCE).to_numpy() == index)
    rows = rows[[row not in partition.deleted for row in rows.tolist()]]
    offsets = partition.rows.column(OFFSET).to_numpy()[rows]
    rows = rows[offsets.argsort()]
    blank = int(partition.rows.column(LENGTH).to_numpy()[rows[-1]]) <= len("\r\n")
    before, taken = np.split(rows, [len(rows) - (2 if blank else 1)] if len(rows) > 1 else [0])
    line = int(partition.rows.column(LINE).to_numpy()[taken[0]])
    last_ns = _stamp_at_end(catalog, partition, before.tolist(), span)
    shorter = Span(span.source, span.start, int(np.sort(offsets)[-len(taken)]), line - 1, last_ns)
    spans = tuple(shorter if k == index else s for k, s in enumerate(entry.spans))
    changed = replace(entry.without(bitmap_of(taken)), spans=spans)
    return catalog.change(partitions=tuple(changed if p.id == entry.id else p for p in catalog.partitions))


def _stamp_at_end(catalog: Catalog, partition: Partition, rows: list[int], span: Span) -> int | None:
    """The stamp in force behind the last of a span's rows; before its first row, that of the span before it."""
    if rows:
        stamp: int | None = partition.rows.column(TIMESTAMP)[rows[-1]].value
        return stamp
    return next((s.last_ns for s in catalog.covered(span.source) if s.end == span.start), None)


def complete(
    catalog: Catalog, id: str, format: Mapping[str, Any], error: str, print_: Mapping[str, Any] | None
) -> Catalog:
    """The catalog with a source marked as read to its end.

    Its fingerprint becomes one of all that is indexed, so that growth can be told from rewriting: ``print_``, from
    reading it in one go, or else taken from the file.
    """
    state = replace(catalog.source(id), format=format, complete=True)
    state = replace(state, error=error or state.error)
    covered = catalog.covered(id)
    source = Source.from_json(dict(state.source))
    if print_ is None and covered and source.seekable:
        with suppress(SourceError):  # it vanished: the fingerprint of its head has to do
            print_ = fingerprint(source, covered[-1].end).to_json()
    return catalog.with_source(replace(state, fingerprint=print_ or state.fingerprint))
