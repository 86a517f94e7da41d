"""A real JupyterLab with an empty home, for the browser tests and the browser benchmark."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
CHROMIUM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

#: No news, no questions, and a panel that looks every second.
USER_SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "sawlog/plugin": {"refreshInterval": 1},
}


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab, and the store that its panel shows."""

    url: str
    token: str
    store: Path
    log: Path

    def page(self, path: str = "lab") -> str:
        return f"{self.url}{path}?token={self.token}&reset"


def chromium() -> str | None:
    """The browser that this machine has: ``SAWLOG_CHROMIUM``, or the first that is found."""
    return os.environ.get("SAWLOG_CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)


@contextlib.contextmanager
def running_lab(home: Path, base_url: str = "/", store: Path | None = None) -> Iterator[Lab]:
    """A JupyterLab whose root is ``home/work``; its store is an empty one unless given.

    Raises:
        RuntimeError: it did not start; says what it logged.
    """
    port, token = _free_port(), secrets.token_hex(16)
    lab = Lab(f"http://127.0.0.1:{port}{base_url}", token, store or home / "store", home / "lab.log")
    with lab.log.open("wb") as log:
        process = _launch(home, port, base_url, lab, log)
        try:
            _wait_until_up(lab, process)
            yield lab
        finally:
            _stop(process)


def run_cell(page: Page, number: int, *, finish: bool = True) -> None:
    """Runs a cell, to its end unless ``finish`` is False.

    What JupyterLab is told while it still restores its layout, or changes its mind about the kernel, it forgets: it is
    told again.  A dialog of JupyterLab, which shows some when the machine is slow, is answered, and told to who reads
    the test.
    """
    from playwright.sync_api import Error, expect

    cell = page.locator(".jp-NotebookPanel .jp-CodeCell, .jp-Notebook .jp-CodeCell").nth(number)
    prompt = cell.locator(".jp-InputPrompt")
    dialog = page.locator(".jp-Dialog")
    for seconds in (3, 5, 10, 20):
        if dialog.count():
            print(f"JupyterLab asks before cell {number}: {dialog.first.inner_text()!r}")
            page.keyboard.press("Enter")
            expect(page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible(timeout=60_000)
        with contextlib.suppress(Error):
            cell.locator(".cm-content").click(timeout=1_000 * seconds)
            page.keyboard.press("Control+Enter")
        with contextlib.suppress(AssertionError):
            expect(prompt).not_to_have_text("[ ]:", timeout=1_000 * seconds)
            if finish:
                expect(prompt).not_to_have_text("[*]:", timeout=90_000)
                expect(prompt).not_to_have_text("[ ]:", timeout=1_000)
            return
    raise AssertionError(f"cell {number} does not run")


def _launch(home: Path, port: int, base_url: str, lab: Lab, log: IO[bytes]) -> subprocess.Popen[bytes]:
    for name, settings in USER_SETTINGS.items():
        file = home / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings), encoding="utf-8")
    (home / "work").mkdir()
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port,
        "ServerApp.port_retries": 0,
        "ServerApp.base_url": base_url,
        "ServerApp.root_dir": home / "work",
        "ServerApp.allow_root": True,
        "ServerApp.open_browser": False,
        "ServerApp.allow_unauthenticated_access": False,
        "IdentityProvider.token": lab.token,
        "LabApp.expose_app_in_browser": True,
        "JupyterNotebookApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "SawlogLab.store": lab.store,
    }
    environment = os.environ | {
        "HOME": str(home),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{name}={value}" for name, value in options.items())]
    return subprocess.Popen(command, env=environment, cwd=home, stdout=log, stderr=subprocess.STDOUT)


def _wait_until_up(lab: Lab, process: subprocess.Popen[bytes], seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{lab.url}api/status?token={lab.token}", timeout=5):
            return
        time.sleep(0.2)
    raise RuntimeError(
        f"JupyterLab did not start within {seconds:.0f} s:\n{lab.log.read_text(errors='replace')[-4000:]}"
    )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:  # Jupyter has closed, and a worker thread of its own keeps the process up
        process.kill()
        process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
