"""What the rows of the hit list say: records of JSON, columns, and that logs have grown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.support.searching import ask, open_lab, search_of, total, use_theme

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def write_orders(path: Path, count: int) -> None:
    lines = (
        {"time": f"2026-11-01T08:00:{k:02}Z", "msg": f"order {k} shipped", "region": f"eu-{k % 3}", "paid": k % 2 == 0}
        for k in range(count)
    )
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")


def test_a_log_of_json_is_read_in_the_list(site, page: Page, screenshot: Callable[[str], None]) -> None:
    lab, _ = site
    write_orders(lab.store.parent / "work" / "logs" / "orders.json", 40)
    open_lab(page, lab.page())
    panel = search_of(page, "logs/orders.json")
    ask(panel, "region:eu-1 shipped")
    total(panel, 13)
    row = panel.locator(".jp-Sawlog-hit").first
    expect(row.locator(".jp-Sawlog-hitText")).to_have_text(re.compile("^order 37 shipped region=eu-1 paid=false$"))
    expect(row.locator("mark")).to_have_text(["shipped", "eu-1"])

    button = panel.get_by_role("button", name="Show region as a column")
    button.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("columnheader", name="region")).to_be_visible()
    expect(row.locator(".jp-Sawlog-hitColumn")).to_have_text("eu-1")
    expect(row.locator(".jp-Sawlog-hitText")).to_have_text("order 37 shipped paid=false")
    screenshot("search-columns-light")
    use_theme(page, "dark")
    screenshot("search-columns-dark")
    head, cell = (panel.locator(f"{part} .jp-Sawlog-hitColumn") for part in (".jp-Sawlog-hitHead", ".jp-Sawlog-hit"))
    boxes = [place.first.bounding_box() for place in (head, cell)]
    assert boxes[0] is not None and boxes[1] is not None
    assert boxes[0]["x"] == pytest.approx(boxes[1]["x"], abs=1)
    panel.get_by_role("button", name="Remove the column region").click()
    expect(panel.get_by_role("columnheader")).to_have_count(0)


def test_logs_that_have_grown_are_indexed_at_a_click(site, page: Page) -> None:
    lab, _ = site
    log = lab.store.parent / "work" / "logs" / "orders-now.json"
    write_orders(log, 5)
    open_lab(page, lab.page())
    panel = search_of(page, "logs/orders-now.json")
    write_orders(log, 6)
    more = panel.get_by_role("button", name="Index what is new")
    expect(more).to_be_visible()
    ask(panel, '"order 5"')
    expect(panel.get_by_text("None in what is indexed. The logs have grown since.")).to_be_visible()
    more.click()
    total(panel, 1)
    expect(more).to_have_count(0)
