"""The golden messages: valid ones fit their schema and are read, invalid ones are neither."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.channel import WIRE, channel_schema

from sawlog.panel.wire.hits import hit_message
from sawlog.panel.wire.params import Params, RequestError
from sawlog.panel.wire.requests import OPS, answer_text, encode, failure_text, push_text, read_json, read_request
from sawlog.panel.wire.text import Utf16, clip, cut, excerpt, units
from sawlog.panel.wire.values import stamp, value
from sawlog_lab.service.asking import ANSWERS

GOLDEN = WIRE / "golden" / "channel"


def messages(folder: Path) -> list[Any]:
    return [pytest.param(path, id=path.stem) for path in sorted(folder.glob("*.json"))]


def definition(path: Path) -> str:
    """The definition that a golden message is of: its name up to the first hyphen."""
    return path.stem.partition("-")[0]


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", messages(GOLDEN))
def test_golden_messages_conform(path: Path) -> None:
    channel_schema(definition(path)).validate(read(path))


@pytest.mark.parametrize("path", messages(GOLDEN / "invalid"))
def test_golden_faults_do_not_conform(path: Path) -> None:
    assert not channel_schema(definition(path)).is_valid(read(path))


@pytest.mark.parametrize("path", [each for each in messages(GOLDEN) if ".params" in each.id])
def test_golden_parameters_are_read(path: Path) -> None:
    assert OPS[definition(path).removesuffix(".params")].read(Params(read(path))) is not None


@pytest.mark.parametrize("path", [each for each in messages(GOLDEN / "invalid") if ".params" in each.id])
def test_golden_faults_in_parameters_are_refused(path: Path) -> None:
    with pytest.raises(RequestError):
        OPS[definition(path).removesuffix(".params")].read(Params(read(path)))


@pytest.mark.parametrize("path", [each for each in messages(GOLDEN) if each.id.startswith(("request", "cancel"))])
def test_golden_requests_are_read(path: Path) -> None:
    message = read(path)
    request = read_request(message, numbered=True)
    assert (request.id, request.op, request.dataset) == (message["id"], message["op"], message.get("dataset") or "")


@pytest.mark.parametrize(
    "path", [each for each in messages(GOLDEN / "invalid") if each.id.startswith(("request", "cancel"))]
)
def test_golden_faults_in_requests_are_refused(path: Path) -> None:
    with pytest.raises(RequestError):
        read_request(read(path), numbered=True)


def test_every_op_has_its_schemas_and_its_answer() -> None:
    document = json.loads((WIRE / "channel.schema.json").read_text(encoding="utf-8"))
    assert sorted(OPS) == sorted(document["definitions"]["request"]["properties"]["op"]["enum"])
    for op in OPS:
        assert op in ANSWERS
        assert f"{op}.params" in document["definitions"]
        assert op == "datasets" or f"{op}.result" in document["definitions"]


@pytest.mark.parametrize("name", ["hit", "hit-window"])
def test_a_golden_hit_is_what_the_server_writes(name: str) -> None:
    wanted = read(GOLDEN / f"{name}.json")
    if name == "hit-window":
        raw = "x" * wanted["textTotal"]
        written = hit_message(record(wanted), excerpt(raw, [(5_000_000, 5_000_007)]), None)
        assert written["textTotal"] == wanted["textTotal"]
        assert len(written["text"]) == 4_000
        assert written["textStart"] + written["spans"][0][0] == 5_000_000
        channel_schema("hit").validate(written)
        return
    written = hit_message(record(wanted), excerpt(wanted["text"], [tuple(span) for span in wanted["spans"]]), None)
    assert written == wanted


def record(message: dict[str, Any]) -> Any:
    known = {name: message[name] for name in ("level", "source", "line", "lines", "offset", "length")}
    fields = {**message["fields"], "trace": 9007199254740993, "gone": None}
    fields = {name: fields[name] for name in fields if name in message["fields"] or name == "gone"}
    moment = 1_793_527_200_123_456_789
    raw = message["text"]
    return SimpleNamespace(
        **known, source_id=message["id"][0], timestamp_ns=moment, fields=fields, raw=raw, message=raw[35:]
    )


def test_frames() -> None:
    assert json.loads(answer_text(3, encode({"a": "\u2028🐌"}))) == {"id": 3, "ok": True, "result": {"a": "\u2028🐌"}}
    channel_schema("failure").validate(json.loads(failure_text(None, read(GOLDEN / "error-busy.json"))))
    channel_schema("push").validate(json.loads(push_text("changed", "web", {})))


TEXT = st.text(st.sampled_from("ab🐌é𝒳"), max_size=30)


@given(TEXT, st.data())
def test_places_go_there_and_back(raw: str, data: st.DataObject) -> None:
    text, encoded = Utf16(raw), raw.encode("utf-16-le")
    assert len(text) == len(encoded) // 2
    place = data.draw(st.integers(0, len(raw)))
    unit = text.unit(place)
    assert raw[:place].encode("utf-16-le") == encoded[: 2 * unit]
    assert text.character(unit) == place
    inside = data.draw(st.integers(0, len(text) + 3))
    found = text.character(inside)
    assert text.unit(found) <= inside or found == len(raw)
    assert found == len(raw) or text.unit(found + 1) > inside


@given(TEXT, st.integers(0, 40), st.integers(1, 12))
def test_a_slice_splits_no_character(raw: str, start: int, length: int) -> None:
    first, stop = clip(raw, start, length)
    assert 0 <= first <= stop <= len(raw)
    shown, before = raw[first:stop].encode("utf-16-le"), raw[:first].encode("utf-16-le")
    asked = raw.encode("utf-16-le")[2 * start : 2 * (start + length)]
    assert asked in shown
    assert len(shown) <= len(asked) + 4
    assert len(before) in (2 * start, 2 * start - 2) or not asked
    assert units(raw) == len(Utf16(raw))


@given(st.lists(st.integers(0, 100), min_size=2, max_size=8), st.integers(0, 100), st.integers(0, 100))
def test_spans_are_cut_to_what_is_shown(edges: list[int], start: int, end: int) -> None:
    edges = sorted(set(edges))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    covered = {place - start for low, high in spans for place in range(low, high) if start <= place < end}
    assert {place for low, high in cut(spans, start, end) for place in range(low, high)} == covered


def test_values_that_javascript_cannot_hold() -> None:
    assert value(2**53) == "9007199254740992"
    assert value(2**53 - 1) == 2**53 - 1
    assert value(float("nan")) == "nan"
    assert value(True) is True
    cut_value = value("x" * 2_000)
    assert isinstance(cut_value, str) and len(cut_value) == 1_000 and cut_value.endswith("…")
    assert stamp(-1) == "1969-12-31T23:59:59.999999999Z"
    assert stamp(None) is None
    for edge in (-(2**63) + 1, 2**63 - 1):
        channel_schema("stamp").validate(stamp(edge))


@pytest.mark.parametrize("text", ["", "{", "[1,", "NaN", '{"id": NaN}', "[" * 100_000, "\udcff", b"\xff"])
def test_what_is_no_json(text: str | bytes) -> None:
    with pytest.raises(RequestError):
        read_json(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(sorted(OPS)),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "op", "dataset", "params", "query", "limit", "fields", "ids"]), inner)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_is_read_or_refused(message: Any) -> None:
    try:
        request = read_request(message, numbered=True)
    except RequestError as error:
        assert str(error)
    else:
        assert request.id == message["id"]


@given(
    st.sampled_from(sorted(OPS)), st.dictionaries(st.sampled_from(["query", "limit", "id", "ids", "by", "text"]), JSON)
)
def test_any_parameters_are_read_or_refused(op: str, given_params: dict[str, Any]) -> None:
    try:
        OPS[op].read(Params(given_params))
    except RequestError:
        assert not channel_schema(f"{op}.params").is_valid(given_params) or _odd_strings(given_params)


def _odd_strings(message: Any) -> bool:
    """JSON Schema allows strings that no text file can hold."""
    return "\\ud" in json.dumps(message)
