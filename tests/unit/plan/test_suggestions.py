"""The rewrites that are worth trying, and the advice where there is none."""

from __future__ import annotations

import pytest

from sawlog.plan.suggestions import advice, rewrites
from sawlog.query.parser import parse
from sawlog.query.printer import to_text

FIELDS = ("user", "took_ms", "message")


def tried(query: str, matched: list[str] | None = None, span: tuple[int, int] | None = None) -> list[str]:
    tree = parse(query, fields=FIELDS).query
    words = {node: matched for node in tree.walk() if matched}
    return [to_text(rewrite.query) for rewrite in rewrites(tree, words, span)]


@pytest.mark.parametrize(
    ("query", "matched", "expected"),
    [
        ("user:alice-7", None, ['"alice 7" user:alice-7']),
        ("message:reset", None, ["reset"]),
        ("message:reset timeout", None, ["reset timeout"]),
        ("*out", ["logout", "timeout"], ["logout OR timeout"]),
        ("*out", [f"w{n}out" for n in range(20)], []),
        ("/connection reset/", None, ['"connection reset"']),
        ("/^connection$/i", None, ["connection"]),
        ("/conn.*reset/", None, []),
        ("timeout", None, []),
    ],
)
def test_what_is_tried(query: str, matched: list[str] | None, expected: list[str]) -> None:
    assert [text.strip() for text in tried(query, matched)] == [
        e.strip("()") if e.startswith("(") else e for e in expected
    ]


def test_a_time_range_is_tried_where_the_query_has_none() -> None:
    assert tried("timeout", span=(0, 5))[0].startswith('timeout @"1970-01-01T00:00:00')
    assert tried("timeout @today", span=(0, 5)) == []


def test_advice() -> None:
    def given(query: str, indexed: bool = False) -> str:
        return " ".join(hint.message for hint in advice(parse(query, fields=FIELDS).query, lambda field: indexed))

    assert "time range" in given("/[a-z]+x/")
    assert "time range" not in given("/[a-z]+x/ @today")
    assert "too many values" in given("took_ms:>5")
    assert given("took_ms:>5", indexed=True) == given("timeout") == ""
