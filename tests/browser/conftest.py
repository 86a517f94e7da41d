"""A real JupyterLab and a real browser in front of it.

Without Chromium these tests are skipped, loudly; where ``CI`` is set they fail instead.
"""

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
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ARTIFACTS = Path(os.environ.get("SAWLOG_ARTIFACTS", Path(__file__).parents[1] / "artifacts"))
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


expect.set_options(timeout=30_000)  # for a busy machine; nothing waits longer than it must


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab, and the store that its panel shows."""

    url: str
    token: str
    store: Path
    log: Path

    def page(self, path: str = "lab") -> str:
        return f"{self.url}{path}?token={self.token}&reset"


@pytest.fixture(scope="session")
def chromium() -> str:
    configured = os.environ.get("SAWLOG_CHROMIUM")
    found = configured or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        reason = "NO CHROMIUM: the browser tests did not run. Install it, e.g. apt-get install chromium."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    return found


@pytest.fixture(scope="module")  # not longer: while Playwright is up, no other event loop runs in this process
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh browser window; the test fails if the extension threw in it.  (Notebook 7 itself throws at start.)"""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    thrown: list[str] = []
    page.on("pageerror", lambda error: thrown.append(error.stack or str(error)))
    yield page
    context.close()
    assert [stack for stack in thrown if "/labextensions/sawlog/" in stack] == []


@pytest.fixture
def screenshot(page: Page) -> Callable[[str], None]:
    """Saves what the page shows as NAME.png, for a person to look at."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)

    def save(name: str) -> None:
        page.screenshot(path=ARTIFACTS / f"{name}.png", animations="disabled")

    return save


@pytest.fixture(scope="session")
def start_lab(
    chromium: str, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., contextlib.AbstractContextManager[Lab]]:
    """Starts a JupyterLab with an empty home and an empty store: ``with start_lab(base_url="/x/") as lab``."""

    @contextlib.contextmanager
    def start(base_url: str = "/") -> Iterator[Lab]:
        home = tmp_path_factory.mktemp("lab")
        port, token = _free_port(), secrets.token_hex(16)
        lab = Lab(f"http://127.0.0.1:{port}{base_url}", token, home / "store", home / "lab.log")
        with lab.log.open("wb") as log:
            process = _launch(home, port, base_url, lab, log)
            try:
                _wait_until_up(lab, process)
                yield lab
            finally:
                _stop(process)

    return start


@pytest.fixture(scope="session")
def lab(start_lab: Callable[..., contextlib.AbstractContextManager[Lab]]) -> Iterator[Lab]:
    with start_lab() as lab:
        yield lab


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
    pytest.fail(f"JupyterLab did not start within {seconds:.0f} s:\n{lab.log.read_text(errors='replace')[-4000:]}")


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
