"""Results as plain text, for a console: one line a record, nothing that acts on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sawlog.results.escape import visible
from sawlog.results.html import timeout_text, took_seconds
from sawlog.results.remarks import remark_text
from sawlog.results.times import digits, format_time
from sawlog.results.units import format_seconds, plural

if TYPE_CHECKING:
    from sawlog.results.context import Context
    from sawlog.results.hits import Hit, Hits

_ROWS = 20
_WIDTH = 160


def hits_text(hits: Hits) -> str:
    """The remarks on the query, the first rows of the page, and what is not shown."""
    shown = [hit for hit, _ in zip(hits, range(_ROWS), strict=False)]
    head = f"{plural(hits.total, 'record')}{f' for {visible(hits.text, one_line=True)}' if hits.text else ''}"
    if hits.took:
        head += f" in {format_seconds(took_seconds(hits.took))}"
    lines = [head, *(f"remark: {remark_text(remark, hits.text)}" for remark in hits.diagnostics)]
    if hits.timed_out:
        lines.append(timeout_text(hits))
    decimals = digits(hit.timestamp_ns for hit in shown)
    places = [place(hit) for hit in shown]
    widest = min(max(map(len, places), default=0), 40)
    for hit, where in zip(shown, places, strict=True):
        time = format_time(hit.timestamp_ns, hits.timezone, decimals)
        lines.append(
            cut(f"{time:19}  {visible(hit.level or '', one_line=True):9}  {where:{widest}}  {visible_head(hit.raw)}")
        )
    if len(shown) < hits.total:
        lines.append(f"… {hits.total - len(shown):,} more; all of them: .to_pandas(limit=None)")
    return "\n".join(lines)


def context_text(context: Context) -> str:
    """Each block under the name of its source; a hit's line has a colon behind its number, a neighbour's a dash."""
    lines: list[str] = []
    for block in context:
        lines.append(f"{visible(block.source, one_line=True)}")
        for hit, match in zip(block.records, block.matches, strict=True):
            lines.append(cut(f"{hit.line:>8}{':' if match else '-'} {visible_head(hit.raw)}"))
    return "\n".join(lines) if lines else "no hits, so nothing around them"


def place(hit: Hit) -> str:
    """``app.log:12``"""
    return f"{visible(hit.source.rsplit('/', 1)[-1], one_line=True)}:{hit.line}"


def visible_head(text: str) -> str:
    """The start of a record on one line; a record can be megabytes long."""
    return visible(text[: _WIDTH + 1], one_line=True)


def cut(line: str) -> str:
    """``line`` within the width of a console, with a sign that it goes on."""
    return line if len(line) <= _WIDTH else line[: _WIDTH - 1] + "…"
