"""Logs of CI systems, which mix stamp styles in one file: the outer stamp gives the time, the inner level stays.

Styles: Taskcluster's ``[task 2025-02-14T10:04:49.321Z] ...``; mozharness' ``10:04:49     INFO - ...`` alone or inside
the former; GitHub Actions' and Azure Pipelines' ``2024-01-29T10:00:00.1234567Z ##[error]...``; Jenkins' and GitLab's
``[2024-01-29T10:00:00.123Z] ...``; Buildbot's headers ``starttime: 1370458666.04`` and
``===== Started ... (at 2013-06-05 12:09:36.461602)``; anything that ``generic`` reads.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from sawlog.formats.base import LEVEL, MATCHED, MESSAGE_START, TIMESTAMP, Format, TimeContext
from sawlog.formats.bytecolumn import Bools, ByteColumn, Int64s
from sawlog.formats.generic import FORMAT as GENERIC
from sawlog.formats.levels import SPELLINGS
from sawlog.formats.timestamps import column_to_utc

_HEAD = 88  # bytes of a line that are looked at: the longest prefix and stamp, and the level inside
_LONGEST_PREFIX, _LONGEST_STAMP = 24, 36
_SPACE, _OPEN, _CLOSE, _COLON, _HYPHEN = (ord(char) for char in " []:-")

_SIGNATURE = (
    r"^\[[a-z][\w:-]* \d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\.\d+Z\] |^\d\d:\d\d:\d\d {2,5}[A-Z]{4,8} - "
    r"|^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z (?:##\[|\S)"
)
_HEADER = r"^={3,} (?:Started|Finished|Skipped) |^(?:builder|slave|starttime|buildid): \S"
_EVENT = r"^={3,} .*\(at ([0-9-]+ [0-9:.]+)\) ={3,}|^(?:starttime|endtime|finishtime): (\d{10}(?:\.\d+)?)$"


class CiLog(Format):
    """Classifies lines by a few bytes each; only the lines of rare styles meet a regex."""

    name = "ci"
    title = "CI build log"
    specificity = 15
    fallback = False  # it falls back to the generic format itself, so that clock times find their date

    def confidence(self, lines: pl.Series) -> float:
        if not len(lines):
            return 0.0
        headers = int(lines.str.contains(_HEADER).sum())
        signed = int(lines.str.contains(_SIGNATURE).sum())
        if headers >= 3:
            return 0.9
        return (signed + headers) / len(lines)

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        head = ByteColumn.of(lines.cast(pl.Binary).bin.head(_HEAD))
        layout = _Layout(head)
        level = layout.levels()
        level = _marked(lines, layout, level)
        message = layout.message.copy()
        rest = np.flatnonzero((layout.stamp < 0) & ~np.isin(head.at(0), (_SPACE, 9)) & (head.lengths > 0))
        stamps = layout.column()
        if rest.size:
            stamps, level = _read_rest(lines.gather(rest), rest, layout, level, message)
        timestamp = column_to_utc(stamps, ctx)
        columns = {
            MATCHED: timestamp.is_not_null(),
            TIMESTAMP: timestamp,
            LEVEL: level,
            MESSAGE_START: pl.Series(message).cast(pl.UInt32),
            "logger": layout.loggers(lines),
        }
        return pl.DataFrame(columns)


class _Layout:
    """Where in each line's head the parts are, in bytes; -1: nowhere.

    Attributes:
        stamp, stamp_end: the outer stamp.
        message: where the message begins; 0 where there is no stamp.
    """

    def __init__(self, head: ByteColumn) -> None:
        self.head = head
        n = len(head)
        self.stamp = np.full(n, -1, np.int64)
        self.stamp_end = np.full(n, -1, np.int64)
        self._bracketed()
        self._bare_iso()
        # Behind the stamp come "] " or a blank.
        bracket = head.at_each(np.maximum(self.stamp_end, 0)) == _CLOSE
        inner = np.where(self.stamp >= 0, self.stamp_end + 1 + bracket, 0)
        self.clocked = self._has_clock(inner)
        self.leveled = self.clocked & self._has_level(inner)
        alone = self.clocked & (self.stamp < 0) & (self.leveled | (head.at(8) == _SPACE))
        self.stamp[alone], self.stamp_end[alone] = 0, 8
        self.inner = inner
        behind = inner + np.where(self.leveled, 20, 0) + np.where(alone & ~self.leveled, 9, 0)
        # mozharness indents the output of commands by one more blank.
        extra = self.leveled & (head.at_each(behind) == _SPACE)
        self.message = np.where(self.stamp >= 0, np.minimum(behind + extra, head.lengths), 0)

    def _find(self, byte: int, rows: Int64s, first: int, last: int, start: Int64s | None = None) -> Int64s:
        """Offset (from ``start``) of the first ``byte`` in [first, last) of each row's head, or -1."""
        part = self.head.take(rows)
        base = np.zeros(len(rows), np.int64) if start is None else start
        found = np.full(len(rows), -1, np.int64)
        open_rows = np.arange(len(rows))
        for place in range(first, last):
            at = base[open_rows] + place
            hit = (part.data.take(part.starts[open_rows] + at, mode="clip") == byte) & (part.lengths[open_rows] > at)
            if bool(hit.any()):
                found[open_rows[hit]] = place
                open_rows = open_rows[~hit]
            if not open_rows.size:
                break
        return found

    def _bracketed(self) -> None:
        rows = np.flatnonzero((self.head.at(0) == _OPEN) & (self.head.lengths > 20))
        if not rows.size:
            return
        part = self.head.take(rows)
        digit = part.at(1) - np.uint8(48) <= 9
        begin = np.where(digit, 1, 0)
        named = np.flatnonzero(~digit)
        gap = self._find(_SPACE, rows[named], 2, _LONGEST_PREFIX)
        begin[named] = np.where(gap > 0, gap + 1, -1)
        fits = begin > 0
        fits &= (part.at_each(begin + 4) == _HYPHEN) & (part.at_each(begin + 13) == _COLON)
        rows, begin = rows[fits], begin[fits]
        end = self._find(_CLOSE, rows, 19, _LONGEST_STAMP, begin)
        rows, begin, end = rows[end > 0], begin[end > 0], end[end > 0]
        self.stamp[rows], self.stamp_end[rows] = begin, begin + end

    def _bare_iso(self) -> None:
        head = self.head
        rows = np.flatnonzero((head.at(4) == _HYPHEN) & (head.at(10) == ord("T")) & (head.at(13) == _COLON)
                              & (head.lengths > 20) & (self.stamp < 0))  # fmt: skip
        if rows.size:
            end = self._find(_SPACE, rows, 19, _LONGEST_STAMP)
            rows, end = rows[end > 0], end[end > 0]
            self.stamp[rows], self.stamp_end[rows] = 0, end

    def _has_clock(self, at: Int64s) -> Bools:
        head = self.head
        colons: Bools = (head.at_each(at + 2) == _COLON) & (head.at_each(at + 5) == _COLON)
        digits = (head.at_each(at) - np.uint8(48) <= 9) & (head.at_each(at + 7) - np.uint8(48) <= 9)
        return colons & digits & (head.lengths >= at + 8)

    def _has_level(self, at: Int64s) -> Bools:
        """A clock, then a level right-aligned in nine characters, then `` - ``."""
        head = self.head
        blanks: Bools = (head.at_each(at + 8) == _SPACE) & (head.at_each(at + 17) == _SPACE)
        blanks &= head.at_each(at + 18) == _HYPHEN
        blanks &= head.lengths >= at + 19
        return blanks

    def column(self) -> ByteColumn:
        """The stamps."""
        known = self.stamp >= 0
        starts = self.head.starts + np.where(known, self.stamp, 0)
        return ByteColumn(self.head.data, starts, np.where(known, self.stamp_end - self.stamp, 0))

    def levels(self) -> pl.Series:
        """The inner levels."""
        code = np.zeros(len(self.head), np.uint64)
        for place in range(8):
            code |= self.head.at_each(self.inner + (9 + place)).astype(np.uint64) << np.uint64(8 * place)
        code[~self.leveled] = 0
        distinct = pl.Series(code).unique().sort().to_numpy()
        words = [int(value).to_bytes(8, "little").decode("latin-1").strip().lower() for value in distinct]
        levels = pl.Series([SPELLINGS.get(word) for word in words], dtype=pl.String)
        return levels.gather(np.searchsorted(distinct, code))

    def loggers(self, lines: pl.Series) -> pl.Series:
        """What stands before the stamp in the brackets: ``task``."""
        length = np.where(self.stamp > 1, self.stamp - 2, -1)
        if not bool((length > 0).any()):
            return pl.Series([None], dtype=pl.String).new_from_index(0, len(lines))
        frame = pl.DataFrame({"line": lines, "length": length})
        word = pl.col("line").str.slice(1, pl.col("length"))
        return frame.select(pl.when(pl.col("length") > 0).then(word)).to_series()


