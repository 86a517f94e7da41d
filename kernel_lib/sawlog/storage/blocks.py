"""Files that are read whole: one compressed block behind its size, with a checksum."""

from __future__ import annotations

from pathlib import Path

import zstandard

from sawlog.storage.reading import Reading

_SIZE = 8


def write_block(path: Path, data: bytes, level: int) -> None:
    """Writes a block, compressed with zstd at a level."""
    packed = zstandard.ZstdCompressor(level=level, write_checksum=True).compress(data)
    path.write_bytes(len(data).to_bytes(_SIZE, "little") + packed)


def read_block(path: Path) -> bytes:
    """The block of a file.

    Raises:
        StoreError: it cannot be read, or was changed.
    """
    with Reading(path):
        data = path.read_bytes()
        found: bytes = zstandard.ZstdDecompressor().decompress(data[_SIZE:])
        if len(found) != int.from_bytes(data[:_SIZE], "little"):
            raise ValueError("its size is not the one in it")
    return found
