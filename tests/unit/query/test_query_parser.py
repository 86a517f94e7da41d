"""The query language: each form of the table, and above all that no text is refused."""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sawlog.errors import QueryError
from sawlog.query.ast import ALL, NONE, Query
from sawlog.query.evaluate import matches
from sawlog.query.parser import MAX_QUERY, parse
from sawlog.query.quantity import Quantity
from sawlog.query.times import SECOND, parse_time

NOW = parse_time("2026-11-01 10:00Z")
FIELDS = ("status", "host", "user", "ip", "path", "took", "my field", "Trace-Id")


def tree(text: str, **options: object) -> Query:
    return parse(text, FIELDS, now_ns=NOW, **options).query  # type: ignore[arg-type]


def term(value: str) -> Query:
    return Query("term", value=value)


def phrase(*value: str, slop: int = 0) -> Query:
    return Query("phrase", value=value, slop=slop)


def both(*children: Query) -> Query:
    return Query("and", children=children)


def either(*children: Query) -> Query:
    return Query("or", children=children)


def no(child: Query) -> Query:
    return Query("not", children=(child,))


def compare(field: str, op: str, value: object, flags: str = "") -> Query:
    return Query("compare", field, op, value, flags=flags)  # type: ignore[arg-type]


def at_least(number: float, unit: str = "") -> tuple[object, ...]:
    return (Quantity(number, unit), None, True, False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ALL),
        ("*:*", ALL),
        ("-(*:*)", NONE),
        ("TimeOut", term("timeout")),
        ("connection reset", both(term("connection"), term("reset"))),
        ("a AND b", both(term("a"), term("b"))),
        ("a b OR c", either(both(term("a"), term("b")), term("c"))),
        ("a (b OR c)", both(term("a"), either(term("b"), term("c")))),
        ("a -(b OR c)", both(term("a"), no(either(term("b"), term("c"))))),
        ('"connection reset by"', phrase("connection", "reset", "by")),
        ("blk_-38865", phrase("blk", "38865")),
        ("10.0.0.1", phrase("10", "0", "0", "1")),
        ("/var/log/x", phrase("var", "log", "x")),
        ('"a b"~3', phrase("a", "b", slop=3)),
        ("time*", Query("wildcard", value="time*")),
        ("*OUT", Query("wildcard", value="*out")),
        ("raw:t?me", Query("wildcard", value="t?me")),
        ("/re.*gex/", Query("regex", value="re.*gex")),
        ("/re/i", Query("regex", value="re", flags="i")),
        (r"/a\/b c/si", Query("regex", value="a/b c", flags="is")),
        ("timeuot~", Query("fuzzy", value="timeuot", distance=1)),
        ("timeuot~2", Query("fuzzy", value="timeuot", distance=2)),
        ("timeuot~3", phrase("timeuot", "3")),
    ],
)
def test_text_forms(text: str, expected: Query) -> None:
    assert tree(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("level:WARN", compare("level", "eq", "warning")),
        ("level:>=err", compare("level", "range", ("error", None, True, False))),
        ("status:500", compare("status", "eq", "500")),
        ("STATUS:500", compare("status", "eq", "500")),
        ("status:>=500", compare("status", "range", at_least(500))),
        ("status:[500 TO 599]", compare("status", "range", (Quantity(500), Quantity(599), True, True))),
        ("status:{500 TO *]", compare("status", "range", (Quantity(500), None, False, False))),
        ('host:["a" TO m}', compare("host", "range", ("a", "m", True, False))),
        ("took:>=1.5s", compare("took", "range", at_least(1.5, "seconds"))),
        ("took:>=10KiB", compare("took", "range", at_least(10240, "bytes"))),
        ("host:(a OR b*)", either(compare("host", "eq", "a"), compare("host", "glob", "b*"))),
        ("host:(a b)", either(compare("host", "eq", "a"), compare("host", "eq", "b"))),
        ("host:(a* -ab)", both(compare("host", "glob", "a*"), no(compare("host", "eq", "ab")))),
        ("-status:200", no(compare("status", "eq", "200"))),
        ("user:*", Query("exists", "user")),
        ("ip:10.1.2.3/8", compare("ip", "cidr", "10.0.0.0/8")),
        ("ip:fe80::/10", compare("ip", "cidr", "fe80::/10")),
        ("path:/api/*", compare("path", "glob", "/api/*")),
        ("path:/api/", compare("path", "eq", "/api/")),
        ("path:/^.api/i", compare("path", "regex", "^.api", "i")),
        ('path:re("a b", "i")', compare("path", "regex", "a b", "i")),
        ('path:glob("a b*")', compare("path", "glob", "a b*")),
        (r'path:"C:\x \"y\""', compare("path", "eq", r'C:\x "y"')),
        ('user:in(a, "b c")', compare("user", "in", frozenset({"a", "b c"}))),
        ("user:in(a)", compare("user", "eq", "a")),
        ("message:foo", compare("message", "match", ("foo",))),
        ('message:"Foo: bar"', compare("message", "match", ("foo", "bar"))),
        ('raw:"a b"~2', phrase("a", "b", slop=2)),
        ('"my field":x', compare("my field", "eq", "x")),
        ("trace-id:x", compare("Trace-Id", "eq", "x")),
    ],
)
def test_field_forms(text: str, expected: Query) -> None:
    assert tree(text) == expected


