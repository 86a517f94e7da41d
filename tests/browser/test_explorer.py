"""The search panel in a cell: JupyterLab, and, with the labextension kept away, Notebook 7 and Voila."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import nbformat
import pytest
from nbconvert.exporters import HTMLExporter
from playwright.sync_api import Locator, Page, Route, expect
from tests.support.jupyterlab import run_cell
from tests.support.weblogs import write_hostile_log, write_service_log

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

RECORDS = 5_000
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
OPEN = "import sawlog\nlogs = sawlog.open('{log}', name='{name}', store='{store}', background=False, progress='none')"
SHOW = "w = logs.explore('level:error')\nw"


def cell(source: str) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "id": f"c{abs(hash(source)):x}"[:12],
        "metadata": {},
        "source": source,
        "outputs": [],
        "execution_count": None,
    }


@pytest.fixture(scope="module")
def site(start_lab: Callable[..., Any]) -> Iterator[Any]:
    """A server whose root holds logs, a notebook that explores them, and one that explores hostile ones."""
    with start_lab() as lab:
        work = lab.store.parent / "work"
        write_service_log(work / "app.log", RECORDS)
        write_hostile_log(work / "hostile.log")
        for name, log, more in (
            ("explore", "app.log", ["print(w.query, len(w.rows))", "w.query = 'connection'; w.height = 400"]),
            ("busy", "app.log", ["import time\ntime.sleep(30)"]),
            ("hostile", "hostile.log", []),
        ):
            show = SHOW if name != "hostile" else "w = logs.explore()\nw"
            cells = [cell(OPEN.format(log=work / log, name=log[:-4], store=lab.store)), cell(show), *map(cell, more)]
            notebook = {"cells": cells, "metadata": {"kernelspec": KERNEL}, "nbformat": 4, "nbformat_minor": 5}
            (work / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        yield lab


@pytest.fixture
def no_labextension(page: Page) -> Iterator[None]:
    """Keeps sawlog's labextension away, as where it is not installed."""
    kept: list[str] = []

    def away(route: Route) -> None:
        kept.append(route.request.url)
        route.abort()

    page.route(re.compile(r"/(lab)?extensions/sawlog/"), away)
    yield
    assert kept, "the page has looked for the labextension, and did without"


def explorer(page: Page) -> Locator:
    found = page.locator(".jp-Sawlog-explorer").get_by_role("region", name="Search the logs")
    expect(found.locator(".jp-Sawlog-hit").first).to_be_visible(timeout=90_000)
    return found


def box(panel: Locator) -> Locator:
    return panel.get_by_label("Query", exact=True)


def open_notebook(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=90_000)
    expect(page.locator('.jp-Notebook-ExecutionIndicator[data-status="idle"]')).to_be_visible(timeout=60_000)


@pytest.mark.parametrize("path", ["lab/tree/explore.ipynb", "notebooks/explore.ipynb"])
def test_question_and_trait_are_one(
    site, page: Page, no_labextension: None, screenshot: Callable[[str], None], path: str
) -> None:
    open_notebook(page, site.page(path))
    run_cell(page, 0)
    run_cell(page, 1)
    panel = explorer(page)
    expect(box(panel)).to_have_value("level:error")
    expect(page.locator(".jp-Sawlog-explorer")).to_have_css("height", "560px")
    expect(panel.locator(".jp-Sawlog-hit[data-level=error]").first).to_be_visible()
    screenshot(f"explorer-{path.partition('/')[0]}")

    box(panel).fill("level:warning")
    box(panel).press("Enter")
    expect(panel.locator(".jp-Sawlog-hit[data-level=warning]").first).to_be_visible()
    run_cell(page, 2)
    expect(page.locator(".jp-OutputArea-output pre").last).to_have_text(re.compile(r"^level:warning [1-9]\d*\s*$"))

    run_cell(page, 3)
    expect(box(panel)).to_have_value("connection")
    expect(panel.locator(".jp-Sawlog-hit mark").first).to_have_text("connection")


