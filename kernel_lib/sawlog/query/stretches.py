"""Time in the text of a query: ``@today``, ``@-15m``, ``@14:00..15:00``, ``@"2026-11-01 10:00".."..."``."""

from __future__ import annotations

import re
from collections.abc import Callable

from sawlog.errors import QueryError
from sawlog.query.ast import Query
from sawlog.query.scanner import Scanner
from sawlog.query.times import parse_duration, parse_stretch, parse_time

#: Nanoseconds, the end excluded; None is open.
Bounds = tuple[int | None, int | None]

_LAST = re.compile(r"last[\s:]*(\d[\w.]*)")
_BARE = re.compile(r'(?:(?!\.\.)[^\s")])+')
_LENGTH = re.compile(r"-?\d+(?:\.\d+)?[^\W\d_]+")


class Clock:
    """What relative and zone-less times are read with.

    Attributes:
        asked: the time was asked for, so that what was read may mean something else later.
    """

    def __init__(self, now_ns: int, timezone: str = "UTC") -> None:
        self.timezone, self.asked = timezone, False
        self._now_ns = now_ns

    @property
    def now_ns(self) -> int:
        self.asked = True
        return self._now_ns

    def range_of(self, low: str | None, high: str | None) -> Bounds:
        """From ``low`` to ``high`` (a date: its end); None is open.

        Raises:
            QueryError: one of them names no time.
        """
        start = None if low is None else parse_time(low, self.now_ns, self.timezone)
        end = None if high is None else parse_time(high, self.now_ns, self.timezone, end=True)
        return start, end

    def bounds(self, read: Callable[[Clock], Bounds]) -> Bounds | None:
        """What ``read`` takes from a clock; None where the zone's clocks were put forward over all of it.

        Raises:
            QueryError: ``read`` does.
        """
        start, end = read(self)
        if start is not None and start == end:
            first, stop = read(Clock(self.now_ns))  # those of UTC never are
            if first is not None and stop is not None and first < stop:
                return None
        return start, end

    def compared(self, operator: str, text: str) -> Bounds:
        """``>=``, ``>``, ``<=``, ``<`` and "" (within) against the stretch that ``text`` names.

        Raises:
            QueryError: ``text`` names no time.
        """
        start, end, _ = parse_stretch(text, self.now_ns, self.timezone)
        ranges: dict[str, Bounds] = {
            ">=": (start, None),
            ">": (end, None),
            "<=": (None, end),
            "<": (None, start),
        }
        return ranges.get(operator, (start, end))


def time_node(bounds: Bounds | None, query: str, span: tuple[int, int]) -> Query:
    """A time node; None (see :meth:`Clock.bounds`): one that holds nothing.

    Raises:
        QueryError: the range is inverted or empty.
    """
    if bounds is None:
        return Query("none", span=span)
    start, end = bounds
    if start is not None and end is not None and start >= end:
        if start == end:
            raise QueryError("The time range is empty, since it ends when it begins: give a later end.", query, *span)
        raise QueryError("The time range ends before it begins: swap its ends.", query, *span)
    return Query("time", value=bounds, span=span)


def read_time(scanner: Scanner, at: int, depth: int, clock: Clock) -> Query | None:
    """The time clause that begins with the ``@`` at ``at``; None where what follows is no time.

    Raises:
        QueryError: the range is inverted.
    """
    text = scanner.text
    if (found := _LAST.match(text, at + 1)) and scanner.at_border(found.end(), depth):
        try:
            start = clock.now_ns - parse_duration(found[1])
        except QueryError:
            return None
        return Query("time", value=(start, None), span=(at, found.end()))
    low, after = _operand(scanner, at + 1)
    ranged = text.startswith("..", after)
    high, end = _operand(scanner, after + 2) if ranged else (None, after)
    if not scanner.at_border(end, depth) or (low is None and high is None):
        return None
    try:
        bounds = clock.bounds(lambda zone: zone.range_of(low, high) if ranged else _single(low or "", zone))
    except QueryError:
        return None
    return time_node(bounds, text, (at, end))


def _operand(scanner: Scanner, at: int) -> tuple[str | None, int]:
    if quoted := scanner.quoted(at):
        return quoted.text, quoted.end
    found = _BARE.match(scanner.text, at)
    return (found[0], found.end()) if found else (None, at)


def _single(text: str, clock: Clock) -> Bounds:
    """``@today``, ``@14:00``: the stretch; ``@-15m``, ``@15m``: since then."""
    if _LENGTH.fullmatch(text):
        return clock.now_ns - parse_duration(text.lstrip("-")), None
    return clock.compared("", text)
