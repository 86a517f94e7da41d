"""Suricata's events, EVE JSON.

Source: https://docs.suricata.io/en/latest/output/eve/eve-json-format.html
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import LEVEL, TimeContext
from sawlog.formats.json_lines import JsonLines
from sawlog.formats.keys import Keys

#: ``alert.severity``: 1 is the most severe.
_SEVERITY = {1: "error", 2: "warning", 3: "notice"}


class Suricata(JsonLines):
    """The level is the alert's severity, or that of the engine's own events."""

    def interpret(self, leaves: pl.DataFrame, ctx: TimeContext) -> pl.DataFrame:
        frame = super().interpret(leaves, ctx)
        if "alert.severity" not in frame.columns:
            return frame
        severity = pl.col("alert.severity").cast(pl.Int64, strict=False)
        level = severity.replace_strict(_SEVERITY, default=None, return_dtype=pl.String)
        return frame.with_columns(pl.coalesce(LEVEL, level).alias(LEVEL))


FORMAT = Suricata(
    "suricata-eve",
    "Suricata events (EVE JSON)",
    specificity=30,
    keys=Keys(
        time=("timestamp",), level=("log_level", "engine.log_level"), message=("alert.signature", "engine.message")
    ),
    signature=("timestamp", "event_type"),
)
