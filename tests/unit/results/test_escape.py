from __future__ import annotations

import pytest

from sawlog.results.escape import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain é 漢 🙂", "plain é 漢 🙂"),
        ("\x1b[31mred\x07", r"\x1b[31mred\x07"),
        ("a\x00b\x7f\x85\r", r"a\x00b\x7f\x85\r"),
        ("\u202eevil\u2069\u200f", r"\u202eevil\u2069\u200f"),
        ("\ud800\U000e0041", r"\ud800\U000e0041"),
        ("tab\tline\n", "tab\tline\n"),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_visible_on_one_line() -> None:
    assert visible("a\tb\r\nc", one_line=True) == r"a\tb\r\nc"


def test_joiners_stay() -> None:
    assert visible("👩\u200d💻") == "👩\u200d💻"
