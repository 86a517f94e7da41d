"""The WebSocket ``sawlog/api/channel``: many questions at a time, cancellation, pushes."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from jupyter_server.auth.decorator import authorized, ws_authenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.base.websocket import WebSocketMixin
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from sawlog_lab.rights import require_right
from sawlog_lab.service.asking import QueryService, Ticket
from sawlog_lab.service.hub import Hub
from sawlog_lab.service.messages import (
    CANCEL,
    AskError,
    Request,
    answer_text,
    explained,
    failure_text,
    read_id,
    read_json,
    read_request,
)

#: Questions that one client may have open at a time.
_MOST_OPEN = 64

#: Ops behind which a build may run that whoever shows the dataset is to be told of.
_FOLLOWED = frozenset({"watch", "refresh"})


class WebSocketManager(WebSocketMixin, WebSocketHandler, JupyterHandler):
    """One client's channel.  When it leaves, what it still waits for is cancelled."""

    auth_resource = "sawlog"
    _track_activity = False  # a panel that watches must not keep an idle server from being culled

    def initialize(self, service: QueryService, hub: Hub, most_bytes: int) -> None:
        self._service, self._hub, self._most_bytes = service, hub, most_bytes
        self._pending: dict[int, Ticket] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    @ws_authenticated
    @authorized
    async def get(self, *args: Any, **kwargs: Any) -> None:
        await super().get(*args, **kwargs)

    def open(self, *args: Any, **kwargs: Any) -> None:
        super().open(*args, **kwargs)
        self._start(self._service.warm())

    @property
    def max_message_size(self) -> int:
        # Tornado hangs up on a frame above this; one that is only somewhat too large gets an answer.
        return 4 * self._most_bytes

    def get_compression_options(self) -> dict[str, Any]:
        return {"compression_level": 3, "mem_level": 6}

    def on_message(self, message: str | bytes) -> None:
        id: int | None = None
        try:
            if len(message) > self._most_bytes:
                raise AskError(f"The message has more than {self._most_bytes:,} bytes.", "limit")
            given = read_json(message)
            id = read_id(given)
            request = read_request(given, numbered=True)
            assert request.id is not None
            if request.op == CANCEL:
                if request.id in self._pending:
                    self._pending[request.id].cancel()
                return
            if request.id in self._pending:
                raise AskError("This id is in use by a request that was not answered yet.", "query")
            if len(self._pending) >= _MOST_OPEN:
                raise AskError("Too many requests of this client wait for an answer.", "busy")
        except Exception as error:
            self._start(self._send(failure_text(id, explained(error).message)))
            return
        ticket = self._pending[request.id] = self._service.ticket(request)
        self._start(self._answer(request, request.id, ticket))

    def on_close(self) -> None:
        self._hub.leave(self._send)
        for ticket in self._pending.values():
            ticket.cancel()
        super().on_close()

    async def _answer(self, request: Request, id: int, ticket: Ticket) -> None:
        answered = False
        try:
            await require_right(self, request)
            frame = answer_text(id, await self._service.ask(request, ticket))
            answered = True
        except Exception as error:
            frame = failure_text(id, explained(error).message)
        finally:
            self._pending.pop(id, None)
        await self._send(frame)
        if answered and request.kind.dataset and request.op != "drop":
            self._hub.show(request.dataset, self._send)
        if answered and request.op in _FOLLOWED:
            self._hub.follow(request.dataset)

    async def _send(self, frame: str) -> None:
        try:
            await self.write_message(frame)
        except WebSocketClosedError:
            self._hub.leave(self._send)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
