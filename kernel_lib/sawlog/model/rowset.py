"""RowSet: a set of records that behaves like a Python set, held in roaring bitmaps.

A record is named by its source and the offset of its first byte there, not by its place in the index: so a RowSet stays
true when partitions are merged or rebuilt, and can be made while a build still runs.  Its line would not do, because a
JSON document may hold all its records in one.
"""

from __future__ import annotations

import array
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, BitMap64, FrozenBitMap, FrozenBitMap64

from sawlog.errors import QueryError

UIntArray = npt.NDArray[np.uint32]
OffsetArray = npt.NDArray[np.uint64]


def bitmap_of(values: npt.NDArray[np.integer]) -> BitMap:
    """A bitmap of unsigned 32-bit integers; by way of array.array, six times faster than from numpy itself."""
    return BitMap(array.array("I", np.ascontiguousarray(values, dtype=np.uint32).tobytes()))


def to_numpy(bitmap: BitMap | FrozenBitMap) -> UIntArray:
    """The members of a bitmap, ascending, as uint32."""
    return np.frombuffer(bitmap.to_array(), dtype=np.uint32)


def interval(start: int, stop: int) -> BitMap:
    """The integers from start up to stop, exclusive."""
    rows = BitMap()
    rows.add_range(start, stop)
    return rows


def offsets_of(values: npt.NDArray[np.integer]) -> BitMap64:
    """A bitmap of unsigned 64-bit integers."""
    return BitMap64(array.array("Q", np.ascontiguousarray(values, dtype=np.uint64).tobytes()))


def offsets_between(offsets: BitMap64 | FrozenBitMap64, start: int, stop: int) -> OffsetArray:
    """The members of a bitmap from start up to stop, exclusive; ascending, as uint64."""
    # By rank: a bitmap of the whole stretch, to be cut with, takes memory for each 64 KiB of it.
    first, last = (offsets.rank(bound - 1) if bound else 0 for bound in (start, stop))
    return np.frombuffer(offsets[first:last].to_array(), dtype=np.uint64)


class LineSet:
    """Records by the lines on which they begin, as people name them: all records that begin on one of these.

    Args:
        lines: by source id, the 1-based numbers of lines.
    """

    def __init__(self, lines: Mapping[str, BitMap]) -> None:
        self._lines = {source: FrozenBitMap(numbers) for source, numbers in sorted(lines.items()) if numbers}

    def lines(self, source: str) -> FrozenBitMap:
        """The lines of a source."""
        return self._lines.get(source, FrozenBitMap())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LineSet) and self._lines == other._lines

    def __hash__(self) -> int:
        return hash(tuple((source, numbers.serialize()) for source, numbers in self._lines.items()))


class RowSet:
    """An immutable set of records of one dataset.

    Supports ``&``, ``|``, ``-``, ``^``, ``len``, ``in`` (a ``Hit``, or a pair of ``hit.source_id`` and ``hit.offset``),
    comparison, hashing and pickling.  Build one with ``logs.rows(query)``; use it with ``logs.search(rows=...)``.
    """

    __slots__ = ("_hash", "_offsets", "dataset")

    def __init__(self, offsets: Mapping[str, BitMap64 | FrozenBitMap64], dataset: str = "") -> None:
        self._offsets = {source: FrozenBitMap64(rows) for source, rows in sorted(offsets.items()) if rows}
        self.dataset = dataset
        self._hash: int | None = None

    def offsets(self, source: str) -> FrozenBitMap64:
        """The offsets of the set's records in a source, in bytes; empty where it has none."""
        return self._offsets.get(source, FrozenBitMap64())

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that the set has records of."""
        return tuple(self._offsets)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._offsets.values())

    def __iter__(self) -> Iterator[tuple[str, int]]:
        for source, rows in self._offsets.items():
            for offset in rows:
                yield source, offset

    def __contains__(self, item: object) -> bool:
        if isinstance(item, tuple) and len(item) == 2:
            source, offset = item
        else:
            source, offset = getattr(item, "source_id", None), getattr(item, "offset", None)
        return isinstance(source, str) and isinstance(offset, int) and offset in self.offsets(source)

    def __and__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap64.__and__)

    def __or__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap64.__or__)

    def __sub__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap64.__sub__)

    def __xor__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap64.__xor__)

    def _combine(self, other: RowSet, operate: Callable[[FrozenBitMap64, FrozenBitMap64], FrozenBitMap64]) -> RowSet:
        if not isinstance(other, RowSet):
            raise TypeError(f"a RowSet combines with a RowSet, not with a {type(other).__name__}; see logs.rows()")
        if other and self.is_foreign(other.dataset, other.sources):
            raise QueryError(
                f"a RowSet of the dataset {self.dataset!r} and one of {other.dataset!r} have no file in common, "
                "so they do not combine: make both from one dataset"
            )
        sources: Iterable[str] = {*self._offsets, *other._offsets}
        return RowSet({s: operate(self.offsets(s), other.offsets(s)) for s in sources}, self.dataset or other.dataset)

    def is_foreign(self, dataset: str, sources: Iterable[str]) -> bool:
        """Whether the set is of another dataset than this one, and names no record of these sources, which it has."""
        return bool(self and dataset and self.dataset not in ("", dataset)) and self._offsets.keys().isdisjoint(sources)

    def isdisjoint(self, other: RowSet) -> bool:
        return not any(rows & other.offsets(source) for source, rows in self._offsets.items())

    def issubset(self, other: RowSet) -> bool:
        return not any(rows - other.offsets(source) for source, rows in self._offsets.items())

    __le__ = issubset

    def __bool__(self) -> bool:
        return bool(self._offsets)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSet) and self._offsets == other._offsets

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(tuple((s, rows.serialize()) for s, rows in self._offsets.items()))
        return self._hash

    def __getstate__(self) -> tuple[str, dict[str, bytes]]:
        return self.dataset, {s: rows.serialize() for s, rows in self._offsets.items()}

    def __setstate__(self, state: tuple[str, dict[str, bytes]]) -> None:
        dataset, offsets = state
        RowSet.__init__(self, {s: BitMap64.deserialize(data) for s, data in offsets.items()}, dataset)

    def __repr__(self) -> str:
        return f"<RowSet of {len(self):,} records in {len(self._offsets)} sources>"


#: Records that a question is limited to.
Within = RowSet | LineSet


class LazyRowSet(RowSet):
    """A RowSet that is put together when its members are first asked for; how many they are is known before.

    Args:
        count: of its records.
        make: gives the set.
    """

    __slots__ = ("_count", "_make")

    def __init__(self, count: int, make: Callable[[], RowSet], dataset: str = "") -> None:
        self._count, self._make, self.dataset = count, make, dataset
        self._hash = None

    def __getattr__(self, name: str) -> object:
        if name != "_offsets":
            raise AttributeError(name)
        self._offsets = self._make()._offsets
        return self._offsets

    def __len__(self) -> int:
        return self._count

    def __bool__(self) -> bool:
        return self._count > 0

    def __reduce__(self) -> tuple[object, ...]:
        return RowSet, (dict(self._offsets), self.dataset)

    def __repr__(self) -> str:
        return f"<RowSet of {len(self):,} records>"
