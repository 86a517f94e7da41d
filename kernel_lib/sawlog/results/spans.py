"""Where does a record match?  Spans of every leaf of a query, found in the raw text that the user sees."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

from sawlog.model.schema import MESSAGE, RAW
from sawlog.query.ast import Query
from sawlog.query.evaluate import phrase_matches, places_of, within_distance
from sawlog.query.matching import node_regex, wildcard_regex
from sawlog.query.regex_cache import rust_pattern
from sawlog.query.tokens import Token, fold, is_token_text, tokenize
from sawlog.query.tokens import words as words_of
from sawlog.results.values import value_places

#: (start, end) in characters.
Span = tuple[int, int]

_Find = Callable[["_Text"], Iterable[Span]]

# Noncharacters: no text means anything by them, and one that holds them anyway gets others.
_SENTINELS = tuple(map(chr, range(0xFDD0, 0xFDF0)))
_SURROGATES = {code: "\ufffd" for code in range(0xD800, 0xE000)}


def highlight_spans(
    query: Query, texts: Sequence[str], field_values: Sequence[Mapping[str, Any]] | None = None
) -> list[list[Span]]:
    """The spans of a query's matches in each text; see :class:`Highlighter`."""
    return Highlighter(query).spans(texts, field_values)


class Highlighter:
    """Finds the matches of a query's leaves, those under a NOT excepted.

    A term, phrase, wildcard or fuzzy word is marked wherever its tokens stand; a phrase with slop by its words; a
    regex by the text that it matches; a field comparison by the field's value where that stands in the text.
    """

    def __init__(self, query: Query) -> None:
        leaves = list(dict.fromkeys(_leaves(query)))
        self._words = [_word_regex(str(leaf.value)) for leaf in leaves if leaf.kind == "term"]
        self._finders = [(leaf, finder) for leaf in leaves if (finder := _finder(leaf)) is not None]
        self._regexes = [regex for leaf in leaves if leaf.kind == "regex" and (regex := node_regex(leaf)) is not None]
        self._compares = [leaf for leaf in leaves if leaf.kind == "compare"]

    def spans(self, texts: Sequence[str], field_values: Sequence[Mapping[str, Any]] | None = None) -> list[list[Span]]:
        """Spans in each text: (start, end) in characters, in order, not overlapping, none empty.

        Args:
            texts: raw texts of records.
            field_values: each record's fields, with ``level``, ``source`` and ``message``.  Without them, only
                comparisons with a plain value are marked.
        """
        found: list[list[Span]] = [[] for _ in texts]
        if self._finders:
            for spans, raw in zip(found, texts, strict=True):
                text = _Text(raw)
                ascii_only = raw.isascii()
                if ascii_only:
                    for regex in self._words:
                        spans.extend(map(re.Match.span, regex.finditer(text.lower)))
                for leaf, finder in self._finders:
                    if not (ascii_only and leaf.kind == "term"):
                        spans.extend(finder(text))
        batches: list[Iterable[Iterable[Span]]] = [_regex_spans(regex, texts) for regex in self._regexes]
        batches += [_compare_spans(leaf, texts, field_values) for leaf in self._compares]
        for batch in batches:
            for spans, more in zip(found, batch, strict=True):
                spans.extend(more)
        return [merge_spans(spans, len(text)) if spans else spans for spans, text in zip(found, texts, strict=True)]


def merge_spans(spans: Iterable[Span], length: int) -> list[Span]:
    """Spans in order, within ``0..length``, overlapping and touching ones made one, empty ones left out."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        start, end = start if start > 0 else 0, end if end < length else length
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _leaves(query: Query) -> Iterable[Query]:
    if query.kind == "not":
        return
    if not query.children:
        yield query
    for child in query.children:
        yield from _leaves(child)


class _Text:
    """A text, lower-cased as its tokens are, and its tokens, made when first asked for."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.lower = fold(raw)
        self._tokens: list[Token] | None = None

    @property
    def aligned(self) -> bool:
        """Offsets in ``lower`` are offsets in ``raw``; a dotted capital I becomes two characters."""
        return len(self.lower) == len(self.raw)

    @property
    def tokens(self) -> list[Token]:
        if self._tokens is None:
            self._tokens = tokenize(self.raw)
        return self._tokens


def _word_regex(word: str) -> re.Pattern[str]:
    """Finds a word as a token of an ASCII text that is lower-cased.

    It begins with the word itself, which Python's engine then seeks as fast as text; what stands before is asked of
    the few places that it finds.
    """
    literal = re.escape(word)
    return re.compile(f"{literal}(?![0-9a-z])(?<![0-9a-z]{literal})")


def _finder(leaf: Query) -> _Find | None:
    """How a leaf over the whole text is found by its tokens; None for other leaves."""
    match leaf.kind, leaf.value:
        case "term", str(word):
            return partial(_adjacent, words=(word,))
        case "phrase", tuple(words) if words:
            return partial(_sloppy, words=words, slop=leaf.slop) if leaf.slop else partial(_adjacent, words=words)
        case (("wildcard" | "fuzzy"), str()):
            return partial(_matching_tokens, test=lru_cache(maxsize=65_536)(_token_test(leaf)))
    return None


