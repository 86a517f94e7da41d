"""A real JupyterLab and a real browser in front of it.

Without Chromium these tests are skipped, loudly; where ``CI`` is set they fail instead.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.support import jupyterlab
from tests.support.jupyterlab import CHROMIUM_ARGUMENTS, Lab, running_lab
from tests.support.searching import RECORDS
from tests.support.weblogs import write_hostile_log, write_service_log

ARTIFACTS = Path(os.environ.get("SAWLOG_ARTIFACTS", Path(__file__).parents[1] / "artifacts"))
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
expect.set_options(timeout=30_000)  # for a busy machine; nothing waits longer than it must


@pytest.fixture(scope="session")
def chromium() -> str:
    found = jupyterlab.chromium()
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
        with running_lab(tmp_path_factory.mktemp("lab"), base_url) as lab:
            yield lab

    return start


@pytest.fixture(scope="session")
def lab(start_lab: Callable[..., contextlib.AbstractContextManager[Lab]]) -> Iterator[Lab]:
    with start_lab() as lab:
        yield lab


@pytest.fixture(scope="module")
def site(start_lab: Callable[..., Any]) -> Iterator[tuple[Any, dict[str, int]]]:
    """A JupyterLab whose root holds a log of a service, a hostile one, and an empty notebook; counts by level."""
    with start_lab() as lab:
        work = lab.store.parent / "work"
        counts = write_service_log(work / "logs" / "app.log", RECORDS)
        write_hostile_log(work / "logs" / "hostile.log")
        notebook = {"cells": [], "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}
        (work / "case.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        yield lab, counts
