"""What a log format is: the base class of all formats, and what missing parts of a stamp are taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

#: Columns of a parsed frame that are not fields.
MATCHED, TIMESTAMP, LEVEL, MESSAGE_START, MESSAGE = "matched", "timestamp", "level", "message_start", "message"
#: Name of the format that read the line, where a format is made of several.
ORIGIN = "__format"
SPECIAL = frozenset({MATCHED, TIMESTAMP, LEVEL, MESSAGE_START, MESSAGE, ORIGIN})

#: The type of every parsed ``timestamp`` column.
UTC_NS = pl.Datetime("ns", "UTC")


#: Where year, month and day stand in a date of three numbers.
DateOrder = Literal["ymd", "mdy", "dmy"]


@dataclass(frozen=True)
class TimeContext:
    """What the missing parts of a stamp are taken from.

    Attributes:
        timezone: IANA name of the zone of stamps without one.
        year: of stamps without one; None: the latest year for which the stamp is not after ``mtime_ns`` + 1 day.
        mtime_ns: the file's modification time, UTC nanoseconds.
        previous_ns: the last stamp before this text, UTC nanoseconds; gives stamps without a date theirs.
        short_dates: how ``01/02/26`` is read, where that makes a date.
        long_dates: how ``01/02/2026`` is read, where that makes a date: "mdy" or "dmy".
    """

    timezone: str = "UTC"
    year: int | None = None
    mtime_ns: int = 0
    previous_ns: int | None = None
    short_dates: DateOrder = "ymd"
    long_dates: DateOrder = "mdy"

    def after(self, previous_ns: int | None) -> TimeContext:
        """This context behind a text whose last stamp was ``previous_ns``."""
        return replace(self, previous_ns=previous_ns)


class Format:
    """One log format: immutable, and stateless between calls.

    Attributes:
        name: lower-case, hyphens: ``apache-access``.
        title: for people: ``Apache/nginx access log``.
        specificity: breaks ties in detection; plain 0, generic 1, json-lines 10, one product's log 20 or more.
        explains_all: every line is legitimately this format's, so none counts as unparsed (plain text).
        fallback: lines that this format does not match are tried with the generic format.
        joins_unmatched: records span lines and only the first is matched: the unmatched ones after it belong to it.
    """

    name: str = ""
    title: str = ""
    specificity: int = 5
    explains_all: bool = False
    fallback: bool = True
    joins_unmatched: bool = False

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        """Take lines apart.

        Args:
            lines: String Series; one physical line, or one joined record (with ``\\n`` inside) each,
                without its line ending.
            ctx: what the missing parts of stamps are taken from.

        Returns:
            A frame of the same height: ``matched`` Boolean (the line is in this format, thus starts a record);
            ``timestamp`` Datetime("ns", "UTC") or null; ``level`` one of ``model.schema.LEVELS`` or null;
            ``message_start`` UInt32, byte offset of the message in the line's UTF-8, or ``message`` String where the
            message is not a suffix of the line; then fields, typed Int64, Float64, Boolean or String.
            Only ``matched`` is required.
        """
        raise NotImplementedError

    def confidence(self, lines: pl.Series) -> float:
        """The share, 0 to 1, of the sample's lines that this format explains.

        ``lines`` holds non-empty lines that do not look like continuations.
        """
        if not len(lines):
            return 0.0
        matched = self.parse(lines, TimeContext()).get_column(MATCHED)
        return float(matched.fill_null(False).sum()) / len(lines)

    def bind(self, head: pl.Series) -> Format:
        """This format bound to a file's first lines, where they name the columns (CSV, W3C, Zeek)."""
        return self

    def split(self, data: bytes, final: bool) -> npt.NDArray[np.int64] | None:
        """Byte offsets at which records start, for formats whose records are not lines; None: line based.

        The first is 0: the first record holds what comes before it (the head of a document), the last what
        follows it.  With ``final`` False the last one returned is a record whose end is not certain yet.
        """
        return None

    def spec(self) -> Mapping[str, object] | None:
        """A JSON-able description to rebuild this format from in another process.

        None: the registry has it under its name.  See :func:`sawlog.formats.custom.from_spec`.
        """
        return None

    def __repr__(self) -> str:
        return f"<Format {self.name}>"


def described(format: Format) -> Mapping[str, object]:
    """A JSON-able description, for :func:`sawlog.formats.custom.from_spec`."""
    spec = format.spec()
    return {"name": format.name} if spec is None else spec
