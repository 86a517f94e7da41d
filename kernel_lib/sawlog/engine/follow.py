"""What was written since?  The records of a search that end behind what a source held before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pyarrow as pa

from sawlog.execute.snapshot import Snapshot
from sawlog.model.arrow import array_of
from sawlog.model.schema import LENGTH, OFFSET, SOURCE_ID
from sawlog.storage.catalog import Catalog

Reached = Mapping[str, int]


def reached(catalog: Catalog) -> Reached:
    """How far each source is indexed, in bytes of its decompressed text."""
    ends: dict[str, int] = {}
    for entry in catalog.partitions:
        for span in entry.spans:
            ends[span.source] = max(ends.get(span.source, 0), span.end)
    return ends


def grown_part(snapshot: Snapshot, before: Reached) -> Snapshot:
    """Only the partitions that hold something written since."""
    return replace(
        snapshot,
        segments=tuple(
            segment
            for segment in snapshot.segments
            if any(r.end > before.get(r.source, 0) for r in segment.partition.manifest.ranges)
        ),
    )


def written_since(table: pa.Table, before: Reached) -> pa.Table:
    """The records of a resolved table that were not there before, or have grown."""
    ends = table.column(OFFSET).to_numpy().astype(np.int64) + table.column(LENGTH).to_numpy()
    old = np.fromiter((before.get(id, 0) for id in table.column(SOURCE_ID).to_pylist()), np.int64, len(ends))
    return table.filter(array_of(ends > old))
