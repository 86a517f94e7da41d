"""The real logs: what each file holds, found without sawlog."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class RealFile:
    """``members`` are the contents of a file, decompressed, by member name; a plain file has the one member ""."""

    path: Path

    @property
    def id(self) -> str:
        return str(self.path.relative_to(DATA))

    def members(self) -> dict[str, bytes]:
        data = self.path.read_bytes()
        name = self.path.name
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return {member.filename: archive.read(member) for member in archive.infolist() if not member.is_dir()}
        if name.endswith((".tgz", ".tar.gz", ".tar")):
            with tarfile.open(fileobj=io.BytesIO(data)) as archive:
                files = [member for member in archive if member.isfile()]
                return {member.name: _extracted(archive, member) for member in files}
        for ending, decompress in ((".gz", gzip.decompress), (".bz2", bz2.decompress), (".xz", lzma.decompress)):
            if name.endswith(ending):
                return {"": decompress(data)}
        return {"": data}


def _extracted(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    file = archive.extractfile(member)
    assert file is not None
    return file.read()


def real_files() -> list[RealFile]:
    if not DATA.is_dir():
        return []
    return [RealFile(path) for path in sorted(DATA.rglob("*")) if path.is_file() and path.name != "README.md"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "real_file" in metafunc.fixturenames:
        files = real_files()
        missing = [pytest.param(None, marks=pytest.mark.skip(reason="the real logs are not here"))]
        metafunc.parametrize("real_file", files or missing, ids=[file.id for file in files] or ["none"])
