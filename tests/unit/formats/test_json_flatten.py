"""JSON objects into columns."""

from __future__ import annotations

import json
import random

import polars as pl
import pytest

from sawlog.formats.json_flatten import MAX_FIELDS, flatten


def leaves(*lines: str) -> list[dict[str, object] | None]:
    """What is not null of each line; None: no JSON object."""
    valid, frame = flatten(pl.Series(lines, dtype=pl.String))
    assert frame.height == len(lines) or not frame.width
    assert {dtype for dtype in frame.dtypes} <= {pl.Int64, pl.Float64, pl.Boolean, pl.String}
    rows = frame.to_dicts() if frame.width else [{} for _ in lines]
    return [
        {key: value for key, value in row.items() if value is not None} if ok else None
        for ok, row in zip(valid, rows, strict=True)
    ]


def test_nested_objects_and_types():
    line = '{"a": {"b": 1, "c": {"d": true}}, "e": 1.5, "f": "x", "g": null, "h": [1, {"i": 2}]}'
    assert leaves(line) == [{"a.b": 1, "a.c.d": True, "e": 1.5, "f": "x", "h": '[1, {"i": 2}]'}]


def test_strings_that_look_like_stamps_stay_as_they_are():
    day, second, mixed = (
        '{"t": "2024-01-29", "o": {"t": "2024-01-29 10:00:00"}}',
        '{"t": "2024-01-29T10:00:00Z"}',
        '{"t": "-"}',
    )
    assert leaves(day, second, mixed) == [
        {"t": "2024-01-29", "o.t": "2024-01-29 10:00:00"},
        {"t": "2024-01-29T10:00:00Z"},
        {"t": "-"},
    ]
    assert leaves(day) == [{"t": "2024-01-29", "o.t": "2024-01-29 10:00:00"}]


@pytest.mark.parametrize(
    "bad",
    ["", "   ", "null", "5", "[]", '"x"', "{", "}", '{"a": 1', '{"a": 1,}', '{"a": 1} x}', '{"a": 1}{"a": 2}', "{a: 1}",
     '{"a": "\\q"}', '{"a": 1} null {}', '{"a": ' * 20_000 + "1" + "}" * 20_000,
     '{"a": ' + "[" * 20_000 + "]" * 20_000 + "}"],
)  # fmt: skip
def test_a_bad_line_spoils_only_itself(bad):
    assert leaves('{"a": 1}', bad, '{"a": 2}') == [{"a": 1}, None, {"a": 2}]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("18446744073709551615", "18446744073709551615"),
        ("-9223372036854775808", -(2**63)),
        ("12345678901234567890123", "12345678901234567890123"),
        ("9007199254740993", 2**53 + 1),
        ("1e400", float("inf")),
        (r'"\u0000x"', "\0x"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\ud800"', "\ufffd"),
        ('"tab\there"', "tab\there"),
        (r'"a\nb"', "a\nb"),
        ("[]", "[]"),
        ('["\\u00e9", null]', '["é", null]'),
    ],
)
def test_odd_values_survive(text, value):
    assert leaves(f'{{"a": {text}, "b": 1}}') == [{"a": value, "b": 1}]


def test_not_a_number():
    [record] = leaves('{"a": NaN}')
    assert record["a"] != record["a"]


def test_integers_beside_fractions_keep_their_digits():
    assert leaves('{"a": 9007199254740993}', '{"a": 0.5}') == [{"a": "9007199254740993"}, {"a": "0.5"}]
    assert leaves('{"a": 3}', '{"a": 0.5}') == [{"a": 3.0}, {"a": 0.5}]


@pytest.mark.parametrize("spread", [1, 20_000])
def test_a_key_of_several_types(spread):
    """Within a block of lines, and in different ones."""
    lines = ['{"a": 1}'] * spread + ['{"a": "x"}'] * spread + ['{"a": {"b": 2}}', '{"a": [3]}', '{"a": true}']
    found = leaves(*lines)
    assert found[0] == {"a": "1"}
    assert found[spread] == {"a": "x"}
    assert found[-3:] == [{"a.b": 2}, {"a": "[3]"}, {"a": "true"}]


def test_repeated_keys():
    assert leaves('{"a": 1, "a": 2}') == [{"a": 2}]
    assert leaves('{"a": {"b": 1}, "a.b": 2}', '{"a.b": "x"}') == [{"a.b": "2"}, {"a.b": "x"}]
    assert leaves('{"a": {"b": 1}, "a.b": 2}') == [{"a.b": 2}]


def test_byte_order_mark_carriage_return_and_newlines_inside():
    assert leaves('\ufeff{"a": 1}\r', '{\n  "a": 2\r\n}') == [{"a": 1}, {"a": 2}]


def test_deep_objects_go_to_extra():
    line = '{"k": ' * 10 + "1" + "}" * 10
    [record] = leaves(line)
    assert json.loads(record["extra"]) == {".".join("k" * 8): {"k": {"k": 1}}}


@pytest.mark.parametrize("fast", [True, False])
def test_more_keys_than_fields(fast):
    rng = random.Random(7)
    rows = [{f"k{number}": f'v"{row}' for number in rng.sample(range(2 * MAX_FIELDS), 20)} for row in range(200)]
    if not fast:
        rows.append({"k1": 1})
    found = leaves(*[json.dumps({"always": 1, **row}) for row in rows])
    names = {name for record in found for name in record}
    assert len(names) == MAX_FIELDS + 1
    for row, record in zip(rows, found, strict=True):
        extra = json.loads(record.pop("extra", "{}"))
        assert {key: str(value) for key, value in ({**record, **extra}).items()} == {
            "always": "1", **{key: str(value) for key, value in row.items()}
        }  # fmt: skip


def test_agrees_with_python():
    rng = random.Random(3)

    def value(depth: int) -> object:
        kind = rng.randrange(7 if depth < 3 else 5)
        if kind == 5:
            return {rng.choice("abc"): value(depth + 1) for _ in range(rng.randrange(4))}
        if kind == 6:
            return [value(depth + 1) for _ in range(rng.randrange(3))]
        return [rng.randrange(100), rng.random(), "é\n" * rng.randrange(3), True, None][kind]

    objects = [{rng.choice("xyz"): value(0) for _ in range(3)} for _ in range(300)]
    found = leaves(*[json.dumps(one, ensure_ascii=rng.random() < 0.5) for one in objects])

    def flat(one: dict[str, object], prefix: str = "") -> dict[str, object]:
        out: dict[str, object] = {}
        for key, below in one.items():
            if isinstance(below, dict):
                out |= flat(below, f"{prefix}{key}.")
            elif below is not None:
                out[prefix + key] = below
        return out

    for one, record in zip(objects, found, strict=True):
        expected = flat(one)
        assert record is not None
        assert record.keys() == expected.keys()
        for key, wanted in expected.items():
            got = record[key]
            if isinstance(got, str) and not isinstance(wanted, str):
                assert json.loads(got) == wanted
            else:
                assert got == wanted


def test_nothing():
    valid, frame = flatten(pl.Series([], dtype=pl.String))
    assert (len(valid), frame.width) == (0, 0)
    valid, frame = flatten(pl.Series([None, "x"], dtype=pl.String))
    assert valid.to_list() == [False, False]
