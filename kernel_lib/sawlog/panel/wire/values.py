"""Single values of messages: times, numbers, fields."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000_000
_SAFE = 1 << 53

#: Characters of a field's text that are sent.
FIELD_CHARACTERS = 1_000

Value = str | int | float | bool


def stamp(ns: int | None) -> str | None:
    """UTC nanoseconds as ISO 8601 with nine decimals."""
    if ns is None:
        return None
    seconds, rest = divmod(ns, _SECOND)
    moment = _EPOCH + timedelta(seconds=seconds)
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}.{rest:09d}Z"


def value(found: object) -> Value:
    """A field's value: what JavaScript's numbers cannot hold is text, and long text is cut."""
    if isinstance(found, bool):
        return found
    if isinstance(found, int):
        return found if -_SAFE < found < _SAFE else str(found)
    if isinstance(found, float):
        return found if math.isfinite(found) else str(found)
    text = str(found)
    return text if len(text) <= FIELD_CHARACTERS else f"{text[: FIELD_CHARACTERS - 1]}…"


def fields(found: Mapping[str, object]) -> dict[str, Value]:
    """A record's fields; without those that it lacks."""
    return {name: value(each) for name, each in found.items() if each is not None}
