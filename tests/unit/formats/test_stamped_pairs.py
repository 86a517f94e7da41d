"""A stamp, a level and a text before key=value pairs."""

from __future__ import annotations

import pytest

SPLUNK = '2026-11-27T12:00:00.188Z ERROR host=web1 request_id=b8a1 path=/a?b=1 msg="pool \\"main\\" is empty" took=1.5'


def test_every_field(parse_lines):
    [record] = parse_lines("stamped-logfmt", SPLUNK)
    assert record == {
        "timestamp": "2026-11-27T12:00:00.188", "level": "error", "message": 'pool "main" is empty', "host": "web1",
        "request_id": "b8a1", "path": "/a?b=1", "took": 1.5,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("line", "level", "message", "fields"),
    [
        ("2009/11/10 23:00:00 INFO hello there count=3", "info", "hello there", {"count": 3}),
        ("2024-01-29 10:00:00 [warning  ] user logged in   user=ada n=5", "warning", "user logged in",
         {"user": "ada", "n": 5}),
        ("2024-01-29 10:00:00,123 +0100 | ERR | é: disk full path=/x", "error", "é: disk full", {"path": "/x"}),
        ("[2024-01-29 10:00:00] DEBUG: a=1", "debug", "a=1", {"a": 1}),
        ("2024-01-29 10:00:00 - FATAL - x=y=z b=", "critical", "x=y=z b=", {"x": "y=z"}),
        ("2024-01-29 10:00:00 level=warn msg=slow n=1", "warning", "slow", {"n": 1}),
        # What stands before the pairs comes first, and what the pairs say stays theirs.
        ("2024-01-29 10:00:00 INFO started level=9 msg=x timestamp=5", "info", "started",
         {"level_value": 9, "msg": "x", "timestamp_value": 5}),
    ],
)  # fmt: skip
def test_layouts(parse_lines, line, level, message, fields):
    [record] = parse_lines("stamped-logfmt", line)
    assert record.pop("timestamp").startswith(("2009", "2024"))
    assert record == {"level": level, "message": message, **fields}


@pytest.mark.parametrize(
    "line",
    ["", "a=1 b=2", "INFO a=1", "2024-01-29 10:00:00 INFO hello", "2024-01-29 10:00:00 a=1 and more",
     '2024-01-29 10:00:00 a="open', "10:00:00 INFO a=1", "2024-01-29 10:00:00 INFO a = 1"],
)  # fmt: skip
def test_other_lines(parse_lines, line):
    assert parse_lines("stamped-logfmt", line, SPLUNK)[0] is None


def test_a_record_does_not_depend_on_those_beside_it(parse_lines):
    lines = [SPLUNK, "2024-01-29 10:00:00 INFO text msg=field", "2024-01-29 10:00:00 msg=message level=error"]
    together = parse_lines("stamped-logfmt", *lines)
    alone = [record for line in lines for record in parse_lines("stamped-logfmt", line)]
    assert together == alone
    assert [record.get("msg") for record in together] == [None, "field", None]


def test_detection(detects):
    lines = [SPLUNK.replace("b8a1", f"r{number}") for number in range(20)]
    assert detects(lines) == ("stamped-logfmt", 1.0)
    text = [f"2026-11-27 12:00:{number:02} INFO request {number} done" for number in range(40)]
    assert detects([*text, *lines])[0] != "stamped-logfmt", "a few lines with pairs do not make it one"
