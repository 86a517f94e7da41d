"""Answers requests: each on a thread of its lane, with a time limit, ended when its client leaves."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from sawlog.panel import answers
from sawlog.panel.errors import AskError, cancelled
from sawlog.panel.lanes import Lane
from sawlog.panel.wire.requests import Request, encode
from sawlog_lab.service import dashboard, lifecycle
from sawlog_lab.service.metrics import Metrics
from sawlog_lab.service.opened import OpenDatasets
from sawlog_lab.service.roots import Roots
from sawlog_lab.service.scope import ServerScope

if TYPE_CHECKING:
    from sawlog.engine.manager import SearchEngineManager
    from sawlog.model.progress import CancelToken

#: Seconds that an answer may take beyond its time limit: what cannot be interrupted is given up on then.
_GRACE = 2.0


@dataclass(frozen=True)
class Limits:
    """What one server gives to all requests together, and to each.

    Attributes:
        timeout: seconds that a request may take, its wait included.
        answer_bytes: of the largest answer.
        threads: requests that a lane answers at a time.
        waiting: requests that may wait in a lane.
        datasets: that stay open while nobody uses them.
    """

    timeout: float = 30.0
    answer_bytes: int = 8 << 20
    threads: int = 2
    waiting: int = 64
    datasets: int = 4


class Ticket:
    """A request's right to be answered.  Belongs to the event loop.

    Attributes:
        token: ends the work on it.
        left: done when its client does not wait any more.
    """

    def __init__(self, token: CancelToken) -> None:
        self.token = token
        self.left: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def cancel(self) -> None:
        self.token.cancel()
        if not self.left.done():
            self.left.set_result(None)


#: What answers each op; ServerScope says what it is given.
ANSWERS: dict[str, Callable[[ServerScope, Any], dict[str, Any]]] = {
    **answers.ANSWERS,
    **lifecycle.ANSWERS,
    **dashboard.ANSWERS,
}


class QueryService:
    """Answers questions about the datasets of one store.

    Args:
        store: its directory; empty: the library's own.
        roots: what may be opened.
        limits: see :class:`Limits`.
    """

    def __init__(self, store: str, roots: Roots, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.metrics = Metrics()
        self._store, self._roots = store, roots
        self._listeners: list[Callable[[str], None]] = []
        self._lanes = {
            name: Lane(name, self.limits.threads, self.limits.waiting) for name in ("quick", "search", "deep")
        }
        self._opened: OpenDatasets | None = None
        self._tickets: set[Ticket] = set()
        self._lock = threading.Lock()

    @cached_property
    def _manager(self) -> SearchEngineManager:
        # Made when first needed: it brings the engine, which would slow the start of every Jupyter server.
        from sawlog.engine.manager import SearchEngineManager

        return SearchEngineManager(self._store or None)

    @property
    def opened(self) -> OpenDatasets:
        """The open datasets."""
        with self._lock:
            if self._opened is None:
                self._opened = OpenDatasets(self._manager, self._changed, self.limits.datasets)
            return self._opened

    def listen(self, listener: Callable[[str], None]) -> None:
        """Has ``listener`` called, on any thread, with the name of each dataset that has changed or is gone."""
        self._listeners.append(listener)

    async def ask(self, request: Request, ticket: Ticket | None = None, *, noted: bool = True) -> str:
        """The result of a request, as JSON.

        Args:
            ticket: what its client may cancel it by.
            noted: it counts in the metrics.

        Raises:
            AskError: whatever kept it from being answered.
        """
        ticket = ticket or self.ticket(request)
        self._tickets.add(ticket)
        began = time.perf_counter()
        phases: dict[str, float] = {}
        kind = ""
        try:
            future = self._lanes[request.kind.lane].submit(partial(self._answer, request, ticket.token, phases))
            return await self._outcome(future, ticket)
        except AskError as error:
            kind = error.kind
            raise
        finally:
            self._tickets.discard(ticket)
            if noted:
                query = str(getattr(request.asked, "query", ""))
                self.metrics.add(request.op, request.dataset, query, time.perf_counter() - began, dict(phases), kind)

    async def _outcome(self, future: Future[str], ticket: Ticket) -> str:
        answer = asyncio.wrap_future(future)
        answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # it may come when nobody waits
        patience = (ticket.token.remaining() or 0.0) + _GRACE
        either: list[asyncio.Future[Any]] = [answer, ticket.left]
        await asyncio.wait(either, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if answer.done() and not answer.cancelled():
            return answer.result()
        future.cancel()
        if ticket.left.done() or answer.cancelled():
            raise cancelled()
        ticket.cancel()
        raise AskError(f"This took longer than {patience - _GRACE:.0f} seconds.", "timeout")

    def ticket(self, request: Request) -> Ticket:
        """What a request is cancelled by, and what limits its time: its own timeout, at most the server's."""
        from sawlog.model.progress import CancelToken

        asked = getattr(request.asked, "timeout", None) or self.limits.timeout
        return Ticket(CancelToken(min(asked, self.limits.timeout)))

    async def warm(self) -> None:
        """Loads the engine, so that the first question need not wait for that."""
        with suppress(AskError):
            await self.later(lambda: self.opened)

    def look(self) -> list[str]:
        """Looks for changes that other processes made to the open datasets; gives those that are being built here."""
        return [] if self._opened is None else self._opened.look()

    async def later(self, work: Callable[[], Any]) -> Any:
        """Runs something small on a thread of the quick lane."""
        return await asyncio.wrap_future(self._lanes["quick"].submit(work))

    def close(self) -> None:
        """Takes no more questions, ends those that are open, and closes the datasets; waits for builds to stop."""
        for ticket in list(self._tickets):
            ticket.token.cancel()
        for lane in self._lanes.values():
            lane.close()
        if self._opened is not None:
            self._opened.close()

    def _changed(self, name: str) -> None:
        for listener in self._listeners:
            listener(name)

    def _answer(self, request: Request, token: CancelToken, phases: dict[str, float]) -> str:
        work = partial(self._answered, request, token, phases)
        text = encode(answers.answered(work, request, token))
        if len(text) > self.limits.answer_bytes:
            raise AskError(
                f"The answer has {len(text) / 1e6:.1f} MB, more than the server sends: ask for less at a time.", "limit"
            )
        return text

    def _answered(self, request: Request, token: CancelToken, phases: dict[str, float]) -> dict[str, Any]:
        scope = ServerScope(
            store=self._store,
            manager=self._manager,
            opened=self.opened,
            roots=self._roots,
            metrics=self.metrics,
            token=token,
            phases=phases,
            name=request.dataset,
        )
        answer = ANSWERS[request.op]
        if not request.kind.dataset or request.op in lifecycle.UNOPENED:
            return answer(scope, request.asked)

        def ask(fresh: bool) -> dict[str, Any]:
            with self.opened.use(request.dataset, fresh=fresh) as view:
                return answer(scope.of(view), request.asked)

        return answers.twice(partial(ask, False), partial(ask, True), request.dataset, token)