def test_values_come_from_python() -> None:
    values = {"df.user": ["x", 5, 2.0, None, float("nan"), True]}
    assert tree("user:in($df.user)", values=values) == compare("user", "in", frozenset({"x", "5", "2", "true"}))
    odd = [pd.NA, pd.NaT, pa.scalar(5), pa.scalar(None, pa.int64()), np.bool_(False), 1e300, Decimal("2.5")]
    assert tree("user:in($odd)", values={"odd": odd}).value == {"5", "false", "1e+300", "2.5"}
    with pytest.raises(QueryError, match=r"\$nobody") as caught:
        tree("a user:in($nobody)", values=values)
    assert (caught.value.start, caught.value.end) == (2, 18)


HOUR = 3600 * SECOND
MIDNIGHT = NOW - 10 * HOUR


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("@today", MIDNIGHT, MIDNIGHT + 24 * HOUR),
        ("@yesterday", MIDNIGHT - 24 * HOUR, MIDNIGHT),
        ('@"2026-11-01 09:00".."2026-11-01 10:00"', NOW - HOUR, NOW),
        ("@2026-11-01", MIDNIGHT, MIDNIGHT + 24 * HOUR),
        ("@2026-10-31..2026-11-01", MIDNIGHT - 24 * HOUR, MIDNIGHT + 24 * HOUR),
        ("@14:00..15:00", MIDNIGHT + 14 * HOUR, MIDNIGHT + 15 * HOUR),
        ("@last 15m", NOW - HOUR // 4, None),
        ("@-15m", NOW - HOUR // 4, None),
        ("@-2h..-1h", NOW - 2 * HOUR, NOW - HOUR),
        ("@..10:00", None, NOW),
        ("@10:00..", NOW, None),
        ("timestamp:>=2026-11-01", MIDNIGHT, None),
        ("timestamp:>2026-11-01", MIDNIGHT + 24 * HOUR, None),
        ("timestamp:[2026-11-01 TO 2026-11-01]", MIDNIGHT, MIDNIGHT + 24 * HOUR),
    ],
)
def test_time_forms(text: str, start: int | None, end: int | None) -> None:
    assert tree(text) == Query("time", value=(start, end))
    assert tree(f"(a {text})").children[1] == Query("time", value=(start, end))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("x /a(b/", 4, 5),
        ("took:>5parsecs", 0, 14),
        ("status:[9 TO 1]", 0, 15),
        ("level:[error TO info]", 0, 21),
        ("level:>=loud", 0, 12),
        ("@15:00..14:00 x", 0, 13),
        ("timestamp:>soon", 0, 15),
    ],
)
def test_what_has_no_meaning_is_an_error_with_a_place(text: str, start: int, end: int) -> None:
    with pytest.raises(QueryError) as caught:
        tree(text)
    assert (caught.value.query, caught.value.start, caught.value.end) == (text, start, end)


