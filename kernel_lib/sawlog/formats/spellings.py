"""The table of stamp spellings: how each looks, as a regex and as fixed-width templates.

A template spells out one byte a character: ``Y M D h m s`` digits of year, month, day, hour, minute, second, ``y`` of a
two-digit year (69 to 99: 19xx), ``_`` a digit or blank of the day, ``b`` letters of an English month's name, ``a`` any
letter, ``-`` one of ``- / .``, ``=`` a hyphen, ``~`` what may stand between date and time (``T``, blank, ``_``, ``-``),
anything else itself.  Behind it may follow a fraction and a zone; behind ``$``, nothing; behind ``+``, a fraction and
then a blank and the year.  No text fits two templates in different meanings.

The regex is for what a template does not cover (variable widths); its groups are
``y yy mon m d H M S f p z``.  That of ``tai64n`` and ``epoch``, which count seconds, has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sawlog.formats.zones import ZONE_PATTERN

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_MON = r"(?P<mon>(?i-u:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec))[a-z]{0,6}"
_WDAY = r"(?:(?i-u:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6})"
_CLOCK = r"(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2}):(?P<S>[0-9]{2})(?:[.,:](?P<f>[0-9]{1,9})[0-9]*)?"
_MINUTES = r"(?P<H>[0-9]{1,2}):(?P<M>[0-9]{2})(?::(?P<S>[0-9]{2})(?:[.,:](?P<f>[0-9]{1,9})[0-9]*)?)?"
_ZONE = rf"(?: ?(?P<z>{ZONE_PATTERN}))?"


@dataclass(frozen=True)
class Spelling:
    """One way to write a stamp."""

    name: str
    pattern: str
    templates: tuple[str, ...] = ()
    example: str = ""


SPELLINGS: tuple[Spelling, ...] = (
    Spelling(
        "iso8601",
        r"(?P<y>[0-9]{4})[-/.](?P<m>[0-9]{1,2})[-/.](?P<d>[0-9]{1,2})"
        rf"(?:[Tt_ -]{_MINUTES}{_ZONE})?",
        ("YYYY-MM-DD~hh:mm:ss", "YYYY-MM-DD~hh:mm", "YYYY-MM-DD$"),
        example="2024-01-29T10:00:00.123456789+01:00",
    ),
    Spelling(
        "clf",
        rf"(?P<d>[0-9]{{1,2}})/{_MON}/(?P<y>[0-9]{{4}})[: ]{_CLOCK}{_ZONE}",
        ("DD/bbb/YYYY:hh:mm:ss",),
        example="17/May/2015:10:05:03 +0000",
    ),
    Spelling(
        "rfc3164",
        rf"{_MON} {{1,2}}(?P<d>[0-9]{{1,2}})(?: (?P<y>[0-9]{{4}}))? {_CLOCK}{_ZONE}",
        ("bbb _D hh:mm:ss", "bbb _D YYYY hh:mm:ss", "bbb _D hh:mm:ss+"),
        example="Mar 27 13:06:56",
    ),
    Spelling(
        "asctime",
        rf"{_WDAY} {_MON} {{1,2}}(?P<d>[0-9]{{1,2}}) {_CLOCK}{_ZONE} (?P<y>[0-9]{{4}})",
        ("aaa bbb _D hh:mm:ss+",),
        example="Wed Jan 29 00:00:02.123456 2024",
    ),
    Spelling(
        "rfc2822",
        rf"{_WDAY},? (?P<d>[0-9]{{1,2}})[ -]{_MON}[ -](?P<y>[0-9]{{4}}) {_CLOCK}{_ZONE}",
        ("aaa, DD bbb YYYY hh:mm:ss",),
        example="Mon, 29 Jan 2024 10:00:00 +0000",
    ),
    Spelling(
        "day-month-year",
        rf"(?P<d>[0-9]{{1,2}})[ -]{_MON}[ -](?P<y>[0-9]{{4}})[ T,]{{1,2}}{_CLOCK}{_ZONE}",
        ("DD bbb YYYY hh:mm:ss", "DD=bbb=YYYY hh:mm:ss"),
        example="01 Jan 2024 10:00:00.123",
    ),
    Spelling(
        "day-month",
        rf"(?P<d>[0-9]{{1,2}})[ -]{_MON} {_CLOCK}{_ZONE}",
        ("DD bbb hh:mm:ss",),
        example="01 Jan 10:00:00.123",
    ),
    Spelling(
        "year-month-day",
        rf"(?P<y>[0-9]{{4}})[ -]{_MON}[ -]{{1,2}}(?P<d>[0-9]{{1,2}}) {_CLOCK}{_ZONE}",
        ("YYYY bbb _D hh:mm:ss", "YYYY=bbb=DD hh:mm:ss"),
        example="2024 Jan 29 10:00:00",
    ),
    Spelling(
        "month-day-year",
        rf"{_MON} {{1,2}}(?P<d>[0-9]{{1,2}}), (?P<y>[0-9]{{4}}),? {_CLOCK}(?: ?(?P<p>[AaPp]\.?[Mm]\.?))?{_ZONE}",
        example="Jan 29, 2024 10:00:00 PM",
    ),
    Spelling(
        "european",
        rf"(?P<d>[0-9]{{1,2}})\.(?P<m>[0-9]{{1,2}})\.(?P<y>[0-9]{{4}}),? {_CLOCK}{_ZONE}",
        ("DD.MM.YYYY hh:mm:ss",),
        example="29.01.2024 10:00:00",
    ),
    Spelling(
        "us",
        rf"(?P<m>[0-9]{{1,2}})[/-](?P<d>[0-9]{{1,2}})[/-](?P<y>[0-9]{{4}}),?[ -]{_MINUTES}"
        rf"(?: ?(?P<p>[AaPp]\.?[Mm]\.?))?{_ZONE}",
        example="1/29/2024 10:00:00 PM",
    ),
    Spelling(
        "glog",
        rf"(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}}) {{1,2}}{_CLOCK}",
        ("MMDD hh:mm:ss",),
        example="0102 15:04:05.000000",
    ),
    Spelling(
        "logcat",
        rf"(?P<m>[0-9]{{1,2}})[-/](?P<d>[0-9]{{1,2}}) {_CLOCK}{_ZONE}",
        ("MM=DD hh:mm:ss", "MM/DD hh:mm:ss"),
        example="03-17 16:13:38.811",
    ),
    Spelling(
        "short-year",
        rf"(?P<yy>[0-9]{{2}})[/-](?P<m>[0-9]{{2}})[/-](?P<d>[0-9]{{2}})[ T]{_CLOCK}{_ZONE}",
        ("yy/MM/DD hh:mm:ss", "yy=MM=DD hh:mm:ss"),
        example="17/06/09 20:10:40",
    ),
    Spelling(
        "hdfs",
        r"(?P<yy>[0-9]{2})(?P<m>[0-9]{2})(?P<d>[0-9]{2}) {1,2}(?P<H>[0-9]{1,2}):?(?P<M>[0-9]{2}):?(?P<S>[0-9]{2})",
        ("yyMMDD hhmmss", "yyMMDD hh:mm:ss"),
        example="081109 203615",
    ),
    Spelling(
        "basic",
        r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})[Tt_ -]?(?P<H>[0-9]{2}):?(?P<M>[0-9]{2}):?(?P<S>[0-9]{2})"
        rf"(?:[.,:](?P<f>[0-9]{{1,9}})[0-9]*)?{_ZONE}",
        ("YYYYMMDD~hhmmss", "YYYYMMDD~hh:mm:ss", "YYYYMMDDhhmmss"),
        example="20240129T100000Z",
    ),
    Spelling(
        "db2",
        r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})-(?P<H>[0-9]{2})\.(?P<M>[0-9]{2})\.(?P<S>[0-9]{2})(?:\.(?P<f>[0-9]{1,9})[0-9]*)?",
        ("YYYY=MM=DD=hh.mm.ss",),
        example="2005-06-03-15.42.50.675872",
    ),
    Spelling(
        "time",
        rf"{_CLOCK}(?: ?(?P<p>[AaPp]\.?[Mm]\.?))?",
        ("hh:mm:ss",),
        example="10:04:49.321",
    ),
    Spelling("tai64n", r"@4[0-9a-f]{15}(?:[0-9a-f]{8}){0,2}", example="@4000000065b7772a1dcd6500"),
    Spelling("epoch", r"[+-]?[0-9]{9,19}(?:\.[0-9]+)?", example="1706522400.123"),
)

BY_NAME = {spelling.name: spelling for spelling in SPELLINGS}


def stamp_pattern(*names: str) -> str:
    """A Rust regex fragment, one non-capturing group without named groups, for these spellings; none: any but epoch.

    It takes a zone behind the stamp only where it is an offset or a known name, never a word such as ``INFO``.

    Raises:
        KeyError: a spelling that does not exist.
    """
    chosen = [BY_NAME[name] for name in names] or [spelling for spelling in SPELLINGS if spelling.name != "epoch"]
    return f"(?:{'|'.join(re.sub(r'[(][?]P<[a-zA-Z0-9]+>', '(?:', spelling.pattern) for spelling in chosen)})"
