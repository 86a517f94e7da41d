"""The order of all matches of a search, kept so that any stretch of it can be shown without the rows before it.

A match is the number of its partition and a row: five bytes, six beyond 255 partitions.  Matches of one time are put
into their order, by source and offset, only when a stretch that holds them is asked for: it takes reading columns.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sawlog.execute.resolve import combine, gather
from sawlog.execute.run import LOWEST, Search
from sawlog.execute.snapshot import Segment, Snapshot
from sawlog.model.arrow import array_of, times_of
from sawlog.model.rowset import to_numpy
from sawlog.model.schema import OFFSET, SOURCE, TIMESTAMP

Numbers = npt.NDArray[np.integer]


class Ordering:
    """All matches of a search, in exactly the order of ``Search.table()``.  Thread-safe.

    Raises QueryTimeout where the search was stopped before all matches were found.
    """

    def __init__(self, search: Search) -> None:
        with search.work.phase("order"):
            found = [
                (s, rows) for s, rows in search.each(lambda s: (s, to_numpy(search.run_on(s).rows()))) if len(rows)
            ]
            self._raw = search.raw
            search.require_complete()
            self._segments = [segment for segment, _ in found]
            self._raw_times = times_of(self._raw.column(TIMESTAMP))
            rows = [*(rows for _, rows in found), np.arange(self._raw.num_rows, dtype=np.uint32)]
            apart = None if self._raw.num_rows else _one_after_another(self._segments)
            turns = list(range(len(rows))) if apart is None else [*apart, len(found)]
            numbers = np.asarray(turns, np.min_scalar_type(len(rows)))
            self._part: Numbers = np.repeat(numbers, [len(rows[turn]) for turn in turns])
            self._row: Numbers = np.concatenate([rows[turn] for turn in turns])
            if apart is None:
                times = [s.partition.rows.times()[mine] for s, mine in found]
                order = np.argsort(np.concatenate([*times, self._raw_times]), kind="stable")
                self._part, self._row = self._part[order], self._row[order]
        self._settled = _Stretches()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._row)

    @property
    def nbytes(self) -> int:
        """Memory that it takes."""
        return self._part.nbytes + self._row.nbytes + int(self._raw.nbytes)

    def window(self, offset: int, limit: int, oldest: bool = False) -> pa.Table:
        """At most ``limit`` matches from number ``offset`` on, resolved; newest first unless ``oldest``."""
        first, stop = min(offset, len(self)), min(offset + limit, len(self))
        if not oldest:
            first, stop = len(self) - stop, len(self) - first
        if first >= stop:
            return combine(())
        self._settle(first, stop)
        part, row = self._part[first:stop], self._row[first:stop]
        picked = [(self._segments[n].partition, np.sort(row[part == n])) for n in self._numbers(part)]
        unindexed = self._raw.take(array_of(np.sort(row[part == len(self._segments)])))
        table = combine([t for t in (gather(picked), unindexed) if t.num_rows])
        place = np.empty(len(row), np.int64)
        place[np.lexsort((row, part))] = np.arange(len(row))
        return table.take(array_of(place if oldest else place[::-1]))

    def _settle(self, first: int, stop: int) -> None:
        """Puts the matches of a stretch, and all that share a time with its ends, into their final order."""
        with self._lock:
            low, high = self._edge(first, -1), self._edge(stop - 1, 1) + 1
            if self._settled.cover(low, high):
                return
            part, row = self._part[low:high], self._row[low:high]
            times = self._times(part, row)
            if (times[1:] == times[:-1]).any():
                ranks, offsets = self._places(part, row)
                final = np.lexsort((row, part, offsets, ranks, times))
                # What is settled already is written as it was, so a window that is being read does not change.
                part[:], row[:] = part[final], row[final]
            self._settled.add(low, high)

    def _edge(self, place: int, step: int) -> int:
        """The last match that has the time of this one, in the direction of ``step``."""
        time = self._time(place)

        def same(distance: int) -> bool:
            there = place + step * distance
            return 0 <= there < len(self) and self._time(there) == time

        reach = 1
        while same(reach):  # in strides that double, since most times are shared by few
            reach *= 2
        low, high = reach // 2, reach
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if same(middle) else (low, middle)
        return place + step * low

    def _time(self, place: int) -> int:
        return int(self._times(self._part[place : place + 1], self._row[place : place + 1])[0])

    def _times(self, part: Numbers, row: Numbers) -> npt.NDArray[np.int64]:
        times = np.empty(len(row), np.int64)
        for number in self._numbers(part):
            mine = part == number
            times[mine] = self._segments[number].partition.rows.times()[row[mine]]
        unindexed = part == len(self._segments)
        times[unindexed] = self._raw_times[row[unindexed]]
        return times

    def _places(self, part: Numbers, row: Numbers) -> tuple[Numbers, Numbers]:
        """Of each match the rank of its source's path among all, and its offset there."""
        mine = part == len(self._segments)
        unindexed = self._raw.column(SOURCE).to_pylist() if mine.any() else []
        paths = {path for n in self._numbers(part) for path in self._segments[n].partition.paths} | set(unindexed)
        rank = {path: number for number, path in enumerate(sorted(paths, key=str.encode))}
        ranks, offsets = np.empty(len(row), np.int64), np.empty(len(row), np.uint64)
        if unindexed:
            ranks[mine] = np.asarray([rank[path] for path in unindexed])[row[mine]]
            offsets[mine] = self._raw.column(OFFSET).to_numpy()[row[mine]]
        for number in self._numbers(part):
            mine = part == number
            partition = self._segments[number].partition
            table = partition.rows.take(row[mine], (SOURCE, OFFSET))
            owner = table.column(SOURCE).to_numpy()
            ranks[mine] = np.asarray([rank[path] for path in partition.paths])[owner]
            offsets[mine] = table.column(OFFSET).to_numpy()
        return ranks, offsets

    def _numbers(self, part: Numbers) -> list[int]:
        """Which partitions these matches are of."""
        return [number for number in np.unique(part).tolist() if number < len(self._segments)]


class _Stretches:
    """Stretches of numbers; those that touch are one."""

    def __init__(self) -> None:
        self._starts: list[int] = []
        self._stops: list[int] = []

    def cover(self, start: int, stop: int) -> bool:
        at = bisect_right(self._starts, start) - 1
        return at >= 0 and self._stops[at] >= stop

    def add(self, start: int, stop: int) -> None:
        kept = [(s, e) for s, e in zip(self._starts, self._stops, strict=True) if e < start or s > stop]
        joined = [(s, e) for s, e in zip(self._starts, self._stops, strict=True) if e >= start and s <= stop]
        kept.append((min([start, *(s for s, _ in joined)]), max([stop, *(e for _, e in joined)])))
        kept.sort()
        self._starts, self._stops = [s for s, _ in kept], [e for _, e in kept]


def identity(snapshot: Snapshot) -> Hashable:
    """Equal for snapshots that hold the same records."""
    sealed = tuple(segment.partition.view for segment in snapshot.segments)
    return sealed, tuple((piece.source_id, piece.start, piece.end) for piece in snapshot.pieces)


def _one_after_another(segments: Sequence[Segment]) -> list[int] | None:
    """The order of segments in time, by number, if no two overlap; None where two may."""
    spans = [
        (LOWEST if s.partition.manifest.untimed or s.start is None else s.start, LOWEST if s.end is None else s.end, n)
        for n, s in enumerate(segments)
    ]
    spans.sort()
    overlap = any(before[1] > after[0] for before, after in pairwise(spans))
    return None if overlap else [number for _, _, number in spans]
