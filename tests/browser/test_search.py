"""A user's way through the search panel: a real JupyterLab, a real server, logs from a generator."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from tests.support.jupyterlab import run_cell
from tests.support.searching import RECORDS, ask, execute, open_lab, search_of, total, use_theme

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_from_a_file_to_a_dataframe(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, counts = site
    open_lab(page, lab.page())
    page.get_by_role("listitem", name=re.compile("^Name: logs")).dblclick()
    page.get_by_role("listitem", name=re.compile("^Name: app.log")).click(button="right")
    page.get_by_role("menuitem", name="Search with sawlog").click()
    panel = page.get_by_role("region", name="Search the logs")
    total(panel, RECORDS)
    expect(panel.get_by_role("button", name=re.compile("level: only error"))).to_contain_text(str(counts["ERROR"]))
    screenshot("search-hits")

    query = panel.get_by_label("Query", exact=True)
    query.press_sequentially("conn")
    wanted = panel.get_by_role("option").filter(has_text=re.compile(r"connection[\d.K]*$"))
    expect(wanted).to_be_visible()
    screenshot("search-completion")
    while wanted.get_attribute("aria-selected") != "true":
        query.press("ArrowDown")
    query.press("Enter")
    expect(query).to_have_value("connection ")
    query.press("Enter")
    total(panel, counts["ERROR"])
    expect(panel.locator("mark").first).to_have_text("connection")

    panel.get_by_role("button", name=re.compile("^level: only error")).click()
    expect(query).to_have_value('connection level:"error"')
    total(panel, counts["ERROR"])
    panel.locator(".jp-Sawlog-hit").nth(1).click()
    expect(panel.get_by_role("rowheader", name="timestamp")).to_be_visible()
    screenshot("search-expanded")
    panel.get_by_role("button", name="Context").click()
    expect(panel.get_by_role("list", name="Records around this one").get_by_role("listitem")).to_have_count(11)
    screenshot("search-context")
    panel.get_by_label("Select this record").nth(0).check()
    panel.get_by_label("Select this record").nth(2).click(modifiers=["Shift"])
    expect(panel).to_contain_text("3 records selected")
    expect(panel).to_contain_text("in the kernel: logs.selection")

    execute(page, "docmanager:open", path="case.ipynb")
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    execute(page, "sawlog:insert", what="frame")
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell")
    expect(cell.first).to_contain_text("to_pandas()")
    expect(page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible(timeout=60_000)
    run_cell(page, 0)
    expect(cell.first.locator(".jp-OutputArea")).to_contain_text(f"{counts['ERROR']} rows", timeout=90_000)
    execute(page, "notebook:insert-cell-below")
    cell.nth(1).locator(".cm-content").click()
    page.keyboard.type("print('selected', len(logs.selection))")
    run_cell(page, 1)
    expect(page.locator(".jp-NotebookPanel")).to_contain_text("selected 3", timeout=60_000)
    screenshot("search-notebook")


def test_a_refresh_shows_what_is_new_and_ends(site, page: Page) -> None:
    lab, _ = site
    log = lab.store.parent / "work" / "logs" / "growing.log"
    log.write_text("2026-11-01 08:00:00 INFO first\n", encoding="utf-8")
    open_lab(page, lab.page())
    panel = search_of(page, "logs/growing.log")
    total(panel, 1)
    refresh = panel.get_by_role("button", name="Index what was added to the logs")
    for records in (2, 3):
        with log.open("a", encoding="utf-8") as file:
            file.write(f"2026-11-01 08:00:0{records} INFO more\n")
        refresh.click()
        total(panel, records)
        expect(panel.get_by_role("progressbar")).to_have_count(0)
        expect(refresh).to_be_enabled()


def test_patterns_and_explain(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, counts = site
    open_lab(page, lab.page())
    panel = search_of(page, "logs/app.log")
    panel.get_by_role("tab", name="Patterns").click()
    patterns = panel.get_by_role("list", name="Patterns").get_by_role("listitem")
    pool = patterns.filter(has_text="pool exhausted")
    expect(pool.first).to_be_visible()
    screenshot("search-patterns")
    pool.first.get_by_role("button", name="Only this pattern").click()
    total(panel, counts["WARNING"])
    panel.get_by_role("tab", name="Explain").click()
    expect(panel.get_by_role("columnheader", name="Answered by")).to_be_visible()
    screenshot("search-explain")


def test_a_stretch_of_time(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    open_lab(page, lab.page())
    panel = search_of(page, "logs/app.log")
    plot = panel.get_by_role("slider", name=re.compile("Records over time"))
    expect(panel.locator(".jp-Sawlog-bar").first).to_be_attached()
    box, highest = plot.bounding_box(), panel.locator(".jp-Sawlog-highest").bounding_box()
    assert box is not None
    assert highest is not None
    assert highest["y"] + highest["height"] <= box["y"] + 1, "the highest count hides what the last bars reach"
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 20, steps=5)
    screenshot("search-brush")
    page.mouse.up()
    expect(panel.get_by_role("button", name="Custom")).to_have_attribute("aria-pressed", "true")
    shown = panel.locator(".jp-Sawlog-totalExact")
    expect(shown).not_to_contain_text(f"{RECORDS:,}")
    part = int(re.sub(r" hits.*", "", shown.inner_text()).replace(",", ""))
    assert RECORDS * 0.05 < part < RECORDS * 0.2
    panel.get_by_role("button", name="Zoom out: The whole log").click()
    total(panel, RECORDS)


def test_a_very_narrow_panel_covers_nothing(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    open_lab(page, lab.page())
    panel = search_of(page, "logs/app.log")
    page.set_viewport_size({"width": 520, "height": 800})
    expect(panel.locator(".jp-Sawlog-totalShort")).to_be_visible()
    screenshot("search-very-narrow")
    boxes = {
        "panel": panel.bounding_box(),
        "total": panel.locator(".jp-Sawlog-totalShort").bounding_box(),
        "tools": panel.get_by_role("group", name="Display").bounding_box(),
        "custom": panel.get_by_role("button", name="Custom").bounding_box(),
    }
    right = {name: box["x"] + box["width"] for name, box in boxes.items() if box is not None}
    assert boxes["total"] is not None and boxes["tools"] is not None
    assert right["custom"] <= right["panel"], "the last of the time ranges cannot be reached"
    below = boxes["tools"]["y"] >= boxes["total"]["y"] + boxes["total"]["height"]
    assert below or boxes["tools"]["x"] >= right["total"], "the buttons stand on the number of hits"


def test_a_query_without_meaning_is_explained_under_it(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    open_lab(page, lab.page())
    panel = search_of(page, "logs/app.log")
    ask(panel, "/(unclosed/")
    expect(panel.get_by_role("alert")).to_contain_text("The query cannot be answered")
    expect(panel.locator(".jp-Sawlog-diagnostic")).to_be_visible()
    screenshot("search-query-error")
    ask(panel, '"pool exhausted')
    expect(panel.locator(".jp-Sawlog-diagnostic")).to_contain_text("quote")
    expect(panel.get_by_role("alert")).to_have_count(0)
    screenshot("search-diagnostic")
    ask(panel, "nowhere_to_be_found")
    expect(panel.get_by_role("heading", name="No record matches")).to_be_visible()
    screenshot("search-nothing")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_hostile_log_is_shown_safely(site, page: Page, theme: str, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    open_lab(page, lab.page())
    page.evaluate(
        f"window.jupyterapp.commands.execute('apputils:change-theme', {{theme: 'JupyterLab {theme.title()}'}})"
    )
    panel = search_of(page, "logs/hostile.log")
    ask(panel, "level:error")
    total(panel, 5)
    for written in (
        "<script>window.pwned=1</script>",
        "⟨ESC⟩[31mred",
        "⟨NUL\u00d73⟩",
        "⟨RLO⟩gpj.exe",
        "⟨ZWSP⟩",
        "עברית",
    ):
        expect(panel.get_by_role("grid")).to_contain_text(written)
    for row in range(4, 0, -1):  # all but the huge one
        panel.locator(".jp-Sawlog-hit").nth(row).click()
    screenshot(f"search-hostile-{theme}")
    assert panel.locator("img, script, b, i, a").count() == 0
    assert page.evaluate("window.pwned") is None
    hidden = page.evaluate(
        r"document.querySelector('.jp-Sawlog-hits').textContent.match(/[\x00-\x08\x1b\u202e\u200b]/)"
    )
    assert hidden is None

    ask(panel, "needle")
    total(panel, 1)
    expect(panel.locator(".jp-Sawlog-hit mark")).to_have_text("needle")
    panel.locator(".jp-Sawlog-hit").first.click()
    expect(panel.get_by_text(re.compile(r"Characters [\d,]+ to [\d,]+ of 10,000,04\d"))).to_be_visible()
    panel.get_by_role("button", name="Next").click()
    expect(panel.locator(".jp-Sawlog-record pre")).to_contain_text("AAAA")
    assert len(panel.locator(".jp-Sawlog-record pre").inner_text()) < 30_000
    screenshot(f"search-huge-{theme}")
    use_theme(page, "light")  # it is kept for the tests that follow


def test_keyboard_from_end_to_end(site, page: Page) -> None:
    lab, counts = site
    open_lab(page, lab.page())
    panel = search_of(page, "logs/app.log")
    query = panel.get_by_label("Query", exact=True)
    panel.get_by_role("grid", name="Hits").focus()
    page.keyboard.press("/")
    expect(query).to_be_focused()
    page.keyboard.type("connection")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    total(panel, counts["ERROR"])
    panel.get_by_role("grid", name="Hits").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(panel.locator('.jp-Sawlog-hit[aria-expanded="true"]')).to_have_count(1)
    page.keyboard.press("c")
    expect(panel).to_contain_text("in the clipboard")
    assert "connection reset" in page.evaluate("navigator.clipboard.readText()")
    page.keyboard.press("Escape")
    expect(panel.locator('.jp-Sawlog-hit[aria-expanded="true"]')).to_have_count(0)
    page.keyboard.press("End")
    expect(panel.locator('.jp-Sawlog-hit[data-active="true"]')).to_be_visible()


def test_the_dashboard(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    open_lab(page, lab.page())
    search_of(page, "logs/app.log")
    execute(page, "sawlog:open-dashboard")
    board = page.get_by_role("region", name="Log dashboard")
    expect(board.locator(".js-plotly-plot").first).to_be_visible(timeout=60_000)
    screenshot("dashboard")


def test_the_shortcut_opens_a_search_and_another_puts_it_into_the_notebook(site, page: Page) -> None:
    lab, _ = site
    page.goto(lab.page("lab/tree/case.ipynb"))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=90_000)
    page.keyboard.press("Control+Shift+Y")
    page.locator(".jp-MainAreaWidget .jp-Sawlog-add input").fill("logs/app.log")
    page.keyboard.press("Enter")
    panel = page.locator(".jp-MainAreaWidget").get_by_role("region", name="Search the logs")
    total(panel, RECORDS)
    panel.get_by_label("Query", exact=True).focus()
    page.keyboard.press("Control+Shift+Enter")
    expect(panel).to_contain_text("Inserted into case.ipynb")
