"""Tokens are those of the text index, for every character there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.query.tokens import fold, is_token_text, spaced, spellings, tokenize, words

tantivy = pytest.importorskip("tantivy")
ANALYZER = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()
ALL_CHARACTERS = [chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000 and point != 0xA]


def test_every_character_is_classed_and_folded_as_in_the_index() -> None:
    text = " ".join(ALL_CHARACTERS)
    assert list(words(text)) == ANALYZER.analyze(text)
    assert tuple(token.text for token in tokenize(text)) == words(text)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_tokens_are_those_of_the_index(text: str) -> None:
    assert list(words(text)) == ANALYZER.analyze(text)
    assert tuple(token.text for token in tokenize(text)) == words(text)


@given(st.text(st.sampled_from("aZ0_ -\u0301\u0130\u0307\u03a3\u03c2\u212akK\u0905\u093e\u00bd\u4e2d\n"), max_size=30))
def test_spans_hold_the_tokens(text: str) -> None:
    for token in tokenize(text):
        assert fold(text[token.start : token.end]) == token.text
        assert is_token_text(text[token.start : token.end])
        assert token.start == 0 or not is_token_text(text[token.start - 1])
        assert token.end == len(text) or not is_token_text(text[token.end])


def test_spellings_are_all_characters_that_fold_to_one() -> None:
    expected: dict[str, set[str]] = {}
    for char, lower in zip(ALL_CHARACTERS, fold("\n".join(ALL_CHARACTERS)).split("\n"), strict=True):
        expected.setdefault(lower, {lower}).add(char)
    folded = {lower for lower, characters in expected.items() if len(characters) > 1 and len(lower) == 1}
    assert len(folded) > 1400
    for lower in folded | set("az09_\u00df"):
        assert set(spellings(lower)) == expected[lower]


def test_tokens_of_any_length_are_whole() -> None:
    digest = "0123456789abcdef" * 8
    assert words(f"sha512={digest}") == ("sha512", digest)


def test_a_lone_surrogate_is_between_tokens() -> None:
    assert words("a\ud800b") == ("a", "b")
    assert spaced("a\ud800b") == "a b"
