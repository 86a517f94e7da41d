"""The catalog of a dataset: which sources it knows and which partitions are live.

One JSON file, replaced atomically.  A reader sees the catalog before a change or after it; a crash leaves no half.
"""

from __future__ import annotations

import base64
import errno
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from pyroaring import BitMap

from sawlog.errors import DiskFullError, StoreError
from sawlog.model.problem import Problem
from sawlog.storage.json_files import read_signed, signed
from sawlog.storage.manifest import LAYOUT_VERSION, Manifest, check_layout
from sawlog.storage.reading import PARTITIONS as PARTITIONS
from sawlog.storage.reading import Reading

CATALOG = "catalog.json"
_KIND = "sawlog-dataset"

#: How every catalog begins.
_MARK = f'{{"kind": "{_KIND}"'.encode()

BuildState = Literal["building", "ready"]


@dataclass(frozen=True)
class SourceState:
    """What the catalog knows of a source.

    Attributes:
        id: names the source in partitions and row sets; survives renaming.
        source: the source as ``ingest.sources`` describes it, as JSON.
        fingerprint: of its content, as JSON; None until something of it is indexed.
        complete: everything that it held when it was last looked at is in sealed partitions.
        format: name, specification, confidence and runner-up, as JSON.
        error: what went wrong while reading it, else "".
        gone: no longer found under any name; its records stay.
    """

    id: str
    source: Mapping[str, Any]
    fingerprint: Mapping[str, Any] | None = None
    complete: bool = False
    format: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    gone: bool = False


@dataclass(frozen=True)
class Span:
    """A range of a source in a partition: its bytes, the lines that begin in it, the stamp in force at its end."""

    source: str
    start: int
    end: int
    lines: int
    last_ns: int | None = None


@dataclass(frozen=True)
class PartitionEntry:
    """What the catalog says of a live partition, so that most need not be opened.

    ``start`` and ``end`` are the first and last time in UTC nanoseconds, None without any.
    ``deleted`` are rows that a later build replaced, as a serialized bitmap in base64, "" for none.
    """

    id: str
    records: int
    raw_bytes: int
    disk_bytes: int
    start: int | None
    end: int | None
    spans: tuple[Span, ...]
    deleted: str = ""

    @property
    def deleted_rows(self) -> BitMap:
        return BitMap.deserialize(base64.b64decode(self.deleted)) if self.deleted else BitMap()

    def without(self, rows: BitMap) -> PartitionEntry:
        """The entry with more rows deleted."""
        merged = self.deleted_rows | rows
        return replace(self, deleted=base64.b64encode(merged.serialize()).decode()) if rows else self

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> PartitionEntry:
        return cls(**{**body, "spans": tuple(Span(**s) for s in body["spans"])})

    @classmethod
    def of(cls, manifest: Manifest, disk_bytes: int) -> PartitionEntry:
        spans = tuple(Span(r.source, r.start, r.end, r.lines, r.last_ns) for r in manifest.ranges)
        return cls(manifest.id, manifest.records, manifest.raw_bytes, disk_bytes, manifest.start, manifest.end, spans)


