"""Of a huge record the same is shown as of any other, without searching all of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from sawlog.panel.excerpts import HUGE, excerpts, slice_of
from sawlog.panel.wire.text import WINDOW, excerpt
from sawlog.query.parser import parse
from sawlog.results.spans import Highlighter

FILLER = "payload é🐌 status=200 "


def record(raw: str) -> Any:
    return SimpleNamespace(raw=raw, values={"level": None, "message": raw, "source": "a.log", "status": 200})


def spelled(shown: Any) -> list[str]:
    encoded = shown.text.encode("utf-16-le")
    return [encoded[2 * start : 2 * end].decode("utf-16-le") for start, end in shown.spans]


@pytest.mark.parametrize("text", ["needle", '"needle in"', "need*", "neeble~1", "/n[e]+dle/", "needle OR haystack"])
@pytest.mark.parametrize("at", [0, 60_000, 99_990, 250_000])
def test_the_window_is_around_the_first_match(text: str, at: int) -> None:
    filler = FILLER * 20_000
    raw = filler[:at] + " needle in a haystack " + filler[at:]
    query = parse(text, fields=("status",)).query
    (shown,) = excerpts([record(raw)], query)
    expected = excerpt(raw, Highlighter(query).spans([raw], [record(raw).values])[0])
    assert spelled(shown)[:1] == spelled(expected)[:1]
    assert len(shown.text.encode("utf-16-le")) <= 2 * WINDOW
    assert shown.total == expected.total
    assert raw.encode("utf-16-le")[2 * shown.start :].startswith(shown.text.encode("utf-16-le"))


def test_without_a_match_its_beginning_is_shown() -> None:
    raw = FILLER * 20_000
    (shown,) = excerpts([record(raw)], parse("nothing").query)
    assert (shown.start, shown.spans) == (0, [])
    assert raw.startswith(shown.text)


def test_huge_and_usual_records_stay_in_order() -> None:
    raws = ["a timeout", "x" * (HUGE + 1), "another timeout"]
    shown = excerpts([record(raw) for raw in raws], parse("timeout").query)
    assert [each.text for each in shown] == ["a timeout", "x" * WINDOW, "another timeout"]
    assert [spelled(each) for each in shown] == [["timeout"], [], ["timeout"]]


@pytest.mark.parametrize("size", [200, 20_000])
def test_slices_show_the_matches_in_them(size: int) -> None:
    raw = FILLER * size
    query = parse("payload").query
    shown = slice_of(record(raw), query, 1_000, 2_000)
    assert shown.start in (999, 1_000)
    words = spelled(shown)
    assert len(words) == shown.text.count("payload") + (
        not shown.text.startswith("payload") and "payload" not in words[0]
    )
    assert set(words[1:-1]) == {"payload"}
