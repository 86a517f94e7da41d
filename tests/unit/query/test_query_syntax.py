"""The colours of a query: every character of it is read as what the parser read it as."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.query.syntax import read_syntax

FIELDS = ("status", "took", "user name")


def shown(text: str) -> list[tuple[str, str]]:
    return [(text[token.start : token.end], token.kind) for token in read_syntax(text, FIELDS).tokens]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("timeout", [("timeout", "term")]),
        ("a AND NOT b", [("a", "term"), ("AND", "operator"), ("NOT", "operator"), ("b", "term")]),
        ("AND", [("AND", "term")]),
        (
            "-(a OR b)",
            [("-", "operator"), ("(", "paren"), ("a", "term"), ("OR", "operator"), ("b", "term"), (")", "paren")],
        ),
        ("10.0.0.1", [("10.0.0.1", "phrase")]),
        ('"a b"~3', [('"a b"~3', "phrase")]),
        ("time* t?me 10.0.1*", [("time*", "wildcard"), ("t?me", "wildcard"), ("10.0.1*", "wildcard")]),
        ("timeuot~2", [("timeuot~2", "fuzzy")]),
        ("/re.*x/i", [("/re.*x/i", "regex")]),
        ("status:>=500", [("status:", "field"), (">=500", "value")]),
        ("Status:[500 TO 599]", [("Status:", "field"), ("[500 TO 599]", "value")]),
        (
            "status:(a OR b)",
            [("status:", "field"), ("(", "paren"), ("a", "value"), ("OR", "operator"), ("b", "value"), (")", "paren")],
        ),
        ('"user name":x', [('"user name":', "field"), ("x", "value")]),
        ("level:error took:*", [("level:", "field"), ("error", "value"), ("took:", "field"), ("*", "value")]),
        ("message:reset raw:/x/", [("message:", "field"), ("reset", "value"), ("raw:", "field"), ("/x/", "value")]),
        ("unknown:x", [("unknown:x", "phrase")]),
        ("level: x", [("level:", "term"), ("x", "term")]),
        ("@today x", [("@today", "time"), ("x", "term")]),
        ("*:*", [("*:*", "operator")]),
        ("--- x", [("x", "term")]),
        ("a /(/ b", [("(", "error")]),
    ],
)
def test_tokens(text: str, tokens: list[tuple[str, str]]) -> None:
    assert shown(text) == tokens


def test_what_has_no_meaning_is_said() -> None:
    syntax = read_syntax("status:>5parsecs", FIELDS)
    assert [token.kind for token in syntax.tokens] == ["error"]
    assert "\n" not in syntax.diagnostics[0].message


WORDS = st.sampled_from(
    [
        "a",
        "AND",
        "OR",
        "NOT",
        "-",
        "(",
        ")",
        '"',
        "status:",
        "level:error",
        "/x/",
        "/(/",
        "t*",
        "@today",
        "~2",
        " ",
        ":",
    ]
)


@given(st.lists(WORDS, max_size=12).map("".join) | st.text(max_size=30))
def test_tokens_are_in_order_and_within(text: str) -> None:
    syntax = read_syntax(text, FIELDS)
    place = 0
    for token in syntax.tokens:
        assert place <= token.start < token.end <= len(text)
        place = token.end
    assert all(0 <= d.start <= d.end <= max(1, len(text)) for d in syntax.diagnostics)


def test_a_text_too_long_for_a_query_has_no_tokens() -> None:
    syntax = read_syntax("x" * 70_000)
    assert syntax.tokens == () and syntax.diagnostics
