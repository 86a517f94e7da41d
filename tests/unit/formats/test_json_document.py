"""One JSON document with an array of records."""

from __future__ import annotations

import json

import polars as pl
import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.json_document import FORMAT

RECORDS = [
    {"eventTime": f"2024-01-29T10:00:0{number}Z", "eventName": name, "userIdentity": {"type": "IAMUser"}, "n": number}
    for number, name in enumerate(["Get", 'odd "}],{', "é\n{[", "Last"])
]


def split(data: bytes, final: bool = True) -> list[str]:
    """The records' texts; together they are the data."""
    starts = FORMAT.split(data, final)
    assert starts is not None
    assert starts[0] == 0
    ends = [*starts[1:].tolist(), len(data)]
    pieces = [data[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
    assert b"".join(pieces) == data
    return [piece.decode("utf-8", "surrogateescape") for piece in pieces]


def parse(pieces: list[str]) -> list[dict[str, object]]:
    return FORMAT.parse(pl.Series(pieces, dtype=pl.String), TimeContext()).to_dicts()


@pytest.mark.parametrize("indent", [None, 0, 2])
@pytest.mark.parametrize("ascii_only", [True, False])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda records: {"Records": records},
        lambda records: records,
        lambda records: {"count": 4, "next": "a]}b", "value": records, "more": {"x": [1]}},
        lambda records: {"events": records, "trailing": "}"},
    ],
)
def test_every_record_once(wrap, indent, ascii_only):
    document = json.dumps(wrap(RECORDS), indent=indent, ensure_ascii=ascii_only) + "\n"
    rows = parse(split(document.encode()))
    assert [row["n"] for row in rows] == [0, 1, 2, 3]
    assert [row["message"] for row in rows] == [record["eventName"] for record in RECORDS]
    assert all(row["matched"] for row in rows)
    assert [row["timestamp"].second for row in rows] == [0, 1, 2, 3]
    assert {row["userIdentity.type"] for row in rows} == {"IAMUser"}


def test_one_record():
    [row] = parse(split(b'{"Records": [{"eventName": "Only"}]}'))
    assert (row["matched"], row["message"]) == (True, "Only")
    assert "Records" not in row


def test_failed_calls_are_errors():
    good, bad = parse(split(b'{"Records": [{"n": 1}, {"n": 2, "errorCode": "AccessDenied"}]}'))
    assert (good["level"], bad["level"], bad["errorCode"]) == (None, "error", "AccessDenied")


def test_documents_behind_one_another():
    data = b'{"Records":[{"n":1},{"n":2}]}\n{"Records":[{"n":3}]}\n[{"n":4},\n{"n":5}]'
    pieces = split(data)
    assert [row["n"] for row in parse(pieces)] == [1, 2, 3, 4, 5]
    assert pieces[2].startswith('{"Records"')


def test_blocks_give_the_same_records():
    data = json.dumps({"Records": RECORDS * 5}, indent=1, ensure_ascii=False).encode()
    whole = split(data)
    for size in range(1, len(data), 97):
        pieces, start, end = [], 0, 0
        while end < len(data):
            end = min(end + size, len(data))
            found = split(data[start:end], end == len(data))
            kept = found if end == len(data) else found[:-1]
            pieces += kept
            start += len("".join(kept).encode("utf-8", "surrogateescape"))
        assert pieces == whole, size


@pytest.mark.parametrize("data", [b"", b"garbage", b'{"Records":[]}', b'{"Records":[{"a":', b"[", b"{" * 5000])
def test_damaged(data):
    pieces = split(data)
    assert len(parse(pieces)) == len(pieces)


def test_a_cut_document_keeps_the_records_before_the_cut():
    rows = parse(split(json.dumps({"Records": RECORDS}).encode()[:-20]))
    assert [row["matched"] for row in rows] == [True, True, True, False]


def test_a_record_that_looks_like_a_document():
    later = b'{"items":[{"q":1}]},{"n":2}]}'
    assert split(later) == ['{"items":[{"q":1}]},', '{"n":2}]}']


@pytest.mark.parametrize("indent", [None, 2])
def test_detection(detects, indent):
    text = json.dumps({"Records": RECORDS * 10}, indent=indent)
    name, confidence = detects(text.splitlines())
    assert (name, confidence >= 0.9) == ("json-document", True)
