"""Any text with stamps: a stamp near the line's start, and a level word behind or before it."""

from __future__ import annotations

import numpy as np
import polars as pl

from sawlog.formats.base import LEVEL, MATCHED, MESSAGE_START, TIMESTAMP, Format, TimeContext
from sawlog.formats.levels import LEVEL_WORD, normalise_level
from sawlog.formats.spellings import stamp_pattern
from sawlog.formats.timestamps import to_utc
from sawlog.formats.zones import ZONE_PATTERN

_DATED = stamp_pattern(
    "clf", "asctime", "rfc2822", "iso8601", "rfc3164", "day-month-year", "year-month-day", "month-day-year",
    "european", "us", "short-year", "db2",
)  # fmt: skip
# Digits without a separator, and times of day, are stamps only where nothing stands before them.
_AT_START = stamp_pattern("basic", "hdfs", "glog", "logcat", "day-month", "tai64n")
_EPOCH = r"1[0-9]{9}(?:[0-9]{9}|[0-9]{6}|[0-9]{3}|[.,][0-9]{1,9})?"
_END = r"(?:[^0-9A-Za-z_]|$)"

# glog writes its level letter without a gap.
_AHEAD = rf"^(?:<[0-9]{{1,3}}>)?(?:\[?(?i-u:{LEVEL_WORD}|[TDIWEF])(?-u:\b)\]?[:|,/ -]*|[IWEFD])?[\[(<{{\"'* ]{{0,2}}"
# Within what stands before a stamp there is no word character next to it, lest a part of an id pass for a stamp.
_WITHIN = r"^.{0,48}?[^0-9A-Za-z_.:/+-]"
# What most lines begin with, without the alternatives that make the general pattern slow.
_COMMON = (
    r"^[\[(<{\"' ]{0,2}([0-9]{4}[-/.][0-9]{2}[-/.][0-9]{2}[Tt _-][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?Z?)"
    r"(?:[\[\])>|;\"' -]|,(?:[^0-9]|$)|$)"  # a digit behind the comma is part of the stamp, and a zone may follow
)
_ZONE = rf"^\s?(?:{ZONE_PATTERN})"
_LEVEL = rf"(?-u:\b){LEVEL_WORD}(?-u:\b)|[\[(<|](?i-u:{LEVEL_WORD})[\])>|:]|(?-u:\b)(?i-u:{LEVEL_WORD}):"
_ASCII = r"^[\x00-\x7f]*"  # where an offset in bytes is one in characters
_SEPARATORS = r"^[\])}>\"'|,;:\s-]+"
_LONGEST_AHEAD = 160  # characters up to the end of a stamp with nothing but a level before it
#: A level stands this near behind the stamp, with at most so many words between.
_NEAR, _WORDS_BETWEEN = 64, 2


class Generic(Format):
    """A stamp of any spelling within the first 48 characters.

    Args:
        clock: whether times of day without a date count.  As a fallback they must not: the date would have to come
            from lines of another format.
    """

    title = "Text with stamps"
    specificity = 1
    fallback = False

    def __init__(self, name: str, *, clock: bool) -> None:
        self.name = name
        at_start = f"{_DATED}|{_AT_START}|{_EPOCH}" + (f"|{stamp_pattern('time')}" if clock else "")
        self._ahead = rf"{_AHEAD}({at_start}){_END}"
        self._within = rf"{_WITHIN}({_DATED}){_END}"
        self._before = rf"({_WITHIN}){_DATED}{_END}"

    def confidence(self, lines: pl.Series) -> float:
        found = lines.str.contains(self._ahead) | lines.str.contains(self._within)
        return float(found.sum()) / len(lines) if len(lines) else 0.0

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        at, stamps = self.find(lines)
        timestamp = to_utc(stamps, ctx)
        matched = timestamp.is_not_null()
        parts = self.describe(lines, at, pl.select(pl.when(matched).then(stamps)).to_series())
        return pl.DataFrame({MATCHED: matched, TIMESTAMP: timestamp}).hstack(parts)

    def describe(self, lines: pl.Series, at: pl.Series, stamps: pl.Series) -> pl.DataFrame:
        """``level`` and ``message_start`` of the lines; ``at`` and ``stamps`` as :meth:`find` gives them."""
        frame = pl.DataFrame({"line": lines, "start": at, "stamp": stamps})
        line, behind = pl.col("line"), pl.col("start") + pl.col("stamp").str.len_chars()
        frame = frame.select(
            tail=line.str.slice(behind, _NEAR).str.extract(_ASCII, 0),
            head=pl.when(pl.col("start") > 0).then(line.str.slice(0, pl.col("start"))),
            behind=pl.when(pl.col("stamp").is_not_null()).then(line.str.slice(0, behind).str.len_bytes()),
        )
        frame = frame.with_columns(word=pl.col("tail").str.extract(_LEVEL, 0))
        found = pl.col("tail").str.find(pl.col("word"), literal=True)
        between = pl.col("tail").str.slice(0, found).str.count_matches(r"[A-Za-z]\S*")
        end = pl.when(between <= _WORDS_BETWEEN).then(found + pl.col("word").str.len_bytes())
        frame = frame.with_columns(level_end=end)
        in_header = pl.col("level_end").is_not_null()
        before = pl.col("head").str.extract(rf"(?i-u)\b({LEVEL_WORD}|[TDIWEF])(?:\b|$)", 1)
        skipped = pl.col("level_end").fill_null(0)
        gap = pl.col("tail").str.slice(skipped, 16).str.extract(_SEPARATORS, 0).str.len_bytes().fill_null(0)
        return frame.select(
            normalise_level(pl.coalesce(pl.when(in_header).then(pl.col("word")), before)).alias(LEVEL),
            (pl.col("behind") + skipped + gap).cast(pl.UInt32).alias(MESSAGE_START),
        )

    def find(self, lines: pl.Series) -> tuple[pl.Series, pl.Series]:
        """Character offset of each line's stamp, and the stamp; null where there is none."""
        stamps = lines.str.extract(_COMMON, 1)
        line, stamp = pl.col("line"), pl.col("stamp")
        frame = pl.DataFrame({"line": lines, "stamp": stamps})
        place = line.str.head(_LONGEST_AHEAD).str.find(stamp, literal=True)
        zone = line.str.slice(place + stamp.str.len_chars(), 40).str.contains(_ZONE)
        stamps = frame.select(pl.when(zone.not_()).then(stamp)).to_series()
        stamps = self._scatter(self._ahead, lines, stamps)
        starts = pl.DataFrame({"line": lines, "stamp": stamps}).select(place).to_series()
        rest = stamps.is_null()
        if rest.any():
            stamps = self._scatter(self._within, lines, stamps)
            before = pl.when(stamp.is_not_null()).then(line.str.extract(self._before, 1).str.len_chars())
            found = pl.DataFrame({"line": lines, "stamp": stamps}).filter(rest).select(before).to_series()
            starts = starts.scatter(np.flatnonzero(rest.to_numpy()), found)
        return starts, stamps

    @staticmethod
    def _scatter(pattern: str, lines: pl.Series, stamps: pl.Series) -> pl.Series:
        """``stamps``, with those that ``pattern`` finds where there is none yet."""
        rest = np.flatnonzero(stamps.is_null().to_numpy())
        others = lines.gather(rest)
        has = others.str.contains(pattern).fill_null(False)
        return stamps.scatter(rest[has.to_numpy()], others.filter(has).str.extract(pattern, 1)) if has.any() else stamps


FORMAT = Generic("generic", clock=True)
DATED_ONLY = Generic("generic", clock=False)
