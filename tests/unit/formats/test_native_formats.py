from __future__ import annotations

import pytest

CASES = [
    (
        "glog",
        "I0129 10:00:00.123456    1234 server.cc:12] listening",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "info",
            "message": "listening",
            "thread": "1234",
            "file": "server.cc",
            "line_number": 12,
        },
    ),
    (
        "glog",
        'E1231 23:59:59.000001 1 reflector.go:138] "failed" err="x"',
        {
            "timestamp": "2023-12-31T23:59:59.000001",
            "level": "error",
            "message": '"failed" err="x"',
            "thread": "1",
            "file": "reflector.go",
            "line_number": 138,
        },
    ),
    (
        "glog",
        "F20240129 10:00:00.123456 77 a/b.cc:1] Check failed",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "critical",
            "message": "Check failed",
            "thread": "77",
            "file": "a/b.cc",
            "line_number": 1,
        },
    ),
    (
        "env-logger",
        "[2024-01-29T10:00:00Z INFO  my_app::server] listening",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "info",
            "message": "listening",
            "logger": "my_app::server",
        },
    ),
    (
        "env-logger",
        "[2024-01-29T10:00:00.123456789Z ERROR my_app] gone: é",
        {
            "timestamp": "2024-01-29T10:00:00.123456789",
            "level": "error",
            "message": "gone: é",
            "logger": "my_app",
        },
    ),
    (
        "env-logger",
        "\x1b[90m[\x1b[0m2024-01-29T10:00:00Z \x1b[33mWARN \x1b[0m my_app\x1b[90m]\x1b[0m late",
        {"timestamp": "2024-01-29T10:00:00", "level": "warning", "message": "late", "logger": "my_app"},
    ),
    (
        "rust-tracing",
        "2024-01-29T10:00:00.123456Z  INFO my_app::server: listening port=80",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "info",
            "message": "listening port=80",
            "logger": "my_app::server",
        },
    ),
    (
        "rust-tracing",
        '2024-01-29T10:00:00.123456Z DEBUG request{method=GET path="/a b"}:query{id=1}: my_app: done',
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "debug",
            "message": "done",
            "span": 'request{method=GET path="/a b"}:query{id=1}',
            "logger": "my_app",
        },
    ),
    (
        "rust-tracing",
        "\x1b[2m2024-01-29T10:00:00.123456Z\x1b[0m \x1b[33m WARN\x1b[0m \x1b[2mmy_app\x1b[0m\x1b[2m:\x1b[0m late "
        "\x1b[3mms\x1b[0m\x1b[2m=\x1b[0m7",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "warning",
            "message": "late \x1b[3mms\x1b[0m\x1b[2m=\x1b[0m7",
            "logger": "my_app",
        },
    ),
    (
        "rust-tracing",
        "\x1b[2m2024-01-29T10:00:00.1Z\x1b[0m \x1b[32m INFO\x1b[0m \x1b[1mrequest\x1b[0m\x1b[1m{\x1b[0m"
        "\x1b[3mid\x1b[0m\x1b[2m=\x1b[0m1\x1b[1m}\x1b[0m\x1b[2m:\x1b[0m \x1b[2mmy_app\x1b[0m\x1b[2m:\x1b[0m done",
        {
            "timestamp": "2024-01-29T10:00:00.1",
            "level": "info",
            "message": "done",
            "span": "request{id=1}",
            "logger": "my_app",
        },
    ),
    (
        "logcat",
        "01-29 10:00:00.123  1234  5678 I ActivityManager: Start proc: 7",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "Start proc: 7",
            "pid": 1234,
            "thread": "5678",
            "logger": "ActivityManager",
        },
    ),
    (
        "logcat",
        "2023-11-05 10:00:00.123456  u0_a1  1234  5678 W Tag with blank : x",
        {
            "timestamp": "2023-11-05T10:00:00.123456",
            "level": "warning",
            "message": "x",
            "pid": 1234,
            "thread": "5678",
            "logger": "Tag with blank",
        },
    ),
    (
        "logcat",
        "01-29 10:00:00.124  1234  5678 V T: ",
        {
            "timestamp": "2024-01-29T10:00:00.124",
            "level": "trace",
            "message": "",
            "pid": 1234,
            "thread": "5678",
            "logger": "T",
        },
    ),
    (
        "logcat-time",
        "01-29 10:00:00.123 E/AndroidRuntime( 1234): FATAL EXCEPTION: main",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "error",
            "message": "FATAL EXCEPTION: main",
            "pid": 1234,
            "logger": "AndroidRuntime",
        },
    ),
    (
        "logcat-brief",
        "D/dalvikvm( 1234): GC freed 2K",
        {"level": "debug", "message": "GC freed 2K", "pid": 1234, "logger": "dalvikvm"},
    ),
    (
        "logcat-process",
        "D( 1234) GC freed 2K  (dalvikvm)",
        {"level": "debug", "message": "GC freed 2K  (dalvikvm)", "pid": 1234, "logger": "dalvikvm"},
    ),
    ("logcat-tag", "W/dalvikvm: late", {"level": "warning", "message": "late", "logger": "dalvikvm"}),
    (
        "logcat-long",
        "[ 01-29 10:00:00.123  1234: 5678 I/ActivityManager ]\nStart proc\nmore",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "Start proc\nmore",
            "pid": 1234,
            "thread": "5678",
            "logger": "ActivityManager",
        },
    ),
]

MALFORMED = [
    ("glog", "X0129 10:00:00.123456 1234 file.cc:12] x"),
    ("glog", "I0129 10:00:00.123456 1234 no brackets"),
    ("env-logger", "[2024-01-29T10:00:00 INFO my_app] no zone"),
    ("rust-tracing", "2024-01-29T10:00:00.123456Z  LOUD my_app: x"),
    ("logcat", "--------- beginning of main"),
    ("logcat-time", "01-29 10:00:00.123 E/AndroidRuntime: x"),
    ("logcat-brief", "Q/dalvikvm( 1234): x"),
    ("logcat-process", "D(x) y"),
    ("logcat-tag", "W/dalvikvm late"),
    ("logcat-long", "[ 01-29 10:00:00.123 I/ActivityManager ]"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted
