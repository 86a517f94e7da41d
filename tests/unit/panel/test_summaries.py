"""A list says of a record that is JSON, or whose message was decoded, its message and its fields."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from sawlog.panel.summaries import summaries
from sawlog.query.parser import parse


def record(message: str | None = None, raw: str | None = None, **fields: Any) -> Any:
    raw = json.dumps({**({} if message is None else {"msg": message}), **fields}) if raw is None else raw
    return SimpleNamespace(raw=raw, message=raw if message is None else message, fields=fields)


def summary(hit: Any, text: str = "") -> Any:
    (found,) = summaries([hit], parse(text, fields=("status", "size", "host")).query)
    return found


def marked(text: str, spans: list[list[int]]) -> list[str]:
    encoded = text.encode("utf-16-le")
    return [encoded[2 * start : 2 * end].decode("utf-16-le") for start, end in spans]


@pytest.mark.parametrize(
    "hit",
    [
        record(raw="2026-03-17 INFO pool exhausted"),
        record("pool exhausted", raw="2026-03-17 INFO pool exhausted\n", host="web-1"),
        record(raw="{not json", host="web-1"),
        record(raw="{}"),
    ],
)
def test_text_is_shown_as_it_is(hit: Any) -> None:
    assert summary(hit) is None


def test_an_object_of_an_array_is_json() -> None:
    assert summary(record(raw='{"host": "web-1"} ,', host="web-1")).fields[0].value == "web-1"


def test_a_page_of_both_stays_in_order() -> None:
    found = summaries(
        [record(raw="text"), record("a", host="b"), record(raw="text"), record(host="c")], parse("").query
    )
    assert [each and (each.message.text, [pair.value for pair in each.fields]) for each in found] == [
        None,
        ("a", ["b"]),
        None,
        ("", ["c"]),
    ]


def test_matches_are_marked_in_the_message_and_in_values() -> None:
    found = summary(record("🐌 upstream timeout", host="timeout-1", status=504), "timeout")
    assert marked(found.message.text, found.message.spans) == ["timeout"]
    assert [(pair.name, marked(pair.value, pair.spans)) for pair in found.fields] == [
        ("host", ["timeout"]),
        ("status", []),
    ]


def test_fields_that_the_query_names_come_first_and_only_they_are_marked() -> None:
    found = summary(record(a=500, size=500, b=True, host="h", status=500), "status:>=500 OR host:x")
    assert [(pair.name, pair.value) for pair in found.fields] == [
        ("host", "h"),
        ("status", "500"),
        ("a", "500"),
        ("size", "500"),
        ("b", "true"),
    ]
    assert [pair.name for pair in found.fields if pair.spans] == ["status"]


def test_what_is_sent_is_bounded_however_large_the_record() -> None:
    fields = {f"field_{number}": "value " * 1_000 for number in range(500)}
    found = summary(record("x" * 5_000 + " needle " + "y" * 2_000_000, **fields), "needle")
    assert len(found.message.text) == 1_000
    assert marked(found.message.text, found.message.spans) == ["needle"]
    assert {len(pair.value) for pair in found.fields} == {200}
    assert len(found.fields) == 3
