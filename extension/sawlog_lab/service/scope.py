"""What an answer of the server is made from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sawlog.panel.scope import Scope

if TYPE_CHECKING:
    from sawlog.engine.manager import SearchEngineManager
    from sawlog_lab.service.metrics import Metrics
    from sawlog_lab.service.opened import OpenDatasets
    from sawlog_lab.service.roots import Roots


@dataclass(frozen=True, kw_only=True)
class ServerScope(Scope):
    """One request's reach on a server, which has a store of datasets.

    Attributes:
        manager, opened: of that store.
        roots: what may be opened.
        metrics: what was asked so far.
    """

    manager: SearchEngineManager
    opened: OpenDatasets
    roots: Roots
    metrics: Metrics
