"""Bringing a catalog up to date with what is on disk: new, grown, renamed, rewritten and vanished sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from sawlog.errors import SourceError
from sawlog.formats.records import sure_boundary
from sawlog.ingest.recognise import reads_alike, recognise, recognised_anew
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

#: A record, a blank line and the first line of an exception: so many may become one.
_JOINED = 3


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
    for double in identification.doubles:
        catalog = _forget(catalog, ids[id(double)], open_partition)
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
            catalog, old = _to_read_on(catalog, old, item, options, open_partition)
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
    problems = {p.path: p for p in catalog.problems if covers(target, p.path)} | {p.path: p for p in found.problems}
    for state in listed:  # a problem is told once, and is over when the file can be read
        problems.pop(str(state.source["path"]), None)
    return catalog.change(sources=(*listed, *kept), problems=tuple(problems.values()), state="building")


def _known(catalog: Catalog, state: SourceState) -> KnownSource:
    covered = catalog.covered(state.id)
    indexed = covered[-1].end if covered else 0
    print_ = Fingerprint.from_json(dict(state.fingerprint or {}))
    return KnownSource(Source.from_json(dict(state.source)), print_, indexed, state.complete)


def _to_read_on(
    catalog: Catalog, state: SourceState, item: Identified, options: ReadOptions, open_partition: OpenPartition
) -> tuple[Catalog, SourceState]:
    """The catalog and the state of a source that has grown, without what is to be read again."""
    anew = recognised_anew(item.source, state.format) if options.format == "auto" and state.format else None
    if anew is None:
        return _reopen_tail(catalog, state, item, options, open_partition), state
    described = replace(state, format=anew.description)
    if reads_alike(state.format, anew.description):
        return _reopen_tail(catalog, state, item, options, open_partition), described
    return _unread(catalog, state.id, open_partition), described


def _forget(catalog: Catalog, source: str, open_partition: OpenPartition) -> Catalog:
    """The catalog without a source and its records."""
    catalog = _unread(catalog, source, open_partition)
    return catalog.change(sources=tuple(s for s in catalog.sources if s.id != source))


def _unread(catalog: Catalog, source: str, open_partition: OpenPartition) -> Catalog:
    """The catalog without a source's records, as if nothing of it had been read."""
    partitions = (_without_source(entry, source, open_partition) for entry in catalog.partitions)
    return catalog.change(partitions=tuple(p for p in partitions if p.records > len(p.deleted_rows)))


def _without_source(entry: PartitionEntry, source: str, open_partition: OpenPartition) -> PartitionEntry:
    wanted = [index for index, span in enumerate(entry.spans) if span.source == source]
    if not wanted:
        return entry
    owner = open_partition(entry).rows.column(SOURCE).to_numpy()
    spans = tuple(Span(source, 0, 0, 0) if span.source == source else span for span in entry.spans)
    return replace(entry.without(bitmap_of(np.flatnonzero(np.isin(owner, wanted)))), spans=spans)


def _reopen_tail(
    catalog: Catalog, state: SourceState, item: Identified, options: ReadOptions, open_partition: OpenPartition
) -> Catalog:
    """Takes the last record back where what follows may belong to it: it had no line ending, or is continued.

    What a line that was not finished, or a blank one, turns out to be may join the record before it to it: that one is
    taken back too.
    """
    if not (covered := catalog.covered(state.id)) or not (tail := _continued(item, state, options)):
        return catalog
    again = tail == "unfinished"
    for _ in range(_JOINED):
        catalog, length = _without_last(catalog, covered[-1], open_partition)
        covered = catalog.covered(state.id)
        if not covered or not (again or length <= len("\r\n")):
            break
        again = False
    return catalog


def _continued(item: Identified, state: SourceState, options: ReadOptions) -> Literal["unfinished", "open", ""]:
    """Whether the last line had no ending, or the lines that follow it may continue its record."""
    with open_source(item.source, max(0, item.offset - 1)) as stream:
        data = stream.read(WINDOW)
    if not data.startswith(b"\n"):
        return "unfinished"
    format = recognise(item.source, options.format, state.format).format
    return "" if sure_boundary(data[1:], format) == 0 else "open"


def _without_last(catalog: Catalog, span: Span, open_partition: OpenPartition) -> tuple[Catalog, int]:
    """The catalog without the last record of a span, and how many bytes that was."""
    entry = next(entry for entry in catalog.partitions if span in entry.spans)
    index = entry.spans.index(span)
    partition = open_partition(entry)
    rows = np.flatnonzero(partition.rows.column(SOURCE).to_numpy() == index)
    rows = rows[[row not in partition.deleted for row in rows.tolist()]]
    offsets = partition.rows.column(OFFSET).to_numpy()[rows]
    rows = rows[offsets.argsort()]
    before, taken = rows[:-1], int(rows[-1])
    line = int(partition.rows.column(LINE).to_numpy()[taken])
    last_ns = _stamp_at_end(catalog, partition, before.tolist(), span)
    shorter = Span(span.source, span.start, int(offsets.max()), line - 1, last_ns)
    spans = tuple(shorter if k == index else s for k, s in enumerate(entry.spans))
    changed = replace(entry.without(bitmap_of(rows[-1:])), spans=spans)
    partitions = tuple(changed if p.id == entry.id else p for p in catalog.partitions)
    return catalog.change(partitions=partitions), int(partition.rows.column(LENGTH).to_numpy()[taken])


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


def failed(catalog: Catalog, id: str, error: str) -> Catalog:
    """The catalog with the reason why a source was not read to its end; the next look at it goes on."""
    return catalog.with_source(replace(catalog.source(id), error=error))
