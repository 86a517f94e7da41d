"""A JupyterLab, a browser, and a user in front of it: ``python -m tests.bench.panel_session STORE ASKED.json``.

Says each figure, as soon as it is there, as one line of JSON: ``{"completion.first": [31.2, …]}``, in milliseconds.
Whoever starts it may stop it at any time and has what was said until then.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from tests.bench.corpora import ROOT
from tests.bench.stalls import Stalls
from tests.support.jupyterlab import CHROMIUM_ARGUMENTS, chromium, running_lab
from tests.support.weblogs import write_hostile_log

if TYPE_CHECKING:
    from playwright.sync_api import Page

PROBE = Path(__file__).with_name("probe.js")
ROUNDS = 5
SCROLLED, QUICK_SCROLLED = 100_000, 5_000
LABEXTENSION = ROOT / "extension" / "sawlog_lab" / "labextension"

#: Milliseconds that anything may take, that scrolling may, and that a user looks at an answer.
LIMIT, SCROLL_LIMIT, LOOK = 30_000, 400_000, 250

MAIN = ".jp-MainAreaWidget:not(.lm-mod-hidden)"
HITS, COUNT = f"{MAIN} .jp-Sawlog-hits", f"{MAIN} .jp-Sawlog-total"
HISTOGRAM, FACETS = f"{MAIN} .jp-Sawlog-histogram", f"{MAIN} .jp-Sawlog-facets"
FIRST_HIT = f"{MAIN} .jp-Sawlog-hit:not(.jp-mod-loading)"
SUGGESTION = f"{MAIN} .jp-Sawlog-suggestion"
DATASET = "#sawlog-datasets:not(.lm-mod-hidden) .jp-Sawlog-dataset"

#: What is waited for, by name: parts that are to be busy and then not, parts that are to be there.
Aims = dict[str, dict[str, list[str]]]


def main(store: Path, asked: dict[str, Any]) -> None:
    with tempfile.TemporaryDirectory() as home, Stalls() as stalls, _page(Path(home), store) as (page, loaded):
        user = _User(page, stalls)
        _say("size", [_compressed(loaded)])
        _say("side.first", [user.open_side()])
        _say("side.again", [user.open_side() for _ in range(ROUNDS)])
        _say("open.first", [user.open(dataset=asked["dataset"])])
        _say("open.again", [user.open(dataset=asked["dataset"]) for _ in range(ROUNDS)])
        for round in ("first", "again"):
            took = [each for before, word in asked["typed"] for each in user.type(before, word)]
            _say(f"completion.{round}", took)
        for number in range(ROUNDS):
            answered = [user.ask(query) for query in asked["queries"]]
            for figure in ("hits", "charts"):
                _say(f"{figure}.{'again' if number else 'first'}", [each.get(figure) for each in answered])
        user.ask(asked["common"])
        scrolled = page.evaluate(
            "given => probe.scroll(given)", {"grid": HITS, "rows": asked["scrolled"], "limit": SCROLL_LIMIT}
        )
        _say("scroll.frames", user.counted(scrolled["frames"]))
        _say("scroll.rows", [scrolled["rows"]])
        _say("scroll.blank", [scrolled["blank"]])
        write_hostile_log(Path(home) / "work" / "huge.log")
        user.open(path="huge.log")
        frames, length = user.page_through("needle")
        _say("huge.frames", frames)
        _say("huge.length", [length])
        _say("stalls", [ended - began for began, ended in stalls.found])


class _User:
    """What a user does, each with the milliseconds until it is seen; None where the machine stood still meanwhile."""

    def __init__(self, page: Page, stalls: Stalls) -> None:
        self._page, self._stalls = page, stalls
        self._panel = page.locator(MAIN).get_by_role("region", name="Search the logs")
        self._query = self._panel.get_by_label("Query", exact=True)

    def open_side(self) -> float | None:
        """The sidebar, from the command to its list of datasets."""
        self._execute("filebrowser:activate")
        self._page.wait_for_timeout(LOOK)
        return self._timed(partial(self._execute, "sawlog:open-panel"), {"side": {"shown": [DATASET]}}).get("side")

    def open(self, **arguments: str) -> float | None:
        """A panel in the main area, in place of the one before, from the command to its first hits."""
        self._execute("application:close")
        self._page.wait_for_timeout(LOOK)
        command = partial(self._execute, "sawlog:open-search", area="main", **arguments)
        return self._timed(command, {"open": {"shown": [FIRST_HIT]}}).get("open")

    def type(self, before: str, word: str) -> Iterator[float | None]:
        """Each key of a word, to the suggestions after it; those of the key before are closed."""
        self._query.fill(before)
        for key in word:
            self._page.wait_for_timeout(LOOK)
            self._query.press("Escape")
            aims: Aims = {"suggestions": {"shown": [SUGGESTION]}}
            yield self._timed(partial(self._query.press, key), aims, event="keydown").get("suggestions")
        self._query.press("Escape")

    def ask(self, text: str) -> dict[str, float]:
        """From Enter to the first hits, and to the histogram and the facets."""
        self._query.fill(text)
        self._page.wait_for_timeout(LOOK)
        self._query.press("Escape")
        aims: Aims = {"hits": {"settled": [COUNT], "shown": [FIRST_HIT]}, "charts": {"settled": [HISTOGRAM, FACETS]}}
        return self._timed(partial(self._query.press, "Enter"), aims, event="keydown")

    def page_through(self, word: str) -> tuple[list[float], float]:
        """Frames while a record of megabytes is found, opened and paged through, and how long it says that it is."""
        self._page.evaluate("() => { window.stopFrames = probe.watchFrames() }")
        self.ask(word)
        self._panel.locator(".jp-Sawlog-hit").first.click()
        for button in ("Next", "Next", "Previous"):
            self._panel.get_by_role("button", name=button).click()
            self._page.wait_for_timeout(LOOK)
        said = self._panel.locator(".jp-Sawlog-pager span").inner_text().rpartition(" ")[2]
        return self.counted(self._page.evaluate("stopFrames()")), float(said.replace(",", ""))

    def counted(self, frames: Iterable[tuple[float, float]]) -> list[float]:
        """The lengths of frames that come with when they began; without those in which the machine stood still."""
        return [length for at, length in frames if not self._stalls.overlap(at / 1e3, (at + length) / 1e3)]

    def _execute(self, command: str, **arguments: str) -> None:
        self._page.evaluate("([c, a]) => { void window.jupyterapp.commands.execute(c, a) }", [command, arguments])

    def _timed(self, act: Callable[[], None], aims: Aims, event: str | None = None) -> dict[str, float]:
        """Milliseconds from what ``act`` does, or from the event that it causes, until each aim of ``probe.arm``."""
        began = time.time()
        self._page.evaluate("given => probe.arm(given)", {"event": event, "aims": aims, "limit": LIMIT})
        act()
        took: dict[str, float] = self._page.evaluate("probe.took")
        stood = self._stalls.within(began, time.time())
        self._page.wait_for_timeout(LOOK)
        return {} if stood else took


@contextmanager
def _page(home: Path, store: Path) -> Iterator[tuple[Page, list[str]]]:
    """A page that shows a JupyterLab over a store, and the addresses that it has loaded."""
    from playwright.sync_api import sync_playwright

    with running_lab(home, store=store) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), headless=True, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 900}, locale="en-US")
        page.set_default_timeout(2 * LIMIT)
        page.add_init_script(path=PROBE)
        loaded: list[str] = []
        page.on("request", lambda request: loaded.append(request.url))
        page.goto(lab.page(), timeout=120_000)
        page.wait_for_selector(".jp-LauncherCard", timeout=120_000)
        yield page, loaded
        browser.close()


def _say(figure: str, values: Sequence[float | None]) -> None:
    print(json.dumps({figure: [value for value in values if value is not None]}), flush=True)


def _compressed(loaded: Iterable[str]) -> float:
    """Bytes of what JupyterLab's load fetched of the labextension, as a server that compresses would send them."""
    paths = {urlsplit(url).path.partition("/extensions/sawlog/")[2] for url in loaded}
    return float(sum(len(gzip.compress((LABEXTENSION / path).read_bytes())) for path in paths if path))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()))
