from __future__ import annotations

import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.records import parse_chunk
from sawlog.formats.registry import get

CASES = [
    (
        "jul",
        "Jan 29, 2024 10:00:00 PM com.example.Main run\nSEVERE: broken\n  at x",
        {
            "timestamp": "2024-01-29T22:00:00",
            "level": "error",
            "message": "broken\n  at x",
            "logger": "com.example.Main",
            "function": "run",
        },
    ),
    (
        "jul",
        "Jan 9, 2024 1:02:03 AM com.example.Main <init>",
        {
            "timestamp": "2024-01-09T01:02:03",
            "message": "",
            "logger": "com.example.Main",
            "function": "<init>",
        },
    ),
    (
        "jul-line",
        "[2024-01-29 10:00:00] [WARNING] late",
        {"timestamp": "2024-01-29T10:00:00", "level": "warning", "message": "late"},
    ),
    (
        "jul-line",
        "[2024-01-29 10:00:00] [INFO   ] [com.example.X] fine",
        {"timestamp": "2024-01-29T10:00:00", "level": "info", "message": "fine", "logger": "com.example.X"},
    ),
    (
        "jvm-unified",
        "[2024-01-29T10:00:00.123+0000][0.054s][info][gc,heap  ] GC(12) Pause Young (Normal) 24M->4M(256M) 3.125ms",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "GC(12) Pause Young (Normal) 24M->4M(256M) 3.125ms",
            "uptime_s": 0.054,
            "tags": "gc,heap",
            "gc_id": 12,
            "duration_ms": 3.125,
        },
    ),
    (
        "jvm-unified",
        "[0.054s][warning][gc] Using Serial",
        {"level": "warning", "message": "Using Serial", "uptime_s": 0.054, "tags": "gc"},
    ),
    (
        "jvm-unified",
        "[2024-01-29T10:00:00.123+0100][77ms][123][456][debug][gc,init] CPUs: 4",
        {
            "timestamp": "2024-01-29T09:00:00.123",
            "level": "debug",
            "message": "CPUs: 4",
            "uptime_ms": 77,
            "pid": 123,
            "thread": "456",
            "tags": "gc,init",
        },
    ),
    (
        "jvm-gc",
        "2024-01-29T10:00:00.123+0000: 1.234: [GC (Allocation Failure) [PSYoungGen: 6K->1K(7K)] 6K->2K(25K), "
        "0.0125000 secs] [Times: user=0.02 sys=0.00, real=0.01 secs] ",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "message": "[GC (Allocation Failure) [PSYoungGen: 6K->1K(7K)] 6K->2K(25K), 0.0125000 secs] "
            "[Times: user=0.02 sys=0.00, real=0.01 secs] ",
            "uptime_s": 1.234,
            "duration_ms": 12.5,
        },
    ),
    (
        "jvm-gc",
        "1.500: [Full GC (System.gc()) 2K->1K(25K), 0.5000000 secs]",
        {
            "message": "[Full GC (System.gc()) 2K->1K(25K), 0.5000000 secs]",
            "uptime_s": 1.5,
            "duration_ms": 500.0,
        },
    ),
    (
        "jvm-gc",
        "1.700: Total time for which application threads were stopped: 0.01 seconds",
        {"message": "Total time for which application threads were stopped: 0.01 seconds", "uptime_s": 1.7},
    ),
]

MALFORMED = [
    ("jul", "INFO: message"),
    ("jul", "Jan 29, 2024"),
    ("jvm-unified", "[    0.054000] kernel"),
    ("jvm-gc", "1.5: [GC"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted


def test_two_lines_of_java_util_logging_are_one_record():
    data = (
        b"Jan 29, 2024 10:00:00 PM com.example.Main run\nSEVERE: broken\nmore\n"
        b"Jan 29, 2024 10:00:01 PM com.example.Main run\nINFO: fine\n"
    )
    chunk = parse_chunk(data, format=get("jul"), time=TimeContext(), source=0, offset=0, line=1, final=True)
    batch = chunk.batch.to_pydict()
    assert batch["line"] == [1, 4]
    assert batch["level"] == ["error", "info"]
    raw, start = batch["raw"], batch["message_start"]
    assert [text[at:] for text, at in zip(raw, start, strict=True)] == ["broken\nmore", "fine"]
