"""Compressed files and archives made in memory, and what is read from them."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import zstandard

from sawlog.ingest.sources import Source, expand, open_source
from sawlog.ingest.sources.origin import open_file
from sawlog.ingest.sources.streams import RawFile

CODECS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def count_opens(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The outer files that ``module`` opens from now on."""
    opened: list[str] = []

    def opening(file: str) -> RawFile:
        opened.append(file)
        return open_file(file)

    monkeypatch.setattr(module, "open_file", opening)
    return opened


def lines(count: int, seed: int = 1) -> bytes:
    draw = random.Random(seed)
    return b"".join(b"2024-01-01T00:00:%02d line %d %x\n" % (i % 60, i, draw.getrandbits(64)) for i in range(count))


def content(source: Source, size: int = 1 << 20) -> tuple[bytes, str | None]:
    parts = []
    with open_source(source) as stream:
        while data := stream.read(size):
            parts.append(data)
        assert stream.read(1) == b""
        return b"".join(parts), stream.error


def only(path: Path, data: bytes) -> Source:
    path.write_bytes(data)
    (source,) = expand(path).sources
    return source


def tar_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_700_000_000
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, streamed: bool = False) -> bytes:
    out = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 4, 5, 6, 8)), data, method)
    return bytes(out.data) if isinstance(out, Unseekable) else out.getvalue()
