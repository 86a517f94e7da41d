"""Fixtures of a Jupyter server in this process, and of logs that it serves.

Here and not for all tests, since each test that has them runs in an event loop of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403
from tests.support.channel import Client
from tests.support.datasets import write_log
from tests.support.served import LINES, SMALL, log_lines

from sawlog.engine import SearchEngineManager


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A directory with ``root``, where a log lies, and ``store``, which holds it as the dataset ``logs``."""
    write_log(tmp_path / "place" / "root" / "app.log", log_lines().encode())
    manager = SearchEngineManager(tmp_path / "place" / "store", SMALL)
    target = tmp_path / "place" / "root" / "app.log"
    with manager.open(target, name="logs", background=False, progress="none") as logs:
        assert len(logs) == LINES
    return tmp_path / "place"


@pytest.fixture
def jp_root_dir(place: Path) -> Path:
    return place / "root"


@pytest.fixture
def lab_config() -> dict[str, Any]:
    """Settings of SawlogLab besides the store."""
    return {}


@pytest.fixture
def jp_server_config(place: Path, lab_config: dict[str, Any]) -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"sawlog_lab": True}, "allow_unauthenticated_access": False},
        "SawlogLab": {"store": str(place / "store"), **lab_config},
    }


@pytest.fixture
def connect(
    jp_ws_fetch: Callable[..., Any], jp_asyncio_loop: asyncio.AbstractEventLoop
) -> Iterator[Callable[[], Awaitable[Client]]]:
    """Opens a channel; they are closed behind the test."""
    clients: list[Client] = []

    async def open_channel() -> Client:
        clients.append(Client(await jp_ws_fetch("sawlog", "api", "channel")))
        return clients[-1]

    yield open_channel
    for client in clients:
        jp_asyncio_loop.run_until_complete(client.close())
