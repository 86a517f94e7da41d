"""The datasets panel in a real JupyterLab: against a real store, and against each answer a server can give."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

import sawlog

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

GOLDEN = Path(__file__).parents[2] / "extension" / "wire" / "golden"
API = re.compile(r"/sawlog/api/datasets")
LOG = "".join(f"2026-11-01T10:{n // 60:02}:{n % 60:02}Z INFO worker {n} done\n" for n in range(1500))


def answer(page: Page, status: int = 200, body: str = "{}") -> None:
    """Let the server answer so from now on, whatever it would say."""
    page.unroute(API)
    page.route(API, lambda route: route.fulfill(status=status, body=body, content_type="application/json"))


def golden(page: Page, name: str) -> None:
    answer(page, body=(GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def open_panel(page: Page, url: str) -> Locator:
    page.goto(url)
    page.wait_for_selector(".jp-LauncherCard", timeout=90_000)
    return show_panel(page)


def show_panel(page: Page) -> Locator:
    page.evaluate("window.jupyterapp.commands.execute('sawlog:open-panel')")
    panel = page.get_by_role("region", name="Log datasets")
    expect(panel).to_be_visible()
    return panel


def use_theme(page: Page, theme: str) -> None:
    name = f"JupyterLab {theme.title()}"
    page.evaluate("name => window.jupyterapp.commands.execute('apputils:change-theme', { theme: name })", name)
    page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached")


def make_dataset(store: Path, directory: Path, name: str) -> None:
    directory.mkdir(exist_ok=True)
    (directory / f"{name}.log").write_text(LOG, encoding="utf-8")
    sawlog.open(str(directory / f"{name}.log"), name=name, store=str(store), background=False).close()


def test_an_empty_store_tells_what_to_type_and_a_new_dataset_appears(
    lab, page: Page, tmp_path: Path, screenshot: Callable[[str], None]
) -> None:
    panel = open_panel(page, lab.page())
    expect(panel.get_by_role("heading", name="No datasets yet")).to_be_visible()
    expect(panel.locator("code")).to_contain_text("sawlog.open(")
    screenshot("panel-empty")
    panel.get_by_role("button", name="Copy").click()
    assert "sawlog.open(" in page.evaluate("navigator.clipboard.readText()")

    make_dataset(lab.store, tmp_path / "logs", "web")
    item = panel.get_by_role("listitem").filter(has_text="web")
    expect(item).to_be_visible()
    expect(item).to_contain_text("1.5K records")
    expect(item).to_contain_text("1 file")
    expect(item).to_contain_text("Nov 1, 2026, 10:00")
    expect(item).to_contain_text("Ready")
    screenshot("panel-real")


def test_works_under_a_base_url_and_shows_a_store_that_cannot_be_used(
    start_lab, page: Page, screenshot: Callable[[str], None]
) -> None:
    with start_lab(base_url="/user/ann%40home/") as lab:
        lab.store.write_text("a file where the store should be", encoding="utf-8")
        panel = open_panel(page, lab.page())
        alert = panel.get_by_role("alert")
        expect(alert).to_contain_text("cannot be listed")
        expect(alert).not_to_contain_text(str(lab.store))
        screenshot("panel-bad-store")
        lab.store.unlink()
        alert.get_by_role("button", name="Try again").click()
        expect(panel.get_by_role("heading", name="No datasets yet")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_state_of_a_dataset(lab, page: Page, theme: str, screenshot: Callable[[str], None]) -> None:
    golden(page, "datasets-every-state")
    panel = open_panel(page, lab.page())
    use_theme(page, theme)
    expect(panel.get_by_role("listitem")).to_have_count(5)
    for state in ("Ready", "Indexing", "Incomplete", "Damaged"):
        expect(panel.get_by_text(state, exact=True).first).to_be_visible()
    expect(panel.get_by_role("progressbar", name="Indexing payments")).to_have_attribute("aria-valuenow", "43")
    assert panel.locator("b").count() == 0, "a name is text, never markup"
    screenshot(f"panel-every-state-{theme}")


def test_a_running_build_is_followed(lab, page: Page) -> None:
    message = json.loads((GOLDEN / "datasets-every-state.json").read_text(encoding="utf-8"))
    asked = 0

    def building(route: Route) -> None:
        nonlocal asked
        asked += 1
        done = asked > 3
        message["datasets"][1] |= {"progress": None if done else asked / 10, "state": "ready" if done else "building"}
        route.fulfill(json=message)

    page.route(API, building)
    panel = open_panel(page, lab.page())
    item = panel.get_by_role("listitem").filter(has_text="payments")
    expect(item.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "30")
    expect(item).to_contain_text("Ready")
    expect(item.get_by_role("progressbar")).to_have_count(0)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("status", "text"),
    [(404, "server part of sawlog is not running"), (403, "may not see the datasets"), (500, "is a file")],
)
def test_a_server_that_refuses(
    lab, page: Page, theme: str, status: int, text: str, screenshot: Callable[[str], None]
) -> None:
    answer(page, status, (GOLDEN / "error.json").read_text(encoding="utf-8"))
    panel = open_panel(page, lab.page())
    use_theme(page, theme)
    expect(panel.get_by_role("alert")).to_contain_text(text)
    screenshot(f"panel-error-{status}-{theme}")
    with page.expect_request(API):
        panel.get_by_role("button", name="Try again").click()
    golden(page, "datasets-empty")
    expect(panel.get_by_role("alert")).to_have_count(0)
    screenshot(f"panel-empty-{theme}")


def test_the_list_stays_while_the_server_is_away(lab, page: Page, screenshot: Callable[[str], None]) -> None:
    golden(page, "datasets-every-state")
    panel = open_panel(page, lab.page())
    expect(panel.get_by_role("listitem")).to_have_count(5)
    page.unroute(API)
    page.route(API, lambda route: route.abort())
    panel.get_by_role("button", name="Refresh the datasets").click()
    expect(panel.get_by_role("alert")).to_contain_text("cannot be reached")
    expect(panel.get_by_role("listitem")).to_have_count(5)
    screenshot("panel-away")
    golden(page, "datasets-every-state")
    expect(panel.get_by_role("alert")).to_have_count(0)


def test_nothing_is_asked_while_the_panel_is_hidden(lab, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if API.search(request.url) else None)
    panel = open_panel(page, lab.page())
    with page.expect_response(API):
        pass
    page.get_by_role("tab", name=re.compile("File Browser")).click()
    expect(panel).to_be_hidden()
    settled = len(asked)
    page.wait_for_timeout(3_500)  # more than three times the interval
    assert len(asked) <= settled + 1, "at most the one that was under way"


def test_the_panel_has_a_tab(lab, page: Page) -> None:
    open_panel(page, lab.page())
    tab = page.get_by_role("tab", name="Log search (sawlog)")
    expect(tab).to_have_attribute("aria-selected", "true")


def test_settings_that_cannot_be_shown_are_told(lab, page: Page, screenshot: Callable[[str], None]) -> None:
    def misspelt(route: Route) -> None:
        body = route.fetch().json()
        for plugin in body["settings"]:
            if plugin["id"] == "sawlog:plugin" and "raw" in plugin:
                plugin["raw"] = '{"timeZone": "Europe/Berln", "levelColors": {"error": "rde", "info": "teal"}}'
        route.fulfill(json=body)

    page.route(re.compile(r"/api/settings\?"), misspelt)
    open_panel(page, lab.page())
    for told in ("Europe/Berln", "rde"):
        expect(page.locator(".Toastify").get_by_text(told)).to_be_visible()
    expect(page.locator(".Toastify").get_by_text("teal", exact=True)).to_have_count(0)
    screenshot("settings-that-cannot-be-shown")


def test_works_by_keyboard_alone(lab, page: Page) -> None:
    golden(page, "datasets-empty")
    panel = open_panel(page, lab.page())
    copy = panel.get_by_role("button", name="Copy")
    panel.get_by_role("button", name="Refresh the datasets").focus()
    page.keyboard.press("Tab")
    expect(copy).to_be_focused()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("button", name="Copied")).to_be_visible()


def test_works_in_notebook_7(lab, page: Page, screenshot: Callable[[str], None]) -> None:
    golden(page, "datasets-every-state")
    notebook = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (lab.store.parent / "work" / "empty.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    page.goto(lab.page("notebooks/empty.ipynb"))
    page.wait_for_selector(".jp-NotebookPanel", timeout=90_000)
    panel = show_panel(page)
    expect(panel.get_by_role("listitem")).to_have_count(5)
    page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()
    expect(page.locator(".jp-Dialog")).to_have_count(0)
    screenshot("panel-notebook7")
