"""Masking: what varies is replaced, what tells messages apart stays."""

from __future__ import annotations

import polars as pl
import pytest

from sawlog.patterns.mask import CUT, MAX_CHARACTERS, coarse, refine


def template(message: str) -> str:
    return str(refine(coarse(pl.Series([message], dtype=pl.String)))[0])


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("took 15 ms", "took <*> ms"),
        ("took 15.25ms", "took <*>ms"),
        ("offset -3, delta=+7", "offset <*>, delta=<*>"),
        ("block blk_-38865 of 64", "block blk_<*> of <*>"),
        ("id 550e8400-e29b-41d4-a716-446655440000 done", "id <*> done"),
        ("commit e3b0c44298fc1c149afb by", "commit <*> by"),
        ("hash deadbeefcafe", "hash <*>"),
        ("address 0x7fFF0a", "address <*>"),
        ("session aB3xZ9kQ opened", "session <*> opened"),
        ("utf8 eth0 worker-3 log4j", "utf<*> eth<*> worker-<*> log<*>j"),
        ("from 10.0.0.7 port 52", "from <ip> port <*>"),
        ("mac 00:1A:2b:3c:4d:5e up", "mac <*> up"),
        ("at 2026-03-17T10:00:07,123Z", "at <time>"),
        ("at 2026-03-17 10:00:07.5 +01:00 or 10:00:08", "at <time> or <time>"),
        ("on 17/Mar/2026:09:59:59 +0000", "on <time>"),
        ("see https://example.org/a?b=1&c=2 now", "see <url> now"),
        ("http://10.0.0.7:8080/x, next", "<url>, next"),
        ("open /var/log/x.log: no such file", "open <path>: no such file"),
        (r"open C:\Users\x\y.txt failed", "open <path> failed"),
        ("GET /feed/ HTTP/1.1", "GET <path> HTTP/<*>"),
        ("GET //a?b=c HTTP/1.0", "GET <path> HTTP/<*>"),
        ("load users.json and a-b.min.js.", "load <path> and <path>."),
        ("layout/style/test.html passed", "<path> passed"),
        ("-I/a/b -I/c/d -O2", "-<path> -<path> -O<*>"),
        ("1 2 3", "<*>"),
        ("/a/b /c/d, /e/f end", "<path> end"),
        ("  much \t  blank\r", "much blank"),
        ("\x1b[31mred\x1b[0m", "red"),
        ('"a client that calls itself something long" "short"', '"<*>" "short"'),
        ('{"key": "value", "other": "text"}', '{"key": "value", "other": "text"}'),
        ("I/O and/or not a path", "I/O and/or not a path"),
        ("java.lang.IllegalStateException: closed", "java.lang.IllegalStateException: closed"),
        ("नमस्ते Straße 🙂", "नमस्ते Straße 🙂"),
        ("", ""),
    ],
)
def test_what_varies_is_masked(message: str, expected: str) -> None:
    assert template(message) == expected


def test_a_template_is_its_own_template() -> None:
    for text in ("took <*> ms", "from <ip> port <*>", "open <path>: no", "at <time>", "see <url> now"):
        assert template(text) == text


def test_of_several_lines_the_first_one_counts() -> None:
    assert template("closed by 7\n\tat com.example.Run(peer)\n\t... 3 more") == "closed by <*>"
    assert template("a\r\nb") == "a"


def test_of_a_python_traceback_the_exception_counts_too() -> None:
    text = 'Traceback (most recent call last):\n  File "x.py", line 3, in f\nKeyError: 17\n'
    assert template(text) == "Traceback (most recent call last): KeyError: <*>"


def test_long_messages_are_cut_and_say_so() -> None:
    assert template("word " * 200) == ("word " * (MAX_CHARACTERS // 5)) + CUT
    assert template("é" * MAX_CHARACTERS) == "é" * MAX_CHARACTERS
    assert template("é" * MAX_CHARACTERS + "x") == "é" * MAX_CHARACTERS + CUT


def test_a_template_depends_on_its_message_alone() -> None:
    messages = ["x 1\r", "a\nb 2", "y" * 500 + "\r", "Traceback (most recent call last):\nE: 1", "", "z\r\n"]
    together = coarse(pl.Series(messages)).to_list()
    assert together == [coarse(pl.Series([message]))[0] for message in messages]
