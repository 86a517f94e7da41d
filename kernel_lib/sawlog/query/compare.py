"""What a comparison means: the one definition, on a single value of a field.

Executors may compare columns however they like, as long as the rows are those of :func:`compare_matches`; on a column
of few distinct values they can call it once for each.

======  ===============================================================================================================
op      holds for a value (never for null) when
======  ===============================================================================================================
eq      it is the same text, folded (for ``level`` aliases are resolved), or the number that the query's text spells,
        units converted to the field's (``5s`` is 5000 in ``duration_ms``).  ``source``: the whole path or its last part
in      eq for one of the values
glob    the whole text fits the pattern, folded; ``source`` as in eq
range   a :class:`Quantity` bound: the value is a number, or text that spells one, and lies within.  A text bound: the
        value's text, folded, lies within by code points.  ``level``: by severity
cidr    the value is an IP address of the network
regex   the pattern is found in the value's text
match   the value's tokens hold the query's tokens, adjacent and in order
======  ===============================================================================================================

A number becomes text where its column holds texts elsewhere in the same part of the data; so that this changes no
answer, a number compares as its text (:func:`sawlog.model.values.as_text`) wherever text does, and text that is a
number's is that number.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from functools import lru_cache

from sawlog.model.values import as_text
from sawlog.query.ast import Query
from sawlog.query.fields import canonical_level, severity
from sawlog.query.matching import glob_body
from sawlog.query.quantity import Quantity, number_of
from sawlog.query.regex_cache import rust_pattern
from sawlog.query.tokens import fold, words


def compare_matches(node: Query, value: object) -> bool:
    """Whether the compare node holds for one value of its field; None, a field that the record lacks, never does.

    ``value`` is str, int, float or bool; for ``source`` the path, for ``level`` one of the levels.
    """
    if value is None or value != value:
        return False
    match node.op:
        case "eq":
            return _equals_any(node.field, frozenset({str(node.value)}), value)
        case "in" if isinstance(node.value, frozenset):
            return _equals_any(node.field, node.value, value)
        case "glob":
            pattern = _glob(str(node.value))
            return any(pattern.fullmatch(text) for text in _texts(node.field, value))
        case "range" if isinstance(node.value, tuple):
            low, high, with_low, with_high = node.value
            return _above(node.field, value, low, with_low) and _below(node.field, value, high, with_high)
        case "cidr":
            return _in_network(str(node.value), str(value))
        case "regex":
            return regex_found(str(node.value), node.flags, as_text(value))
        case "match" if isinstance(node.value, tuple):
            return holds_phrase(words(as_text(value)), node.value)
    return False


def holds_phrase(tokens: Sequence[str], phrase: Sequence[str]) -> bool:
    """Whether ``phrase`` stands in ``tokens``, adjacent and in order."""
    size = len(phrase)
    return any(tuple(tokens[at : at + size]) == tuple(phrase) for at in range(len(tokens) - size + 1))


def regex_found(pattern: str, flags: str, text: str) -> bool:
    """Whether the reference engine (Rust's regex, through polars) finds the pattern in ``text``."""
    import polars as pl

    return bool(pl.Series([text]).str.contains(rust_pattern(pattern, flags))[0])


def _texts(field: str, value: object) -> tuple[str, ...]:
    text = as_text(value)
    return (text, re.split(r"[/\\]", text)[-1]) if field == "source" else (text,)


@lru_cache(maxsize=256)
def _wanted(field: str, values: frozenset[str]) -> tuple[frozenset[str], frozenset[float]]:
    """The texts and the numbers that ``values`` stand for, ready for lookup."""
    found = (number_of(text, field) for text in values)
    numbers = frozenset(number for number in found if number is not None)
    known_level = canonical_level if field == "level" else lambda text: None
    texts = {known_level(text) or fold(text) for text in values}
    return frozenset(texts | {as_text(number) for number in numbers}), numbers


def _equals_any(field: str, values: frozenset[str], value: object) -> bool:
    texts, numbers = _wanted(field, values)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value in numbers
    return any(fold(text) in texts for text in _texts(field, value))


def _above(field: str, value: object, bound: object, inclusive: bool) -> bool:
    order = _order(field, value, bound)
    return bound is None or (order is not None and (order >= 0 if inclusive else order > 0))


def _below(field: str, value: object, bound: object, inclusive: bool) -> bool:
    order = _order(field, value, bound)
    return bound is None or (order is not None and (order <= 0 if inclusive else order < 0))


def _order(field: str, value: object, bound: object) -> int | None:
    """-1, 0, 1: the value is below, at, above the bound; None: the two cannot be compared."""
    left: int | float | str | None
    right: int | float | str | None
    if isinstance(bound, Quantity):
        plain = isinstance(value, int | float) and not isinstance(value, bool)
        left, right = value if plain else number_of(str(value), field), bound.in_unit_of(field)  # type: ignore[assignment]
    elif field == "level":
        left, right = severity(str(value)), severity(str(bound))
    else:
        left, right = fold(as_text(value)), fold(str(bound))
    if left is None or right is None:
        return None
    return (left > right) - (left < right)  # type: ignore[operator]


@lru_cache(maxsize=256)
def _glob(value: str) -> re.Pattern[str]:
    return re.compile(glob_body(value))


@lru_cache(maxsize=256)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def _in_network(network: str, text: str) -> bool:
    try:
        return ipaddress.ip_address(text.strip()) in _network(network)
    except (ValueError, TypeError):
        return False
