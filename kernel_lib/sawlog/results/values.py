"""Where does a field's value stand in the raw text?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from sawlog.model.schema import LEVEL, MESSAGE, RAW
from sawlog.query.ast import Query
from sawlog.query.compare import compare_matches
from sawlog.query.fields import canonical_level
from sawlog.query.tokens import fold, is_token_text

Span = tuple[int, int]

# Quotes, blanks and a sign between a field's name and its value.
_REACH = 8


def value_places(leaf: Query, raw: str, values: Mapping[str, Any] | None) -> list[Span]:
    """The places in ``raw`` that show the value for which a comparison holds; empty if it does not hold.

    Where the text names the field (``status=500``, ``"status": 500``) only the named value counts, else every place
    where the value stands by itself; of a level's spellings only the first, which is the format's own.  Of the
    operators ``match`` and ``regex`` it is not known yet whether they hold.

    Args:
        leaf: a node of kind ``compare``.
        raw: the record's text.
        values: the record's fields; without them, an ``eq`` or ``in`` leaf's own values are looked for.
    """
    if leaf.field == RAW:
        value: Any = raw
    elif values is not None:
        value = values.get(leaf.field)
    elif leaf.op in ("eq", "in"):
        wanted = leaf.value if isinstance(leaf.value, frozenset) else [leaf.value]
        return [span for each in wanted for span in _locate(raw, leaf.field, _alias(leaf.field, each))]
    else:
        return [(0, len(raw))] if leaf.field == MESSAGE else []
    if value is None or (leaf.op not in ("match", "regex") and not compare_matches(leaf, value)):
        return []
    if leaf.field in (MESSAGE, RAW) and raw.endswith(value):
        return [(len(raw) - len(value), len(raw))]
    return _locate(raw, leaf.field, value)


def _alias(field: str, value: Any) -> Any:
    return (canonical_level(str(value)) or value) if field == LEVEL else value


def _locate(raw: str, field: str, value: Any) -> list[Span]:
    spelled = _level_words(value) if field == LEVEL else _spellings(value)
    pattern = _any_of(spelled) if len(spelled) > 1 else None
    found = _occurrences(raw, spelled[0]) if pattern is None else [match.span() for match in pattern.finditer(raw)]
    alone = [span for span in found if _stands_alone(raw, *span)]
    label = _label(field)
    named = [span for span in alone if label.search(raw, max(0, span[0] - len(field) - _REACH), span[0])]
    return named or (alone[:1] if field == LEVEL else alone)


def _occurrences(raw: str, text: str) -> list[Span]:
    """Where ``text`` stands in ``raw``, in any case, not overlapping."""
    lower, wanted = fold(raw), fold(text)
    if len(lower) != len(raw) or len(wanted) != len(text):
        lower, wanted = raw, text
    found: list[Span] = []
    start = lower.find(wanted) if wanted else -1
    while start >= 0:
        found.append((start, start + len(wanted)))
        start = lower.find(wanted, start + len(wanted))
    return found


def _spellings(value: Any) -> tuple[str, ...]:
    """The ways a log writes a value, the longest first."""
    if isinstance(value, bool):
        return ("true",) if value else ("false",)
    if isinstance(value, float) and value.is_integer():
        return f"{value:.1f}", f"{value:.0f}"
    return (str(value),)


@cache
def _level_words(level: str) -> tuple[str, ...]:
    """The ways a log writes a normalised level, the longest first."""
    # Imported late: it brings polars.
    from sawlog.formats.levels import SPELLINGS

    words = {word for word, normalised in SPELLINGS.items() if normalised == level and word.isalnum()}
    return tuple(sorted(words | {level}, key=lambda word: (-len(word), word)))


@lru_cache(maxsize=256)
def _any_of(spelled: tuple[str, ...]) -> re.Pattern[str]:
    # A word that begins a longer one is no match, so that "err" does not take the start of "errno".
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, spelled))})(?![^\W_])", re.IGNORECASE)


@lru_cache(maxsize=1_024)
def _label(field: str) -> re.Pattern[str]:
    """What stands right before a value that the text names: ``status=``, ``"status": "``."""
    name = re.escape(field.rsplit(".", 1)[-1])
    return re.compile(rf"""(?<!\w){name}["']?\s*[:=]\s*["']?\Z""", re.IGNORECASE)


def _stands_alone(raw: str, start: int, end: int) -> bool:
    """The match is not a part of a longer word or number."""
    before = start > 0 and is_token_text(raw[start]) and is_token_text(raw[start - 1])
    return not before and not (end < len(raw) and is_token_text(raw[end - 1]) and is_token_text(raw[end]))
