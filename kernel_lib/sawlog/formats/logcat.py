"""Android's logcat, in the layouts threadtime, time, brief, process, tag and long.

Source: https://developer.android.com/tools/logcat#outputFormat
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import CLOCK
from sawlog.formats.regex_format import RegexFormat

_STAMP = rf"(?P<timestamp>(?:[0-9]{{4}}-)?[0-9]{{2}}-[0-9]{{2}} {CLOCK}(?: [+-][0-9]{{4}})?)"
_LEVEL = r"(?P<level>[VDIWEFA])"
_TAG = r"(?P<logger>[^\n(:]*?)"
_PID = {"pid": "int"}


class LongLayout(RegexFormat):
    """A head on a line of its own, then the message on any number of lines."""

    def confidence(self, lines: pl.Series) -> float:
        heads = lines.str.contains(self.pattern).fill_null(False).arg_true()
        few = len(heads) * 20 < len(lines)
        return 0.0 if few or not len(heads) else 1.0 - heads[0] / len(lines)


FORMATS = (
    RegexFormat(
        "logcat",
        "Android logcat (threadtime)",
        rf"^{_STAMP} +(?:[A-Za-z][A-Za-z0-9_]* +)?(?P<pid>[0-9]+) +(?P<thread>[0-9]+) {_LEVEL} (?P<logger>[^:\n]*?) *: "
        r"(?P<message>.*)",
        specificity=40,
        types=_PID,
    ),
    RegexFormat(
        "logcat-time",
        "Android logcat (time)",
        rf"^{_STAMP} {_LEVEL}/{_TAG} *\( *(?P<pid>[0-9]+)\): (?P<message>.*)",
        specificity=40,
        types=_PID,
    ),
    RegexFormat(
        "logcat-brief",
        "Android logcat (brief)",
        rf"^{_LEVEL}/{_TAG} *\( *(?P<pid>[0-9]+)\): (?P<message>.*)",
        specificity=35,
        types=_PID,
    ),
    RegexFormat(
        "logcat-process",
        "Android logcat (process)",
        rf"^{_LEVEL}\( *(?P<pid>[0-9]+)\) (?P<message>.*)",
        specificity=35,
        types=_PID,
        details=(r"  \((?P<logger>[^()\n]+)\)$",),
    ),
    RegexFormat(
        "logcat-tag",
        "Android logcat (tag)",
        rf"^{_LEVEL}/(?P<logger>[A-Za-z][^\n(:]*?) *: (?P<message>.*)",
        specificity=25,
    ),
    LongLayout(
        "logcat-long",
        "Android logcat (long)",
        rf"^\[ {_STAMP} +(?P<pid>[0-9]+): *(?P<thread>[0-9]+) {_LEVEL}/(?P<logger>[^\n\]]*?) *\]\n?(?P<message>.*)",
        specificity=40,
        types=_PID,
        joins_unmatched=True,
    ),
)
