"""Answers the messages of one explorer, on threads of the kernel, so that neither waits for the other."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import cache, partial
from typing import Any

from sawlog.engine.view import View
from sawlog.errors import SawlogError
from sawlog.model.progress import CancelToken
from sawlog.panel import builds
from sawlog.panel.answers import ANSWERS, answered, twice
from sawlog.panel.errors import AskError, cancelled, explained
from sawlog.panel.lanes import Lane
from sawlog.panel.scope import Scope
from sawlog.panel.wire.params import Nothing
from sawlog.panel.wire.requests import CANCEL, Request, failure, push, read_id, read_request

log = logging.getLogger(__name__)

#: Seconds that a question may take, its wait for a thread included.
TIMEOUT = 30.0

#: Seconds between two pushes of a build's progress, and between two looks for changes of the dataset.
_STEP, _LOOK = 0.25, 1.0

#: Questions that are answered at a time in each lane of the kernel, and that may wait there.
_THREADS, _WAITING = 2, 64

#: Questions that were answered last, which are not answered again.
_REMEMBERED = 1_000

Message = dict[str, Any]


@cache
def _lanes() -> Mapping[str, Lane]:
    """Shared by all explorers of the kernel; made for the first."""
    return {name: Lane(f"cell-{name}", _THREADS, _WAITING) for name in ("quick", "search", "deep")}


class Desk:
    """Takes requests and cancellations, gives answers and pushes.  Thread-safe.

    Args:
        view: the dataset that is asked about, and no other.
        store: the store as a cell must name it; "" for the library's own.
        send: takes each answer and push, on any thread.
        on_answer: called with the op of each request that was answered, behind the answer.
    """

    def __init__(
        self, view: View, store: str, send: Callable[[Message], None], on_answer: Callable[[str], None]
    ) -> None:
        self._view, self._store, self._send, self._on_answer = view, store, send, on_answer
        self._pending: dict[int, tuple[CancelToken, Future[None]]] = {}
        self._done: deque[int] = deque(maxlen=_REMEMBERED)
        self._lock = threading.Lock()
        self._closed = False
        self._follower: threading.Thread | None = None
        self._wake = threading.Event()

    def receive(self, message: object) -> None:
        """Takes a message of the browser; returns at once."""
        id: int | None = None
        try:
            id = read_id(message)
            request = read_request(message, numbered=True)
            assert request.id is not None
            if request.op == CANCEL:
                self._cancel(request.id)
                return
            self._require(request)
            self._begin(request, request.id)
        except Exception as error:
            self._send(failure(id, explained(error).message))

    def close(self) -> None:
        """Ends what is being worked on; takes no more."""
        self._closed = True
        self._wake.set()
        with self._lock:
            pending = list(self._pending.values())
        for token, future in pending:
            token.cancel()
            future.cancel()

    def _require(self, request: Request) -> None:
        if self._closed:
            raise AskError("This explorer was closed.", "missing")
        if request.op not in ANSWERS:
            raise AskError(f"An explorer shows one dataset: {request.op} is not answered here.", "forbidden")
        if request.dataset != self._view.dataset.name:
            raise AskError(f"This explorer shows {self._view.dataset.name}, not {request.dataset}.", "missing")

    def _begin(self, request: Request, id: int) -> None:
        asked = getattr(request.asked, "timeout", None) or TIMEOUT
        token = CancelToken(min(asked, TIMEOUT))
        with self._lock:
            if id in self._pending or id in self._done:
                return  # asked again by a browser that waited long for the answer: it gets one
            future = _lanes()[request.kind.lane].submit(partial(self._answer, request, id, token))
            self._pending[id] = token, future
        future.add_done_callback(partial(self._ended, id))

    def _cancel(self, id: int) -> None:
        with self._lock:
            found = self._pending.get(id)
        if found is not None:
            token, future = found
            token.cancel()
            if future.cancel():  # it had not begun
                self._send(failure(id, cancelled().message))

    def _ended(self, id: int, future: Future[None]) -> None:
        with self._lock:
            self._pending.pop(id, None)
            self._done.append(id)

    def _answer(self, request: Request, id: int, token: CancelToken) -> None:
        try:
            result = answered(partial(self._result, request, token), request, token)
        except AskError as error:
            self._send(failure(id, error.message))
            return
        self._send({"id": id, "ok": True, "result": result})
        if request.op in ("watch", "refresh"):
            self._follow()
        try:
            self._on_answer(request.op)
        except Exception:  # of whoever observes the explorer, on a thread where nobody else would hear of it
            log.exception("sawlog: an observer of the explorer failed")

    def _result(self, request: Request, token: CancelToken) -> Message:
        scope = self._scope(token)
        answer = partial(ANSWERS[request.op], scope, request.asked)

        def again() -> Message:
            self._view.reload()
            return answer()

        return twice(answer, again, scope.name, token)

    def _scope(self, token: CancelToken) -> Scope:
        return Scope(store=self._store, token=token, phases={}, name=self._view.dataset.name, dataset=self._view)

    def _follow(self) -> None:
        """Tells of the dataset from now on: how far a build is, and that other records are there."""
        with self._lock:
            if self._follower is None:
                self._follower = threading.Thread(target=self._look, name="sawlog-explorer", daemon=True)
                self._follower.start()
        self._wake.set()

    def _look(self) -> None:
        name, generation = self._view.dataset.name, self._view.generation
        before: Message = {}
        watching = True
        while not self._closed:
            try:
                if self._view.look_at_logs() or watching or self._view.dataset.build.running:
                    now = builds.build(self._scope(CancelToken()), Nothing())
                    watching = now["running"]
                    if now != before:
                        before = now
                        self._send(push("build", name, now))
            except SawlogError:
                self._send(push("changed", name, {}))  # it was dropped: whoever asks next is told so
                return
            if generation != self._view.generation:
                generation = self._view.generation
                self._send(push("changed", name, {}))
            watching |= self._wake.wait(_STEP if watching else _LOOK)
            self._wake.clear()
