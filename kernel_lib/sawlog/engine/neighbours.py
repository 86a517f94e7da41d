"""The records around a record in its source, whichever partitions hold them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sawlog.execute.resolve import combine, gather
from sawlog.execute.snapshot import Segment, Snapshot
from sawlog.model.rowset import OffsetArray

Ints = npt.NDArray[np.int64]


def neighbours(snapshot: Snapshot, keys: Sequence[tuple[str, int]], before: int, after: int) -> pa.Table:
    """The records named by (source id, offset), with those before and after them in their sources; each once.

    Only what is indexed is looked at: a record that is not has no neighbours.
    """
    wanted: dict[str, list[int]] = {}
    for source, offset in keys:
        wanted.setdefault(source, []).append(offset)
    tables = []
    for source, offsets in wanted.items():
        tables += _of_source(snapshot, source, np.unique(offsets), before, after)
    return combine(tables)


def _of_source(snapshot: Snapshot, source: str, offsets: Ints, before: int, after: int) -> list[pa.Table]:
    """Tables, one a range of the source, of the records around these."""
    ranges = [
        _Range(segment, index)
        for segment in snapshot.segments
        for index, name in enumerate(segment.partition.source_ids)
        if name == source
    ]
    ranges.sort(key=lambda each: each.bounds)
    owners = np.searchsorted([each.bounds[0] for each in ranges], offsets, side="right") - 1
    chosen: dict[int, set[int]] = {}
    for offset, owner in zip(offsets.tolist(), owners.tolist(), strict=True):
        if owner < 0:
            continue
        at = int(np.searchsorted(ranges[owner].offsets, offset))
        if offset not in ranges[owner].offsets[at : at + 1]:
            continue
        _choose(ranges, chosen, owner, range(at, at + after + 1))
        _choose(ranges, chosen, owner, range(at - 1, at - before - 1, -1))
    return [ranges[owner].table(sorted(places)) for owner, places in sorted(chosen.items()) if places]


class _Range:
    """A run of a source's bytes in one partition; which records they are is read when it is needed."""

    def __init__(self, segment: Segment, index: int) -> None:
        self._partition, self._index = segment.partition, index
        span = self._partition.manifest.ranges[index]
        self.bounds = span.start, span.end

    @property
    def offsets(self) -> OffsetArray:
        """The offsets of its records, ascending."""
        return self._partition.source_rows(self._index)[0]

    def table(self, places: Sequence[int]) -> pa.Table:
        rows = self._partition.source_rows(self._index)[1]
        return gather([(self._partition, np.sort(rows[list(places)]))])


def _choose(ranges: Sequence[_Range], chosen: dict[int, set[int]], owner: int, places: range) -> None:
    """Notes records, counted from the first of a range, also where they lie in the ranges before or behind it."""
    start = 0  # of the range that is looked at, counted in the same way
    size = len(ranges[owner].offsets)
    for place in places:
        while place >= start + size and owner + 1 < len(ranges):
            owner, start = owner + 1, start + size
            size = len(ranges[owner].offsets)
        while place < start and owner > 0:
            owner -= 1
            size = len(ranges[owner].offsets)
            start -= size
        if not start <= place < start + size:
            return
        chosen.setdefault(owner, set()).add(place - start)
