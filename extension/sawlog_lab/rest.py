"""The HTTP routes.  Each answers JSON: the message that ``extension/wire`` describes, or an error with its status."""

from __future__ import annotations

import gzip

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from sawlog_lab.rights import require_right
from sawlog_lab.service.asking import QueryService, Ticket
from sawlog_lab.service.listing import DatasetService
from sawlog_lab.service.messages import (
    AskError,
    datasets_message,
    encode,
    error_message,
    explained,
    read_json,
    read_request,
    status_of,
    without_paths,
)

#: Answers above this many bytes are compressed for clients that take it.
_COMPRESSED = 1_024


class SawlogHandler(APIHandler):
    """What the routes have in common."""

    auth_resource = "sawlog"
    _track_activity = False  # a panel that polls must not keep an idle server from being culled

    def answer(self, text: str) -> None:
        """Sends JSON, compressed where that pays and the client can read it."""
        body = text.encode()
        self.set_header("Vary", "Accept-Encoding")
        if len(body) > _COMPRESSED and "gzip" in self.request.headers.get("Accept-Encoding", ""):
            self.set_header("Content-Encoding", "gzip")
            body = gzip.compress(body, compresslevel=3, mtime=0)  # without a time, so that equal answers are equal
        self.finish(body)


class DatasetsHandler(SawlogHandler):
    """``GET sawlog/api/datasets``: what the store holds.  Carries an ETag, so an unchanged store answers 304."""

    def initialize(self, service: DatasetService) -> None:
        self._service = service

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.set_header("Cache-Control", "private, no-cache")
        try:
            datasets = await self._service.datasets()
        except AskError as error:
            self.set_status(status_of(error))
            self.finish(error_message(str(error)))
            return
        self.answer(encode(datasets_message(datasets, self._service.store, without_paths)))


class AskHandler(SawlogHandler):
    """``POST sawlog/api/ask``: one question, as over the channel but without an id."""

    def initialize(self, service: QueryService, most_bytes: int) -> None:
        self._service, self._most_bytes = service, most_bytes
        self._ticket: Ticket | None = None

    @web.authenticated
    @authorized("read")  # type: ignore[untyped-decorator]
    async def post(self) -> None:
        self.set_header("Cache-Control", "no-store")
        try:
            if len(self.request.body) > self._most_bytes:
                raise AskError(f"The message has more than {self._most_bytes:,} bytes.", "limit")
            request = read_request(read_json(self.request.body), numbered=False)
            await require_right(self, request)
            self._ticket = self._service.ticket(request)
            self.answer(await self._service.ask(request, self._ticket))
        except Exception as error:
            failure = explained(error)
            status = status_of(failure)
            self.set_status(status, None if status != 499 else "Cancelled")
            self.finish(failure.message)

    def on_connection_close(self) -> None:
        if self._ticket is not None:
            self._ticket.cancel()
        super().on_connection_close()
