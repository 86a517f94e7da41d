"""How is a record shown with its matches marked?  Markup that is safe for any text, and excerpts of huge records."""

from __future__ import annotations

import html
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sawlog.results.escape import acts, escape_html
from sawlog.results.spans import Highlighter, Span, highlight_spans, merge_spans
from sawlog.results.units import format_bytes, plural

__all__ = [
    "Excerpt",
    "Gap",
    "Highlighter",
    "Span",
    "escape_html",
    "excerpt_markup",
    "gap_text",
    "highlight_spans",
    "markup",
    "merge_spans",
    "snippet",
]

_BEGIN, _END = "\x02", "\x03"

#: Records up to this many characters are shown whole.
WHOLE = 4_000


def markup(text: str, spans: Iterable[Span], before: str = "<mark>", after: str = "</mark>") -> str:
    """``text`` as HTML with each span between ``before`` and ``after``.

    Args:
        text: anything, lone surrogates included.
        spans: (start, end) in characters of ``text``; overlapping ones are merged.
        before, after: trusted HTML.
    """
    return _marked(text, merge_spans(spans, len(text)), before, after)


def _marked(text: str, spans: Sequence[Span], before: str = "<mark>", after: str = "</mark>") -> str:
    """:func:`markup` for spans that are in order and do not overlap."""
    if not spans:
        return escape_html(text)
    # Escaping once is ten times faster than piece by piece, so the places of the tags are held by two acting
    # characters, where the text has none.
    whole = not acts(text)
    begin, end, escape = (_BEGIN, _END, str) if whole else (before, after, escape_html)
    parts: list[str] = []
    position = 0
    for start, stop in spans:
        parts += (escape(text[position:start]), begin, escape(text[start:stop]), end)
        position = stop
    parts.append(escape(text[position:]))
    marked = "".join(parts)
    return html.escape(marked).replace(_BEGIN, before).replace(_END, after) if whole else marked


@dataclass(frozen=True)
class Excerpt:
    """A shown part of a record: its text, where it starts in the record, and the spans within this text."""

    text: str
    start: int
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Gap:
    """A part of a record that is left out: its size, and how many matches begin in it."""

    characters: int
    bytes: int
    matches: int


def snippet(
    text: str, spans: Sequence[Span], around: int = 300, windows: int = 3, whole: int = WHOLE
) -> list[Excerpt | Gap]:
    """What to show of a record: all of it, or windows around its first matches with the gaps between them told.

    Args:
        text: the record.
        spans: its matches, sorted and merged, in characters.
        around: characters shown on either side of a match, and of a very long match itself at each end.
        windows: how many separate windows to show at most.
        whole: records up to this many characters are shown whole.

    Returns:
        Excerpts and gaps in order; their lengths add up to the record's.
    """
    if len(text) <= whole:
        return [Excerpt(text, 0, tuple(spans))]
    ranges: list[list[int]] = []
    shown = 0
    for start, end in spans or [(0, 0)]:
        low, high = max(0, start - around), min(len(text), min(end, start + 2 * around) + around)
        if ranges and low <= ranges[-1][1]:
            low, high = ranges[-1][1], max(ranges[-1][1], high)
            ranges[-1][1] = high
        elif len(ranges) == windows:
            break
        else:
            ranges.append([low, high])
        shown += high - low
        if shown > whole:
            break
    pieces: list[Excerpt | Gap] = []
    position = 0
    for low, high in ranges:
        if position < low:
            pieces.append(_gap(text, spans, position, low))
        pieces.append(Excerpt(text[low:high], low, _inside(spans, low, high)))
        position = high
    if position < len(text):
        pieces.append(_gap(text, spans, position, len(text)))
    return pieces


def gap_text(gap: Gap) -> str:
    """What a gap says, in words."""
    matches = f", {plural(gap.matches, 'more match', 'more matches')}" if gap.matches else ""
    return f"… {format_bytes(gap.bytes)} left out{matches} …"


def excerpt_markup(text: str, spans: Sequence[Span]) -> str:
    """The HTML of a record, shortened by :func:`snippet` where it is huge."""
    return "".join(
        _marked(piece.text, piece.spans)
        if isinstance(piece, Excerpt)
        else f'<span class="sawlog-gap">{escape_html(gap_text(piece))}</span>'
        for piece in snippet(text, spans)
    )


def _gap(text: str, spans: Sequence[Span], low: int, high: int) -> Gap:
    matches = bisect_left(spans, (high, 0)) - bisect_left(spans, (low, 0))
    return Gap(high - low, len(text[low:high].encode("utf-8", "surrogatepass")), matches)


def _inside(spans: Sequence[Span], low: int, high: int) -> tuple[Span, ...]:
    """The spans within a part of the text, cut to it and counted from its start."""
    first = bisect_left(spans, (low, 0))
    if first and spans[first - 1][1] > low:
        first -= 1
    inside = [(start - low, end - low) for start, end in spans[first : bisect_left(spans, (high, 0))]]
    if inside:  # in order and apart, so that only the first and the last can reach beyond
        inside[0] = max(inside[0][0], 0), inside[0][1]
        inside[-1] = inside[-1][0], min(inside[-1][1], high - low)
    return tuple(inside)
