"""The open datasets of the server: shared by all clients, kept in step with what other processes do to the store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from sawlog.panel.errors import AskError, explained

if TYPE_CHECKING:
    from sawlog.engine.manager import SearchEngineManager
    from sawlog.engine.view import View

#: Seconds for which a look at a dataset's directory is good.
_FRESH = 0.5

#: Seconds that the deletion of a dataset waits for searches in it.
_PATIENCE = 10.0


class _Handle:
    """An open dataset and how many requests are using it; closed when it is retired and the last one has left."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.users = 0
        self.retired = False
        self.looked = self.used = time.monotonic()
        self.generation = view.generation


class OpenDatasets:
    """Datasets of one store, opened when first asked for.  Thread-safe.

    Args:
        manager: of the store.
        on_change: called, on any thread, with the name of a dataset whose records are others now, or that is gone.
        most: how many stay open while nobody uses them.
    """

    def __init__(self, manager: SearchEngineManager, on_change: Callable[[str], None], most: int = 4) -> None:
        self._manager, self._on_change, self._most = manager, on_change, most
        self._handles: dict[str, _Handle] = {}
        self._openings: dict[str, Any] = {}  # reentrant locks, whose type has no public name
        self._lock = threading.Lock()
        self._left = threading.Condition(self._lock)
        self._closed = False

    @contextmanager
    def use(self, name: str, *, fresh: bool = False) -> Iterator[View]:
        """A dataset, which stays open inside; ``fresh``: as the store holds it at this moment.

        Raises:
            AskError: there is no such dataset (kind ``missing``), or it cannot be opened.
        """
        handle = self._enter(name, 0.0 if fresh else _FRESH)
        try:
            yield handle.view
        finally:
            self._leave(handle)

    def open(self, target: str, name: str | None) -> str:
        """Opens logs as a dataset, which is built behind it; gives its name.

        Raises:
            AskError: another dataset has this name.
            SawlogError: as ``sawlog.open``.
        """
        called = name or self._manager.name_for(target)
        with self._opening(called):
            if self._holds(called):
                with self.use(called) as view:
                    if view.target != [target]:
                        raise AskError(f"There is a dataset {called} of other logs: give another name.", "query")
                    view.refresh()
                return called
            dataset = self._manager.open(target, name=called, background=True, progress="none")
            self._keep(called, dataset)
        self._on_change(called)
        return called

    def drop(self, name: str) -> None:
        """Deletes a dataset's index.

        Raises:
            AskError: there is no such dataset.
            SawlogError: another process is building it.
        """
        self._require(name)
        with self._opening(name):
            with self._lock:
                handle = self._handles.pop(name, None)
                if handle is not None:
                    handle.retired = True
            if handle is not None:
                handle.view.dataset.build.cancel()
                with self._left:
                    self._left.wait_for(lambda: handle.users == 0, _PATIENCE)
                _close(handle)
            self._manager.drop(name)
        self._on_change(name)

    def look(self) -> list[str]:
        """Looks at every open dataset once, so that who shows it learns of changes without asking.

        Returns:
            The names of those of whose build there is to tell: it runs here, or the logs have grown since the last.
        """
        told: list[str] = []
        for name in list(self._handles):
            with suppress(AskError), self.use(name) as view:
                if view.look_at_logs() or view.dataset.build.running:
                    told.append(name)
        return told

    def close(self) -> None:
        """Closes every dataset; builds stop, and resume at the next opening."""
        with self._lock:
            self._closed = True
            handles = list(self._handles.values())
            self._handles.clear()
        for handle in handles:
            handle.retired = True
            _close(handle)

    def _enter(self, name: str, good_for: float) -> _Handle:
        handle = self._current(name, good_for)
        if handle is None:
            self._require(name)
            with self._opening(name):
                handle = self._current(name, good_for) or self._attach(name)
        return handle

    def _current(self, name: str, good_for: float) -> _Handle | None:
        """The open dataset, entered, if it is still what the store holds."""
        with self._lock:
            handle = self._handles.get(name)
            if handle is None:
                return None
            handle.users += 1
            handle.used = time.monotonic()
        if handle.used - handle.looked < good_for:
            return handle
        handle.looked = handle.used
        try:
            change = handle.view.reload()
        except Exception as error:
            self._leave(handle)
            self._retire(name, handle)
            self._on_change(name)
            self._require(name)
            raise explained(error) from error
        if change == "replaced":
            # Told last: who hears of it asks at once, and must not meet the old one.
            self._leave(handle)
            self._retire(name, handle)
            self._on_change(name)
            return None
        if handle.view.generation != handle.generation:
            handle.generation = handle.view.generation
            self._on_change(name)
        return handle

    def _attach(self, name: str) -> _Handle:
        self._require(name)  # it may have been dropped while this thread waited for its turn
        return self._keep(name, self._manager.attach(name), users=1)

    def _keep(self, name: str, dataset: Any, users: int = 0) -> _Handle:
        from sawlog.engine.view import View

        handle = _Handle(View(dataset))
        handle.users = users
        with self._lock:
            if self._closed:
                handle.retired = True
            else:
                self._handles[name] = handle
            idle = [(n, h) for n, h in self._handles.items() if not h.users and not h.view.dataset.build.running]
        idle.sort(key=lambda item: item[1].used)
        for other, unused in idle[: max(0, len(self._handles) - self._most)]:
            if unused is not handle:
                self._retire(other, unused)
        return handle

    def _retire(self, name: str, handle: _Handle) -> None:
        with self._lock:
            if self._handles.get(name) is handle:
                del self._handles[name]
            handle.retired = True
            unused = handle.users == 0
        if unused:
            _close(handle)

    def _leave(self, handle: _Handle) -> None:
        with self._left:
            handle.users -= 1
            self._left.notify_all()
            last = handle.retired and handle.users == 0
        if last:
            _close(handle)

    @contextmanager
    def _opening(self, name: str) -> Iterator[None]:
        """One thread at a time opens or drops a dataset of this name."""
        with self._lock:
            lock = self._openings.setdefault(name, threading.RLock())
        with lock:
            yield

    def _holds(self, name: str) -> bool:
        return any(info.name == name for info in self._manager.datasets())

    def _require(self, name: str) -> None:
        if not self._holds(name):
            raise AskError(f"There is no dataset {name} in the store.", "missing")


def _close(handle: _Handle) -> None:
    handle.view.dataset.close()
