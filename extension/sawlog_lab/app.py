"""The server extension: its settings, its routes, and the service behind them."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp
from traitlets import Float, Unicode

from sawlog_lab.rest import DatasetsHandler
from sawlog_lab.service import DatasetService


class SawlogLab(ExtensionApp):
    """Serves the datasets of one store to JupyterLab, under ``sawlog/api``."""

    name = "sawlog_lab"

    store = Unicode(
        "",
        help="Directory that holds the datasets. Empty: the one that the library uses, SAWLOG_STORE or ~/.sawlog.",
    ).tag(config=True)

    timeout = Float(
        10.0,
        help="Seconds that a request waits for the store before it is answered with an error.",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        self._service = DatasetService(self.store, timeout=self.timeout)
        self.handlers.append(("/sawlog/api/datasets", DatasetsHandler, {"service": self._service}))

    async def stop_extension(self) -> None:
        self._service.close()
