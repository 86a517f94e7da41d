from __future__ import annotations

import pytest
from tests.support.corpora import starts_in_blocks

from sawlog.formats.base import TimeContext
from sawlog.formats.detect import detect
from sawlog.formats.records import parse_chunk
from sawlog.formats.syslog_octets import FORMAT

CTX = TimeContext(mtime_ns=1_706_788_800 * 10**9)
MESSAGES = [
    "<34>1 2024-01-29T10:00:00Z h su 7 - - denied",
    "<30>1 2024-01-29T10:00:01Z h app 8 - [a@1 k=\"v\"] Grüße\n\tat x\n83 <34>1 no head, though it looks like one",
    "<13>Jan 29 10:00:02 h cron[9]: done",
    "<13>2024-01-29T10:00:03Z h cron[9]: iso",
]  # fmt: skip


def framed(*messages: str, between: bytes = b"") -> bytes:
    return b"".join(b"%d %s%s" % (len(message.encode()), message.encode(), between) for message in messages)


def read(data: bytes) -> list[dict[str, object]]:
    rows = parse_chunk(data, format=FORMAT, time=CTX, source=0, offset=0, line=1, final=True).batch.to_pylist()
    assert sum(row["length"] for row in rows) == len(data)
    for row in rows:
        row["message"] = row["raw"].encode()[row["message_start"] :].decode()
    return rows


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n"])
def test_messages(between):
    rows = read(framed(*MESSAGES, between=between))
    assert [row["message"] for row in rows] == [
        "denied",
        "Grüße\n\tat x\n83 <34>1 no head, though it looks like one",
        "done",
        "iso",
    ]
    assert [row["timestamp"].second for row in rows] == [0, 1, 2, 3]
    assert [row["level"] for row in rows] == ["critical", "info", "notice", "notice"]
    assert [row["field.process"] for row in rows] == ["su", "app", "cron", "cron"]
    assert [row["field.pid"] for row in rows] == [7, 8, 9, 9]
    assert rows[1]["field.sd.a@1.k"] == "v"


def test_a_counted_newline_is_part_of_the_message():
    rows = read(framed(*(f"{message}\n" for message in MESSAGES)))
    assert [row["message"] for row in rows][2:] == ["done", "iso"]


def test_a_wrong_count_costs_one_message():
    data = framed(MESSAGES[0]) + b"99 " + MESSAGES[2].encode() + framed(MESSAGES[2], MESSAGES[0])
    assert [row["message"] for row in read(data)] == ["denied", "done", "done", "denied"]


def test_an_absurd_count_costs_one_message():
    data = b"9999999 " + MESSAGES[2].encode() + framed(MESSAGES[0])
    assert FORMAT.split(data, False).tolist() == [0, len(MESSAGES[2]) + 8]


def test_what_is_no_message_is_kept():
    rows = read(b"lost start\n" + framed(MESSAGES[0]))
    assert [row["raw"] for row in rows] == ["lost start", framed(MESSAGES[0]).decode()]


def test_blocks_give_the_same_records():
    data = framed(*MESSAGES * 6) + b"77 <13>cut"
    whole = FORMAT.split(data, True).tolist()
    assert len(whole) == 25
    for size in range(1, len(data), 5):
        assert starts_in_blocks(lambda block, final: FORMAT.split(block, final).tolist(), data, size) == whole, size


@pytest.mark.parametrize("between", [b"", b"\n"])
def test_detection(between):
    found = detect([framed(*MESSAGES * 10, between=between)])
    assert (found.format.name, found.confidence) == ("syslog-octets", 1.0)


def test_one_message_is_enough():
    assert detect([framed(MESSAGES[0])]).format.name == "syslog-octets"


def test_counts_that_do_not_fit_are_no_framing():
    lines = "".join(f"{number} {message}\n" for number, message in enumerate(MESSAGES[:1] * 20, start=500))
    assert detect([lines.encode()]).format.name == "syslog-rfc5424"
