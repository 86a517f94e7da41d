"""SearchEngineManager: the datasets of one store, and how a dataset is opened."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import BaseFileLock, FileLock, Timeout

from sawlog.engine.build import Build
from sawlog.engine.dataset import Dataset
from sawlog.engine.sets import SETS
from sawlog.engine.state import DatasetState
from sawlog.errors import SawlogError, SettingsError, SourceError, StoreError, StoreLockedError
from sawlog.formats.registry import get as get_format
from sawlog.ingest.builder import StreamingIndexBuilder
from sawlog.ingest.changes import update
from sawlog.ingest.sources import Expansion, Source, belongs, expand
from sawlog.ingest.unit import ReadOptions
from sawlog.query.times import zone
from sawlog.results.progress import Mode, ProgressDisplay, progress_display
from sawlog.results.tables import DatasetInfo, Datasets, State
from sawlog.settings import Settings, load
from sawlog.storage.catalog import CATALOG, PARTITIONS, Catalog, disk_error, remove_orphans
from sawlog.storage.history import HISTORY
from sawlog.storage.prefix_merge import COMPLETION

_LOCK = "lock"
_SPOOL = "spool"
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")

Target = str | os.PathLike[str]


class SearchEngineManager:
    """All datasets of one store directory.

    Args:
        store: the directory; None: the setting ``store``.
        settings: other settings; None: from the environment.
    """

    def __init__(self, store: Target | None = None, settings: Settings | None = None) -> None:
        self.settings = settings or load()
        self.store = Path(store).expanduser() if store is not None else self.settings.store_path

    def open(
        self,
        target: Target | Sequence[Target] | None = None,
        *,
        name: str | None = None,
        format: str = "auto",
        timezone: str = "UTC",
        year: int | None = None,
        encoding: str | None = None,
        workers: int | None = None,
        background: bool | None = None,
        progress: Mode = "auto",
    ) -> Dataset:
        """Opens log files as a dataset; see :func:`sawlog.open`."""
        if target is None:
            described = self._described(name)
        else:
            if format != "auto":
                get_format(format)
            zone(timezone)
            listed = _listed(target)
            described = {"target": listed, "format": format, "timezone": timezone, "year": year, "encoding": encoding}
        options = ReadOptions(described["format"], described["timezone"], described["year"])
        name = name or _default_name(described["target"])
        directory = self._directory(name)
        settings = self.settings if workers is None else load(**{**asdict(self.settings), "workers": workers})
        catalog = self._load(directory)
        if catalog is None or _reading(catalog.target) != _reading(described):
            # The same files read in another way are other records: what was indexed before is of no use.
            catalog = Catalog(name, described, datetime.now(UTC).isoformat(timespec="seconds"))
        if catalog.target != described:
            catalog = catalog.change(target=described, state="building")  # so that it is saved, even if nothing is new
        state = DatasetState(directory, catalog, options, settings)
        dataset = Dataset(state, self._bring_up_to_date(state), self._bring_up_to_date, self._remove)
        if dataset.build.running:
            in_background = _interactive() if background is None else background
            _watch(dataset, progress, in_background)
        return dataset

    def attach(self, name: str) -> Dataset:
        """Opens a dataset as the store holds it, without a look at its logs, whoever is building it.

        Raises:
            StoreError: there is no such dataset, or it is damaged.
        """
        self._require(name)
        catalog = Catalog.load(self._directory(name))
        described = catalog.target
        options = ReadOptions(described["format"], described["timezone"], described["year"])
        state = DatasetState(self._directory(name), catalog, options, self.settings)
        return Dataset(state, Build(None), self._bring_up_to_date, self._remove)

    def describe(self, name: str) -> DatasetInfo:
        """What the store knows of one dataset.

        Raises:
            StoreError: there is no such dataset.
        """
        self._require(name)
        return self._describe(self._directory(name))

    def name_for(self, target: Target | Sequence[Target]) -> str:
        """The name that ``open`` gives to a dataset of this target."""
        return _default_name(_listed(target))

    def datasets(self) -> Datasets:
        """What the store holds; damaged datasets too, with what is wrong."""
        try:
            directories = sorted(self.store.iterdir())
        except FileNotFoundError:
            return Datasets()
        except OSError as error:
            reason = error.strerror or str(error)
            raise StoreError(
                f"the store {self.store} cannot be read ({reason}): give a directory that you may read"
            ) from error
        return Datasets(self._describe(directory) for directory in directories if (directory / CATALOG).exists())

    def drop(self, name: str) -> None:
        """Deletes a dataset's index; the logs stay.

        Raises:
            StoreError: there is no such dataset.
            StoreLockedError: it is being built.
        """
        self._require(name)
        self._remove(self._directory(name))

    def _described(self, name: str | None) -> dict[str, Any]:
        """What a dataset was opened with, to open it by its name alone."""
        if name is None:
            raise SettingsError("there is nothing to open: give a path, or the name= of a dataset in the store")
        self._require(name)
        return dict(Catalog.load(self._directory(name)).target)

    def _require(self, name: str) -> None:
        if not (self._directory(name) / CATALOG).exists():
            known = ", ".join(d.name for d in self.datasets()) or "none"
            raise StoreError(f"the store {self.store} holds no dataset {name!r}; it holds: {known}")

    def _remove(self, directory: Path) -> None:
        with self._locked(directory):
            (directory / CATALOG).unlink(missing_ok=True)
            shutil.rmtree(directory / PARTITIONS, ignore_errors=True)
            shutil.rmtree(directory / _SPOOL, ignore_errors=True)
            shutil.rmtree(directory / SETS, ignore_errors=True)
        shutil.rmtree(directory, ignore_errors=True)

    def _directory(self, name: str) -> Path:
        if not name or _SAFE.search(name) or name.startswith("."):
            raise SettingsError(
                f"the dataset name {name!r} cannot be a directory's: use letters, digits, '.', '_' and '-'"
            )
        return self.store / name

    def _load(self, directory: Path) -> Catalog | None:
        if not directory.exists():
            return None
        if not (directory / CATALOG).exists():
            own = (_LOCK, _SPOOL, SETS, PARTITIONS, HISTORY, COMPLETION, f"{CATALOG}.new")
            strangers = [p.name for p in directory.iterdir() if p.name not in own]
            if strangers:
                raise StoreError(
                    f"{directory} holds {strangers[0]!r}, which sawlog did not write: give another store or name"
                )
            return None
        return Catalog.load(directory)

    def _bring_up_to_date(self, state: DatasetState) -> Build:
        """Looks at the sources and starts building what is new; a finished dataset is left as it is."""
        before = state.catalog
        after = self._updated(state, before)
        if before.state == "ready" and _same_sources(before, after):
            return Build(None)
        lock = self._acquire(state.directory)
        try:
            on_disk = self._load(state.directory)
            if on_disk is not None and on_disk.generation != before.generation and on_disk.target == before.target:
                # Another process has built meanwhile: go on from what it made.
                state.replace_catalog(on_disk)
                after = self._updated(state, on_disk)
            remove_orphans(state.directory, (p.id for p in after.partitions))
            after.save(state.directory)
            state.replace_catalog(after)
            builder = StreamingIndexBuilder(
                state.directory, after, state.options, state.settings, on_change=state.replace_catalog
            )
            build = Build(builder, lock)
            build.start()
        except BaseException:
            lock.release()
            raise
        return build

    def _updated(self, state: DatasetState, catalog: Catalog) -> Catalog:
        target = catalog.target
        known = [Source.from_json(dict(s.source)) for s in catalog.sources]
        spool = state.directory / _SPOOL
        try:
            if "-" in target["target"]:
                spool.mkdir(parents=True, exist_ok=True)
            found = expand(target["target"], encoding=target["encoding"], spool=spool, known=known)
        except SourceError:
            if not (catalog.partitions and any(belongs(source, target["target"]) for source in known)):
                raise
            found = Expansion(())  # all files are gone; what was indexed of them is still worth searching
        return update(catalog, found, state.options, lambda entry: state.partition(entry, catalog))

    def _acquire(self, directory: Path) -> BaseFileLock:
        try:
            directory.mkdir(parents=True, exist_ok=True)
            lock = FileLock(directory / _LOCK, thread_local=False)
            lock.acquire(timeout=self.settings.lock_seconds)
        except Timeout:
            raise StoreLockedError(
                f"another process is building the dataset in {directory}: wait until it has finished, or cancel it "
                f"there (waited {self.settings.lock_seconds:g} s; the setting lock_seconds changes that)"
            ) from None
        except OSError as error:
            raise disk_error(error, directory) from error
        return lock

    @contextmanager
    def _locked(self, directory: Path) -> Iterator[None]:
        lock = self._acquire(directory)
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
        )

    def _is_locked(self, directory: Path) -> bool:
        lock = FileLock(directory / _LOCK, thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return True
        except OSError:
            return False
        lock.release()
        return False


def _listed(target: Target | Sequence[Target]) -> list[str]:
    """The target as absolute paths and URLs, so that it means the same from any directory."""
    items = [target] if isinstance(target, str | os.PathLike) else list(target)
    names = [os.fsdecode(item) for item in items]
    return [n if n == "-" or "://" in n else os.path.abspath(os.path.expanduser(n)) for n in names]


def _default_name(target: Sequence[str]) -> str:
    """Readable, and the same for the same target: the last part of the first path, and a hash of all."""
    first = _SAFE.sub("-", os.path.basename(target[0].rstrip("/")) if target else "").strip("-.") or "logs"
    digest = hashlib.blake2b(json.dumps(list(target)).encode(), digest_size=4).hexdigest()
    return f"{first[:40]}-{digest}"


def _reading(target: Mapping[str, Any]) -> tuple[object, ...]:
    """The options that decide which records files give."""
    return tuple(target.get(option) for option in ("format", "timezone", "year", "encoding"))


def _same_sources(before: Catalog, after: Catalog) -> bool:
    return (
        before.sources == after.sources and before.partitions == after.partitions and before.problems == after.problems
    )


def _moment(ns: int | None) -> datetime | None:
    """A time for people: exact to the microsecond."""
    return (
        None
        if ns is None
        else datetime.fromtimestamp(ns // 1_000_000_000, UTC).replace(microsecond=ns // 1_000 % 1_000_000)
    )


def _interactive() -> bool:
    """This is IPython or a notebook, where nobody wants a cell to block."""
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _watch(dataset: Dataset, progress: Mode, in_background: bool) -> None:
    """Shows the build's progress: until it ends, or from a thread of its own."""
    display = progress_display(progress, title=dataset.name)
    if in_background:
        threading.Thread(
            target=_follow_build, args=(dataset.build, display), name="sawlog-progress", daemon=True
        ).start()
        return
    try:
        dataset.build.wait(watch=display.update)
    except BaseException:
        dataset.close()
        raise
    finally:
        display.close()


def _follow_build(build: Build, display: ProgressDisplay) -> None:
    try:
        build.wait(watch=display.update)
    except SawlogError:
        pass  # build.error keeps it; the display shows its message
    finally:
        display.close()
