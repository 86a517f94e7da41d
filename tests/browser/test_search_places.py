"""Where a search can be: the sidebar, the main area, Notebook 7, under a base URL, and after a reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.support.searching import ask, execute, open_lab, search_of, total
from tests.support.weblogs import write_service_log

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_the_sidebar_and_the_way_back_after_a_reload(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, counts = site
    open_lab(page, lab.page())
    execute(page, "sawlog:open-panel")
    datasets = page.get_by_role("region", name="Log datasets")
    datasets.get_by_label("Add logs").fill("logs/app.log")
    datasets.get_by_role("button", name="Search", exact=True).click()
    side = page.locator("#sawlog-datasets").get_by_role("region", name="Search the logs")
    ask(side, "connection")
    expect(side.locator(".jp-Sawlog-totalShort")).to_contain_text("hits")
    side.get_by_role("button", name="Show the filters").click()
    screenshot("search-sidebar")
    side.get_by_role("button", name="Open with more room").click()
    panel = page.locator(".jp-MainAreaWidget").get_by_role("region", name="Search the logs")
    total(panel, counts["ERROR"])
    page.wait_for_timeout(3_000)  # the layout is saved a while after it changed
    page.goto(lab.page().replace("&reset", ""))
    total(panel, counts["ERROR"])
    expect(panel.get_by_label("Query", exact=True)).to_have_value("connection")
    expect(side.get_by_label("Query", exact=True)).to_have_value("connection")


def test_search_in_notebook_7(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, counts = site
    page.goto(lab.page("notebooks/case.ipynb"))
    page.wait_for_selector(".jp-NotebookPanel", timeout=90_000)
    execute(page, "sawlog:open-search", path="logs/app.log", query="connection")
    panel = page.get_by_role("region", name="Search the logs")
    expect(panel.locator(".jp-Sawlog-totalShort")).to_contain_text(f"{counts['ERROR']} hits")
    panel.get_by_role("button", name=re.compile("makes this search")).click()
    expect(page.locator(".jp-NotebookPanel .jp-CodeCell").filter(has_text="logs.search(")).to_be_visible()
    screenshot("search-notebook7")
    panel.get_by_role("button", name="Open with more room").click()
    below = page.locator("#jp-down-stack").get_by_role("region", name="Search the logs")
    total(below, counts["ERROR"])
    box = below.bounding_box()
    assert box is not None and box["height"] >= 300
    screenshot("search-notebook7-below")


def test_search_in_the_file_list_of_notebook_7(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    page.goto(lab.page("tree"))
    page.get_by_role("listitem", name=re.compile("^Name: logs")).dblclick()
    page.get_by_role("listitem", name=re.compile("^Name: app.log")).click(button="right")
    page.get_by_role("menuitem", name="Search with sawlog").click()
    panel = page.get_by_role("region", name="Search the logs")
    expect(panel.locator(".jp-Sawlog-totalShort")).to_contain_text("20K hits")
    screenshot("search-notebook7-tree")


def test_a_dataset_is_deleted_while_it_is_shown_elsewhere(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    write_service_log(lab.store.parent / "work" / "logs" / "spare.log", 200)
    open_lab(page, lab.page())
    panel = search_of(page, "logs/spare.log")
    execute(page, "sawlog:open-panel")
    side = page.locator("#sawlog-datasets")
    back = side.get_by_role("button", name=re.compile("Choose another dataset"))
    datasets = side.get_by_role("region", name="Log datasets")
    expect(datasets.or_(back)).to_be_visible()
    if back.is_visible():
        back.click()
    item = datasets.get_by_role("listitem").filter(has_text="spare.log")
    drop = item.get_by_role("button", name=re.compile("Delete the index of spare.log"))
    drop.click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The logs stay")
    screenshot("panel-delete")
    dialog.get_by_role("button", name="Cancel").click()
    expect(item).to_have_count(1)
    drop.click()
    dialog.get_by_role("button", name="Delete").click()
    expect(item).to_have_count(0)
    expect(panel.get_by_role("alert")).to_contain_text("The dataset is not there any more")
    assert (lab.store.parent / "work" / "logs" / "spare.log").exists()
    panel.get_by_role("button", name="Choose another dataset").last.click()
    expect(page.locator(".jp-MainAreaWidget").get_by_role("region", name="Log datasets")).to_be_visible()


def test_works_under_a_base_url(start_lab, page: Page) -> None:
    with start_lab(base_url="/user/ann%40home/") as lab:
        write_service_log(Path(lab.store.parent / "work" / "app.log"), 500)
        open_lab(page, lab.page())
        total(search_of(page, "app.log"), 500)
