"""The HTTP routes.  Each answers JSON: the message that ``extension/wire`` describes, or ``{"message": why not}``."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from tornado import web

from sawlog_lab.service import DatasetService, ServiceError
from sawlog_lab.wire import datasets_message, error_message


class DatasetsHandler(APIHandler):
    """``GET sawlog/api/datasets``: what the store holds.  Carries an ETag, so an unchanged store answers 304."""

    auth_resource = "sawlog"
    _track_activity = False  # a panel that polls must not keep an idle server from being culled

    def initialize(self, service: DatasetService) -> None:
        self._service = service

    @web.authenticated
    @authorized
    async def get(self) -> None:
        self.set_header("Cache-Control", "private, no-cache")
        try:
            datasets = await self._service.datasets()
        except ServiceError as error:
            self.set_status(error.status)
            self.finish(error_message(str(error)))
            return
        self.finish(datasets_message(datasets, self._service.store))
