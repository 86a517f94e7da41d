"""java.util.logging: ``SimpleFormatter``.

Source: https://docs.oracle.com/en/java/javase/21/docs/api/java.logging/java/util/logging/SimpleFormatter.html
The default takes two lines: stamp, class and method; then level and message.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import ISO, LEVEL
from sawlog.formats.regex_format import RegexFormat

_US_STAMP = r"[A-Z][a-z]{2} [0-9]{1,2}, [0-9]{4}(?:,? at)?,? [0-9]{1,2}:[0-9]{2}:[0-9]{2}[ \x{202f}][AP]M"


class TwoLineFormat(RegexFormat):
    """Records of two lines, each of which speaks for the format."""

    def confidence(self, lines: pl.Series) -> float:
        if not len(lines):
            return 0.0
        heads = lines.str.contains(self.pattern)
        explained = float((heads | lines.str.contains(rf"^{LEVEL}: [^ ]")).sum()) / len(lines)
        # Second lines alone could be anyone's.
        return explained if heads.any() else explained / 10


FORMATS = (
    TwoLineFormat(
        "jul",
        "java.util.logging",
        rf"^(?P<timestamp>{_US_STAMP}) (?P<logger>[^ \n]+)(?: (?P<function>[^\n]+))?"
        r"(?:\n(?P<level>[A-Z]+): )?(?P<message>.*)",
        specificity=35,
        joins_unmatched=True,
    ),
    RegexFormat(
        "jul-line",
        "java.util.logging on one line: [stamp] [LEVEL] message",
        rf"^\[(?P<timestamp>{ISO}|{_US_STAMP})\] \[(?P<level>{LEVEL}) *\] (?:\[(?P<logger>[^\]]*)\] )?(?P<message>.*)",
        specificity=18,
    ),
)
