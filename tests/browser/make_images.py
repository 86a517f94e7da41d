"""Makes the pictures of the documentation again: ``python -m tests.browser.make_images``.

The logs are the generated samples.  Where they lie on this machine is shown as ``/srv/shop``.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, WebSocketRoute, expect, sync_playwright
from tests.support.jupyterlab import CHROMIUM_ARGUMENTS, Lab, chromium, run_cell, running_lab

ROOT = Path(__file__).parents[2]
IMAGES = ROOT / "docs" / "images"
SHOWN = "/srv/shop"
CELLS = (
    'import sawlog\n\nlogs = sawlog.open("sample-logs/", name="shop", progress="none")\nlogs.wait()\n'
    "logs.search('level:error timeout', limit=5)",
    'logs.histogram("level:error", by="10m").plot()',
)


def main() -> None:
    expect.set_options(timeout=60_000)
    with (
        tempfile.TemporaryDirectory() as directory,
        running_lab(Path(directory), store=Path(directory) / ".sawlog") as lab,
        sync_playwright() as playwright,
    ):
        work = Path(directory) / "work"
        _write_logs(work)
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1440, "height": 900}, locale="en-US")
        page.route_web_socket(re.compile("/sawlog/api/channel"), lambda route: _at(route, str(work)))
        _first_search(page, lab)
        _search_panel(page, lab)
        browser.close()


def _write_logs(work: Path) -> None:
    sys.path.insert(0, str(ROOT / "notebooks"))
    from make_sample_logs import write_sample_logs  # type: ignore[import-not-found]

    write_sample_logs(work / "sample-logs")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    common = {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": []}
    cells = [{**common, "id": f"cell-{number}", "source": source} for number, source in enumerate(CELLS)]
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (work / "incident.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def _at(route: WebSocketRoute, work: str) -> None:
    """Has the panel show another place than the one where the logs are."""
    server = route.connect_to_server()
    route.on_message(lambda message: server.send(str(message).replace(SHOWN, work)))
    server.on_message(lambda message: route.send(str(message).replace(work, SHOWN)))


def _first_search(page: Page, lab: Lab) -> None:
    page.goto(lab.page("lab/tree/incident.ipynb"))
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=90_000)
    for number in range(len(CELLS)):
        run_cell(page, number)
    expect(page.locator(".jp-NotebookPanel .js-plotly-plot")).to_be_visible()
    page.evaluate("window.jupyterapp.commands.execute('sawlog:open-panel')")
    expect(page.get_by_role("region", name="Log datasets").get_by_role("listitem")).to_contain_text("Ready")
    page.screenshot(path=IMAGES / "first-search.png", animations="disabled")


def _search_panel(page: Page, lab: Lab) -> None:
    page.evaluate("window.jupyterapp.commands.execute('sawlog:open-search', {dataset: 'shop', area: 'main'})")
    panel = page.locator(".jp-MainAreaWidget").get_by_role("region", name="Search the logs")
    panel.get_by_label("Query", exact=True).fill("timeout status:>=500")
    panel.get_by_role("button", name="Search", exact=True).click()
    expect(panel.locator(".jp-Sawlog-hit mark").filter(has_text="timeout").first).to_be_visible()
    panel.locator(".jp-Sawlog-hit").nth(1).click()
    expect(panel.get_by_role("rowheader", name="timestamp")).to_be_visible()
    expect(panel.locator(".jp-Sawlog-facets")).to_have_attribute("aria-busy", "false")
    expect(panel.locator(".jp-Sawlog-histogram")).to_have_attribute("data-loading", "false")
    page.mouse.move(0, 0)
    page.screenshot(path=IMAGES / "search-panel.png", animations="disabled")


if __name__ == "__main__":
    main()
