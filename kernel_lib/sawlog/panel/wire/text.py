"""Text as JavaScript counts it: in UTF-16 code units, where characters beyond U+FFFF count twice."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ASTRAL = re.compile("[\U00010000-\U0010ffff]")

#: Characters of a record that a hit shows, and how many of them stand before its first match.
WINDOW = 4_000
LEAD = 1_000

Span = tuple[int, int]


class Utf16:
    """A text whose places are translated between Python's characters and UTF-16 code units."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._astral = [] if text.isascii() else [match.start() for match in _ASTRAL.finditer(text)]

    def __len__(self) -> int:
        """Code units."""
        return len(self.text) + len(self._astral)

    def unit(self, character: int) -> int:
        """The first code unit of a character."""
        return character + bisect_left(self._astral, character)

    def character(self, unit: int) -> int:
        """The character that a code unit belongs to; at most the text's length."""
        if not self._astral:
            return min(unit, len(self.text))
        low, high = 0, len(self._astral)
        while low < high:  # how many characters beyond U+FFFF end at or before this unit
            middle = (low + high) // 2
            if self._astral[middle] + middle + 2 <= unit:
                low = middle + 1
            else:
                high = middle
        if low < len(self._astral) and self._astral[low] + low < unit:
            return self._astral[low]
        return min(unit - low, len(self.text))

    def spans(self, spans: Iterable[Span]) -> list[list[int]]:
        """Spans of characters as spans of code units."""
        return [[self.unit(start), self.unit(end)] for start, end in spans]


@dataclass(frozen=True)
class Excerpt:
    """A part of a text: where it begins, how long the whole is, and the matches in it; all in code units."""

    text: str
    start: int
    total: int
    spans: list[list[int]]


def units(text: str) -> int:
    """Code units of a text; quicker than its :class:`Utf16` where that is huge."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The parts of spans that lie between two places, counted from the first of them."""
    inside = ((max(s, start) - start, min(e, end) - start) for s, e in spans if s < end and e > start)
    return [(s, e) for s, e in inside if s < e]


def excerpt(raw: str, spans: Sequence[Span], window: int = WINDOW, lead: int = LEAD) -> Excerpt:
    """What a hit shows of a text: at most ``window`` code units around its first match, ``lead`` of them before it.

    Args:
        spans: all matches, ascending, in characters.
    """
    text = Utf16(raw)
    start, end = 0, len(raw)
    if len(text) > window:
        first = spans[0][0] if spans else 0
        start = text.character(max(0, min(text.unit(first) - lead, len(text) - window)))
        end = text.character(text.unit(start) + window)
    shown = Utf16(raw[start:end])
    return Excerpt(shown.text, text.unit(start), len(text), shown.spans(cut(spans, start, end)))


def clip(raw: str, start: int, length: int) -> tuple[int, int]:
    """The characters, as (first, stop), that ``length`` code units from ``start`` on belong to."""
    if raw.isascii():
        return min(start, len(raw)), min(start + length, len(raw))
    encoded = raw.encode("utf-16-le", "surrogatepass")
    first, stop = min(2 * start, len(encoded)), min(2 * (start + length), len(encoded))
    if _is_second_half(encoded, first):
        first -= 2
    if _is_second_half(encoded, stop):
        stop += 2
    before = len(encoded[:first].decode("utf-16-le", "surrogatepass"))
    return before, before + len(encoded[first:stop].decode("utf-16-le", "surrogatepass"))


def _is_second_half(encoded: bytes, place: int) -> bool:
    return place + 1 < len(encoded) and 0xDC <= encoded[place + 1] <= 0xDF
