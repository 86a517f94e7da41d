"""logfmt."""

from __future__ import annotations

import pytest

LOGRUS = r'time="2024-01-29T10:00:00.123Z" level=warning msg="a \"b\" \\ c\n" n=5 ratio=0.5 ok=true user=ada'


def test_every_field(parse_lines):
    [record] = parse_lines("logfmt", LOGRUS)
    assert record == {
        "timestamp": "2024-01-29T10:00:00.123", "level": "warning", "message": 'a "b" \\ c\n', "n": 5, "ratio": 0.5,
        "ok": True, "user": "ada",
    }  # fmt: skip


def test_heroku_router(parse_lines):
    line = 'at=error code=H12 desc="Request timeout" method=GET path="/a?b=1" host=x.example fwd="198.51.100.7" n=503'
    [record] = parse_lines("logfmt", line)
    assert record == {
        "level": "error", "code": "H12", "desc": "Request timeout", "method": "GET", "path": "/a?b=1",
        "host": "x.example", "fwd": "198.51.100.7", "n": 503, "message": line,
    }  # fmt: skip


def test_bare_keys_empty_values_and_repeated_keys(parse_lines):
    [record] = parse_lines("logfmt", 'a=1 flag b= c="" d=x=y a=2')
    assert record == {"a": 2, "flag": True, "d": "x=y", "message": 'a=1 flag b= c="" d=x=y a=2'}


@pytest.mark.parametrize(
    "line", ["", "hello world", "a=1", "text before a=1 b=2", 'a="open b=2', "=1 =2", "a=1 b=2 (more)", "a = 1 b = 2"]
)
def test_other_lines(parse_lines, line):
    assert parse_lines("logfmt", line, LOGRUS)[0] is None


def test_many_sequences_of_keys(parse_lines):
    lines = [f"k{number % 40}={number} common=x{number}" for number in range(400)]
    found = parse_lines("logfmt", *lines)
    assert [record[f"k{number % 40}"] for number, record in enumerate(found)] == list(range(400))
    assert [record["common"] for record in found] == [f"x{number}" for number in range(400)]


def test_no_more_than_a_hundred_fields(parse_lines):
    found = parse_lines("logfmt", *[f"common=1 k{number}=2" for number in range(300)])
    assert len({name for record in found for name in record} - {"message"}) == 100
    assert all(record["common"] == 1 for record in found)


def test_detection(detects):
    assert detects([LOGRUS.replace("n=5", f"n={number}") for number in range(20)]) == ("logfmt", 1.0)
