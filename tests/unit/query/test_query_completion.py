"""What stands at a cursor, and what the rest of the query means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.query.ast import ALL, Query
from sawlog.query.completion import Target, target
from sawlog.query.parser import parse
from sawlog.query.spelling import field_matches, name_text, value_text

FIELDS = ("status", "host", "user agent", "path", "user")


def at(text: str) -> Target:
    """The target at ``|``."""
    return target(text.replace("|", "", 1), text.index("|"), FIELDS, now_ns=0)


def meaning(text: str) -> Query:
    return parse(text, FIELDS, now_ns=0).query


@pytest.mark.parametrize(
    ("text", "kind", "prefix", "replaced"),
    [
        ("tim|", "word", "tim", "tim"),
        ("|", "word", "", ""),
        ("error |", "word", "", ""),
        ("Tim|eout x", "word", "tim", "Timeout"),
        ("blk_-388|", "word", "388", "388"),
        ("-err|", "word", "err", "err"),
        ("NOT err|", "word", "err", "err"),
        ("(err|", "word", "err", "err"),
        ("http://exa|", "word", "exa", "exa"),
        ("été É|", "word", "é", "É"),
        ("नम|", "word", "नम", "नम"),
        ('"connection re|', "phrase", "re", "re"),
        ('"connection re|set" x', "phrase", "re", "reset"),
        ("message:ref|", "phrase", "ref", "ref"),
        ('raw:"a re|', "phrase", "re", "re"),
        ("level:err|", "value", "err", "err"),
        ("LEVEL:err|", "value", "err", "err"),
        ("status:|", "value", "", ""),
        ("status:>=5|", "value", "5", "5"),
        ("host:(a OR b|", "value", "b", "b"),
        ("host:(|", "value", "", ""),
        ("host:(a |", "value", "", ""),
        ("host:in(a, b|)", "value", "b", "b"),
        ('host:in("a b|', "value", "a b", "a b"),
        ('path:"/a b|', "value", "/a b", "/a b"),
        ("path:/api/i|", "value", "/api/i", "/api/i"),
        ('"user agent":m|', "value", "m", "m"),
        ("@to|", "time", "to", "to"),
        ("@last 1|", "time", "last 1", "last 1"),
        ("tim*|", "nothing", "", ""),
        ("timeuot~|", "nothing", "", ""),
        ("/a b|c/ x", "nothing", "", ""),
        ("path:/a+ b|c/", "nothing", "", ""),
        ("status:[5|", "nothing", "", ""),
    ],
)
def test_what_is_completed(text: str, kind: str, prefix: str, replaced: str) -> None:
    found = at(text)
    assert (found.kind, found.prefix) == (kind, prefix)
    assert text.replace("|", "", 1)[slice(*found.span)] == replaced


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("tim|", ""),
        ("error tim|", "error"),
        ("tim| error", "error"),
        ("error AND tim|", "error"),
        ("error OR tim|", ""),
        ("level:error (a OR co|)", "level:error"),
        ("level:error (a OR co|", "level:error"),
        ("level:error (a co|", "level:error a"),
        ("level:error -tim|", "level:error"),
        ("level:error status:>=5|", "level:error"),
        ("host:(a OR b|", ""),
        ("status:500 host:in(a, b|) x", "status:500 x *:*"),
        ('x "connection re|', "x connection"),
        ('x "by connection re|', 'x "by connection"'),
        ("blk_-388|", "blk"),
        ("@-15m re|", "@-15m"),
        ("error @to|", "error"),
        ("/(/ re|", ""),
        ("level:>=nonsense re|", ""),
    ],
)
def test_what_the_rest_means(text: str, rest: str) -> None:
    assert at(text).rest == (meaning(rest) if rest else ALL)


def test_the_rest_of_a_negated_group() -> None:
    assert at("-(a b|)").rest == meaning("a")
    assert at("x -(a OR b|)").rest == meaning("x")


@given(
    st.text(alphabet=st.sampled_from('ab:"()/-@*~\\ \t\n,.<>=[]{}éİ\u0307\x00$level in OR NOT'), max_size=40), st.data()
)
def test_any_text_has_a_target(text: str, data: st.DataObject) -> None:
    cursor = data.draw(st.integers(-2, len(text) + 2))
    found = target(text, cursor, FIELDS, now_ns=0)
    start, end = found.span
    assert 0 <= start <= end <= len(text)
    assert start <= min(max(0, cursor), len(text)) <= max(end, start)


def test_a_very_long_text_is_no_query() -> None:
    assert target("x" * 70_000, 3).kind == "nothing"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("web1", "web1"),
        ("/api/items", "/api/items"),
        ("a b", '"a b"'),
        ('say "x"', '"say \\"x\\""'),
        ("a*", '"a*"'),
        ("10.0.0.0/8", '"10.0.0.0/8"'),
        ("", '""'),
        (">5", '">5"'),
        ("çelik", "çelik"),
    ],
)
def test_a_value_reads_as_itself(value: str, written: str) -> None:
    assert value_text("host", value) == written
    node = parse(f"*:* host:{written}", ("host",), now_ns=0).query
    assert (node.op, node.value) == ("eq", value)


@given(st.text(max_size=12))
def test_any_value_reads_as_itself(value: str) -> None:
    node = parse(f"*:* host:{value_text('host', value)}", ("host",), now_ns=0).query
    assert (node.op, node.value) == ("eq", value)


def test_names() -> None:
    assert name_text("status") == "status:"
    assert name_text("user agent") == '"user agent":'
    assert field_matches("GENT", "user agent") and not field_matches("x", "user agent")
