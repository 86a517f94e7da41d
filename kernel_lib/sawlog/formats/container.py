"""What container runtimes' formats share: the level is inside the text that the container wrote."""

from __future__ import annotations

import polars as pl

from sawlog.formats.levels import LEVEL_WORD, normalise_level

#: Terminal control sequences: CSI (colours, cursor), OSC (window title), and lone escapes.
ANSI_SEQUENCE = r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])"

_NAMED = r"""(?i)(?:^|[\s,{"'])(?:level|lvl|severity|loglevel)["']?\s*[=:]\s*["']?([A-Za-z]{3,13})\b"""
_WORD = rf"(?:^|[\s\[(|<*:])({LEVEL_WORD})(?:[\s\])|>:,]|$)"
#: A level stands near the beginning; further on, the same words are prose.
_REACH = 120


def embedded_level(text: pl.Expr) -> pl.Expr:
    """The level that a container's line names, as ``level=warn``, ``"level":"warn"`` or a word in capitals."""
    front = text.str.slice(0, _REACH)
    return pl.coalesce(normalise_level(front.str.extract(_NAMED)), normalise_level(front.str.extract(_WORD)))


def without_ansi(text: pl.Expr) -> pl.Expr:
    """The text without terminal control sequences."""
    return (
        pl.when(text.str.contains("\x1b", literal=True)).then(text.str.replace_all(ANSI_SEQUENCE, "")).otherwise(text)
    )
