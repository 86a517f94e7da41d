"""Bytes of a String column by position, as numpy arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

Bytes = npt.NDArray[np.uint8]
Int64s = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

#: So many bytes behind the last string can be read: none of it is meaningful, but it is memory of ours.
PADDING = 64


class ByteColumn:
    """The UTF-8 of n strings: ``data`` (padded by :data:`PADDING`), ``starts`` and ``lengths`` (0 for null)."""

    def __init__(self, data: Bytes, starts: Int64s, lengths: Int64s) -> None:
        self.data, self.starts, self.lengths = data, starts, lengths
        n = len(starts)
        self._width = int(lengths[0]) if n and bool((lengths == lengths[0]).all()) else -1
        if self._width > 0 and int(starts[-1]) - int(starts[0]) != (n - 1) * self._width:
            self._width = -1

    @classmethod
    def of(cls, strings: pl.Series) -> ByteColumn:
        """Of a String or Binary Series; copies the bytes, so hand in short ones."""
        array = strings.to_arrow(compat_level=pl.CompatLevel.oldest())
        buffers = array.buffers()
        offsets = np.frombuffer(buffers[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
        base, end = (int(offsets[0]), int(offsets[-1])) if len(offsets) else (0, 0)
        data = np.zeros(end - base + PADDING, dtype=np.uint8)
        if end > base:
            data[: end - base] = np.frombuffer(buffers[2], dtype=np.uint8)[base:end]
        lengths = np.diff(offsets)
        if strings.null_count():
            lengths[strings.is_null().to_numpy()] = 0  # Arrow lets a null have a length
        return cls(data, offsets[:-1] - base, lengths)

    def __len__(self) -> int:
        return len(self.starts)

    def take(self, rows: Int64s | Bools) -> ByteColumn:
        return ByteColumn(self.data, self.starts[rows], self.lengths[rows])

    def at(self, position: int) -> Bytes:
        """Byte ``position`` of every string; meaningless where the string is shorter (position <= PADDING)."""
        if self._width > 0:
            first = int(self.starts[0]) + position
            return self.data[first : first + (len(self) - 1) * self._width + 1 : self._width]
        return self.data.take(self.starts + position, mode="clip")

    def at_each(self, positions: Int64s) -> Bytes:
        """Byte ``positions[i]`` of string i; meaningless where the string is shorter."""
        return self.data.take(self.starts + positions, mode="clip")

    def arrow(self) -> pa.LargeStringArray:
        """The strings, copied.  Each must be valid UTF-8 and short."""
        offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(self.lengths)])
        places = np.arange(offsets[-1]) + np.repeat(self.starts - offsets[:-1], self.lengths)
        return pa.LargeStringArray.from_buffers(
            len(self), pa.py_buffer(offsets), pa.py_buffer(self.data.take(places, mode="clip"))
        )
