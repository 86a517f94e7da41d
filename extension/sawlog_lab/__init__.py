"""The JupyterLab side of sawlog: a prebuilt extension and the server extension that it talks to."""

from __future__ import annotations

from typing import Any

__all__ = ["_jupyter_labextension_paths", "_jupyter_server_extension_points"]


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    return [{"src": "labextension", "dest": "sawlog"}]


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    from sawlog_lab.app import SawlogLab

    return [{"module": "sawlog_lab.app", "app": SawlogLab}]
