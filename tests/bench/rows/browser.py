"""The search panel as people see it: from a key to the picture, in a real browser before a real JupyterLab.

Times are of the page's own clock, from the key to the frame after the change.  Everything is asked once before, so that
what is measured is a warm server; the browser draws without a graphics card here.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.corpora import ROOT
from tests.bench.measure import Stat
from tests.bench.rows.base import SAWLOG, Context, Row

#: The set of about 5 M records.
TIMES = 5

TYPED = ("err", "warn", "time", "test", "build", "conn", "info", "fail", "start", "cache")
ASKED = ("error", "warning", "timeout", "failed", "started", "level:error", "build", "test", "cache", "connection")
SCROLLED = 100_000

#: Resolves with the milliseconds from the last marked event until the condition holds and a frame was drawn since.
_WATCH = """
window.sawlogWatch = (name, holds) => new Promise(resolve => {
  const begin = () => {
    const start = performance.now();
    const look = () => {
      if (!holds()) return requestAnimationFrame(look);
      requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
    };
    look();
  };
  if (name === 'now') return begin();
  document.addEventListener(name, begin, { capture: true, once: true });
});
"""

#: Scrolls through so many hits, a screen a frame; gives the longest time between two frames.
_SCROLL = """
async ([selector, hits]) => {
  const grid = document.querySelector(selector);
  const row = 26, step = grid.clientHeight;
  let last = performance.now(), longest = 0, position = 0;
  while (position < hits * row && grid.scrollTop + grid.clientHeight < grid.scrollHeight - 1) {
    grid.scrollTop += step;
    position += step;
    await new Promise(requestAnimationFrame);
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  return [longest, position / row];
}
"""


def rows(context: Context) -> list[Row]:
    corpus = context.ids() if context.quick else context.ci(TIMES)
    built = context.built(SAWLOG, corpus)
    if built is None:
        return []
    context.say(f"browser: {corpus.name}, {corpus.lines:,} lines")
    with _panel(built.directory) as (page, panel):
        opened = _opening(page)
        for word in ASKED:
            _charts(page, panel, word)
        figures = {
            "completion": [_complete(page, panel, prefix) for prefix in TYPED],
            "hits": [_ask(page, panel, word) for word in ASKED],
            "charts": [_charts(page, panel, word) for word in ASKED],
            "open": opened,
        }
        _ask(page, panel, "")
        longest, seen = page.evaluate(_SCROLL, [".jp-Sawlog-hits", SCROLLED])
    where = f", {corpus.lines:,} lines"
    return [
        _row("completion", f"from a key to completions shown{where}", 100, figures["completion"]),
        _row("hits", f"from Enter to the first hits painted{where}", 150, figures["hits"]),
        _row("charts", f"from Enter to histogram and facets painted{where}", 300, figures["charts"]),
        _row("open", "opening the panel", 300, figures["open"]),
        _row("frame", f"the longest frame while scrolling through {seen:,.0f} hits", 100, [longest]),
        _size(),
    ]


def _row(key: str, what: str, limit: float, values: Sequence[float]) -> Row:
    measured = Stat("ms", tuple(values))
    worst = sorted(values)[max(0, -(-len(values) * 95 // 100) - 1)]
    return Row(
        key=f"browser.{key}",
        what=what,
        must=f"p95 ≤ {limit:g} ms",
        measured=measured,
        peers={"p95": Stat("ms", (worst,))},
        ratio=None,
        against="",
        ok=worst <= limit,
    )


def _size() -> Row:
    static = ROOT / "extension" / "sawlog_lab" / "labextension" / "static"
    packed = sum(len(gzip.compress(path.read_bytes())) for path in static.glob("*.js"))
    return Row(
        key="browser.size",
        what="what the labextension adds to Lab's load, compressed",
        must="≤ 300 KB",
        measured=Stat("B", (float(packed),)),
        peers={},
        ratio=None,
        against="",
        ok=packed <= 300_000,
    )


@contextmanager
def _panel(store: Path) -> Iterator[tuple[Any, Any]]:
    """A browser page, and the search panel in it over the only dataset of a store."""
    from playwright.sync_api import sync_playwright
    from tests.support.jupyterlab import CHROMIUM_ARGUMENTS, CHROMIUM_NAMES, running_lab

    chromium = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    with (
        tempfile.TemporaryDirectory() as home,
        running_lab(Path(home), store=store) as lab,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, headless=True, args=CHROMIUM_ARGUMENTS)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(lab.page())
        page.wait_for_selector(".jp-LauncherCard", timeout=120_000)
        page.evaluate(_WATCH)
        name = next(path.name for path in store.iterdir() if path.is_dir())
        _execute(page, "sawlog:open-search", dataset=name, area="main")
        panel = page.locator(".jp-MainAreaWidget").get_by_role("region", name="Search the logs")
        panel.locator(".jp-Sawlog-hit").first.wait_for(timeout=120_000)
        yield page, panel
        browser.close()


def _execute(page: Any, command: str, **arguments: Any) -> None:
    page.evaluate("([c, a]) => { void window.jupyterapp.commands.execute(c, a) }", [command, arguments])


def _opening(page: Any) -> list[float]:
    """The side panel, closed and opened again."""
    found = []
    for _ in range(5):
        _execute(page, "application:toggle-left-area")
        page.wait_for_timeout(300)
        _execute(page, "sawlog:open-panel")
        found.append(
            page.evaluate("sawlogWatch('now', () => document.querySelector('#sawlog-datasets')?.offsetParent != null)")
        )
        page.wait_for_timeout(300)
    return found


def _type(page: Any, panel: Any, text: str) -> None:
    query = panel.get_by_label("Query", exact=True)
    query.click()
    query.fill(text)
    page.wait_for_timeout(400)
    page.keyboard.press("Escape")


def _complete(page: Any, panel: Any, prefix: str) -> float:
    """The last letter of a prefix, to its suggestions."""
    _type(page, panel, prefix[:-1])
    page.evaluate(
        "() => { window.sawlogTook = sawlogWatch('keydown', () => document.querySelector('.jp-Sawlog-suggestion')) }"
    )
    page.keyboard.press(prefix[-1])
    return float(page.evaluate("window.sawlogTook"))


def _ask(page: Any, panel: Any, query: str) -> float:
    """Enter, to the first hits of the new question, which come with its total."""
    return _until_new(page, panel, query, ".jp-Sawlog-totalExact")


def _charts(page: Any, panel: Any, query: str) -> float:
    """Enter, to the bars and the facets of the new question."""
    return _until_new(page, panel, query, ".jp-Sawlog-plot", ".jp-Sawlog-facets")


def _until_new(page: Any, panel: Any, query: str, *parts: str) -> float:
    """Types a query; milliseconds from Enter until these parts of the panel have changed; -1: not within 30 s."""
    _type(page, panel, query)
    page.evaluate(
        """parts => {
          const look = part => document.querySelector('.jp-MainAreaWidget ' + part)?.innerHTML ?? '';
          const before = parts.map(look);
          window.sawlogTook = sawlogWatch('keydown', () => parts.every((part, i) => look(part) !== before[i]));
        }""",
        list(parts),
    )
    page.keyboard.press("Enter")
    took = page.evaluate("Promise.race([window.sawlogTook, new Promise(done => setTimeout(() => done(-1), 30000))])")
    page.wait_for_timeout(300)
    return float(took)
