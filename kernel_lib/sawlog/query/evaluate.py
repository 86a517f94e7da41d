"""The reference semantics: does one record match a query?  Slow and plain; every executor must agree with it.

``all``, ``none``, ``and``, ``or``, ``not`` are logic.  ``term`` and ``phrase`` compare tokens.  A phrase with slop
holds when its tokens can be put on distinct positions of the record so that no two of them are displaced against each
other by more than ``slop`` (Lucene's meaning: order may change, a swap of neighbours costs 2).  ``wildcard`` fits one
whole token.  ``fuzzy`` is within ``distance`` insertions, deletions, substitutions or swaps of neighbours of a token.
``regex`` is found in the raw text.  ``compare``: see :mod:`sawlog.query.compare`.  ``exists``: the field is not null.
``time``: start <= timestamp < end; a record without a timestamp is in no time range.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property, lru_cache

from sawlog.query.ast import Query
from sawlog.query.compare import compare_matches, holds_phrase, regex_found
from sawlog.query.matching import wildcard_regex
from sawlog.query.tokens import words

GetField = Callable[[str], object]

#: Tokens of which is remembered whether they are near a word.
_REMEMBERED = 1 << 16


def matches(query: Query, raw: str, get_field: GetField = lambda name: None) -> bool:
    """Whether the record matches.

    Args:
        raw: the record's text.
        get_field: the value of a field by name, None where the record lacks it; ``timestamp`` is UTC nanoseconds,
            ``source`` the path, ``level`` one of the levels.
    """
    return _holds(query, _Record(raw), get_field)


class _Record:
    """A record's text, split into tokens when first needed."""

    def __init__(self, raw: str) -> None:
        self.raw = raw

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        return words(self.raw)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.tokens)


def _holds(node: Query, record: _Record, get_field: GetField) -> bool:
    match node.kind:
        case "all":
            return True
        case "none":
            return False
        case "and":
            return all(_holds(child, record, get_field) for child in node.children)
        case "or":
            return any(_holds(child, record, get_field) for child in node.children)
        case "not":
            return not _holds(node.children[0], record, get_field)
        case "regex":
            return regex_found(str(node.value), node.flags, record.raw)
        case "compare":
            return compare_matches(node, record.raw if node.field == "raw" else get_field(node.field))
        case "exists":
            return node.field == "raw" or get_field(node.field) is not None
        case "time":
            return _in_range(get_field("timestamp"), node.value)
        case _:
            return _text_holds(node, record)


def _in_range(stamp: object, bounds: object) -> bool:
    if not isinstance(stamp, int) or not isinstance(bounds, tuple):
        return False
    start, end = bounds
    return (start is None or stamp >= start) and (end is None or stamp < end)


def _text_holds(node: Query, record: _Record) -> bool:
    match node.kind:
        case "term":
            return node.value in record.vocabulary
        case "phrase" if isinstance(node.value, tuple):
            return phrase_matches(record.tokens, node.value, node.slop)
        case "wildcard":
            pattern = _wildcard(str(node.value))
            return any(pattern.fullmatch(token) for token in record.vocabulary)
        case "fuzzy":
            return any(map(_near(str(node.value), node.distance).__getitem__, record.tokens))
        case _:
            raise ValueError(f"unknown kind of query node: {node.kind}")


class _Near(dict[str, bool]):
    """Token -> whether it is within a distance of a word; the records of a log repeat their tokens."""

    def __init__(self, wanted: str, distance: int) -> None:
        self._wanted, self._distance = wanted, distance

    def __missing__(self, token: str) -> bool:
        if len(self) >= _REMEMBERED:
            self.clear()
        near = self[token] = within_distance(self._wanted, token, self._distance)
        return near


_near = lru_cache(maxsize=16)(_Near)


@lru_cache(maxsize=256)
def _wildcard(value: str) -> re.Pattern[str]:
    return re.compile(wildcard_regex(value))


def phrase_matches(tokens: Sequence[str], phrase: Sequence[str], slop: int = 0) -> bool:
    """Whether the tokens of ``phrase`` stand in ``tokens`` within ``slop`` positions (0: adjacent, in order)."""
    if not slop:
        return holds_phrase(tokens, phrase)
    # Displacement = position - place in the phrase.  Some window of slop + 1 displacements must hold all tokens.
    places = places_of(tokens, phrase)
    starts = {position - index for index, token in enumerate(phrase) for position in places.get(token, ())}
    return any(_fits(phrase, places, lowest, slop) for lowest in sorted(starts))


def places_of(tokens: Sequence[str], phrase: Iterable[str]) -> dict[str, list[int]]:
    """Positions of each token of a phrase, ascending; of none where one is missing."""
    places = {token: _positions(tokens, token) for token in phrase}
    return places if all(places.values()) else {}


def _positions(tokens: Sequence[str], wanted: str) -> list[int]:
    """Where a token stands.  A record has hundreds, and ``index`` passes the others at a tenth of a loop's cost."""
    found: list[int] = []
    with suppress(ValueError):
        position = -1
        while True:
            position = tokens.index(wanted, position + 1)
            found.append(position)
    return found


def _fits(phrase: Sequence[str], places: dict[str, list[int]], lowest: int, slop: int) -> bool:
    """Whether all tokens find distinct positions with displacements in [lowest, lowest + slop].

    Equal tokens take the earliest free position in the order of the phrase; as their windows move to the right
    together, that is optimal.
    """
    taken: dict[str, int] = {}
    for index, token in enumerate(phrase):
        positions = places[token]
        at = max(bisect_left(positions, lowest + index), taken.get(token, 0))
        if at == len(positions) or positions[at] > lowest + index + slop:
            return False
        taken[token] = at + 1
    return True


def within_distance(wanted: str, token: str, distance: int) -> bool:
    """Whether the edit distance, a swap of neighbours counted once, is at most ``distance`` (optimal alignment)."""
    if abs(len(wanted) - len(token)) > distance:
        return False
    before: list[int] = []
    previous = list(range(len(token) + 1))
    for row, char in enumerate(wanted, 1):
        current = [row]
        for column, other in enumerate(token, 1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (char != other))
            if row > 1 and column > 1 and char == token[column - 2] and wanted[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > distance and min(previous) > distance:
            return False
        before, previous = previous, current
    return previous[-1] <= distance
