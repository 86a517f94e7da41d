"""Which part of a record is shown, with its matches: exact for usual records, by pieces for huge ones.

Finding every match of a 10 MB line takes seconds, and of all that a window of 4,000 characters is shown.  So of a huge
record only the pieces up to its first match are searched, each with some text around it.  What a piece's edge cuts is
left out, as are matches larger than a piece.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sawlog.panel.wire.text import LEAD, WINDOW, Excerpt, Span, Utf16, clip, excerpt, units

if TYPE_CHECKING:
    from sawlog.query.ast import Query
    from sawlog.results.hits import Hit

#: A record with more characters than this is huge.
HUGE = 100_000

#: Characters of a piece, and of the text on either side of it that is searched with it.
_PIECE, _AROUND = 50_000, 500


def excerpts(hits: Sequence[Hit], query: Query) -> list[Excerpt]:
    """The window of each record that a list of hits shows."""
    from sawlog.results.spans import Highlighter

    highlighter = Highlighter(query)
    usual = [hit for hit in hits if len(hit.raw) <= HUGE]
    found = iter(highlighter.spans([hit.raw for hit in usual], [hit.values for hit in usual]))
    return [_window(hit, highlighter) if len(hit.raw) > HUGE else excerpt(hit.raw, next(found)) for hit in hits]


def slice_of(hit: Hit, query: Query, start: int, length: int) -> Excerpt:
    """``length`` code units of a record from ``start`` on; no character is cut in two."""
    from sawlog.results.spans import Highlighter

    first, stop = clip(hit.raw, start, length)
    highlighter = Highlighter(query)
    if len(hit.raw) <= HUGE:
        spans = highlighter.spans([hit.raw], [hit.values])[0]
        return _shown(hit.raw, first, stop, [span for span in spans if span[0] < stop and span[1] > first])
    return _shown(hit.raw, first, stop, _spans(hit, highlighter, first, stop))


def _window(hit: Hit, highlighter: Any) -> Excerpt:
    """The window around the first match."""
    raw = hit.raw
    first = next((spans[0][0] for spans in _pieces(hit, highlighter) if spans), 0)
    start = max(0, min(first - LEAD, len(raw) - WINDOW))
    stop = start + Utf16(raw[start : start + WINDOW]).character(WINDOW)
    return _shown(raw, start, stop, _spans(hit, highlighter, start, stop))


def _pieces(hit: Hit, highlighter: Any) -> Iterator[list[Span]]:
    for start in range(0, len(hit.raw), _PIECE):
        yield _spans(hit, highlighter, start, start + _PIECE)


def _spans(hit: Hit, highlighter: Any, first: int, stop: int) -> list[Span]:
    """The matches within a piece of a huge record, in characters of the record."""
    low, high = max(0, first - _AROUND), min(len(hit.raw), stop + _AROUND)
    text = hit.raw[low:high]
    found = highlighter.spans([text], [{**hit.values, "message": text}])[0]
    whole = [(s + low, e + low) for s, e in found if (s > 0 or low == 0) and (e < len(text) or high == len(hit.raw))]
    return [(s, e) for s, e in whole if s < stop and e > first]


def _shown(raw: str, first: int, stop: int, spans: Sequence[Span]) -> Excerpt:
    text = Utf16(raw[first:stop])
    cut = [(max(s, first) - first, min(e, stop) - first) for s, e in spans]
    return Excerpt(text.text, units(raw[:first]), units(raw), text.spans(cut))
