"""Datasets as wholes: what there is, opening, dropping."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sawlog.panel.errors import without_home, without_paths
from sawlog.panel.wire.datasets import datasets_message
from sawlog.panel.wire.params import Nothing, OpenAsk
from sawlog_lab.service.scope import ServerScope

#: Ops on a dataset that cannot, or need not, be opened for them.
UNOPENED = frozenset({"drop"})


def datasets(scope: ServerScope, asked: Nothing) -> dict[str, Any]:
    """What the store holds."""
    return datasets_message(scope.manager.datasets(), without_home(str(scope.manager.store)), without_paths)


def open(scope: ServerScope, asked: OpenAsk) -> dict[str, Any]:
    """Opens logs, which are indexed behind it."""
    return {"dataset": scope.opened.open(scope.roots.resolve(asked.path), asked.name)}


def drop(scope: ServerScope, asked: Nothing) -> dict[str, Any]:
    """Deletes the index; the logs stay."""
    scope.opened.drop(scope.name)
    return {}


ANSWERS: dict[str, Callable[[ServerScope, Any], dict[str, Any]]] = {"datasets": datasets, "open": open, "drop": drop}
