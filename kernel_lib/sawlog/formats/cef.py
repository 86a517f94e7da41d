"""ArcSight's Common Event Format and QRadar's LEEF, alone or behind a syslog header.

Source: "ArcSight Common Event Format (CEF) Implementation Standard", version 26 (header, escapes, severity), and
https://www.ibm.com/docs/en/dsm?topic=leef-overview (1.0: tabs between attributes; 2.0: a delimiter of one's choice).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sawlog.formats.base import LEVEL, MESSAGE, MESSAGE_START, TIMESTAMP, TimeContext
from sawlog.formats.fragments import ABBREVIATION, CLOCK, DATE_TIME, OFFSET
from sawlog.formats.levels import syslog_level
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.shapes import Value, ValuesOf, as_fields, behind, take_apart
from sawlog.formats.timestamps import to_utc

_SYSLOG = (
    rf"^(?:<(?P<priority>[0-9]{{1,3}})>)?(?:1 )?"
    rf"(?:(?P<timestamp>{ABBREVIATION} [ 0-9][0-9] (?:[0-9]{{4}} )?{CLOCK}|{DATE_TIME}{OFFSET}) (?P<host>[^ |]+) )?"
    r"(?:[^ |]+ ){0,5}?"
)
_PART = r"[^|\\]*(?:\\.[^|\\]*)*"

_KEY = r"[A-Za-z_][\w.\[\]-]{0,63}"
_CEF_PAIR = re.compile(rf"(?:^|(?<=\s))({_KEY})=(.*?)(?=\s+{_KEY}=|\s*\Z)", re.DOTALL)
_CEF_VALUE, _CEF_WORD = r"[^=\\]*(?:\\.[^=\\]*)*", r"\S*"
_LEEF_PAIR = re.compile(rf"(?:^|(?<=\t))({_KEY})=([^\t]*)")

_INTEGERS = dict.fromkeys(("spt", "dpt", "in", "out", "cnt", "spid", "dpid", "cn1", "cn2", "cn3", "srcPort", "dstPort",
                           "srcBytes", "dstBytes", "srcPackets", "dstPackets", "sev"), "int")  # fmt: skip
_TIME_KEYS = ("rt", "end", "start", "devTime", "deviceReceiptTime")
_SEVERITY = {
    **{str(number): "info" for number in range(4)}, "low": "info",
    **{str(number): "warning" for number in range(4, 7)}, "medium": "warning",
    "7": "error", "8": "error", "high": "error",
    "9": "critical", "10": "critical", "very-high": "critical",
}  # fmt: skip


def _cef_values(text: str) -> Sequence[Value]:
    # An equals sign should be escaped, but in addresses it often is not.
    return [
        Value(match[1], *match.span(2), _CEF_VALUE if re.search(r"\s", match[2]) or "=" not in match[2] else _CEF_WORD)
        for match in _CEF_PAIR.finditer(text)
    ]


def _leef_values(text: str) -> Sequence[Value]:
    return [Value(match[1], *match.span(2), r"[^\t]*") for match in _LEEF_PAIR.finditer(text)]


class EventFormat(RegexFormat):
    """The header by regex, then the extension's pairs, which also give what the header lacks."""

    def __init__(self, name: str, title: str, header: str, values_of: ValuesOf, severity: str, text: str) -> None:
        pattern = f"{_SYSLOG}{header}(?P<message>.*)"
        level = syslog_level(pl.col("priority"))
        super().__init__(name, title, pattern, specificity=50, level=level, drop=("priority",))
        self._values_of, self._severity, self._text = values_of, severity, text

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        head = super().parse(lines, ctx)
        extension = _tabbed(behind(lines, head[MESSAGE_START]), head.get_column("delimiter", default=None))
        pairs = as_fields(take_apart(extension, self._values_of), head.columns, _INTEGERS)
        frame = head.hstack(pairs).drop(MESSAGE_START, "delimiter", strict=False)
        frame = frame.with_columns(_unescaped(pl.col(pl.String).exclude(LEVEL)))
        stamps = [to_utc(frame[name], ctx) for name in _TIME_KEYS if name in frame.columns]
        severity = _column(frame, self._severity).cast(pl.String).str.to_lowercase()
        level = severity.replace_strict(_SEVERITY, default=None, return_dtype=pl.String)
        return frame.with_columns(
            pl.coalesce(pl.col(TIMESTAMP), *stamps).alias(TIMESTAMP),
            pl.coalesce(level, pl.col(LEVEL)).alias(LEVEL),
            pl.coalesce(_column(frame, "msg"), pl.col(self._text)).alias(MESSAGE),
        )


def _column(frame: pl.DataFrame, name: str) -> pl.Expr:
    return pl.col(name) if name in frame.columns else pl.lit(None, pl.String)


def _unescaped(text: pl.Expr) -> pl.Expr:
    line_breaks = text.str.replace_all(r"\n", "\n", literal=True).str.replace_all(r"\r", "\r", literal=True)
    return line_breaks.str.replace_all(r"\\([\\|=])", "$1")


def _tabbed(extension: pl.Series, delimiters: pl.Series | None) -> pl.Series:
    """The extension with tabs in place of the delimiter that the header names: a character, or its code in hex."""
    if delimiters is None or delimiters.null_count() == len(delimiters):
        return extension
    text, chosen = pl.col("text"), pl.col("delimiter")
    result = text
    for delimiter in delimiters.drop_nulls().unique():
        code = re.fullmatch(r"(?:0?x)([0-9A-Fa-f]{2,4})", delimiter)
        character = chr(int(code[1], 16)) if code else delimiter
        tabbed = text.str.replace_all(character, "\t", literal=True)
        result = pl.when(chosen == delimiter).then(tabbed).otherwise(result)
    return pl.DataFrame({"text": extension, "delimiter": delimiters}).select(result).to_series()


FORMATS = (
    EventFormat(
        "cef",
        "Common Event Format (CEF)",
        rf"CEF: ?[0-9.]+\|(?P<vendor>{_PART})\|(?P<product>{_PART})\|(?P<product_version>{_PART})\|"
        rf"(?P<event_id>{_PART})\|(?P<event_name>{_PART})\|(?P<severity>{_PART})\|",
        _cef_values,
        severity="severity",
        text="event_name",
    ),
    EventFormat(
        "leef",
        "Log Event Extended Format (LEEF)",
        rf"LEEF: ?[0-9.]+\|(?P<vendor>{_PART})\|(?P<product>{_PART})\|(?P<product_version>{_PART})\|"
        rf"(?P<event_id>{_PART})\|(?:(?P<delimiter>[^|=\t]{{1,6}})?\|)?",
        _leef_values,
        severity="sev",
        text="event_id",
    ),
)
