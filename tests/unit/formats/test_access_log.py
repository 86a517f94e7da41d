"""Access logs of web servers."""

from __future__ import annotations

import polars as pl
import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.registry import get

STAMP = "[05/Mar/2024:14:07:09 +0200]"
COMMON = f'198.51.100.7 - ada {STAMP} "GET /shop?item=1 HTTP/1.1" 404 512'
AGENT = '"https://example.org/" "Mozilla/5.0 (Test)"'


def test_combined(parse_lines):
    [record] = parse_lines("access-log", f"{COMMON} {AGENT}")
    assert record == {
        "timestamp": "2024-03-05T12:07:09",
        "level": "warning",
        "message": f'"GET /shop?item=1 HTTP/1.1" 404 512 {AGENT}',
        "client": "198.51.100.7",
        "user": "ada",
        "method": "GET",
        "path": "/shop?item=1",
        "protocol": "HTTP/1.1",
        "status": 404,
        "bytes": 512,
        "referrer": "https://example.org/",
        "user_agent": "Mozilla/5.0 (Test)",
    }


def test_common_has_no_agent(parse_lines):
    [record] = parse_lines("access-log", COMMON)
    assert record["status"] == 404
    assert "user_agent" not in record


@pytest.mark.parametrize(
    ("status", "level"), [("101", "info"), ("200", "info"), ("302", "info"), ("499", "warning"), ("503", "error")]
)
def test_level_is_the_status(parse_lines, status, level):
    [record] = parse_lines("access-log", COMMON.replace("404", status))
    assert record["level"] == level


@pytest.mark.parametrize("request_text", ["-", "", r"\x16\x03\x01\x02", "\x16\x03\x01", "hello", r"\"quoted\" x y"])
def test_request_that_is_no_http(parse_lines, request_text):
    line = f'::1 - - {STAMP} "{request_text}" 400 - "-" "-"'
    [record] = parse_lines("access-log", line)
    assert record["status"] == 400
    assert record["client"] == "::1"
    assert record.keys().isdisjoint({"method", "path", "protocol", "bytes", "user", "user_agent"})
    assert record["message"].startswith(f'"{request_text}"')


def test_request_without_protocol_and_with_blanks(parse_lines):
    simple, blanks, both = parse_lines(
        "access-log",
        COMMON.replace("GET /shop?item=1 HTTP/1.1", "GET /old"),
        COMMON.replace("/shop?item=1", "/a b c"),
        COMMON.replace("GET /shop?item=1 HTTP/1.1", "GET /a b"),
    )
    assert (simple["path"], simple.get("protocol")) == ("/old", None)
    assert (blanks["path"], blanks["protocol"]) == ("/a b c", "HTTP/1.1")
    assert (both["path"], both.get("protocol")) == ("/a b", None)


def test_what_servers_do_not_escape(parse_lines):
    quotes, spaced, cut = parse_lines(
        "access-log",
        f'{COMMON} "-" "Mozilla "the" browser"',
        f"{COMMON.replace('ada', 'Ada Lovelace')} {AGENT}",
        f'{COMMON} "-" "Mozilla/5.0 (cut o',
    )
    assert quotes["user_agent"] == 'Mozilla "the" browser'
    assert spaced["user"] == "Ada Lovelace"
    assert spaced["user_agent"] == "Mozilla/5.0 (Test)"
    assert cut["status"] == 404


@pytest.mark.parametrize(
    ("rest", "found"),
    [
        (' "203.0.113.9, 10.0.0.1"', {"forwarded_for": "203.0.113.9, 10.0.0.1"}),
        (' 0.035 "203.0.113.9"', {"duration_ms": 35.0, "forwarded_for": "203.0.113.9"}),
        (" 1500", {"duration_ms": 1.5}),
        (' rt=0.250 "2001:db8::1"', {"duration_ms": 250.0, "forwarded_for": "2001:db8::1"}),
        (
            " 0.001 0123456789abcdef0123456789abcdef",
            {"duration_ms": 1.0, "request_id": "0123456789abcdef0123456789abcdef"},
        ),
        (' "-" something else', {}),
    ],
)
def test_fields_behind_the_agent(parse_lines, rest, found):
    [record] = parse_lines("access-log", f"{COMMON} {AGENT}{rest}")
    extras = {name: record[name] for name in ("duration_ms", "forwarded_for", "request_id") if name in record}
    assert extras == found
    assert record["user_agent"] == "Mozilla/5.0 (Test)"


def test_virtual_host_in_front(parse_lines):
    [with_port, without] = parse_lines(
        "access-log-vhost", f"shop.example:443 {COMMON} {AGENT}", f"shop.example {COMMON}"
    )
    assert (with_port["vhost"], with_port["port"], with_port["client"]) == ("shop.example", 443, "198.51.100.7")
    assert (without["vhost"], without.get("port"), without["user"]) == ("shop.example", None, "ada")


def test_other_lines_do_not_match(parse_lines):
    assert parse_lines("access-log", "", "hello", "2024-01-29 10:00:00 INFO x", f"a b c {STAMP}") == [None] * 4


def test_message_start_counts_bytes():
    frame = get("access-log").parse(pl.Series([COMMON.replace("ada", "adá")]), TimeContext())
    assert COMMON.replace("ada", "adá").encode()[frame["message_start"][0] :].startswith(b'"GET')


@pytest.mark.parametrize(
    ("name", "line"),
    [("access-log", COMMON), ("access-log", f"{COMMON} {AGENT}"), ("access-log-vhost", f"h:80 {COMMON} {AGENT}")],
)
def test_detection(detects, name, line):
    found, confidence = detects([line.replace("404", str(200 + number)) for number in range(20)])
    assert found == name
    assert confidence >= 0.9