@pytest.mark.parametrize("path", ["lab/tree/explore.ipynb", "notebooks/explore.ipynb"])
def test_keys_are_the_panel_s_and_not_the_notebook_s(site, page: Page, path: str) -> None:
    """Of the notebook, ↓ would go to the next cell, and ``x`` cut the explorer's."""
    open_notebook(page, site.page(path))
    run_cell(page, 0)
    run_cell(page, 1)
    panel = explorer(page)
    panel.locator(".jp-Sawlog-hit").nth(1).click()
    panel.get_by_role("button", name="Context", exact=True).press("Enter")
    expect(panel.get_by_role("list", name="Records around this one")).to_be_visible()
    panel.get_by_role("button", name="Hide the context").press("Enter")
    hits = panel.get_by_role("grid", name="Hits")
    expect(hits).to_be_focused()
    for key in ("ArrowDown", "x"):
        page.keyboard.press(key)
    expect(panel.get_by_text("1 record selected")).to_be_visible()
    expect(hits).to_be_focused()
    expect(page.locator(".jp-CodeCell")).to_have_count(4)


def test_answers_while_a_cell_runs_and_is_saved_as_a_picture(
    site, page: Page, screenshot: Callable[[str], None]
) -> None:
    open_notebook(page, site.page("lab/tree/busy.ipynb"))
    run_cell(page, 0)
    run_cell(page, 1)
    panel = explorer(page)
    run_cell(page, 2, finish=False)
    box(panel).fill("level:warning")
    box(panel).press("Enter")
    expect(panel.locator(".jp-Sawlog-hit[data-level=warning]").first).to_be_visible()
    assert page.locator(".jp-CodeCell").nth(2).locator(".jp-InputPrompt").inner_text() == "[*]:"

    picture = page.locator("[class^=sawlog-picture]")
    expect(picture).to_have_count(1)
    expect(picture).to_be_hidden()
    file = site.store.parent / "work" / "busy.ipynb"
    page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    saved = nbformat.read(file, as_version=4)
    assert "connection reset by peer" in saved.cells[1].outputs[1]["data"]["text/html"]
    exported, _ = HTMLExporter().from_notebook_node(saved)
    assert "connection reset by peer" in exported
    page.evaluate("window.jupyterapp.serviceManager.sessions.shutdownAll().then(() => null)")
    page.goto(site.page("lab/tree/busy.ipynb"))
    expect(picture).to_contain_text("connection reset by peer", timeout=60_000)
    expect(picture).to_be_visible()
    screenshot("explorer-saved")


def test_a_restarted_kernel_is_told_unasked(site, page: Page, screenshot: Callable[[str], None]) -> None:
    open_notebook(page, site.page("lab/tree/explore.ipynb"))
    run_cell(page, 0)
    run_cell(page, 1)
    panel = explorer(page)
    page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(panel).to_contain_text("Run the cell again.", timeout=60_000)
    box(panel).fill("level:warning")
    box(panel).press("Enter")
    expect(panel.get_by_role("heading", name="The kernel was restarted, or has ended")).to_be_visible()
    screenshot("explorer-restarted")


def test_hostile_logs_do_nothing(site, page: Page, screenshot: Callable[[str], None]) -> None:
    open_notebook(page, site.page("lab/tree/hostile.ipynb"))
    run_cell(page, 0)
    run_cell(page, 1)
    panel = explorer(page)
    box(panel).fill("level:error")
    box(panel).press("Enter")
    expect(panel.locator(".jp-Sawlog-hit")).to_have_count(5)
    for number in range(5):
        panel.locator(".jp-Sawlog-hit").nth(number).click()
    screenshot("explorer-hostile")
    assert page.evaluate("window.pwned") is None
    assert panel.locator("img, script, b").count() == 0


def test_works_in_voila(site, page: Page, no_labextension: None, screenshot: Callable[[str], None]) -> None:
    page.goto(site.page("voila/render/explore.ipynb"))
    panel = explorer(page)
    expect(box(panel)).to_have_value("connection")  # what the notebook's last cell asks
    screenshot("explorer-voila")
    box(panel).fill("level:error")
    box(panel).press("Enter")
    expect(panel.locator(".jp-Sawlog-hit[data-level=error]").first).to_be_visible()
