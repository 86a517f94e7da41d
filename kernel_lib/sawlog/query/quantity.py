"""Numbers with units: ``1.5s``, ``10KB``, ``500``; and the unit that a field's name promises (``duration_ms``)."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from sawlog.errors import QueryError
from sawlog.model.values import VAST

Unit = Literal["", "seconds", "bytes"]

_TIME: dict[str, Fraction] = {
    **dict.fromkeys(("ns", "nsec", "nanos", "nanoseconds"), Fraction(1, 10**9)),
    **dict.fromkeys(("us", "\u00b5s", "\u03bcs", "usec", "micros", "microseconds"), Fraction(1, 10**6)),
    **dict.fromkeys(("ms", "msec", "msecs", "millis", "milliseconds"), Fraction(1, 1000)),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), Fraction(1)),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), Fraction(60)),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), Fraction(3600)),
    **dict.fromkeys(("d", "day", "days"), Fraction(86400)),
    **dict.fromkeys(("w", "week", "weeks"), Fraction(604800)),
}
_BYTES: dict[str, Fraction] = {
    **dict.fromkeys(("b", "byte", "bytes"), Fraction(1)),
    **{f"{prefix}b": Fraction(1000**power) for power, prefix in enumerate("kmgtp", 1)},
    **{f"{prefix}ib": Fraction(1024**power) for power, prefix in enumerate("kmgtp", 1)},
}
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
_MOST = Fraction(sys.float_info.max)
_MAX_LENGTH = 64  # longer digit strings are identifiers, and exact arithmetic on hostile ones would be slow
_NAME_BORDER = re.compile(r"[_.\-\s]+|(?<=[a-z0-9])(?=[A-Z])")
_QUANTITY = re.compile(rf"({_NUMBER})\s*([^\W\d_]*)")
UNITS = "ns us ms s m h d w, B KB MB GB TB KiB MiB GiB TiB"


@dataclass(frozen=True)
class Quantity:
    """A number in its base unit: plain, seconds, or bytes.  Whole numbers spelled out are ``int`` and exact."""

    number: int | float
    unit: Unit = ""

    def in_unit_of(self, field: str) -> int | float:
        """The number to compare values of ``field`` with, by the unit that the field's name ends in.

        A name without a unit of this kind is taken to hold seconds or bytes; a plain number is taken as it is.
        """
        scale = field_scale(field, self.unit)
        return (
            self.number
            if scale == 1
            else _plain(Fraction(Decimal(repr(self.number))) / scale, isinstance(self.number, float))
        )


def _plain(value: Fraction, rounded: bool = False) -> int | float:
    """``rounded``: not all of its digits were given, as with an exponent; then it is what a float column can hold."""
    if value.denominator == 1 and not (rounded and abs(value) >= VAST):
        return value.numerator
    return float(max(-_MOST, min(_MOST, value)))


@lru_cache(maxsize=1024)
def field_scale(field: str, unit: Unit) -> Fraction:
    """How many seconds (or bytes) one step of the field is: ``duration_ms``, ``tookMs`` -> 1/1000 for "seconds"."""
    table = _TIME if unit == "seconds" else _BYTES if unit == "bytes" else {}
    suffixes = (field[border.end() :].lower() for border in _NAME_BORDER.finditer(field))
    return next((table[suffix] for suffix in suffixes if suffix in table), Fraction(1))


def read_quantity(text: str) -> Quantity | None:
    """The quantity that the whole ``text`` spells, or None where it spells none.

    Raises:
        QueryError: a number followed by letters that are no unit (``5parsecs``).
    """
    found = _QUANTITY.fullmatch(text.strip()) if len(text) <= _MAX_LENGTH else None
    if not found:
        return None
    number, unit, rounded = Fraction(Decimal(found[1])), found[2], "e" in found[1].lower()
    if not unit:
        return Quantity(_plain(number, rounded))
    # A lone capital is never a time: ``10M`` would be read as minutes by some and as megabytes by others.
    if scale := _TIME.get(unit) or (_TIME.get(unit.lower()) if len(unit) > 1 else None):
        return Quantity(_plain(number * scale, rounded), "seconds")
    if scale := _BYTES.get(unit.lower()):
        return Quantity(_plain(number * scale, rounded), "bytes")
    raise QueryError(f"Unknown unit {unit!r} in {text!r}: use one of {UNITS}, or a plain number.")


def number_of(text: str, field: str = "") -> int | float | None:
    """The number that a value's text stands for in the unit of ``field``, or None where it is no number."""
    try:
        quantity = read_quantity(text)
    except QueryError:
        return None
    return None if quantity is None else quantity.in_unit_of(field)
