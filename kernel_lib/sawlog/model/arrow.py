"""Between Arrow and numpy without what imports pandas when first called (``pa.array``, ``pa.scalar``, ``to_numpy``).

That import takes up to half a second, which is not to be part of a first answer or of a command.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def array_of(values: npt.NDArray[np.integer] | npt.NDArray[np.bool_]) -> pa.Array:
    """Numbers as an Arrow array over the same memory; flags packed into bits."""
    if values.dtype == np.bool_:
        bits = np.packbits(values, bitorder="little")
        return pa.Array.from_buffers(pa.bool_(), len(values), [None, pa.py_buffer(bits)])
    body = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.from_numpy_dtype(body.dtype), len(body), [None, pa.py_buffer(body)])


def texts_of(values: Sequence[str]) -> pa.LargeStringArray:
    """Texts as an Arrow array."""
    encoded = [value.encode("utf-8", "replace") for value in values]
    offsets = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum([len(text) for text in encoded], out=offsets[1:])
    return pa.LargeStringArray.from_buffers(len(encoded), pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded)))


def numpy_of(column: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.integer]:
    """Numbers without nulls as a numpy array; over the same memory where they lie in one chunk."""
    chunks = column.chunks if isinstance(column, pa.ChunkedArray) else [column]
    dtype = np.dtype(str(column.type))
    parts = [np.frombuffer(c.buffers()[1] or b"", dtype)[c.offset : c.offset + len(c)] for c in chunks]
    return parts[0] if len(parts) == 1 else np.concatenate([np.empty(0, dtype), *parts])


def times_of(stamps: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.int64]:
    """A column of times as UTC nanoseconds; the least int64 where there is none."""
    numbers = stamps.cast(pa.int64())
    if numbers.null_count:
        chunks = numbers.chunks if isinstance(numbers, pa.ChunkedArray) else [numbers]
        lowest = [pc.coalesce(chunk, _LOWEST) for chunk in chunks]
        numbers = pa.chunked_array(lowest, pa.int64())
    return numpy_of(numbers).astype(np.int64, copy=False)


_LOWEST = array_of(np.array([np.iinfo(np.int64).min]))[0]
