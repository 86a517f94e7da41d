"""Bytes -> physical lines, as a Polars column over the same memory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from sawlog.formats.bytecolumn import Bytes, Int64s

_NEWLINE, _RETURN = 10, 13


@dataclass(frozen=True)
class Lines:
    """The physical lines of a block of bytes.

    Attributes:
        text: valid UTF-8; the block itself where that is valid.
        starts, ends: of each line in ``text``, without its line ending (``\\n`` or ``\\r\\n``).
        source: n + 1 offsets in the block: line i is ``source[i]`` to ``source[i + 1]``, its ending included.
        replaced: False where ``text`` is the block itself.
    """

    text: bytes
    starts: Int64s
    ends: Int64s
    source: Int64s
    replaced: bool

    def __len__(self) -> int:
        return len(self.starts)

    def series(self) -> pl.Series:
        """One string a line; no copy of the text."""
        return substrings(self.text, self.starts, self.ends)

    def first_bytes(self) -> Bytes:
        """First byte of each line; 0 where it is empty."""
        if not len(self):
            return np.zeros(0, np.uint8)
        view = np.frombuffer(self.text, np.uint8)
        first = view.take(np.minimum(self.starts, len(view) - 1))
        return np.where(self.ends > self.starts, first, np.uint8(0)).astype(np.uint8)


def substrings(text: bytes, starts: Int64s, ends: Int64s) -> pl.Series:
    """``text[starts[i]:ends[i]]`` as strings over the same memory.  Slices ascend and do not overlap."""
    if not len(starts):
        return pl.Series("line", [], dtype=pl.String)
    # Arrow's slots touch each other: every second one holds what is between two slices.
    offsets = np.empty(2 * len(starts), dtype=np.int64)
    offsets[0::2], offsets[1::2] = starts, ends
    slots = pa.LargeStringArray.from_buffers(len(offsets) - 1, pa.py_buffer(offsets), pa.py_buffer(text))
    return cast(pl.Series, pl.from_arrow(slots)).gather_every(2).alias("line")


def is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    offsets = pa.py_buffer(np.array([0, len(data)], np.int64))
    whole = pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(data))
    try:
        whole.validate(full=True)  # several times as fast as decoding
    except pa.ArrowInvalid:
        return False
    return True


def split_lines(data: bytes, final: bool) -> Lines:
    """The complete lines of ``data``; with ``final``, the last one needs no line ending."""
    newlines = _newlines(data)
    if not final:
        end = int(newlines[-1]) + 1 if newlines.size else 0
        if end < len(data):
            data = data[:end]
    ends = newlines if data.endswith(b"\n") or not data else np.append(newlines, len(data))
    source = np.concatenate([np.zeros(1, np.int64), np.minimum(ends + 1, len(data))])
    if is_utf8(data):
        return _trimmed(data, newlines, source, False)
    text = data.decode("utf-8", "replace").encode()
    # A newline is never part of a malformed sequence, so both have the same lines.
    return _trimmed(text, _newlines(text), source, True)


def _newlines(data: bytes) -> Int64s:
    return np.flatnonzero(np.frombuffer(data, np.uint8) == _NEWLINE)


def _trimmed(text: bytes, newlines: Int64s, source: Int64s, replaced: bool) -> Lines:
    n = len(source) - 1
    starts = np.zeros(n, np.int64)
    starts[1:] = newlines[: max(n - 1, 0)] + 1
    ends = newlines.astype(np.int64, copy=True)
    if newlines.size:
        view = np.frombuffer(text, np.uint8)
        before: npt.NDArray[np.bool_] = view.take(np.maximum(ends - 1, 0)) == _RETURN
        ends -= before & (ends > starts[: len(ends)])
    if len(ends) < n:
        ends = np.append(ends, len(text))
    return Lines(text, starts, ends, source, replaced)


def replacements(data: bytes) -> int:
    """How many U+FFFD decoding ``data`` with replacement adds."""
    mark = "\N{REPLACEMENT CHARACTER}"
    return data.decode("utf-8", "replace").count(mark) - data.count(mark.encode())
