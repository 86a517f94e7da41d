"""Syslog messages behind one another, each with its length in front: what a TCP stream of them holds.

Source: RFC 6587, section 3.4.1 (octet counting): ``MSG-LEN SP SYSLOG-MSG``.  Nothing stands between two messages, and a
message may hold newlines; a newline between them, which some collectors write, is left to the message before it.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.formats.base import MATCHED, MESSAGE_START, ORIGIN, Format, TimeContext
from sawlog.formats.mixed import Mixed
from sawlog.formats.syslog_rfc3164 import FORMATS as BSD_FORMATS
from sawlog.formats.syslog_rfc5424 import FORMAT as PROTOCOL
from sawlog.model.schema import MAX_RECORD_BYTES

_COUNT = r"^[1-9][0-9]{0,6} "
_HEAD = re.compile(rb"([1-9][0-9]{0,6}) <[0-9]{1,3}>")
_LONGEST_HEAD = 13  # bytes
_NEWLINE = re.compile(rb"(?:\r?\n)?")
_MESSAGES = Mixed([PROTOCOL, *BSD_FORMATS])


class SyslogOctets(Format):
    """Cuts by the counts; where one is wrong, at what looks like the next message's head."""

    name = "syslog-octets"
    title = "Syslog with octet counts (RFC 6587)"
    specificity = 35
    fallback = False

    def __init__(self, counted: bool = False) -> None:
        self._counted = counted

    def bind(self, head: pl.Series) -> Format:
        data = "\n".join(head.to_list()).encode()
        first = _HEAD.match(data)
        end = 0 if first is None else _end(data, first)
        # The newline behind the last line is not in ``head``, but may have been counted.
        return SyslogOctets(bool(_HEAD.match(data, end) if end < len(data) else end <= len(data) + 1) and end > 0)

    def confidence(self, lines: pl.Series) -> float:
        """1 where the file's first message is as long as it says; lines from elsewhere in it tell nothing."""
        return float(self._counted and len(lines) > 0)

    def split(self, data: bytes, final: bool) -> npt.NDArray[np.int64] | None:
        starts = [0]
        while (start := _next_start(data, starts[-1], final)) is not None:
            starts.append(start)
        return np.array(starts, np.int64)

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        count = lines.str.extract(_COUNT, 0)
        frame = _MESSAGES.parse(pl.select(pl.lit(lines).str.strip_prefix(pl.lit(count))).to_series(), ctx)
        counted = pl.lit(count.is_not_null())
        return frame.drop(ORIGIN).with_columns(
            pl.col(MATCHED) & counted, pl.col(MESSAGE_START) + pl.lit(count.str.len_bytes())
        )


def _end(data: bytes, head: re.Match[bytes]) -> int:
    """Where the message ends by its count, with the newline behind it; 0 where the count is absurd."""
    count = int(head[1])
    end = head.end(1) + 1 + count
    newline = _NEWLINE.match(data, end)
    return 0 if count > MAX_RECORD_BYTES else newline.end() if newline and end < len(data) else end


def _next_start(data: bytes, start: int, final: bool) -> int | None:
    """Where the message behind the one at ``start`` begins; None: there is none, or more has to be read to tell."""
    head = _HEAD.match(data, start)
    end = 0 if head is None else _end(data, head)
    if end == len(data) or (not final and end + _LONGEST_HEAD > len(data)):
        return None
    if end and _HEAD.match(data, end):
        return end
    following = _HEAD.search(data, start if head is None else head.end())
    return None if following is None else following.start()


FORMAT = SyslogOctets()
