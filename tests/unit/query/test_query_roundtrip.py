"""Printed trees read as themselves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.model.schema import LEVELS
from sawlog.query.ast import Query
from sawlog.query.parser import parse
from sawlog.query.printer import to_text
from sawlog.query.quantity import Quantity
from sawlog.query.regex_cache import find_fault
from sawlog.query.simplify import normalise
from sawlog.query.tokens import fold, words

FIELDS = ("status", "Trace-Id", "my field", 'q"uote', "@at", "-dash", "level", "source", "name:colon")

tokens = st.one_of(
    st.sampled_from(["a", "and", "not", "to", "in", "last", "1", "\u0130x", "\u03c3\u03c2", "\u4e2d", "\u00bd"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
).map(lambda text: "".join(words(text)) or "x")
texts = st.one_of(
    st.sampled_from(
        ["", "*", "a*", "in(x)", '"', "\\", '\\"', "10.0.0.0/8", ">5", "[1 TO 2]", "/a.*/", "a b", "-", "\n"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
)
patterns = st.one_of(
    st.sampled_from([" a", "/", "a/b", r"\\/", "", "x", "a.*b", "^a$", "[/]", "a\nb", '"', r"\d+"]),
    st.text(st.sampled_from('ab/.*\\ [](){}|^$"d'), max_size=6),
).filter(lambda pattern: pattern != "" and find_fault(pattern) is None and "\\/" not in pattern)
flags = st.sampled_from(["", "i", "is"])
numbers = st.one_of(
    st.integers(-(10**20), 10**20),
    st.floats(-1e9, 1e9).filter(lambda number: not number.is_integer()),
)
stamps = st.one_of(st.none(), st.integers(-(10**18), 9 * 10**18))
fields = st.sampled_from(FIELDS)


def _wildcard(parts: list[str]) -> str:
    text = "".join(parts)
    while "**" in text:
        text = text.replace("**", "*")
    return text


wildcards = st.lists(st.one_of(tokens, st.sampled_from("*?")), min_size=1, max_size=4).map(_wildcard)


def _ranges(bounds: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.one_of(
        st.tuples(bounds, st.none(), st.booleans(), st.just(False)),
        st.tuples(st.none(), bounds, st.just(False), st.booleans()),
        st.tuples(bounds, st.booleans(), st.booleans()).map(lambda drawn: (drawn[0], drawn[0], *drawn[1:])),
    )


quantities = st.builds(Quantity, numbers, st.just(""))
comparisons = st.one_of(
    st.builds(lambda name, value: Query("compare", name, "eq", value), fields.filter(lambda f: f != "level"), texts),
    st.builds(lambda value: Query("compare", "level", "eq", value), st.sampled_from(LEVELS)),
    st.builds(
        lambda name, value: Query("compare", name, "glob", value),
        fields,
        texts.map(lambda text: _wildcard(["*", text])),
    ),
    st.builds(lambda name, values: Query("compare", name, "in", frozenset(values)), st.just("status"), st.lists(texts)),
    st.builds(lambda name, value: Query("compare", name, "range", value), st.just("status"), _ranges(quantities)),
    st.builds(lambda name, value: Query("compare", name, "range", value), st.just("status"), _ranges(texts)),
    st.builds(
        lambda name, value: Query("compare", name, "range", value), st.just("level"), _ranges(st.sampled_from(LEVELS))
    ),
    st.builds(lambda name, value, on: Query("compare", name, "regex", value, flags=on), fields, patterns, flags),
    st.builds(
        lambda value: Query("compare", "message", "match", tuple(value)), st.lists(tokens, min_size=1, max_size=3)
    ),
    st.just(Query("compare", "status", "cidr", "10.0.0.0/8")),
    st.just(Query("compare", "status", "cidr", "fe80::/10")),
)
leaves = st.one_of(
    st.builds(lambda value: Query("term", value=value), tokens),
    st.builds(
        lambda value, slop: Query("phrase", value=tuple(value), slop=slop),
        st.lists(tokens, min_size=2, max_size=4),
        st.sampled_from([0, 0, 1, 12]),
    ),
    st.builds(
        lambda value: Query("wildcard", value=value),
        wildcards.filter(lambda text: set(text) & set("*?") and words(text)),
    ),
    st.builds(lambda value, distance: Query("fuzzy", value=value, distance=distance), tokens, st.sampled_from([1, 2])),
    st.builds(lambda value, on: Query("regex", value=value, flags=on), patterns, flags),
    st.builds(lambda name: Query("exists", name), fields),
    st.builds(lambda start, end: Query("time", value=(start, end)), stamps, stamps).filter(
        lambda node: node.value != (None, None)
    ),
    comparisons,
)
trees = st.recursive(
    leaves,
    lambda children: st.one_of(
        st.builds(
            lambda kind, nodes: Query(kind, children=tuple(nodes)),
            st.sampled_from(["and", "or"]),
            st.lists(children, max_size=4),
        ),
        st.builds(lambda node: Query("not", children=(node,)), children),
    ),
    max_leaves=12,
)


@settings(max_examples=400, deadline=None)
@given(trees)
def test_printed_trees_read_as_themselves(tree: Query) -> None:
    text = to_text(tree)
    assert parse(text, FIELDS, now_ns=0).query == normalise(tree)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_was_parsed_can_be_printed(text: str) -> None:
    query = parse(f"{text} ", now_ns=0).query
    assert parse(to_text(query), now_ns=0).query == query


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Connection  reset", "connection reset"),
        ("status:500 (a OR b)", "status:500 (a OR b)"),
        ("-level:warn x", "-(level:warning) x"),
        ("blk_38*", "blk 38* /blk_38/i"),
        ("took", "took"),
    ],
)
def test_the_text_is_short_where_it_can_be(text: str, expected: str) -> None:
    assert to_text(parse(text, FIELDS).query) == expected


def test_folding_keeps_tokens() -> None:
    assert fold("\u0130X") == words("\u0130X")[0]
