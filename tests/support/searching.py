"""What browser tests of the search panel do over and over."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page, expect

#: Of the service's log that the tests search.
RECORDS = 20_000


def execute(page: Page, command: str, **args: Any) -> None:
    page.evaluate("([command, args]) => { window.jupyterapp.commands.execute(command, args) }", [command, args])


def open_lab(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(".jp-LauncherCard", timeout=90_000)


def use_theme(page: Page, theme: str) -> None:
    name = f"JupyterLab {theme.title()}"
    execute(page, "apputils:change-theme", theme=name)
    page.wait_for_selector(f'body[data-jp-theme-name="{name}"]', state="attached")


def search_of(page: Page, path: str) -> Locator:
    """The search panel over the logs at a path, in the main area."""
    execute(page, "sawlog:open-search", path=path)
    panel = page.locator(".jp-MainAreaWidget").get_by_role("region", name="Search the logs")
    expect(panel.locator(".jp-Sawlog-hit").first).to_be_visible()
    expect(panel.get_by_role("progressbar")).to_have_count(0)
    return panel


def ask(panel: Locator, query: str) -> None:
    panel.get_by_label("Query", exact=True).fill(query)
    panel.get_by_role("button", name="Search", exact=True).click()


def total(panel: Locator, count: int) -> None:
    expect(panel.locator(".jp-Sawlog-totalExact")).to_contain_text(f"{count:,} hit")