@dataclass(frozen=True)
class Catalog:
    """A dataset's catalog; immutable, each change makes a new one of the next generation."""

    name: str
    target: Mapping[str, Any]
    created: str
    generation: int = 0
    state: BuildState = "building"
    sources: tuple[SourceState, ...] = ()
    partitions: tuple[PartitionEntry, ...] = ()
    problems: tuple[Problem, ...] = ()

    def source(self, id: str) -> SourceState:
        return next(s for s in self.sources if s.id == id)

    @property
    def records(self) -> int:
        return sum(p.records - len(p.deleted_rows) for p in self.partitions)

    @property
    def progress(self) -> float | None:
        """The share of the sources' bytes that is sealed; None where nothing has a size."""
        live = [s for s in self.sources if not s.gone]
        total = sum(int(s.source.get("size", 0)) for s in live)
        return sum(self._sealed(s) for s in live) / total if total else None

    def _sealed(self, state: SourceState) -> int:
        size = int(state.source.get("size", 0))
        if state.complete:
            return size
        if state.source.get("codecs"):
            return 0  # its size is that of compressed bytes, its spans are of text
        return min(size, max((span.end for span in self.covered(state.id)), default=0))

    def covered(self, source: str) -> list[Span]:
        """What sealed partitions hold of a source, in order; ranges whose records were all taken back are none."""
        spans = (span for entry in self.partitions for span in entry.spans if span.source == source)
        return sorted((span for span in spans if span.end > span.start), key=lambda span: span.start)

    def change(self, **changes: Any) -> Catalog:
        return replace(self, generation=self.generation + 1, **changes)

    def to_read_anew(self, target: Mapping[str, Any], created: str) -> Catalog:
        """The catalog with nothing indexed, for records that are to be read in another way.

        Sources keep their ids, by which sets name records; not where another encoding makes another text of them.
        """
        same_text = self.target.get("encoding") == target.get("encoding")
        kept = self.sources if same_text else ()
        sources = tuple(replace(state, complete=False, format={}, error="") for state in kept)
        anew = Catalog(self.name, target, created, self.generation, sources=sources)
        return anew.change()

    def with_source(self, state: SourceState) -> Catalog:
        """The catalog with one source's state replaced, or added."""
        kept = [state if s.id == state.id else s for s in self.sources]
        return self.change(sources=tuple(kept) if any(s.id == state.id for s in self.sources) else (*kept, state))

    def save(self, directory: Path) -> None:
        """Replaces the catalog on disk, atomically and durably."""
        body = {"kind": _KIND, "layout": LAYOUT_VERSION, **asdict(self)}
        temporary = directory / f"{CATALOG}.new"
        try:
            with open(temporary, "w") as file:
                file.write(signed(body))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, directory / CATALOG)
            sync_directory(directory)
        except OSError as error:
            raise disk_error(error, directory) from error

    @classmethod
    def load(cls, directory: Path) -> Catalog:
        """Raises StoreVersionError or StoreError where the directory is not a dataset that can be read."""
        path = directory / CATALOG
        body: dict[str, Any] = read_signed(path, lambda found: check_layout(found, _KIND, path))
        del body["kind"], body["layout"]
        with Reading(path):
            body["sources"] = tuple(SourceState(**s) for s in body["sources"])
            body["partitions"] = tuple(PartitionEntry.from_json(p) for p in body["partitions"])
            body["problems"] = tuple(Problem(**p) for p in body["problems"])
            return cls(**body)


def is_dataset(directory: str | os.PathLike[str]) -> bool:
    """Whether a directory is a dataset of a store; reads no more than a line."""
    try:
        with open(os.path.join(directory, CATALOG), "rb") as file:
            return file.read(len(_MARK)) == _MARK
    except OSError:
        return False


def sync_directory(directory: Path) -> None:
    """Makes renames in a directory durable, where the platform can."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def remove_orphans(directory: Path, live: Iterable[str]) -> None:
    """Deletes partitions that no catalog lists: left by a crash, or replaced by a merge."""
    keep = set(live)
    folder = directory / PARTITIONS
    if folder.is_dir():
        for entry in folder.iterdir():
            if entry.name not in keep:
                shutil.rmtree(entry, ignore_errors=True)


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_WRITER_KILLED = "index writer was killed"
_NEARLY_FULL = 16 << 20


def disk_error(error: Exception, directory: Path) -> StoreError:
    """A write error, as what it means to the user.  Libraries below wrap the system's number in their own text."""
    text = str(error)
    number = getattr(error, "errno", None)
    told = any(f"os error {n}" in text or f"errno {n}" in text or os.strerror(n) in text for n in _FULL)
    # tantivy says only that its writer was killed, whatever killed it.
    untold = _WRITER_KILLED in text and shutil.disk_usage(directory).free < _NEARLY_FULL
    if number in _FULL or told or untold:
        return DiskFullError(
            f"the disk that holds {directory} is full: free some space (or give store= on another disk) and open "
            "again; what was indexed before stays searchable"
        )
    reason = getattr(error, "strerror", None) or text
    return StoreError(f"cannot write to {directory} ({reason}): check its permissions, or give store=")
