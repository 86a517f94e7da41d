"""SearchEngineManager: the datasets of one store, and how a dataset is opened."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import sys
import threading
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sawlog.engine.build import Build
from sawlog.engine.dataset import Dataset
from sawlog.engine.state import DatasetState
from sawlog.engine.store import SPOOL, UNSAFE, Store
from sawlog.errors import FormatError, SawlogError, SettingsError, SourceError, StoreError
from sawlog.formats.registry import get as get_format
from sawlog.ingest.builder import StreamingIndexBuilder
from sawlog.ingest.changes import update
from sawlog.ingest.sources import Expansion, Source, belongs, covers, expand
from sawlog.ingest.unit import ReadOptions
from sawlog.model import arguments
from sawlog.query.times import zone
from sawlog.results.progress import Mode, ProgressDisplay, progress_display
from sawlog.results.tables import DatasetInfo, Datasets
from sawlog.settings import Settings, load
from sawlog.storage.catalog import Catalog, remove_orphans

#: The target that stands for standard input.
STDIN = "-"

Target = str | os.PathLike[str]

#: Years that a time in nanoseconds can be in from their first to their last moment.
_YEARS = 1678, 2261


class SearchEngineManager:
    """All datasets of one store directory.

    Args:
        store: the directory; None: the setting ``store``.
        settings: other settings; None: from the environment.
    """

    def __init__(self, store: Target | None = None, settings: Settings | None = None) -> None:
        self.settings = settings or load()
        self._store = Store(store, self.settings)
        self.store = self._store.path

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
        reading = _checked(format, timezone, year, encoding)
        described = self._described(name) if target is None else {"target": _listed(target), **reading}
        options = ReadOptions(described["format"], described["timezone"], described["year"])
        name = name or _default_name(described["target"])
        directory = self._store.directory(name)
        settings = self.settings
        if workers is not None:
            allowed = "a number of processes, 0 for one a core, or None for the setting"
            settings = replace(settings, workers=arguments.whole("workers", workers, allowed, error=SettingsError))
        if background is not None:
            arguments.flag("background", background, "True, False, or None", error=SettingsError)
        display = progress_display(progress, title=name)
        catalog = self._store.load(directory)
        piped = [] if catalog is None or target is None else _piped(catalog)
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        if catalog is None:
            catalog = Catalog(name, described, now)
        elif piped:
            # Standard input is another one each time: what was read from the last one is not meant.
            catalog = Catalog(name, described, now, catalog.generation).change()
        elif _reading(catalog.target) != _reading(described):
            # The same files read in another way are other records: what was indexed before is of no use.
            catalog = catalog.to_read_anew(described, now)
        if catalog.target != described:
            catalog = catalog.change(target=described, state="building")  # so that it is saved, even if nothing is new
        state = DatasetState(directory, catalog, options, settings)
        try:
            build = self._bring_up_to_date(state)
        except SourceError as error:
            if isinstance(target, str) and self._store.holds(target):
                by_name = f"the store holds a dataset of this name: open it with name={target!r} alone"
                raise SourceError(f"{error}; {by_name}") from error
            raise
        dataset = Dataset(state, build, self._bring_up_to_date, self._store.remove)
        for source in piped:
            with suppress(OSError):
                os.unlink(source.file)
        if dataset.build.running:
            in_background = _interactive() if background is None else background
            _watch(dataset, display, in_background)
        elif dataset.build.error is not None:
            display.update(dataset.build.progress)
            display.close()
        return dataset

    def attach(self, name: str) -> Dataset:
        """Opens a dataset as the store holds it, without a look at its logs, whoever is building it.

        Raises:
            StoreError: there is no such dataset, or it is damaged.
        """
        self._store.require(name)
        catalog = Catalog.load(self._store.directory(name))
        described = catalog.target
        options = ReadOptions(described["format"], described["timezone"], described["year"])
        state = DatasetState(self._store.directory(name), catalog, options, self.settings)
        return Dataset(state, Build(None), self._bring_up_to_date, self._store.remove)

    def describe(self, name: str) -> DatasetInfo:
        """What the store knows of one dataset.

        Raises:
            StoreError: there is no such dataset.
        """
        return self._store.describe(name)

    def datasets(self) -> Datasets:
        """What the store holds; damaged datasets too, with what is wrong."""
        return self._store.datasets()

    def drop(self, name: str) -> None:
        """Deletes a dataset's index; the logs stay.

        Raises:
            StoreError: there is no such dataset.
            StoreLockedError: it is being built.
        """
        self._store.drop(name)

    def name_for(self, target: Target | Sequence[Target]) -> str:
        """The name that ``open`` gives to a dataset of this target."""
        return _default_name(_listed(target))

    def _described(self, name: str | None) -> dict[str, Any]:
        """What a dataset was opened with, to open it by its name alone."""
        if name is None:
            raise SettingsError("there is nothing to open: give a path, or the name= of a dataset in the store")
        self._store.require(name)
        return dict(Catalog.load(self._store.directory(name)).target)

    def _bring_up_to_date(self, state: DatasetState) -> Build:
        """Looks at the sources and starts building what is new; a finished dataset is left as it is."""
        before = state.catalog
        try:
            after = self._updated(state, before)
        except StoreError:
            before = self._latest(state)
            if before is state.catalog:
                raise
            after = self._updated(state, before)
        if before.state == "ready" and _same_sources(before, after):
            state.replace_catalog(before)
            return Build(None)
        try:
            lock = self._store.acquire(state.directory)
        except StoreError as error:
            if not _may_only_read(error) or self._store.load(state.directory) is None:
                raise
            state.replace_catalog(before if _same_sources(before, after) else after)
            return Build(None, unwritable=_not_up_to_date(state.directory, error))
        try:
            latest = self._latest(state)
            if latest.generation != before.generation:
                after = self._updated(state, latest)
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

    def _latest(self, state: DatasetState) -> Catalog:
        """The catalog to go on from: what another process has built meanwhile, which deletes what only older ones name.

        Not where its standard input is another.
        """
        known, on_disk = state.catalog, self._store.load(state.directory)
        same = on_disk is not None and on_disk.target == known.target and STDIN not in known.target["target"]
        return on_disk if on_disk is not None and same and on_disk.generation != known.generation else known

    def _updated(self, state: DatasetState, catalog: Catalog) -> Catalog:
        target = catalog.target
        known = [Source.from_json(dict(s.source)) for s in catalog.sources]
        spool = state.directory / SPOOL
        piped = _piped(catalog)  # can be read only once, and is kept
        paths = [path for path in target["target"] if path != STDIN or not piped]
        try:
            if STDIN in paths:
                spool.mkdir(parents=True, exist_ok=True)
            found = expand(paths, encoding=target["encoding"], spool=spool, known=known) if paths else Expansion(())
            found = Expansion((*piped, *found.sources), found.problems)
        except SourceError:
            if not (catalog.partitions and any(belongs(source, target["target"]) for source in known)):
                raise
            found = Expansion(())  # all files are gone; what was indexed of them is still worth searching
        return update(catalog, found, state.options, lambda entry: state.partition(entry, catalog))


def _checked(format: str, timezone: str, year: int | None, encoding: str | None) -> dict[str, Any]:
    """How files are to be read, as a catalog keeps it."""
    if arguments.text("format", format, "the name of a format, or 'auto'", error=FormatError) != "auto":
        get_format(format)
    zone(arguments.text("timezone", timezone, "an IANA name like 'Europe/Berlin' or 'UTC'", error=SettingsError))
    if year is not None:
        least, most = _YEARS
        allowed = f"a year from {least} to {most}, or None for the one that fits the file's modification time"
        year = arguments.whole("year", year, allowed, least=least, most=most, error=SettingsError)
    if encoding is not None:
        arguments.text("encoding", encoding, "its name, like 'latin-1', or None", error=SettingsError)
    return {"format": format, "timezone": timezone, "year": year, "encoding": encoding}


def _listed(target: Target | Sequence[Target]) -> list[str]:
    """The target as absolute paths and URLs, so that it means the same from any directory."""
    items = [target] if isinstance(target, str | bytes | os.PathLike) or not isinstance(target, Iterable) else target
    allowed = "a path, glob, directory, archive, URL, '-', or a list of these"
    names = [arguments.path("target", item, allowed, error=SourceError) for item in items]
    return [n if n == STDIN or "://" in n else os.path.abspath(os.path.expanduser(n)) for n in names]


def _default_name(target: Sequence[str]) -> str:
    """Readable, and the same for the same target: the last part of the first path, and a hash of all."""
    above, last = os.path.split(target[0].rstrip("/") if target else "")
    if any(sign in last for sign in "*?["):
        last = f"{os.path.basename(above)}-{last}"
    first = "-".join(part for piece in UNSAFE.split(last) if (part := piece.strip("-."))) or "logs"
    digest = hashlib.blake2b(json.dumps(list(target)).encode(), digest_size=4).hexdigest()
    return f"{first[:40]}-{digest}"


def _reading(target: Mapping[str, Any]) -> tuple[object, ...]:
    """The options that decide which records files give."""
    return tuple(target.get(option) for option in ("format", "timezone", "year", "encoding"))


def _same_sources(before: Catalog, after: Catalog) -> bool:
    return (
        before.sources == after.sources and before.partitions == after.partitions and before.problems == after.problems
    )


def _piped(catalog: Catalog) -> list[Source]:
    """What was read from standard input."""
    sources = (Source.from_json(dict(state.source)) for state in catalog.sources if not state.gone)
    return [source for source in sources if covers((STDIN,), source.path)]


def _may_only_read(error: StoreError) -> bool:
    """The store belongs to somebody else, or its disk is read-only."""
    return isinstance(error.__cause__, OSError) and error.__cause__.errno in (errno.EACCES, errno.EPERM, errno.EROFS)


def _not_up_to_date(directory: Path, error: StoreError) -> StoreError:
    assert isinstance(error.__cause__, OSError)
    return StoreError(
        f"the index in {directory} cannot be brought up to date ({error.__cause__.strerror}): answers are complete, "
        "but what is new in the logs is scanned each time. Make it writable, or give store= to index elsewhere"
    )


def _interactive() -> bool:
    """This is IPython or a notebook, where nobody wants a cell to block."""
    shell = sys.modules.get("IPython")
    return shell is not None and shell.get_ipython() is not None


def _watch(dataset: Dataset, display: ProgressDisplay, in_background: bool) -> None:
    """Shows the build's progress: until it ends, or from a thread of its own."""
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
