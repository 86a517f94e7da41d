"""CRC-32 sums of the pieces of a large file, beside it: what is read of it is checked, and nothing else."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

_SUFFIX = ".sums"
_PIECE = np.dtype([("end", "<u8"), ("crc", "<u4")])


def write_sums(path: Path, ends: Sequence[int]) -> None:
    """Sums of a finished file's pieces, which end at these bytes, in order; the last is its size."""
    with pa.memory_map(str(path)) as source:
        data = source.read_buffer()
        pieces = [(end, _crc(data, start, end)) for start, end in zip([0, *ends], ends, strict=False)]
    np.array(pieces, dtype=_PIECE).tofile(path.with_suffix(_SUFFIX))


class Sums:
    """Checks the pieces of a file, each when it is first read.  Shared by threads.

    Args:
        path: of the file; those of an earlier make have no sums, and nothing is checked.
        data: all of it.
        pieces: how many there must be.

    Raises:
        ValueError: they are others.
    """

    def __init__(self, path: Path, data: pa.Buffer, pieces: int) -> None:
        beside = path.with_suffix(_SUFFIX)
        self._data, self._there = data, beside.exists()
        listed = np.fromfile(beside, _PIECE) if self._there else np.zeros(pieces, _PIECE)
        if len(listed) != pieces:
            raise ValueError(f"it has {len(listed):,} pieces where {pieces:,} are to be")
        self._ends, self._crcs = listed["end"].tolist(), listed["crc"].tolist()
        self._checked = bytearray(pieces)

    def check(self, piece: int) -> None:
        """Raises ValueError where a piece, counted from 0, or from the end below it, was changed."""
        if self._there and not self._checked[piece]:
            piece %= len(self._ends)
            start = self._ends[piece - 1] if piece else 0
            if _crc(self._data, start, self._ends[piece]) != self._crcs[piece]:
                raise ValueError(f"the checksum of bytes {start:,} to {self._ends[piece]:,} differs")
            self._checked[piece] = 1

    def release(self) -> None:
        """Lets go of the file."""
        self._data = pa.py_buffer(b"")


def _crc(data: pa.Buffer, start: int, end: int) -> int:
    return zlib.crc32(data.slice(start, end - start))
