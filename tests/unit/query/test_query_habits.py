"""What another tool would read is remarked on, with the way it is written here; what was found before still is."""

from __future__ import annotations

import pytest

from sawlog.query.habits import whole_values
from sawlog.query.parser import parse

FIELDS = ("status", "user", "referrer", "client", "bytes", "took_ms")
NUMBERS = ("status", "bytes", "took_ms")


def said(text: str) -> list[tuple[str, str | None]]:
    """The place of each remark, and its fix."""
    found = parse(text, FIELDS, now_ns=0, numbers=NUMBERS).diagnostics
    return [(text[remark.start : remark.end], remark.fix) for remark in found]


def fixed(text: str) -> str:
    """The text with all fixes in place."""
    for remark in reversed(parse(text, FIELDS, now_ns=0, numbers=NUMBERS).diagnostics):
        assert remark.fix is not None and remark.severity == "warning"
        text = text[: remark.start] + remark.fix + text[remark.end :]
    return text


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("level: error", "level:error"),
        ("level :error", "level:error"),
        ("level=error", "level:error"),
        ('Level == "error"', 'level:"error"'),
        ("level='error'", 'level:"error"'),
        ("level != error", "NOT level:error"),
        ("user <> ada", "NOT user:ada"),
        ("!level:error", "NOT level:error"),
        ("!level=error", "NOT level:error"),
        ("!(a OR b)", "NOT (a OR b)"),
        ("!timeout", "NOT timeout"),
        ("not level:error", "NOT level:error"),
        ("status>=500", "status:>=500"),
        ("status >= 500", "status:>=500"),
        ("status: >= 500", "status:>=500"),
        ("status:>= 500", "status:>=500"),
        ("took_ms > 1.5s", "took_ms:>1.5s"),
        ("timestamp >= 2026-11-01", "timestamp:>=2026-11-01"),
        ("level:error || timeout", "level:error OR timeout"),
        ("timeout && retry", "timeout AND retry"),
        ("timeout or exhausted", "timeout OR exhausted"),
        ("timeout and retry or exhausted", "timeout AND retry OR exhausted"),
        ("status:>499 and status:<600", "status:>499 AND status:<600"),
        ("level:error and not user:ada", "level:error AND NOT user:ada"),
        ("level = error and status >= 500 or user: ada", "level:error AND status:>=500 OR user:ada"),
        ("timeout and not (a OR b)", "timeout AND NOT (a OR b)"),
        ('"connection reset" or timeout', '"connection reset" OR timeout'),
        ("status:(500 or 503)", "status:(500 OR 503)"),
        ("error|timeout", "error OR timeout"),
        ("level:error reset|timeout", "level:error (reset OR timeout)"),
        ("level:error|warn", "level:(error OR warn)"),
        ("level:error,warning", "level:(error OR warning)"),
        ("status:500,503", "status:(500 OR 503)"),
        ("user:ada|bob", "user:(ada OR bob)"),
        ("status:5xx", "status:[500 TO 599]"),
        ("status:500-599", "status:[500 TO 599]"),
        ("status:500..599", "status:[500 TO 599]"),
        ("level:eror", "level:error"),
        ("user:'ada'", 'user:"ada"'),
        ("_exists_:user", "user:*"),
        ("user:adda~", "adda~"),
        ('level:error user:"ada lovelace"~3', 'level:error "ada lovelace"~3'),
        ("level:error referrer: timeout", "level:error referrer:timeout"),
        ("level:error referrer:", "level:error referrer:*"),
        ("referrer: level:error", "referrer:* level:error"),
        ("stauts:404", "status:404"),
    ],
)
def test_the_fix_is_what_was_meant_and_sets_it_right(typed: str, meant: str) -> None:
    assert fixed(typed) == meant
    assert all(remark.severity == "info" for remark in parse(meant, FIELDS, now_ns=0, numbers=NUMBERS).diagnostics)


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("level:error | head 5", "| head 5", "no pipes"),
        ("timeout | count", "| count", "no pipes"),
        ("status:abc", "status:abc", "All values of status are numbers"),
        ("status:>=abc", "status:>=abc", "All values of status are numbers, and 'abc' is none"),
        ("status:[400 TO abc]", "status:[400 TO abc]", "All values of status are numbers, and 'abc' is none"),
        ("client:10.0.0.0/99", "client:10.0.0.0/99", "No network"),
        ("client:fe80::/129", "client:fe80::/129", "No network"),
        ("level:loud", "level:loud", "There is no level 'loud'"),
        ("_exists_:nothing", "_exists_:nothing", "There is no field 'nothing'"),
        ("nothing:like", "nothing:like", "There is no field 'nothing'"),
        ("timeout ---", "---", "no letter or digit"),
    ],
)
def test_what_has_no_certain_fix_is_said_without(text: str, place: str, reason: str) -> None:
    (remark,) = parse(text, FIELDS, now_ns=0, numbers=NUMBERS).diagnostics
    assert (text[remark.start : remark.end], remark.fix) == (place, None)
    assert reason in remark.message


@pytest.mark.parametrize(
    "text",
    [
        "",
        "level:error timeout",
        "status:[500 TO 599] OR took_ms:>1.5s",
        "client:10.0.0.0/8",
        "user:ada,bob",
        "user:*",
        'user:"5xx"',
        "bytes:10KB",
        "not found",
        "connection reset and closed by peer",
        "disk sda or sdb is full",
        "could not connect to (or reach) the host",
        "http://example.com a/b.c:12 10:30:00",
        '"user=root" blk_-1',
        "level=error status=500 user=ada",
        "level=info msg=started request=17",
        "user: ada, status: 500",
        "sshd[17]: session opened for user: root",
        "2026-11-01 10:00:00 | INFO | main | count 5",
        "make all || true; echo user=ada",
        '{"level": "error", "status": 500}',
        "a=1 && b=2",
        "and status=500",
        'not found" status=500 user=ada',
        "[ status != 500 ]",
        '10:00:00 "GET /x (a',
        r"Address:\t10.0.0.1\n status=500",
        "user = x " * 40,
    ],
)
def test_a_query_in_order_and_a_pasted_line_are_left_in_peace(text: str) -> None:
    assert said(text) == []


@pytest.mark.parametrize("text", ["status:5xx", "status:500-599", "status:abc", "status:500,503"])
def test_a_field_that_may_hold_text_is_taken_at_its_word(text: str) -> None:
    assert parse(text, FIELDS, now_ns=0).diagnostics == ()


def test_where_nothing_is_found_a_part_of_a_value_may_be_meant() -> None:
    text = 'path:/api user:"ada l" level:error status:404 -client:web NOT user:bob'
    query = parse(text, ("path", *FIELDS), now_ns=0).query
    (remark,) = whole_values(text, query)
    assert (remark.start, remark.end, remark.fix) == (0, 9, "path:*/api*")
    assert whole_values(text, query, [remark]) == []


def test_a_long_phrase_without_its_second_quote_is_told() -> None:
    assert said('"connection reset by peer while reading') == [('"', None)]


def test_what_was_doubtful_is_said_once_the_rest_is_in_order() -> None:
    assert said("level=error NOT timeout") == [("level=error", "level:error")]
    assert said("level:error a b") == [("level:error", 'level:"error"')]
