"""The syslog protocol with structured data.

Source: RFC 5424, section 6; an octet count before it (RFC 6587, section 3.4.1) is skipped.  Structured data becomes the
fields ``sd.<id>.<name>``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sawlog.formats.base import TimeContext
from sawlog.formats.fragments import DATE_TIME, OFFSET
from sawlog.formats.levels import syslog_level
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.shapes import Value, as_fields, take_apart
from sawlog.formats.syslog_priority import syslog_facility

_DATA = "structured_data"
_VALUE = r'(?:[^"\\]|\\.)*'
_PARAMETER = rf'[^ ="\[\]]+="{_VALUE}"'
# An element's name, or a parameter of the element that was named last.
_PART = re.compile(rf'\[([^ ="\]]+)|([^ ="\[\]]+)="({_VALUE})"', re.DOTALL)


def _values(text: str) -> Sequence[Value]:
    found = []
    element = ""
    for match in _PART.finditer(text):
        if match[1] is not None:
            element = match[1]
        else:
            found.append(Value(f"sd.{element}.{match[2]}", *match.span(3), _VALUE))
    return found


class SyslogProtocol(RegexFormat):
    """The line's head by regex, then its structured data."""

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        frame = super().parse(lines, ctx)
        data = take_apart(frame[_DATA], _values)
        escaped = pl.col(pl.String).str.replace_all(r'\\(["\\\]])', "$1")
        fields = as_fields(data, frame.columns, {})
        return frame.drop(_DATA).hstack(fields.with_columns(escaped) if fields.width else fields)


FORMAT = SyslogProtocol(
    "syslog-rfc5424",
    "Syslog (RFC 5424)",
    rf"^(?:[0-9]+ )?<(?P<priority>[0-9]{{1,3}})>[0-9]{{1,2}} (?:-|(?P<timestamp>{DATE_TIME}{OFFSET})) "
    r"(?P<host>[^ ]+) (?P<process>[^ ]+) (?P<pid>[^ ]+) (?P<message_id>[^ ]+) "
    rf'(?P<structured_data>-|(?:\[[^ ="\]]+(?: +{_PARAMETER})* *\])+)(?: +\x{{feff}}?|$)(?P<message>.*)',
    specificity=30,
    types={"pid": "int"},
    level=syslog_level(pl.col("priority")),
    derived={"facility": syslog_facility(pl.col("priority"))},
    drop=("priority",),
)