@pytest.mark.parametrize(
    "text",
    ["AND foo", "foo AND", "AND", "NOT", "foo AND AND bar", "OR OR", "foo - bar", "--flag -1 -0.5ms", '"open', "(open",
     "close)", ")(", "()", "[x] {y}", "level: error", "nofield:x", "a@b.c @nowhere", "/usr/bin/env", "/ root", "f(x)y",
     "took:[1 TO", "host:(a", "*", "**", "--- ===", 'say:"', "status:[]", "message:---", "timestamp:17",
     "\x00\x1c\ud800", "\\t\\n", 'key="a b" x', "(a)b", "user:\\tName", "(((((a", "a)))))"],
)  # fmt: skip
def test_what_is_no_operator_in_its_place_is_text(text: str) -> None:
    parsed = parse(text, FIELDS, now_ns=NOW)
    assert matches(parsed.query, f"before {text} after".replace("\ud800", "\ufffd"))
    assert not any(node.kind in ("not", "compare", "time", "regex") for node in parsed.query.walk())


def test_an_excluding_query_also_finds_its_own_text() -> None:
    parsed = parse("python -u")
    assert matches(parsed.query, "python 3")
    assert not matches(parsed.query, "python (u)")
    assert matches(parsed.query, "run:  Python   -U script")
    assert [(item.start, item.end) for item in parsed.diagnostics] == [(7, 8)]


@pytest.mark.parametrize("text", ["python -(u)", "level:info -u", "@today -u", 'host:"x" a b -u', "*:* python NOT u"])
def test_what_cannot_be_mistaken_excludes_without_exception(text: str) -> None:
    assert not any(node.kind in ("regex", "phrase") for node in tree(text).walk())


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("/connection reset: .*/", "connection reset: .*"),
        (r"/connection reset: \d+/", r"connection reset: \d+"),
        (r"/user: \w+ failed/i", r"user: \w+ failed"),
        (r"/level:error \S+/", r"level:error \S+"),
        ("/^GET .*x/", "^GET .*x"),
        ("/(a b)+ c/", "(a b)+ c"),
        ("/a [bc]{2} d/", "a [bc]{2} d"),
        ("/took [0-9]+ s$/", "took [0-9]+ s$"),
    ],
)
def test_a_regex_that_stands_alone_is_nothing_else(text: str, pattern: str) -> None:
    parsed = parse(text, FIELDS)
    assert (parsed.query.kind, parsed.query.value, parsed.diagnostics) == ("regex", pattern, ())
    for combined in (f"level:error {text}", f"timeout OR {text}"):
        kinds = [node.kind for node in parse(combined, FIELDS).query.walk()]
        assert kinds.count("regex") == 1
        assert "phrase" not in kinds


@pytest.mark.parametrize(
    "line",
    [
        r"the rule /took \d+ ms/ has failed",
        r"rule /took \d+ ms/",
        r"/took \d+ ms/ rule",
        "/a+ b/",
        "/usr/(x) y/ z",
        "/* clear sent flag */",
        "/* in(count forward & -1 back)*/",
        "/**/",
        "/$HOME dir/",
        "/x (y z/",
    ],
)
def test_a_line_with_slashes_finds_itself(line: str) -> None:
    assert matches(parse(line, FIELDS).query, f"2026 {line}")


def test_a_regex_among_words_is_remarked_as_one() -> None:
    (remark,) = parse(r"rule /took: \d+ ms/", FIELDS).diagnostics
    assert remark.fix == r"raw:/took: \d+ ms/"


def test_a_starred_word_of_several_tokens_holds_together() -> None:
    query = tree("10.0.1*")
    assert matches(query, "from 10.0.17:80")
    assert not matches(query, "from 10.0.2:1 to 10.9")
    assert matches(tree("blk_38*"), "got blk_38865.")
    assert matches(tree("foo*_bar*"), "foo*_bar* pasted")


def test_a_near_miss_of_a_field_is_remarked() -> None:
    (remark,) = parse("statsu:500", FIELDS).diagnostics
    assert (remark.start, remark.end, remark.fix) == (0, 10, "status:500")


def test_spans_point_at_their_text() -> None:
    text = 'alpha "b c"~2 status:>=5 (gam* -(x)) /r/i fuz~ @today'
    spans = {node.kind: text[slice(*node.span)] for node in tree(text).walk()}
    assert spans["phrase"] == '"b c"~2'
    assert spans["compare"] == "status:>=5"
    assert spans["wildcard"] == "gam*"
    assert spans["not"] == "-(x)"
    assert spans["regex"] == "/r/i"
    assert spans["fuzzy"] == "fuz~"
    assert spans["time"] == "@today"


