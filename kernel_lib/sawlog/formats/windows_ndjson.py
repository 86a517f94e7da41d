"""Windows events, Sysmon's among them, as NDJSON: exports of NXLog, evtx_dump and Get-WinEvent.

Source: https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-systempropertiestype-complextype and
https://docs.nxlog.co/refman/current/im/msvistalog.html
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import LEVEL, TimeContext
from sawlog.formats.json_lines import JsonLines
from sawlog.formats.keys import Keys, find

#: The Windows event schema's levels; 0 is LogAlways, what audits carry.
_LEVELS = {0: "info", 1: "critical", 2: "error", 3: "warning", 4: "info", 5: "trace"}
_NUMBERS = ("level", "event.system.level", "system.level")


class WindowsEvents(JsonLines):
    """``Level`` counts from 1, critical, to 5, verbose; words such as ``Severity`` come first."""

    def interpret(self, leaves: pl.DataFrame, ctx: TimeContext) -> pl.DataFrame:
        frame = super().interpret(leaves, ctx)
        levels = [pl.col(LEVEL)]
        for name in find(leaves.columns, _NUMBERS):
            number = leaves[name].cast(pl.Int64, strict=False)
            levels.append(pl.lit(number).replace_strict(_LEVELS, default=None, return_dtype=pl.String))
        return frame.with_columns(pl.coalesce(levels).alias(LEVEL))


FORMAT = WindowsEvents(
    "windows-events",
    "Windows events (NDJSON)",
    specificity=30,
    keys=Keys(
        time=(
            "utctime",
            "timecreated",
            "event.system.timecreated.#attributes.systemtime",
            "event.system.timecreated.@systemtime",
            "systemtime",
            "@timestamp",
            "timestamp",
            "eventtime",
        ),
        level=("leveldisplayname", "severity"),
        message=("message", "event.renderinginfo.message"),
    ),
    signature=("EventID", "Channel"),
)
