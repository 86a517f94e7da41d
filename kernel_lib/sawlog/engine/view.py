"""An open dataset as user interfaces need it: questions that can be cancelled, and what panels show around them."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pyroaring import BitMap64

from sawlog.engine.build import Build
from sawlog.engine.dataset import Dataset
from sawlog.engine.manager import SearchEngineManager
from sawlog.engine.queries import Queries
from sawlog.errors import StoreError
from sawlog.ingest.sources import Source, Unread, unread
from sawlog.model.progress import CancelToken
from sawlog.model.rowset import RowSet
from sawlog.query.parser import Parsed
from sawlog.query.syntax import Syntax, read_syntax
from sawlog.results.tables import DatasetInfo
from sawlog.storage.catalog import CATALOG, Catalog

#: What has happened to a dataset on disk since the last look: another process has built it, or made it anew.
Change = Literal["none", "grown", "replaced"]

#: The share of the time that at most goes into looking for what was written to the logs.
_LOOKING = 0.02


@dataclass(frozen=True)
class Summary:
    """What is indexed: records, their first and last time in UTC nanoseconds, the share of the sources' bytes."""

    records: int
    start_ns: int | None
    end_ns: int | None
    timezone: str
    complete: bool
    fraction: float | None


class View:
    """One open dataset, shared by many who look at it.  Thread-safe."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self._state = dataset._state
        self._stamp = self._look()
        self._unread: frozenset[Unread] = frozenset()
        self._passed: frozenset[Unread] = frozenset()
        self._rests_until = 0.0

    @property
    def generation(self) -> int:
        """A number that changes whenever what the dataset holds does."""
        return self._state.catalog.generation

    @property
    def target(self) -> list[str]:
        """The paths, globs and URLs that it was opened with."""
        return list(self._state.catalog.target["target"])

    def ask(self, token: CancelToken) -> Queries:
        """The dataset's questions, to be ended by ``token``.

        A context that is asked for while a build runs is taken of what is indexed, rather than waited for.
        """
        return Queries(self._state, Build(None), token)

    @property
    def field_names(self) -> tuple[str, ...]:
        """The fields of the records, besides those that every dataset has."""
        return self._state.field_names()

    def parse(self, text: str) -> Parsed:
        """What a query means here.

        Raises:
            QueryError: it has no meaning.
        """
        return self._state.parsed(text, time.time_ns())

    def syntax(self, text: str) -> Syntax:
        """How the text of a query is read."""
        state = self._state
        return read_syntax(text, state.field_names(), timezone=state.options.timezone, numbers=state.number_fields())

    def record_set(self, ids: list[tuple[str, int]]) -> RowSet:
        """The records named by source id and offset; names of no record are left in."""
        offsets: dict[str, BitMap64] = {}
        for source, offset in ids:
            if offset >= 0:
                offsets.setdefault(source, BitMap64()).add(offset)
        return RowSet(offsets, self.dataset.name)

    @property
    def summary(self) -> Summary:
        """What is indexed now."""
        catalog = self._state.catalog
        starts = [entry.start for entry in catalog.partitions if entry.start is not None]
        ends = [entry.end for entry in catalog.partitions if entry.end is not None]
        return Summary(
            catalog.records,
            min(starts, default=None),
            max(ends, default=None),
            self._state.options.timezone,
            catalog.state == "ready",
            catalog.progress,
        )

    @property
    def store(self) -> Path:
        """The directory of the store that holds the dataset."""
        return self._state.directory.parent

    def describe(self) -> DatasetInfo:
        """What the store knows of the dataset, also while another process builds it.

        Raises:
            StoreError: it was dropped.
        """
        return SearchEngineManager(self.store, self._state.settings).describe(self.dataset.name)

    @property
    def grown(self) -> bool:
        """The logs held more than is indexed at the last look at them; False while a build runs, or was cut short."""
        ready = self._state.catalog.state == "ready" and not self.dataset.build.running
        return ready and not self._unread <= self._passed

    def look_at_logs(self) -> bool:
        """Looks whether files of the logs have grown or are new; where there are many, not at each call.

        Returns:
            ``grown`` is another one than before.
        """
        began = time.monotonic()
        if began < self._rests_until or self.dataset.build.running:
            return False
        before, catalog = self.grown, self._state.catalog
        known = [Source.from_json(dict(state.source)) for state in catalog.sources]
        self._unread = unread(self.target, known, {p.path for p in catalog.problems})
        ended = time.monotonic()
        self._rests_until = ended + (ended - began) / _LOOKING
        return self.grown != before

    def refresh(self) -> Build:
        """Begins to index what has grown, was rotated, or is new; gives the build, running or not.

        Raises:
            SawlogError: as ``sawlog.open``.
        """
        # What is not read now either is no log.
        self._passed = self._unread
        return self.dataset._begin_refresh()

    def reload(self) -> Change:
        """Takes over what another process has built since the last look.

        A dataset that was made anew, of the same name, is left as it was: it is to be opened again.

        Raises:
            StoreError: it was dropped, or is damaged.
        """
        stamp = self._look()
        if stamp == self._stamp or self.dataset.build.running:
            return "none"
        before, after = self._state.catalog, Catalog.load(self._state.directory)
        self._stamp = stamp
        if (before.created, before.target) != (after.created, after.target):
            return "replaced"
        if before.generation >= after.generation:
            return "none"
        self._state.replace_catalog(after)
        return "grown"

    def _look(self) -> tuple[int, int, int]:
        path = self._state.directory / CATALOG
        try:
            found = os.stat(path)
        except FileNotFoundError:
            raise StoreError(f"the dataset {self.dataset.name!r} was dropped: open its logs again") from None
        return found.st_mtime_ns, found.st_ino, found.st_size
