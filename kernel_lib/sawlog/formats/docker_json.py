"""Container output as Docker's json-file driver writes it.

Source: https://docs.docker.com/engine/logging/drivers/json-file/
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import LEVEL, MESSAGE, TimeContext
from sawlog.formats.container import embedded_level, without_ansi
from sawlog.formats.json_lines import JsonLines
from sawlog.formats.keys import Keys


class DockerJson(JsonLines):
    """The message is the decoded ``log`` without its line ending and its colours."""

    def interpret(self, leaves: pl.DataFrame, ctx: TimeContext) -> pl.DataFrame:
        frame = super().interpret(leaves, ctx)
        if MESSAGE not in frame.columns:
            return frame
        text = without_ansi(pl.col(MESSAGE)).str.strip_chars_end("\r\n")
        return frame.with_columns(text.alias(MESSAGE)).with_columns(embedded_level(pl.col(MESSAGE)).alias(LEVEL))


FORMAT = DockerJson(
    "docker-json",
    "Docker container log (json-file)",
    specificity=30,
    keys=Keys(time=("time",), level=(), message=("log",)),
    signature=("log", "stream", "time"),
)
