"""Row sets kept in a dataset's directory by name, shared by every process that opens the dataset.

A file is a line of JSON (what the set is), the roaring bitmaps of its sources one behind the other, and a checksum of
all that.  A file is written whole and then renamed, so a reader sees the set before or after, never a half.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from pyroaring import BitMap64

from sawlog.engine.store import SETS
from sawlog.errors import QueryError, SettingsError, StoreError
from sawlog.model.rowset import RowSet
from sawlog.storage.catalog import disk_error, sync_directory
from sawlog.storage.manifest import check_layout

#: The set that ``logs.selection`` gives: what the user last picked in a view.
SELECTION = "selection"

_KIND = "sawlog-set"

#: 1 named records by their lines, of which several may share one.
_LAYOUT = 2

_SUFFIX = ".rows"
_NAME = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9 ._-]{0,98}[A-Za-z0-9_-])?")
_DIGEST = 16
_DAMAGED = "the saved set {path} is damaged: save it again, or delete it with logs.forget"


class SavedSets(Mapping[str, RowSet]):
    """The saved sets of a dataset by name, as they are on disk at this moment.  Read-only; see ``logs.save``.

    Raises StoreError where the file of a set is damaged.
    """

    def __init__(self, dataset_directory: Path) -> None:
        self._directory = dataset_directory / SETS

    def __iter__(self) -> Iterator[str]:
        names = (path.name.removesuffix(_SUFFIX) for path in self._directory.glob(f"[!.]*{_SUFFIX}"))
        return iter(sorted(name for name in names if _NAME.fullmatch(name)))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and bool(_NAME.fullmatch(name)) and self._path(name).exists()

    def __getitem__(self, name: str) -> RowSet:
        """Raises KeyError where there is no such set."""
        if name not in self:
            raise KeyError(name)
        path = self._path(name)
        try:
            return _decode(path.read_bytes(), path)
        except FileNotFoundError:  # another process has just forgotten it
            raise KeyError(name) from None
        except OSError as error:
            raise StoreError(f"the set {path} cannot be read ({error}): check its permissions") from error

    def find(self, name: str) -> RowSet:
        """The set of this name.

        Raises:
            QueryError: there is none of this name; the message lists those that there are.
        """
        try:
            return self[name]
        except KeyError:
            known = ", ".join(repr(other) for other in self) or "none yet: logs.save(name, rows) makes one"
            raise QueryError(f"no set is saved as {name!r}; there are: {known}") from None

    def write(self, name: str, rows: RowSet) -> None:
        """Keeps a set under a name, in place of what had the name before.

        Raises:
            SettingsError: the name cannot be used.
            StoreError: the set cannot be written.
        """
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise SettingsError(
                f"a set cannot be called {name!r}: use 1 to 100 letters (a-z, A-Z), digits, '_', '-', '.' and spaces, "
                "beginning with a letter, a digit or '_' and not ending with '.' or a space"
            )
        # One file on systems that do not tell upper from lower case.
        twin = next((other for other in self if other != name and other.lower() == name.lower()), None)
        if twin is not None:
            raise SettingsError(f"a set {twin!r} is saved already: call this one other than {name!r}")
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            descriptor, temporary = tempfile.mkstemp(dir=self._directory, prefix=".new-", suffix=_SUFFIX)
            try:
                with open(descriptor, "wb") as file:
                    file.write(_encode(name, rows))
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(temporary, self._path(name))
            except BaseException:
                with suppress(OSError):
                    os.unlink(temporary)
                raise
            sync_directory(self._directory)
        except OSError as error:
            raise disk_error(error, self._directory) from error

    def remove(self, name: str) -> None:
        """Raises QueryError where there is no such set."""
        if name not in self:
            self.find(name)
        try:
            self._path(name).unlink(missing_ok=True)
        except OSError as error:
            raise disk_error(error, self._directory) from error

    def __repr__(self) -> str:
        return f"<saved sets: {', '.join(self) or 'none'}>"

    def _path(self, name: str) -> Path:
        return self._directory / f"{name}{_SUFFIX}"


def _encode(name: str, rows: RowSet) -> bytes:
    bitmaps = {source: rows.offsets(source).serialize() for source in rows.sources}
    header = {
        "kind": _KIND,
        "layout": _LAYOUT,
        "name": name,
        "dataset": rows.dataset,
        "saved": datetime.now(UTC).isoformat(timespec="seconds"),
        "records": len(rows),
        "sources": [[source, len(data)] for source, data in bitmaps.items()],
    }
    body = b"".join([json.dumps(header).encode(), b"\n", *bitmaps.values()])
    return body + _checksum(body)


def _decode(data: bytes, path: Path) -> RowSet:
    body, digest = data[:-_DIGEST], data[-_DIGEST:]
    if _checksum(body) != digest:
        raise StoreError(_DAMAGED.format(path=path))
    header, _, bitmaps = body.partition(b"\n")
    try:
        about = json.loads(header)
        check_layout(about, _KIND, path, _LAYOUT)
        offsets, start = {}, 0
        for source, length in about["sources"]:
            offsets[source] = BitMap64.deserialize(bitmaps[start : start + length])
            start += length
        return RowSet(offsets, about["dataset"])
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise StoreError(_DAMAGED.format(path=path)) from error


def _checksum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_DIGEST).digest()
