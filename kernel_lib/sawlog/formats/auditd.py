"""Linux's audit daemon.

Source: https://github.com/linux-audit/audit-documentation/wiki/SPEC-Audit-Event-Enrichment and
https://access.redhat.com/articles/4409591 (fields): ``type=... msg=audit(seconds.milliseconds:serial): key=value ...``,
after a group separator (0x1D) the numbers again as names, in upper-case keys.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import polars as pl

from sawlog.formats.base import MESSAGE_START, TimeContext
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.shapes import Value, as_fields, behind, take_apart

# msg='...' and {...} wrap further pairs: their opening quote belongs to no value.
_PAIR = re.compile(r"""(?:^|(?<=[\s'(,]))([A-Za-z_][\w-]{0,63})=(?:"([^"]*)"|(?!')([^\s'")][^\s']*|))""")
_QUOTED, _BARE = '[^"]*', r"(?:[^\s'\")][^\s']*)?"
_INTEGERS = ("pid", "ppid", "uid", "auid", "gid", "euid", "suid", "fsuid", "egid", "sgid", "fsgid", "ses", "exit",
             "items", "item", "inode", "argc", "oauid", "ouid", "ogid", "syscall", "sig")  # fmt: skip
_TYPES = {**dict.fromkeys(_INTEGERS, "int"), "serial": "int"}


def _values(text: str) -> Sequence[Value]:
    found = []
    for match in _PAIR.finditer(text):
        group, pattern = (2, _QUOTED) if match[2] is not None else (3, _BARE)
        found.append(Value(match[1], *match.span(group), pattern))
    return found


class Auditd(RegexFormat):
    """The line's head by regex, then its pairs."""

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        frame = super().parse(lines, ctx)
        pairs = take_apart(behind(lines, frame[MESSAGE_START]), _values)
        return frame.hstack(as_fields(pairs, frame.columns, _TYPES, ("?", "(null)")))


FORMAT = Auditd(
    "auditd",
    "Linux audit log",
    r"^(?:node=(?P<host>[^ ]+) )?type=(?P<type>[A-Z0-9_]+(?:\[[0-9]+\])?) "
    r"msg=audit\((?P<timestamp>[0-9]+\.[0-9]+):(?P<serial>[0-9]+)\): *(?P<message>.*)",
    specificity=45,
    types=_TYPES,
)
