"""RowSet: a set of records that behaves like a Python set, held in roaring bitmaps.

A record is named by its source and the number of its first line there, not by its place in the index.
So a RowSet stays true when partitions are merged or rebuilt, and can be made while a build still runs.
"""

from __future__ import annotations

import array
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, FrozenBitMap

UIntArray = npt.NDArray[np.uint32]


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


class RowSet:
    """An immutable set of records of one dataset.

    Supports ``&``, ``|``, ``-``, ``^``, ``len``, ``in`` (a ``Hit``, or a ``(source, line)`` pair), comparison,
    hashing and pickling.  Build one with ``logs.rows(query)``; use it with ``logs.search(rows=...)``.
    """

    __slots__ = ("_hash", "_lines", "dataset")

    def __init__(self, lines: Mapping[str, BitMap | FrozenBitMap], dataset: str = "") -> None:
        self._lines = {source: FrozenBitMap(rows) for source, rows in sorted(lines.items()) if rows}
        self.dataset = dataset
        self._hash: int | None = None

    def lines(self, source: str) -> FrozenBitMap:
        """The first-line numbers of the set's records in a source; empty where it has none."""
        return self._lines.get(source, FrozenBitMap())

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that the set has records of."""
        return tuple(self._lines)

    def __len__(self) -> int:
        return sum(len(rows) for rows in self._lines.values())

    def __iter__(self) -> Iterator[tuple[str, int]]:
        for source, rows in self._lines.items():
            for line in rows:
                yield source, line

    def __contains__(self, item: object) -> bool:
        if isinstance(item, tuple) and len(item) == 2:
            source, line = item
        else:
            source, line = getattr(item, "source_id", None), getattr(item, "line", None)
        return isinstance(source, str) and isinstance(line, int) and line in self.lines(source)

    def __and__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap.__and__)

    def __or__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap.__or__)

    def __sub__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap.__sub__)

    def __xor__(self, other: RowSet) -> RowSet:
        return self._combine(other, FrozenBitMap.__xor__)

    def _combine(self, other: RowSet, operate: Callable[[FrozenBitMap, FrozenBitMap], FrozenBitMap]) -> RowSet:
        if not isinstance(other, RowSet):
            raise TypeError(f"a RowSet combines with a RowSet, not with a {type(other).__name__}; see logs.rows()")
        sources: Iterable[str] = {*self._lines, *other._lines}
        return RowSet({s: operate(self.lines(s), other.lines(s)) for s in sources}, self.dataset or other.dataset)

    def isdisjoint(self, other: RowSet) -> bool:
        return not self & other

    def issubset(self, other: RowSet) -> bool:
        return not self - other

    __le__ = issubset

    def __bool__(self) -> bool:
        return bool(self._lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowSet) and self._lines == other._lines

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(tuple((s, rows.serialize()) for s, rows in self._lines.items()))
        return self._hash

    def __getstate__(self) -> tuple[str, dict[str, bytes]]:
        return self.dataset, {s: rows.serialize() for s, rows in self._lines.items()}

    def __setstate__(self, state: tuple[str, dict[str, bytes]]) -> None:
        dataset, lines = state
        RowSet.__init__(self, {s: BitMap.deserialize(data) for s, data in lines.items()}, dataset)

    def __repr__(self) -> str:
        return f"<RowSet of {len(self):,} records in {len(self._lines)} sources>"


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
        if name != "_lines":
            raise AttributeError(name)
        self._lines = self._make()._lines
        return self._lines

    def __len__(self) -> int:
        return self._count

    def __bool__(self) -> bool:
        return self._count > 0

    def __reduce__(self) -> tuple[object, ...]:
        return RowSet, (dict(self._lines), self.dataset)

    def __repr__(self) -> str:
        return f"<RowSet of {len(self):,} records>"
