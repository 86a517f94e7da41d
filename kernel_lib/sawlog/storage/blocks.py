"""Files that are read whole: one compressed block behind its size."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from sawlog.errors import StoreError

_SIZE = 8


def write_block(path: Path, data: bytes, level: int) -> None:
    """Writes a block, compressed with zstd at a level."""
    packed = pa.Codec("zstd", compression_level=level).compress(data, asbytes=True)
    path.write_bytes(len(data).to_bytes(_SIZE, "little") + packed)


def read_block(path: Path) -> bytes:
    """The block of a file.

    Raises:
        StoreError: it cannot be read.
    """
    try:
        data = path.read_bytes()
        size = int.from_bytes(data[:_SIZE], "little")
        found: bytes = pa.Codec("zstd").decompress(data[_SIZE:], decompressed_size=size, asbytes=True)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise StoreError(f"{path} cannot be read ({error}): drop the dataset and index again") from error
    return found
