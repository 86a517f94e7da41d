"""The datasets of one directory, as they lie there: names, states, locks.  Light: it imports no engine."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sawlog.errors import SettingsError, StoreError, StoreLockedError
from sawlog.model import arguments
from sawlog.model.paths import shown_path
from sawlog.results.tables import DatasetInfo, Datasets, State
from sawlog.settings import Settings, directory_of
from sawlog.storage.catalog import CATALOG, PARTITIONS, Catalog, disk_error
from sawlog.storage.history import HISTORY

if TYPE_CHECKING:
    from filelock import BaseFileLock

#: Beside the catalog: saved row sets; input that can be read only once; what a build holds.
SETS, SPOOL, LOCK = "sets", "spool", "lock"

#: What a dataset's name cannot hold, and how long it can be on every file system.
UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_NAME = 128

#: How many paths of a target are shown.
_PATHS = 3

#: What an address may hold that is not for everybody: the user and the password, and the parameters.
_SECRETS = re.compile(r"(?<=://)[^/@\s]*@|\?.*")


class Store:
    """All datasets of one directory.

    Args:
        path: None: the one that the settings name.
    """

    def __init__(self, path: str | os.PathLike[str] | None, settings: Settings) -> None:
        if path is None:
            self.path = settings.store_path
        else:
            allowed = "a directory, or None for the setting store"
            self.path = directory_of(arguments.path("store", path, allowed, error=SettingsError))
        self._settings = settings

    def datasets(self) -> Datasets:
        """What the store holds; damaged datasets too, with what is wrong."""
        try:
            directories = sorted(self.path.iterdir())
        except FileNotFoundError:
            return Datasets()
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError(
                f"the store {self.path} cannot be read ({reason}): give a directory that you may read"
            ) from error
        return Datasets(self._describe(directory) for directory in directories if _has_catalog(directory))

    def describe(self, name: str) -> DatasetInfo:
        """What the store knows of one dataset.

        Raises:
            StoreError: there is no such dataset.
        """
        self.require(name)
        return self._describe(self.directory(name))

    def drop(self, name: str) -> None:
        """Deletes a dataset's index; the logs stay.

        Raises:
            StoreError: there is no such dataset.
            StoreLockedError: it is being built.
        """
        self.require(name)
        self.remove(self.directory(name))

    def holds(self, name: str) -> bool:
        """Whether there is a dataset of this name, which can be any text."""
        return not UNSAFE.search(name) and _has_catalog(self.path / name)

    def require(self, name: str) -> None:
        """Raises StoreError where there is no such dataset."""
        if not _has_catalog(self.directory(name)):
            known = ", ".join(d.name for d in self.datasets()) or "none"
            raise StoreError(f"the store {self.path} holds no dataset {name!r}; it holds: {known}")

    def remove(self, directory: Path) -> None:
        """Deletes a dataset's directory.  Raises StoreLockedError while it is being built."""
        with self.locked(directory):
            (directory / CATALOG).unlink(missing_ok=True)
            shutil.rmtree(directory / PARTITIONS, ignore_errors=True)
            shutil.rmtree(directory / SPOOL, ignore_errors=True)
            shutil.rmtree(directory / SETS, ignore_errors=True)
        shutil.rmtree(directory, ignore_errors=True)

    def directory(self, name: str) -> Path:
        """Where a dataset lies, there or not.  Raises SettingsError for what cannot be a name."""
        safe = isinstance(name, str) and name and not UNSAFE.search(name) and not name.startswith(".")
        if not safe or len(name) > _LONGEST_NAME:
            raise SettingsError(
                f"the dataset name {arguments.shown(name)} cannot be a directory's: use 1 to {_LONGEST_NAME} letters, "
                "digits, '.', '_' and '-', not beginning with '.'"
            )
        return self.path / name

    def load(self, directory: Path) -> Catalog | None:
        """The catalog in a directory; None where there is none yet.

        Raises:
            StoreError: it is damaged, or the directory holds something else.
        """
        if not os.path.exists(directory):
            return None
        if not _has_catalog(directory):
            from sawlog.storage.prefix_merge import COMPLETION  # brings polars, and is rarely needed

            own = (LOCK, SPOOL, SETS, PARTITIONS, HISTORY, COMPLETION, f"{CATALOG}.new")
            strangers = [p.name for p in directory.iterdir() if p.name not in own]
            if strangers:
                raise StoreError(
                    f"{directory} holds {strangers[0]!r}, which sawlog did not write: give another store or name"
                )
            return None
        return Catalog.load(directory)

    def acquire(self, directory: Path) -> BaseFileLock:
        """The lock of who builds a dataset, which is to be released.

        Raises:
            StoreLockedError: another process has it.
        """
        from filelock import FileLock, Timeout  # brings asyncio, and is not needed for a look at the store

        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock = FileLock(directory / LOCK, thread_local=False)
            lock.acquire(timeout=self._settings.lock_seconds)
        except Timeout:
            raise StoreLockedError(
                f"another process is building the dataset in {directory}: wait until it has finished, or cancel it "
                f"there (waited {self._settings.lock_seconds:g} s; the setting lock_seconds changes that)"
            ) from None
        except OSError as error:
            raise disk_error(error, directory) from error
        return lock

    @contextmanager
    def locked(self, directory: Path) -> Iterator[None]:
        lock = self.acquire(directory)
        try:
            yield
        finally:
            lock.release()

    def _describe(self, directory: Path) -> DatasetInfo:
        try:
            catalog = Catalog.load(directory)
        except StoreError as error:
            return DatasetInfo(directory.name, str(directory), 0, 0, None, None, "damaged", 0, 0, str(error))
        starts = [p.start for p in catalog.partitions if p.start is not None]
        ends = [p.end for p in catalog.partitions if p.end is not None]
        state: State = "ready"
        if catalog.state != "ready":
            state = "building" if self._is_locked(directory) else "partial"
        return DatasetInfo(
            name=catalog.name,
            path=str(directory),
            records=catalog.records,
            bytes=sum(p.raw_bytes for p in catalog.partitions),
            start=_moment(min(starts, default=None)),
            end=_moment(max(ends, default=None)),
            state=state,
            partitions=len(catalog.partitions),
            sources=len(catalog.sources),
            progress=catalog.progress if state == "building" else None,
            target=_shown(catalog.target.get("target", ())),
        )

    def _is_locked(self, directory: Path) -> bool:
        from filelock import FileLock, Timeout

        lock = FileLock(directory / LOCK, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        lock.release()
        return False


def _shown(target: Sequence[str]) -> str:
    """A target as a line: of an address neither who asks nor with which key, of many paths the first ones."""
    paths = [shown_path(_SECRETS.sub("", path) if "://" in path else path) for path in target]
    more = f" and {len(paths) - _PATHS:,} more" if len(paths) > _PATHS else ""
    return ", ".join(paths[:_PATHS]) + more


def _has_catalog(directory: Path) -> bool:
    """Whether a directory is a dataset.  One that may not be looked into counts as such: reading it will say so."""
    try:
        (directory / CATALOG).stat()
    except PermissionError:
        return True
    except OSError:
        return False
    return True


def _moment(ns: int | None) -> datetime | None:
    """A time for people: exact to the microsecond."""
    return (
        None
        if ns is None
        else datetime.fromtimestamp(ns // 1_000_000_000, UTC).replace(microsecond=ns // 1_000 % 1_000_000)
    )
