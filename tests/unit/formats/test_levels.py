from __future__ import annotations

import polars as pl
import pytest

from sawlog.formats.levels import SPELLINGS, http_level, normalise_level, pino_level, syslog_level
from sawlog.model.schema import LEVELS


def one(expr: pl.Expr) -> str | None:
    value: str | None = pl.select(expr).item()
    return value


@pytest.mark.parametrize(
    ("word", "level"),
    [("WARN", "warning"), ("W", "warning"), ("Warning", "warning"), ("[error]", "error"), ("FATAL", "critical"),
     ("SEVERE", "error"), ("FINE", "debug"), ("4", "warning"), ("panic", "emergency"), ("<INFO> ", "info"),
     ("nonsense", None), ("", None)],
)  # fmt: skip
def test_words(word: str, level: str | None) -> None:
    assert one(normalise_level(pl.lit(word))) == level


def test_every_spelling_is_a_level() -> None:
    assert set(SPELLINGS.values()) <= set(LEVELS)


def test_numbers() -> None:
    assert [one(syslog_level(pl.lit(number))) for number in (0, 3, 7, 38, 191, 192, -1)] == [
        "emergency", "error", "debug", "info", "debug", None, None,
    ]  # fmt: skip
    assert [one(pino_level(pl.lit(number))) for number in (10, 30, 35, 50, 60, 70)] == [
        "trace", "info", "info", "error", "critical", None,
    ]  # fmt: skip
    assert [one(http_level(pl.lit(number))) for number in (200, 404, 503, 99)] == ["info", "warning", "error", None]