def _adjacent(text: _Text, words: tuple[str, ...]) -> Iterable[Span]:
    """Every occurrence of the words as consecutive tokens, from the first one's start to the last one's end."""
    if not text.aligned:
        tokens = text.tokens
        for first in range(len(tokens) - len(words) + 1):
            if all(tokens[first + step].text == word for step, word in enumerate(words)):
                yield tokens[first].start, tokens[first + len(words) - 1].end
        return
    lower, head = text.lower, words[0]
    start = lower.find(head)
    while start >= 0:
        end: int | None = start + len(head)
        if start == 0 or not _in_token(lower[start - 1]):
            for word in words[1:]:
                end = _next_token(lower, end, word)
                if end is None:
                    break
            if end is not None and (end == len(lower) or not _in_token(lower[end])):
                yield start, end
        start = lower.find(head, start + 1)


def _next_token(lower: str, end: int | None, word: str) -> int | None:
    """The end of ``word``, if it is what the next token begins with."""
    assert end is not None
    position = end
    while position < len(lower) and not _in_token(lower[position]):
        position += 1
    return position + len(word) if position > end and lower.startswith(word, position) else None


@lru_cache(maxsize=65_536)
def _in_token(character: str) -> bool:
    return is_token_text(character)


def _sloppy(text: _Text, words: tuple[str, ...], slop: int) -> Iterable[Span]:
    """Each word of the phrase wherever it takes part in a match: see :func:`sawlog.query.evaluate.phrase_matches`."""
    tokens = words_of(text.raw)
    places = places_of(tokens, words)
    spans: dict[int, Span] = {}
    for word, positions in places.items():
        spans.update(zip(positions, _adjacent(text, (word,)), strict=True))
    # All displacements (position minus place in the phrase) of a match lie in one window of slop + 1.
    for lowest in sorted({at - index for index, word in enumerate(words) for at in places.get(word, ())}):
        near = {
            position
            for index, word in enumerate(words)
            for position in _between(places[word], lowest + index, lowest + index + slop)
        }
        if phrase_matches(tokens[min(near) : max(near) + 1], words, slop):
            yield from (spans[position] for position in near)


def _between(positions: list[int], low: int, high: int) -> list[int]:
    return positions[bisect_left(positions, low) : bisect_right(positions, high)]


def _matching_tokens(text: _Text, test: Callable[[str], bool]) -> Iterable[Span]:
    for word in dict.fromkeys(words_of(text.raw)):
        if test(word):
            yield from _adjacent(text, (word,))


def _token_test(leaf: Query) -> Callable[[str], bool]:
    """Whether a token is one that a wildcard or a fuzzy word means."""
    word = str(leaf.value)
    if leaf.kind == "fuzzy":
        return lambda token: within_distance(word, token, leaf.distance)
    pattern = re.compile(wildcard_regex(word))
    return lambda token: pattern.fullmatch(token) is not None


def _compare_spans(
    leaf: Query, texts: Sequence[str], field_values: Sequence[Mapping[str, Any]] | None
) -> Iterable[Iterable[Span]]:
    """The places of a field's value; of a long one (message, raw) only the part that a word or a regex found."""
    places = [
        value_places(leaf, text, None if field_values is None else field_values[position])
        for position, text in enumerate(texts)
    ]
    if leaf.op == "match" and isinstance(leaf.value, tuple):
        return [_within(text, spans, leaf.value) for text, spans in zip(texts, places, strict=True)]
    if leaf.op == "regex":
        parts = [text[spans[0][0] : spans[0][1]] if spans else "" for text, spans in zip(texts, places, strict=True)]
        inside = _regex_spans(rust_pattern(str(leaf.value), leaf.flags), parts)
        narrow = leaf.field in (MESSAGE, RAW)
        return [
            [(spans[0][0] + start, spans[0][0] + end) for start, end in more]
            if narrow and spans
            else spans
            if more
            else []
            for spans, more in zip(places, inside, strict=True)
        ]
    return places


def _within(text: str, places: Sequence[Span], words: tuple[str, ...]) -> Iterable[Span]:
    for low, high in places:
        yield from ((low + start, low + end) for start, end in _adjacent(_Text(text[low:high]), words))


def _regex_spans(regex: str, texts: Sequence[str]) -> Iterable[list[Span]]:
    """The spans of a Rust regex: asked of the engine that searches, since Python's differs in classes and syntax.

    The engine gives no offsets, so it puts sentinels around each match, and those are counted.
    """
    import polars as pl

    texts = [text if text.isascii() else text.translate(_SURROGATES) for text in texts]
    before, after = [mark for mark in _SENTINELS if not any(mark in text for text in texts)][:2]
    marked = pl.Series(texts, dtype=pl.String).str.replace_all(regex, f"{before}${{0}}{after}").to_list()
    for text in marked:
        spans: list[Span] = []
        start = text.find(before)
        while start >= 0:
            end = text.index(after, start)
            # Each match before this one has put two sentinels into the text.
            shift = 2 * len(spans)
            spans.append((start - shift, end - shift - 1))
            start = text.find(before, end)
        yield spans
