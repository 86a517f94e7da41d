"""Who shows which dataset, and what they are told unasked: progress of builds, and changes."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any

from sawlog.panel.errors import AskError
from sawlog.panel.wire.params import Nothing
from sawlog.panel.wire.requests import Request, push_text
from sawlog_lab.service.asking import QueryService

log = logging.getLogger(__name__)

#: Seconds between two pushes of a build's progress, and between two looks for what changed in stores and logs.
_STEP, _LOOK = 0.25, 2.0

#: Sends a frame to one client.
Send = Callable[[str], Awaitable[None]]


class Hub:
    """Sends pushes to clients.  Lives on the event loop.

    Delivery: a client gets at least one ``changed`` after each change of a dataset that it asked about, and none
    twice within one turn of the loop; what it missed while it was away it learns by asking again.
    """

    def __init__(self, service: QueryService) -> None:
        self._service = service
        self._shown: dict[str, set[Send]] = {}
        #: Datasets whose build is to be told anew: it may have begun, or have a new viewer.
        self._begun: set[str] = set()
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._sending: set[asyncio.Task[None]] = set()
        self._changed: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        service.listen(self._notice)

    def show(self, dataset: str, send: Send) -> None:
        """The client shows this dataset and is told of its changes, and of its builds, whoever begins them."""
        self._loop = asyncio.get_running_loop()
        self._shown.setdefault(dataset, set()).add(send)
        self._start("", self._look)

    def follow(self, dataset: str) -> None:
        """Tells all who show the dataset how far its build is, until that ends."""
        self._begun.add(dataset)
        self._start(dataset, partial(self._follow, dataset))

    def leave(self, send: Send) -> None:
        """The client is gone."""
        for name in list(self._shown):
            self._shown[name].discard(send)
            if not self._shown[name]:
                del self._shown[name]

    async def close(self) -> None:
        """Ends all pushes."""
        tasks = [*self._tasks.values(), *self._sending]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        present = self._tasks.get(name)
        if present is None or present.done():
            self._tasks[name] = asyncio.get_running_loop().create_task(work())

    async def _look(self) -> None:
        while self._shown:
            await asyncio.sleep(_LOOK)
            try:
                for dataset in await self._service.later(self._service.look):
                    self._start(dataset, partial(self._follow, dataset))
            except AskError as error:
                log.debug("sawlog: not looking for changes now: %s", error)

    async def _follow(self, dataset: str) -> None:
        before = ""
        while clients := self._shown.get(dataset):
            if dataset in self._begun:
                self._begun.discard(dataset)
                before = ""
            request = Request(None, "build", dataset, Nothing())
            try:
                result = await self._service.ask(request, noted=False)
            except AskError as error:
                if error.kind in ("busy", "timeout"):
                    await asyncio.sleep(_STEP)
                    continue
                break
            if result != before:
                before = result
                await self._send(clients, push_text("build", dataset, json.loads(result)))
            if dataset in self._begun:
                continue
            if not json.loads(result)["running"]:
                break
            await asyncio.sleep(_STEP)

    def _notice(self, dataset: str) -> None:
        """Called on any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, dataset)

    def _tell(self, dataset: str) -> None:
        if dataset not in self._changed and dataset in self._shown:
            self._changed.add(dataset)
            task = asyncio.get_running_loop().create_task(self._push_changed(dataset))
            self._sending.add(task)
            task.add_done_callback(self._sending.discard)

    async def _push_changed(self, dataset: str) -> None:
        self._changed.discard(dataset)
        await self._send(self._shown.get(dataset, set()), push_text("changed", dataset, {}))

    async def _send(self, clients: set[Send], frame: str) -> None:
        await asyncio.gather(*(send(frame) for send in list(clients)), return_exceptions=True)
