"""Values of fields as text: one spelling for each, whatever type the values beside it give its column."""

from __future__ import annotations

import pyarrow as pa

#: Integers up to here are exact as floats.
EXACT = 1 << 53
#: From here on digits of a float say nothing, and are not spelled out.
VAST = 10**22


def as_text(value: object) -> str:
    """A value as globs, regexes and text columns see it: booleans as JSON has them, whole floats as integers.

    Floats of ``VAST`` and more have an exponent.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value) if isinstance(value, float) and value.is_integer() and abs(value) < VAST else value)


def text_column(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """The values of a column of numbers, booleans or text as ``large_string``, spelled as by :func:`as_text`."""
    if not pa.types.is_floating(column.type):
        return column.cast(pa.large_string())
    encoded = column.dictionary_encode()
    chunks = encoded.chunks if isinstance(encoded, pa.ChunkedArray) else [encoded]
    texts = [
        pa.array(map(as_text, chunk.dictionary.to_pylist()), pa.large_string()).take(chunk.indices) for chunk in chunks
    ]
    return pa.chunked_array(texts, pa.large_string()) if isinstance(encoded, pa.ChunkedArray) else texts[0]
