from __future__ import annotations

import struct

import pytest
from tests.support.corpora import starts_in_blocks

from sawlog.formats.base import TimeContext
from sawlog.formats.detect import detect
from sawlog.formats.journald_export import FORMAT
from sawlog.formats.records import parse_chunk

CTX = TimeContext()
HEAD = {"__CURSOR": "s=1", "__REALTIME_TIMESTAMP": "1706522400123456"}


def field(name: str, value: bytes) -> bytes:
    """As systemd writes it: with its length where a line could not hold it."""
    if b"\n" not in value and value.isascii():
        return b"%s=%s\n" % (name.encode(), value)
    return b"%s\n%s%s\n" % (name.encode(), struct.pack("<Q", len(value)), value)


def record(**fields: str | bytes) -> bytes:
    values = {name: value.encode() if isinstance(value, str) else value for name, value in {**HEAD, **fields}.items()}
    return b"".join(field(name, value) for name, value in values.items()) + b"\n"


def read(data: bytes) -> list[dict[str, object]]:
    chunk = parse_chunk(data, format=FORMAT, time=CTX, source=0, offset=0, line=1, final=True)
    rows = chunk.batch.to_pylist()
    assert sum(row["length"] for row in rows) == len(data)
    assert chunk.lines == data.count(b"\n") + (not data.endswith(b"\n"))
    return rows


def test_fields_are_those_of_the_json_export():
    data = record(
        PRIORITY="4", _HOSTNAME="web-1", SYSLOG_IDENTIFIER="sshd", _PID="47", _UID="0", _SYSTEMD_UNIT="ssh.service",
        MESSAGE="slow = x", _TRANSPORT="syslog",
    )  # fmt: skip
    [row] = read(data)
    assert str(row["timestamp"]) == "2024-01-29 10:00:00.123456+00:00"
    assert {name: value for name, value in row.items() if name.startswith("field.")} == {
        "field.host": "web-1", "field.process": "sshd", "field.pid": 47, "field.uid": 0, "field.unit": "ssh.service",
        "field._TRANSPORT": "syslog", "field.__CURSOR": "s=1",
    }  # fmt: skip
    assert (row["level"], row["message"]) == ("warning", "slow = x")


@pytest.mark.parametrize(
    "message",
    [
        "Traceback:\n  File x",
        "two\n\nblank lines\n\n\nin it\n",
        "\n" * 10,
        "x\n" * 5_000,
        "fields of another record:\nA=1\nMESSAGE=no\n_UID=9\nB\n",
        "Grüße\nİ 🙂",
        "a\n" + "x" * 0x030201,
    ],
)
def test_values_with_a_length(message):
    first, second = read(record(MESSAGE=message, _PID="1") + record(MESSAGE="after", _PID="2"))
    assert (first["message"], first["field.pid"]) == (message, 1)
    assert (second["message"], second["field.pid"]) == ("after", 2)


def test_a_value_that_is_no_text():
    [row] = read(record(MESSAGE=b"a\n\xff\xfe", _PID="1"))
    assert (row["message"], row["field.pid"]) == ("a\n\ufffd\ufffd", 1)


def test_the_first_value_of_a_field_counts():
    [row] = read(record(MESSAGE="m").rstrip() + b"\nUNIT=a\nUNIT=b\n\n")
    assert row["field.unit"] == "a"


def test_the_end_may_be_missing():
    whole = record(MESSAGE="m\nn", _PID="1") * 2
    for end in range(len(whole) // 2 + 1, len(whole)):
        rows = read(whole[:end])
        assert (len(rows), rows[0]["message"]) == (2, "m\nn")


def test_blocks_give_the_same_records():
    data = b"".join(record(MESSAGE="x\n\n" * number, _PID=str(number)) for number in range(12))
    whole = FORMAT.split(data, True).tolist()
    assert len(whole) == 12
    for size in range(1, 400, 7):
        assert starts_in_blocks(lambda block, final: FORMAT.split(block, final).tolist(), data, size) == whole, size


def test_detection():
    data = b"".join(record(MESSAGE=f"n {n}", PRIORITY="6", _HOSTNAME="h", _PID="1") for n in range(40))
    found = detect([data])
    assert (found.format.name, found.confidence) == ("journald-export", 1.0)


def test_settings_are_no_journal():
    assert detect([b"PATH=/bin\nHOME=/root\n" * 20]).format.name != "journald-export"
