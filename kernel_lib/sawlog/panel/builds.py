"""The build of a dataset: how far it is, what stops it, what begins another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sawlog.panel.errors import without_paths
from sawlog.panel.scope import Scope
from sawlog.panel.wire.params import Nothing

if TYPE_CHECKING:
    from sawlog.model.progress import Progress


def build(scope: Scope, asked: Nothing) -> dict[str, Any]:
    """How far the running build is, here or in another process, or how the last one ended."""
    running = scope.view.dataset.build
    if running.running or (running.progress.finished and running.progress.seconds):
        error = "" if running.error is None else without_paths(str(running.error))
        return {**_message(running.progress, running.running, error), "grown": scope.view.grown}
    info = scope.view.describe()
    return {
        "running": info.state == "building",
        "phase": {"ready": "done", "building": "indexing"}.get(info.state, info.state),
        "fraction": 1.0 if info.state == "ready" else info.progress,
        "bytes": info.bytes,
        "totalBytes": info.bytes if info.state == "ready" else None,
        "records": info.records,
        "rate": 0,
        "eta": None,
        "error": without_paths(info.message),
        "grown": scope.view.grown,
    }


def cancel_build(scope: Scope, asked: Nothing) -> dict[str, Any]:
    """Stops a build of this process, at a point from which it resumes."""
    scope.view.dataset.build.cancel()
    return build(scope, asked)


def refresh(scope: Scope, asked: Nothing) -> dict[str, Any]:
    """Begins to index what is new."""
    scope.view.refresh()
    return build(scope, asked)


def _message(progress: Progress, running: bool, error: str) -> dict[str, Any]:
    known = progress.bytes_total > 0 or progress.phase == "done"
    return {
        "running": running,
        "phase": progress.phase,
        "fraction": progress.fraction if known else None,
        "bytes": progress.bytes_done,
        "totalBytes": progress.bytes_total if known else None,
        "records": progress.records,
        "rate": progress.rate,
        "eta": progress.eta if running else None,
        "error": error,
    }


ANSWERS: dict[str, Callable[[Scope, Any], dict[str, Any]]] = {
    "build": build,
    "watch": build,
    "cancelBuild": cancel_build,
    "refresh": refresh,
}
