"""What a partition says of itself: its manifest, written last, when everything else is on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sawlog.errors import StoreError, StoreVersionError
from sawlog.storage.json_files import read_signed, signed
from sawlog.storage.reading import Reading, unreadable

#: The layout of a partition and of the catalog.  Raised when an older sawlog could not read what is written now.
LAYOUT_VERSION = 1

MANIFEST = "manifest.json"
_KIND = "sawlog-partition"


@dataclass(frozen=True)
class SourceRange:
    """A run of bytes of one source, held by one partition.

    ``source`` is the source's id, ``start`` and ``end`` are bytes of its decompressed text, ``end`` exclusive.
    ``lines`` are the physical lines that begin in it; the partition's line numbers count from 1 at ``start``.
    ``eof``: the source ended at ``end`` when it was read.  ``last_ns``: the stamp in force at ``end``.
    """

    source: str
    start: int
    end: int
    lines: int
    records: int
    joined: int = 0
    unparsed: int = 0
    undecodable: int = 0
    eof: bool = False
    last_ns: int | None = None
    formats: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldStats:
    """A field in one partition: its Arrow type's name, rows that have it, and about how many distinct values."""

    type: str
    count: int
    distinct: int


@dataclass(frozen=True)
class Manifest:
    """See engine.md.  Times are UTC nanoseconds; ``start`` and ``end`` (inclusive) are None without any time."""

    id: str
    records: int
    raw_bytes: int
    start: int | None
    end: int | None
    untimed: int
    ranges: tuple[SourceRange, ...]
    fields: Mapping[str, FieldStats]
    batch_starts: tuple[int, ...]
    giants: tuple[int, ...]  # rows that hold a token too long for the text index: always verified
    files: Mapping[str, tuple[int, str]]  # size and checksum of each other file of the partition

    def save(self, directory: Path) -> None:
        body = {"kind": _KIND, "layout": LAYOUT_VERSION, **asdict(self)}
        (directory / MANIFEST).write_text(signed(body))

    @classmethod
    def load(cls, directory: Path) -> Manifest:
        """Raises StoreVersionError or StoreError where the directory is not a partition that can be read."""
        path = directory / MANIFEST
        body: dict[str, Any] = read_signed(path, lambda found: check_layout(found, _KIND, path))
        del body["kind"], body["layout"]
        with Reading(path):
            body["ranges"] = tuple(SourceRange(**r) for r in body["ranges"])
            body["fields"] = {name: FieldStats(**f) for name, f in body["fields"].items()}
            body["batch_starts"], body["giants"] = tuple(body["batch_starts"]), tuple(body["giants"])
            return cls(**body)


def check_layout(body: Mapping[str, Any], kind: str, path: Path, layout: int = LAYOUT_VERSION) -> None:
    """Refuses a file that is not ours, or of a layout this version does not know."""
    if not isinstance(body, dict) or body.get("kind") != kind:
        raise StoreError(f"{path} was not written by sawlog: give another store or dataset name")
    if body.get("layout") != layout:
        raise StoreVersionError(
            f"{path} has layout {body.get('layout')!r} and this version of sawlog reads layout {layout}: "
            "open it with the version that wrote it, or drop it and index again"
        )


def checksum(path: Path) -> str:
    """BLAKE2b of a file, 128 bits, in hexadecimal."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def seal_files(directory: Path) -> dict[str, tuple[int, str]]:
    """Size and checksum of every file below a directory, by relative path; not of locks, which say nothing."""
    files = sorted(p for p in directory.rglob("*") if p.is_file() and p.name != MANIFEST and p.suffix != ".lock")
    return {str(p.relative_to(directory)): (p.stat().st_size, checksum(p)) for p in files}


def check_sizes(directory: Path, files: Mapping[str, tuple[int, str]]) -> None:
    """Raises StoreError where a file is missing, or not as large as when it was sealed; reads none."""
    for name, (size, _) in files.items():
        path = directory / name
        with Reading(path):
            found = path.stat().st_size
        if found != size:
            raise unreadable(path, f"it has {found:,} bytes of {size:,}")


def check_content(path: Path, sealed: tuple[int, str]) -> None:
    """Raises StoreError where a file is not, byte for byte, what was sealed; reads all of it."""
    check_sizes(path.parent, {path.name: sealed})
    with Reading(path):
        found = checksum(path)
    if found != sealed[1]:
        raise unreadable(path, "its checksum is not the one that it was sealed with")
