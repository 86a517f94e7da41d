"""MongoDB's server log: JSON since 4.4, text before.

Source: https://www.mongodb.com/docs/manual/reference/log-messages/ and the same page of the manual of 4.2.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import TimeContext
from sawlog.formats.fragments import DATE_TIME, OFFSET
from sawlog.formats.json_lines import JsonLines
from sawlog.formats.keys import Keys
from sawlog.formats.regex_format import RegexFormat


class MongoDb(JsonLines):
    """JSON lines with MongoDB's one-letter keys."""

    def interpret(self, leaves: pl.DataFrame, ctx: TimeContext) -> pl.DataFrame:
        frame = super().interpret(leaves, ctx)
        return frame.rename({"c": "component", "ctx": "thread"}, strict=False)


FORMATS = (
    MongoDb(
        "mongodb",
        "MongoDB (4.4 and later)",
        specificity=40,
        keys=Keys(time=("t.$date",), level=("s",), message=("msg",)),
        signature=("$date", "s", "c", "ctx", "msg"),
    ),
    RegexFormat(
        "mongodb-text",
        "MongoDB (before 4.4)",
        rf"^(?P<timestamp>{DATE_TIME}{OFFSET}) (?P<level>[FEWID])[1-5]? +(?P<component>[A-Z_]+|-) +"
        r"\[(?P<thread>[^\]]*)\] (?P<message>.*)",
        specificity=40,
        types={"duration_ms": "int"},
        details=(r" (?P<duration_ms>[0-9]+)ms$",),
    ),
)
