"""JSON, one object a line (https://jsonlines.org), of any logger: the keys tell what is what, see ``keys``."""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sawlog.formats.base import MATCHED, Format, TimeContext
from sawlog.formats.json_flatten import flatten
from sawlog.formats.keys import Keys


class JsonLines(Format):
    """One JSON object a line; nested keys are joined by dots.

    Args:
        name, title, specificity: see :class:`Format`.
        keys: where the stamp, the level and the message are.
        signature: keys that only this product's lines have, all of them; detection asks for them, parsing does not.
    """

    def __init__(
        self, name: str, title: str, specificity: int = 10, keys: Keys | None = None, signature: Sequence[str] = ()
    ) -> None:
        self.name, self.title, self.specificity = name, title, specificity
        self.keys = keys or Keys()
        self._signature = [rf'"{re.escape(key)}"\s*:' for key in signature]

    def confidence(self, lines: pl.Series) -> float:
        if not len(lines):
            return 0.0
        explained, _ = flatten(lines)
        for pattern in self._signature:
            explained &= lines.str.contains(pattern)
        return float(explained.sum()) / len(lines)

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        valid, leaves = flatten(lines)
        return pl.DataFrame([valid.alias(MATCHED)]).hstack(self.interpret(leaves, ctx))

    def interpret(self, leaves: pl.DataFrame, ctx: TimeContext) -> pl.DataFrame:
        """The leaves as ``timestamp``, ``level``, ``message`` and fields."""
        return self.keys.interpret(leaves, ctx)


FORMAT = JsonLines("json-lines", "JSON, one object a line")
