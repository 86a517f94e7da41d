"""Dataset: an open set of logs.  Everything a user asks of it goes through here."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from sawlog.engine.build import Build
from sawlog.engine.follow import grown_part, reached, written_since
from sawlog.engine.queries import Queries
from sawlog.engine.state import DatasetState
from sawlog.errors import StoreError
from sawlog.model import arguments
from sawlog.model.explorers import Explorer, make_explorer
from sawlog.model.progress import CancelToken
from sawlog.results.hits import Hit
from sawlog.storage.verify import damages

if TYPE_CHECKING:
    from pathlib import Path


class Dataset(Queries):
    """Log files, opened by :func:`sawlog.open`.  Thread-safe; a context manager."""

    def __init__(
        self,
        state: DatasetState,
        build: Build,
        bring_up_to_date: Callable[[DatasetState], Build],
        remove: Callable[[Path], None],
    ) -> None:
        super().__init__(state, build)
        self._bring_up_to_date, self._remove = bring_up_to_date, remove

    @property
    def name(self) -> str:
        """What ``sawlog.open(..., name=)`` or ``sawlog.datasets()`` call it."""
        return self._state.catalog.name

    @property
    def build(self) -> Build:
        """The running or last build: ``.progress``, ``.cancel()``."""
        return self._build

    def wait(self, timeout: float | None = None) -> Dataset:
        """Waits until everything is indexed, at the most ``timeout`` seconds.

        Returns at once where the store may only be read: ``build.error`` says so, and what it lacks is scanned.

        Raises:
            SawlogError: what the build failed with.
        """
        if timeout is not None:
            timeout = arguments.seconds("timeout", timeout, "seconds as a number, 0 or more, or None for no limit")
        self._build.wait(timeout)
        return self

    def refresh(self) -> Dataset:
        """Picks up what has grown, was rotated, or is new, and waits until it is indexed."""
        self._begin_refresh().wait()
        return self

    def _begin_refresh(self) -> Build:
        self._state.check_open()
        if not self._build.running:
            self._build = self._bring_up_to_date(self._state)
        return self._build

    def _refresh_index(self) -> None:
        error = self.refresh().build.error
        if error is not None:
            raise error

    def follow(self, query: str = "", *, poll: float = 0.5, stop: CancelToken | None = None) -> Iterator[Hit]:
        """Yields each matching record that is written from now on, oldest first, until ``stop`` is cancelled.

        Looks for growth every ``poll`` seconds.  A record that has grown since (a line that was not finished, a
        traceback) is given again.

        Raises:
            StoreError: the store may only be read; what was written is told by what is indexed.
        """
        allowed = "seconds between two looks at the logs, 0 or more"
        return self._followed(query, arguments.seconds("poll", poll, allowed, most=threading.TIMEOUT_MAX), stop)

    def _followed(self, query: str, poll: float, stop: CancelToken | None) -> Iterator[Hit]:
        self._refresh_index()
        before = reached(self._state.catalog)
        while stop is None or not stop.stopped:
            time.sleep(poll)
            self._refresh_index()
            request = self._request(query)
            search, work = self._search(request, grown_part(self._state.snapshot(), before))
            fresh = written_since(search.table(oldest=True), before)
            before = reached(self._state.catalog)
            yield from self._hits(request, search, work, fresh, fresh.num_rows, partial(_itself, fresh))

    def explore(self, query: str = "", *, start: object = None, end: object = None, height: int = 560) -> Explorer:
        """A search box, histogram, facets and hits in the cell, ``height`` pixels high: see docs/widgets.md.

        Its traits ``query``, ``start`` and ``end`` follow what the user asks, and what is set in them is shown;
        ``rows`` are the records that match, ``selection`` those that the user marked.

        Raises:
            QueryError: ``start`` or ``end`` names no time.
        """
        return make_explorer(self, query, start, end, height)

    def verify(self) -> Dataset:
        """Compares every byte of the index, and every saved set, with what was written; about a second a gigabyte.

        Raises:
            StoreError: something was changed since; names each such file, and says what to do.
        """
        self._state.check_open()
        found = list(damages(self._state.directory, self._state.catalog))
        for name in self.saved:
            try:
                self.saved[name]
            except StoreError as error:
                found.append(error)
        if found:
            raise StoreError("\n".join(map(str, found)))
        return self

    def close(self) -> None:
        """Lets go of files and threads; a running build is stopped and resumes at the next ``open``."""
        with suppress(Exception):
            self._build.cancel()
        self._state.close("closed")

    def drop(self) -> None:
        """Deletes the index; the logs stay."""
        self._build.cancel()
        self._state.close("dropped")
        self._remove(self._state.directory)

    def __enter__(self) -> Dataset:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __len__(self) -> int:
        """Records, of the indexed part and the rest."""
        return self.count()

    def __repr__(self) -> str:
        return f"<Dataset {self.name!r}: {self._state.catalog.records:,} records indexed, {self._build.progress.phase}>"


def _itself(table: pa.Table) -> pa.Table:
    return table
