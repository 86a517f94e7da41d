"""What callers give to public functions, checked where it comes in.

Each check returns the argument in the one type that the rest of the library knows, or raises an error that says what
was given and what is allowed.
"""

from __future__ import annotations

import os
import reprlib
from collections.abc import Iterable
from numbers import Real
from operator import index

from sawlog.errors import QueryError, SawlogError

#: A limit beyond this is none: so many records fit nowhere, and what counts in 64 bits must not overflow.
_MOST = 1 << 48

_short = reprlib.Repr()
_short.maxstring = _short.maxother = 80


def shown(value: object) -> str:
    """An argument as an error shows it: in one line, and not at any length."""
    return _short.repr(value)


def whole(
    name: str,
    value: object,
    allowed: str,
    *,
    least: int = 0,
    most: int | None = None,
    error: type[SawlogError] = QueryError,
) -> int:
    """A whole number, NumPy's too; ``allowed`` completes "give ..."."""
    try:
        number = None if isinstance(value, bool) else index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or number < least or (most is not None and number > most):
        raise error(f"{name}={shown(value)}: give {allowed}")
    return number


def limit(value: object, of: str, *, error: type[SawlogError] = QueryError) -> int | None:
    """How many to give at the most; None: all."""
    if value is None:
        return None
    return min(_MOST, whole("limit", value, f"a number of {of}, 0 or more, or None for all", error=error))


def seconds(
    name: str,
    value: object,
    allowed: str,
    *,
    most: float = float("inf"),
    error: type[SawlogError] = QueryError,
) -> float:
    """A number of seconds, 0 or more."""
    try:
        number = float(value) if isinstance(value, Real) and not isinstance(value, bool) else -1.0
    except (TypeError, OverflowError):  # NumPy's timedelta64 passes for an integer
        number = -1.0
    if not 0 <= number <= most:
        raise error(f"{name}={shown(value)}: give {allowed}")
    return number


def text(name: str, value: object, allowed: str, *, error: type[SawlogError] = QueryError) -> str:
    """A string."""
    if not isinstance(value, str):
        raise error(f"{name}={shown(value)}: give {allowed}")
    return value


def texts(name: str, value: object, allowed: str, *, error: type[SawlogError] = QueryError) -> list[str]:
    """Several strings; a single one is not read letter by letter."""
    found = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    strings = [each for each in found if isinstance(each, str)]
    if len(strings) < len(found):
        raise error(f"{name}={shown(value)}: give {allowed}")
    return strings


def flag(name: str, value: object, allowed: str, *, error: type[SawlogError] = QueryError) -> bool:
    """True or False."""
    if not isinstance(value, bool):
        raise error(f"{name}={shown(value)}: give {allowed}")
    return value


def path(name: str, value: object, allowed: str, *, error: type[SawlogError]) -> str:
    """A path that the operating system can be asked for, from a string, bytes or ``os.PathLike``."""
    found = os.fsdecode(value) if isinstance(value, str | bytes | os.PathLike) else ""
    if not found or "\0" in found:
        raise error(f"{name}={shown(value)}: give {allowed}")
    return found
