"""Traits of the explorer: some that are worked out when they are read, and moments of any spelling."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import traitlets

from sawlog.panel.wire.values import stamp
from sawlog.query.times import parse_time


class Computed(traitlets.TraitType[Any, Any]):
    """Worked out whenever it is read; cannot be set.  Its owner says when it has become another."""

    def __init__(self, compute: Callable[[Any], object], help: str) -> None:
        super().__init__(read_only=True, help=help)
        self._compute = compute

    def get(self, obj: Any, cls: Any = None) -> Any:
        return self._compute(obj)


class Moment(traitlets.TraitType[Any, Any]):
    """A time in any spelling that ``start=`` takes, kept as ISO 8601 in UTC with nine decimals; or None.

    Args:
        end: a date means the end of that day.
    """

    def __init__(self, *, end: bool, help: str) -> None:
        super().__init__(None, allow_none=True, help=help)
        self._end = end

    def validate(self, obj: Any, value: object) -> str | None:
        """Raises QueryError where the value names no time."""
        return None if value is None else stamp(parse_time(value, time.time_ns(), obj.timezone, end=self._end))
