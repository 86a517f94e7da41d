"""The notebook's view of hits and of their context: static HTML with its own scoped style."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING

from sawlog.results.escape import visible
from sawlog.results.highlight import escape_html, excerpt_markup
from sawlog.results.remarks import remark_html
from sawlog.results.spans import Highlighter, Span
from sawlog.results.style import LEVEL_COLOURS, STYLE
from sawlog.results.times import digits, format_time
from sawlog.results.units import format_seconds, plural

if TYPE_CHECKING:
    from sawlog.results.context import Context
    from sawlog.results.hits import Hit, Hits

#: Rows of a page that a view shows; a larger page says how many it holds.
MAX_ROWS = 200


def hits_html(hits: Hits) -> str:
    """The remarks on the query, and the page as a table: time, level, source and line, text with its matches marked."""
    shown = [hit for hit, _ in zip(hits, range(MAX_ROWS), strict=False)]
    seconds = took_seconds(hits.took)
    query = f" for <code>{escape_html(hits.text)}</code>" if hits.text else ""
    head = f"<b>{plural(hits.total, 'record')}</b>{query}"
    if hits.took:
        head += f' <span class="sawlog-muted">in {format_seconds(seconds)}</span>'
    warning = f'<div class="sawlog-warn" role="alert">{escape_html(timeout_text(hits))}</div>' if hits.timed_out else ""
    note = ""
    if 0 < len(shown) < hits.total:
        note = (
            f'<div class="sawlog-muted">The first {len(shown):,} are shown. '
            "All of them as a DataFrame: <code>.to_pandas(limit=None)</code></div>"
        )
    spans = Highlighter(hits.query).spans([hit.raw for hit in shown], [hit.values for hit in shown])
    table = _table(_rows(shown, spans, hits.timezone), hits.timezone) if shown else ""
    remarks = "".join(remark_html(remark, hits.text) for remark in hits.diagnostics)
    return _view(f'<div class="sawlog-head">{head}</div>{remarks}{warning}{table}{note}')


def hit_html(hit: Hit) -> str:
    """One record: its text with the matches marked, then its fields."""
    fields = "".join(
        f'<tr><th scope="row">{escape_html(name)}</th><td class="sawlog-text">{escape_html(str(value))}</td></tr>'
        for name, value in hit.fields.items()
    )
    found = f"<table><tbody>{fields}</tbody></table>" if fields else ""
    return _view(_table(_rows([hit], [hit.spans], "UTC"), "UTC") + found)


def context_html(context: Context) -> str:
    """Each block as a table under the name of its source, the hits standing out."""
    parts = []
    for block in context:
        rows = _rows(block.records, context.spans(block), context.timezone, block.matches)
        parts.append(f'<div class="sawlog-head">{escape_html(block.source)}</div>{_table(rows, context.timezone)}')
    return _view("".join(parts) or '<div class="sawlog-muted">No hits, so nothing around them.</div>')


def timeout_text(hits: Hits) -> str:
    """What a partial answer says of itself."""
    return (
        f"The search timed out after {format_seconds(took_seconds(hits.took))}. What is shown is right but not all; "
        "give a longer timeout, a shorter time range or a rarer word."
    )


def took_seconds(took: dict[str, float]) -> float:
    """The whole time of a search, from its phases."""
    return took.get("total", sum(took.values()))


def _view(body: str) -> str:
    return f'{STYLE}<div class="sawlog">{body}</div>'


def _table(rows: str, timezone: str) -> str:
    head = (
        f'<tr><th scope="col">time ({escape_html(timezone)})</th><th scope="col">level</th>'
        '<th scope="col">source</th><th scope="col">text</th></tr>'
    )
    return f'<div class="sawlog-scroll"><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>'


def _rows(hits: Sequence[Hit], spans: Iterable[Sequence[Span]], timezone: str, marked: Sequence[bool] = ()) -> str:
    decimals = digits(hit.timestamp_ns for hit in hits)
    rows = []
    for position, (hit, found) in enumerate(zip(hits, spans, strict=True)):
        opening = '<tr class="sawlog-match">' if marked and marked[position] else "<tr>"
        place = f"{hit.source.rsplit('/', 1)[-1]}:{hit.line}"
        rows.append(
            f'{opening}<td class="sawlog-time">{format_time(hit.timestamp_ns, timezone, decimals)}</td>'
            f"<td>{_level(hit.level)}</td>"
            f'<td title="{escape(visible(hit.source), quote=True)}">{escape_html(place)}</td>'
            f'<td class="sawlog-text">{excerpt_markup(hit.raw, found)}</td></tr>'
        )
    return "".join(rows)


@lru_cache(maxsize=64)
def _level(level: str | None) -> str:
    if not level:
        return ""
    colour = LEVEL_COLOURS.get(level, LEVEL_COLOURS[""])
    return f'<span style="color:{colour};font-weight:600">{escape_html(level)}</span>'
