"""The server extension: its settings, its routes, and the services behind them."""

from __future__ import annotations

import asyncio

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Int, List, Unicode

from sawlog_lab.rest import AskHandler, DatasetsHandler
from sawlog_lab.service.asking import Limits, QueryService
from sawlog_lab.service.hub import Hub
from sawlog_lab.service.listing import DatasetService
from sawlog_lab.service.roots import Roots
from sawlog_lab.websocket import WebSocketManager


class SawlogLab(ExtensionApp):
    """Serves the datasets of one store to JupyterLab, under ``sawlog/api``."""

    name = "sawlog_lab"

    store = Unicode(
        "",
        help="Directory that holds the datasets. Empty: the one that the library uses, SAWLOG_STORE or ~/.sawlog.",
    ).tag(config=True)

    roots = List(
        Unicode(),
        help="Directories under which logs may be opened from the panel. Empty: the root of the Jupyter server. "
        "Symbolic links are followed before a path is judged.",
    ).tag(config=True)

    timeout = Float(
        10.0,
        help="Seconds that a request waits for the store before it is answered with an error.",
    ).tag(config=True)

    query_timeout = Float(
        30.0,
        help="Seconds that a question about records may take, its wait for a thread included.",
    ).tag(config=True)

    threads = Int(
        2,
        min=1,
        help="Requests that are answered at a time, in each of three lanes: quick ones, searches, and heavy ones.",
    ).tag(config=True)

    waiting = Int(64, min=0, help="Requests that may wait in each lane; more are refused as 'busy'.").tag(config=True)

    message_bytes = Int(1 << 20, min=1 << 10, help="Bytes of the largest message that is read.").tag(config=True)

    answer_bytes = Int(8 << 20, min=1 << 10, help="Bytes of the largest answer that is sent.").tag(config=True)

    open_datasets = Int(
        4, min=1, help="Datasets that stay open, with their memory caches, while nobody asks about them."
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        self._datasets = DatasetService(self.store, timeout=self.timeout)
        assert self.serverapp is not None
        contents = self.serverapp.contents_manager
        base = getattr(contents, "root_dir", "") or self.serverapp.root_dir
        limits = Limits(self.query_timeout, self.answer_bytes, self.threads, self.waiting, self.open_datasets)
        roots = Roots(base, self.roots, hidden=bool(getattr(contents, "allow_hidden", False)))
        self._queries = QueryService(self.store, roots, limits)
        self._hub = Hub(self._queries)
        asking = {"service": self._queries, "most_bytes": self.message_bytes}
        self.handlers += [
            ("/sawlog/api/datasets", DatasetsHandler, {"service": self._datasets}),
            ("/sawlog/api/ask", AskHandler, asking),
            ("/sawlog/api/channel", WebSocketManager, {**asking, "hub": self._hub}),
        ]

    async def stop_extension(self) -> None:
        await self._hub.close()
        self._datasets.close()
        await asyncio.to_thread(self._queries.close)
