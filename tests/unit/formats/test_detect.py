from __future__ import annotations

import time

import pytest

from sawlog.errors import FormatError
from sawlog.formats.base import TimeContext, described
from sawlog.formats.custom import from_spec
from sawlog.formats.detect import detect
from sawlog.formats.records import parse_chunk
from sawlog.formats.registry import formats, get, register

ACCESS = b'10.0.0.1 - - [29/Jan/2024:10:00:00 +0000] "GET /a HTTP/1.1" 200 12 "-" "curl/8"\n'
JSON = b'{"time": "2024-01-29T10:00:00Z", "level": "info", "msg": "hello"}\n'
SYSLOG = b"Jan 29 10:00:00 host sshd[12]: Accepted publickey\n"
GENERIC = b"<<2024-01-29 10:00:00>> hello out there\n"
PLAIN = b"The quick brown fox\njumps over the lazy dog\n"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (ACCESS * 50, "access-log"),
        (JSON * 50, "json-lines"),
        (SYSLOG * 50, "syslog-rfc3164"),
        (GENERIC * 50, "generic"),
        (PLAIN * 50, "plain"),
        (b"", "plain"),
        (b"\n\n\n", "plain"),
        (b"\x00\xff\x10" * 99, "plain"),
        (ACCESS.replace(b"\n", b"\r\n") * 50, "access-log"),
        (b"[task 2024-01-29T10:00:07.321Z] 10:00:07     INFO - x\n" * 50, "ci"),
    ],
)
def test_formats(data: bytes, name: str) -> None:
    found = detect([data])
    assert found.format.name == name
    assert 0 < found.confidence <= 1


def test_one_line_is_enough() -> None:
    assert detect([ACCESS.strip()]).format.name == "access-log"


def test_runner_up() -> None:
    found = detect([SYSLOG * 50])
    assert found.runner_up and 0 < found.runner_up_confidence <= 1


def test_traces_do_not_lower_the_confidence() -> None:
    line = b"2024-01-29 10:00:00,123 ERROR [main] a.b.C - failed\njava.lang.Error: x\n"
    assert detect([(line + b"\tat a.b.C.d(C.java:1)\n" * 30) * 20]).confidence >= 0.5


def test_several_formats_in_one_file() -> None:
    data = JSON * 60 + ACCESS * 40
    found = detect([JSON * 60, ACCESS * 40])
    for format in (found.format, from_spec(described(found.format))):
        chunk = parse_chunk(data, format=format, time=TimeContext(), source=0, offset=0, line=1, final=True)
        assert chunk.formats == {"json-lines": 60, "access-log": 40}
        assert chunk.unparsed == 0
        assert chunk.batch.column("field.status").null_count == 60


def test_as_many_formats_as_there_are() -> None:
    log4j = b"2024-01-29 10:00:00,123 [main] INFO  com.x.Y - started\n"
    counts = {"logback": 40, "json-lines": 40, "access-log": 40, "syslog-rfc3164": 40}
    data = b"".join(line * 40 for line in (log4j, JSON, ACCESS, SYSLOG))
    found = detect([data])
    assert found.confidence == 1.0
    chunk = parse_chunk(data, format=found.format, time=TimeContext(), source=0, offset=0, line=1, final=True)
    assert chunk.formats == counts
    assert chunk.batch.column("field.status").null_count == 120


def test_a_little_of_another_format_does_not_hide_what_any_stamp_tells() -> None:
    found = detect([GENERIC * 60 + ACCESS * 15 + SYSLOG * 5])
    assert found.format.name == "generic"


def test_fast_enough() -> None:
    sample = ACCESS * (65_536 // len(ACCESS))
    detect([sample])
    seconds = []
    for _ in range(3):
        start = time.process_time()
        detect([sample] * 3)
        seconds.append(time.process_time() - start)
    assert min(seconds) < 0.5  # 0.05 to 0.15 on an idle core


def test_unknown_name_lists_near_ones() -> None:
    with pytest.raises(FormatError, match="json-lines"):
        get("json-line")


def test_names_are_unique_and_taken_once() -> None:
    names = [format.name for format in formats()]
    assert names == sorted(set(names))
    with pytest.raises(FormatError, match="exists"):
        register(get("plain"))
