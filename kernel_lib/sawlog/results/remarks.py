"""The parser's remarks on a query as text and as HTML: the place, what was understood, and the fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sawlog.results.escape import escape_html, visible

if TYPE_CHECKING:
    from sawlog.query.diagnostics import Diagnostic

#: Characters of the place and of the fix that are shown.
_SHOWN = 60


def remark_text(remark: Diagnostic, query: str) -> str:
    """``level=error: A field is compared by ...  Write level:error``; what is said of the whole query has no place."""
    place, fix = _shown(query[remark.start : remark.end]), remark.fix and _shown(remark.fix)
    advice = f"  Write {fix}" if fix and fix not in remark.message else ""
    return visible(f"{place}: {remark.message}{advice}" if place else f"{remark.message}{advice}", one_line=True)


def remark_html(remark: Diagnostic, query: str) -> str:
    """The same as a paragraph."""
    place, fix = _shown(query[remark.start : remark.end]), remark.fix and _shown(remark.fix)
    advice = f" Write <code>{escape_html(fix)}</code>" if fix else ""
    kind = "sawlog-warn" if remark.severity == "warning" else "sawlog-muted"
    where = f"<code>{escape_html(place)}</code> " if place else ""
    return f'<div class="{kind}">{where}{escape_html(remark.message)}{advice}</div>'


def _shown(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
