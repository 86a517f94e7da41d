"""States of the search panel that a real server is in too shortly to be seen, and lists too long to be indexed here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.support.scripted import BUILD, FIELDS, ScriptedServer

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RUNNING = BUILD | {
    "running": True,
    "phase": "indexing",
    "fraction": 0.43,
    "bytes": 430_000_000,
    "totalBytes": 1_000_000_000,
    "records": 4_300_000,
    "rate": 41_000_000,
    "eta": 14,
}


def open_search(page: Page, lab: Any, theme: str = "Light") -> Locator:
    page.goto(lab.page())
    page.wait_for_selector(".jp-LauncherCard", timeout=90_000)
    page.evaluate(f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme}'}})")
    page.wait_for_selector(f'body[data-jp-theme-name="JupyterLab {theme}"]', state="attached")
    page.evaluate("window.jupyterapp.commands.execute('sawlog:open-search', {dataset: 'web'})")
    panel = page.get_by_role("region", name="Search the logs")
    expect(panel).to_be_visible()
    return panel


@pytest.mark.parametrize("theme", ["Light", "Dark"])
def test_a_build_is_shown_and_cancelled(lab, page: Page, theme: str, screenshot: Callable[[str], None]) -> None:
    server = ScriptedServer(page)
    server.answers["watch"] = lambda _: RUNNING
    panel = open_search(page, lab, theme)
    bar = panel.get_by_role("progressbar", name="Indexing")
    expect(bar).to_have_attribute("aria-valuenow", "43")
    expect(panel).to_contain_text("430 MB of 1 GB")
    screenshot(f"search-building-{theme.lower()}")
    server.push("build", RUNNING | {"fraction": 0.9})
    expect(bar).to_have_attribute("aria-valuenow", "90")
    panel.get_by_role("button", name="Cancel").click()
    expect(bar).to_have_count(0)
    assert any(request["op"] == "cancelBuild" for request in server.asked)


def test_a_build_that_failed_says_why(lab, page: Page) -> None:
    server = ScriptedServer(page)
    server.answers["watch"] = lambda _: BUILD | {"error": "the disk is full: free some space, then refresh"}
    panel = open_search(page, lab)
    expect(panel.get_by_role("alert")).to_contain_text("disk is full")


@pytest.mark.parametrize(
    ("kind", "title"),
    [
        ("timeout", "It took too long"),
        ("missing", "The dataset is not there any more"),
        ("busy", "The server is busy"),
        ("server", "The server could not answer"),
    ],
)
def test_an_answer_that_does_not_come(
    lab, page: Page, kind: str, title: str, screenshot: Callable[[str], None]
) -> None:
    server = ScriptedServer(page)
    server.failures["search"] = {"kind": kind, "message": "this is why", "span": None}
    panel = open_search(page, lab)
    alert = panel.get_by_role("alert")
    expect(alert).to_contain_text(title)
    expect(alert).to_contain_text("his is why")
    screenshot(f"search-error-{kind}")
    server.failures.clear()
    alert.get_by_role("button", name="Try again").click()
    expect(panel.locator(".jp-Sawlog-hit").first).to_be_visible()
    expect(alert).to_have_count(0)


def test_a_search_that_ran_out_of_time_shows_what_it_found(lab, page: Page) -> None:
    server = ScriptedServer(page)
    search = server.answers["search"]
    server.answers["search"] = lambda params: search(params) | {"timedOut": True}
    panel = open_search(page, lab)
    expect(panel).to_contain_text("ran out of time")
    expect(panel.locator(".jp-Sawlog-hit").first).to_be_visible()


def test_a_lost_connection_comes_back_and_the_question_is_asked_again(
    lab, page: Page, screenshot: Callable[[str], None]
) -> None:
    server = ScriptedServer(page)
    panel = open_search(page, lab)
    expect(panel.locator(".jp-Sawlog-hit").first).to_be_visible()
    server.leave()
    expect(panel).to_contain_text("Reconnecting")
    panel.get_by_label("Query", exact=True).fill("asked while away")
    panel.get_by_role("button", name="Search", exact=True).click()
    screenshot("search-reconnecting")
    panel.get_by_role("button", name="Try now").click()  # while it is away: a server that is back takes the button away
    expect(panel).to_contain_text("Reconnecting")
    server.come_back()
    expect(panel).not_to_contain_text("Reconnecting", timeout=15_000)
    expect(panel.locator(".jp-Sawlog-totalExact")).to_contain_text("1,000 hits")
    assert any(request["params"].get("query") == "asked while away" for request in server.asked)


def test_new_records_are_shown_unless_somebody_reads(lab, page: Page) -> None:
    server = ScriptedServer(page)
    panel = open_search(page, lab)
    expect(panel.locator(".jp-Sawlog-totalExact")).to_contain_text("1,000 hits")
    server.total = 2_000
    server.push("changed", {})
    expect(panel.locator(".jp-Sawlog-totalExact")).to_contain_text("2,000 hits")
    panel.locator(".jp-Sawlog-hit").first.click()
    server.total = 3_000
    server.push("changed", {})
    expect(panel).to_contain_text("holds other records now")
    panel.get_by_role("button", name="Search again").click()
    expect(panel.locator(".jp-Sawlog-totalExact")).to_contain_text("3,000 hits")


def test_twelve_million_hits_scroll(lab, page: Page, screenshot: Callable[[str], None]) -> None:
    server = ScriptedServer(page, total=FIELDS["records"])
    panel = open_search(page, lab)
    grid = panel.get_by_role("grid", name="Hits")
    expect(grid).to_contain_text("record number 0")
    grid.hover()
    page.mouse.wheel(0, 260)
    expect(panel.locator(".jp-Sawlog-hit").filter(has_text="record number 10")).to_be_in_viewport()
    grid.evaluate("element => { element.scrollTop = element.scrollHeight / 2 }")
    expect(grid).to_contain_text("record number 6000")
    screenshot("search-deep")
    grid.focus()
    page.keyboard.press("End")
    last = panel.locator(".jp-Sawlog-hit").filter(has_text="record number 11999999")
    expect(last).to_be_in_viewport()
    page.keyboard.press("ArrowUp")
    expect(panel.locator('.jp-Sawlog-hit[data-active="true"]')).to_contain_text("record number 11999998")
    grid.hover()
    page.mouse.wheel(0, -2_600)
    expect(last).to_have_count(0)
    assert page.locator(".jp-Sawlog-hit").count() < 100
    offsets = [request["params"]["offset"] for request in server.asked if request["op"] == "search"]
    assert len(offsets) < 20, "only the pages that were looked at"
