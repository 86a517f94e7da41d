from __future__ import annotations

import json
from collections.abc import Iterator

import polars as pl
import pytest

from sawlog.errors import FormatError, SettingsError
from sawlog.formats import registry
from sawlog.formats.base import TimeContext, described
from sawlog.formats.custom import from_spec, register_format
from sawlog.formats.detect import detect
from sawlog.formats.grok import NAMES, expand

LINE = "2024-01-29 10:00:00|WARN|10.0.0.1|200|0.25|hello there"
GROK = (
    r"%{TIMESTAMP_ISO8601:timestamp}\|%{LOGLEVEL:level}\|%{IPORHOST:client}\|%{NUMBER:status:int}\|%{NUMBER:took:float}"
    r"\|%{GREEDYDATA:message}"
)


@pytest.fixture(autouse=True)
def unregistered() -> Iterator[None]:
    before = dict(registry._registered)
    yield
    registry._registered.clear()
    registry._registered.update(before)


def test_grok() -> None:
    made = register_format("mine", GROK, samples=[LINE])
    row = made.parse(pl.Series([LINE, "else"]), TimeContext()).row(0, named=True)
    assert (row["level"], row["client"], row["status"], row["took"]) == ("warning", "10.0.0.1", 200, 0.25)
    assert LINE[row["message_start"] :] == "hello there"
    assert registry.get("mine") is made
    assert detect([(LINE + "\n").encode() * 30]).format.name == "mine"


def test_regex_and_types_and_zone() -> None:
    made = register_format(
        "mine", r"(?P<ts>\S+ \S+)\|(?P<severity>\w+)\|(?P<client>[^|]+)\|(?P<status>\d+)", types={"status": "int"},
        level="severity", timezone="Europe/Berlin", samples=[LINE],
    )  # fmt: skip
    row = made.parse(pl.Series([LINE]), TimeContext()).row(0, named=True)
    assert (row["timestamp"].hour, row["level"], row["status"]) == (9, "warning", 200)


def test_described_and_rebuilt() -> None:
    made = register_format("mine", GROK, timezone="Europe/Berlin")
    rebuilt = from_spec(json.loads(json.dumps(described(made))))
    lines = pl.Series([LINE, "x"])
    assert rebuilt.parse(lines, TimeContext()).equals(made.parse(lines, TimeContext()))
    assert from_spec(described(registry.get("plain"))).name == "plain"
    with pytest.raises(FormatError):
        from_spec({"what": 1})


def test_sample_that_does_not_match() -> None:
    with pytest.raises(FormatError) as caught:
        register_format("mine", r"(?P<a>\d+) (?P<b>[a-z]+);(?P<c>x)", samples=["1 a;x", "12 ab,x"])
    assert "sample 2" in str(caught.value)
    assert "character 6" in str(caught.value)
    assert "mine" not in [format.name for format in registry.formats()]


def test_stamp_that_is_none() -> None:
    with pytest.raises(FormatError, match="which is no known stamp"):
        register_format("mine", r"(?P<timestamp>\S+) x", samples=["noon x"])


@pytest.mark.parametrize(
    ("pattern", "why"),
    [("abc", "no named group"), ("(?P<a>", "does not compile"), ("(?P<a>x)(?=y)", "does not compile"),
     ("%{NOSUCH:a}", "NOSUCH"), ("%{INT:a:date}", "date")],
)  # fmt: skip
def test_bad_patterns(pattern: str, why: str) -> None:
    with pytest.raises(FormatError, match=why):
        register_format("mine", pattern)


def test_bad_zone_and_taken_name() -> None:
    with pytest.raises(SettingsError):
        register_format("mine", "(?P<a>x)", timezone="Nowhere")
    with pytest.raises(FormatError, match="exists"):
        register_format("plain", "(?P<a>x)")
    register_format("mine", "(?P<a>x)")
    register_format("mine", "(?P<b>x)", replace=True)


@pytest.mark.parametrize(
    ("name", "text"),
    [("IPV4", "10.0.0.1"), ("IPV6", "fe80::1"), ("IPORHOST", "a-b.example.com"),
     ("UUID", "0" * 8 + "-0000" * 3 + "-" + "0" * 12),
     ("QS", '"a \\" b"'), ("EMAILADDRESS", "a.b@c.de"), ("URI", "https://x/y?z"),
     ("HTTPDATE", "29/Jan/2024:10:00:00 +0000"),
     ("MAC", "aa:bb:cc:00:11:22"), ("HOSTPORT", "a.b:80"), ("NUMBER", "-1.5"), ("SYSLOGTIMESTAMP", "Jan  9 10:00:00"),
     ("LOGLEVEL", "warn"), ("BASE16NUM", "0xFF"), ("PATH", "/a/b"), ("URIPATHPARAM", "/a?b=1")],
)  # fmt: skip
def test_grok_names(name: str, text: str) -> None:
    pattern, _ = expand(f"%{{{name}:x}}", "t")
    assert pl.Series([text]).str.contains(rf"\A{pattern}\z").item()


def test_every_grok_name_compiles() -> None:
    for name, pattern in NAMES.items():
        pl.Series(["x"]).str.contains(pattern)
        assert "(?P<" not in pattern, name


def test_a_format_cannot_stand_for_detection() -> None:
    with pytest.raises(FormatError, match="means detection: choose another name"):
        register_format("auto", r"(?P<a>\d+)", replace=True)


def test_what_is_no_pattern_is_said() -> None:
    with pytest.raises(FormatError, match="pattern=5: give a regular expression"):
        register_format("unit-number", 5)  # type: ignore[arg-type]
    with pytest.raises(FormatError, match="samples=5: give a list of lines"):
        register_format("unit-number", r"(?P<a>\d+)", samples=5)  # type: ignore[arg-type]


def test_a_single_sample_is_one_line() -> None:
    with pytest.raises(FormatError, match="does not match sample 1 from character 3 on"):
        register_format("unit-single", r"(?P<a>\d+) (?P<b>\w+)", samples="12")