@pytest.mark.parametrize(
    "text",
    ["(" * 20_000 + "a" + ")" * 20_000, "( " * 20_000 + "a" + " )" * 20_000, "NOT " * 15_000 + "a", '"' * 30_000,
     '"\\" ' * 15_000, "/a " * 20_000, "user:(" * 10_000, "-" * 60_000, "a OR " * 12_000, "x" * (MAX_QUERY + 1),
     "a:" * 30_000, "*a" * 30_000],
)  # fmt: skip
def test_hostile_text_ends(text: str) -> None:
    try:
        parse(text, FIELDS, now_ns=NOW)
    except QueryError as error:
        assert "cannot be used" in str(error)


LOG_TEXT = """- -1 --flag -x -Dfoo=bar AND OR NOT ( ) (a) (b c) [x] [error] "GET /x "quoted text" level:error
    status:500 took:5ms user:root: host: 2015-10-18T18:01:47 10.0.0.1:80 blk_-38865 /var/log/x /tmp/ /re.x/ foo/bar=baz
    t?me time* *out *** a*b @ @today-ish root@host time~ "open closed" key="v w" {"a":1,"level":"x"} \\t\\n a\\"b 100%
    $HOME ~/x message:hi line:5 source:a.log don't C:\\temp\\x http://h/p?q=1&r=* x->y f(x) &amp; ||
    && ! \u00e9 \u00dcn\u00ef
    \u00b2 \u00bd \u0130x \u212a \u017f \u0000 \ufffd"""
WORDS = st.one_of(
    st.sampled_from(LOG_TEXT.split()),
    st.text(st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1, max_size=8),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=10), st.data())
@example(["IS", "NOT", "NULL"], None)
@example(["NOT", "level:error", "level:error"], None)
@example(["-x", "OR", "level:error"], None)
def test_a_run_of_words_finds_its_record(words: list[str], data: st.DataObject | None) -> None:
    """The record's fields hold nothing of what its text says, which is the hardest case."""
    first = data.draw(st.integers(0, len(words) - 1)) if data else 0
    last = data.draw(st.integers(first + 1, len(words))) if data else len(words)
    spaces = data.draw(st.sampled_from([" ", "  ", "\t", "\n", "\x1c"])) if data else " "
    run, raw = " ".join(words[first:last]), spaces.join(words)
    try:
        parsed = parse(run, FIELDS, now_ns=NOW)
    except QueryError as error:  # a word between slashes that is a regex with a fault is refused, with its place
        assert "regex" in str(error) or "inverted" in str(error)
        return
    kinds = {node.kind for node in parsed.query.walk()}
    # A word that is a regex is one, and so is a query that is one and has the look of it.
    single = re.search(r"(?:^|\s)/\S+/[imsUx]*(?:\s|$)", run) or parsed.query.kind == "regex"
    # A field with AND or OR is nobody's log line.
    asked = "compare" in kinds and ("or" not in kinds or {"AND", "OR"} & set(run.split()))
    if kinds & {"time", "exists"} or asked or single:
        return
    assert matches(parsed.query, raw)


def test_a_range_that_clocks_left_out_holds_nothing() -> None:
    forward = parse_time("2026-03-29 01:00Z")
    ranges = {
        '@"2026-03-29 02:30".."2026-03-29 03:30"': (forward, forward + 1800 * SECOND),
        '@"2026-03-29 01:30".."2026-03-29 02:30"': (forward - 1800 * SECOND, forward),
        '@"2026-03-29 02:00".."2026-03-29 03:00"': None,
        '@"2026-03-29 02:10".."2026-03-29 02:20"': None,
    }
    for text, bounds in ranges.items():
        query = parse(text, timezone="Europe/Berlin").query
        assert query.value == bounds and query.kind == ("time" if bounds else "none"), text
    for text in (
        'timestamp:["2026-03-29 02:00" TO "2026-03-29 03:00"}',
        "timestamp:{2026-03-29T01:59 TO 2026-03-29T03:00}",
    ):
        assert parse(text, timezone="Europe/Berlin").query.kind == "none", text
    for text in ("@2011-12-30", '@"2011-12-30"', 'timestamp:"2011-12-30"', "timestamp:{2011-12-29 TO 2011-12-31}"):
        assert parse(text, timezone="Pacific/Apia").query.kind == "none", "a day that a zone left out"
    for text in ('@"2026-03-29 02:20".."2026-03-29 02:20"', '@"2026-03-29 03:20".."2026-03-29 02:20"'):
        with pytest.raises(QueryError):
            parse(text, timezone="Europe/Berlin")