def _marked(lines: pl.Series, layout: _Layout, level: pl.Series) -> pl.Series:
    """The levels, with those that GitHub and Azure write before the message: ``##[error]``."""
    mark = layout.head.at_each(layout.message) == ord("#")
    rows = np.flatnonzero(mark & (layout.stamp >= 0) & ~layout.leveled)
    if not rows.size:
        return level
    words = lines.gather(rows).str.extract(r"^\S+ ##\[([a-z]+)\]", 1)
    return level.scatter(rows, words.replace_strict(SPELLINGS, default=None, return_dtype=pl.String))


def _read_rest(
    lines: pl.Series, rows: Int64s, layout: _Layout, level: pl.Series, message: Int64s
) -> tuple[ByteColumn, pl.Series]:
    """The stamps with those of rare styles added, and the levels; ``message`` is changed in place."""
    column = layout.column()
    at, stamps = GENERIC.find(lines)
    generic = stamps.is_not_null()
    if generic.any():
        parsed = GENERIC.describe(lines.filter(generic), at.filter(generic), stamps.filter(generic))
        known = rows[generic.to_numpy()]
        message[known] = parsed.get_column(MESSAGE_START).fill_null(0).to_numpy()
        level = level.scatter(known, parsed.get_column(LEVEL))
    events = lines.str.extract_groups(_EVENT).struct.unnest().select(pl.coalesce(pl.all())).to_series()
    message[rows[events.is_not_null().to_numpy()]] = 0
    more = ByteColumn.of(pl.select(pl.coalesce(pl.lit(events), pl.lit(stamps))).to_series())
    starts, lengths = column.starts.copy(), column.lengths.copy()
    starts[rows], lengths[rows] = more.starts + len(column.data), more.lengths
    return ByteColumn(np.concatenate([column.data, more.data]), starts, lengths), level


FORMAT = CiLog()
