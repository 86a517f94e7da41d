"""Bytes -> records: the path that every byte of every log takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from sawlog.formats.base import MATCHED, ORIGIN, TIMESTAMP, Format, TimeContext
from sawlog.formats.batch import Reader, Records, filled, to_batch
from sawlog.formats.bytecolumn import Bools, Int64s
from sawlog.formats.generic import DATED_ONLY
from sawlog.formats.lines import Lines, replacements, split_lines, substrings
from sawlog.formats.mixed import replaced
from sawlog.formats.multiline import Kind, classify, record_starts
from sawlog.formats.plain import FORMAT as PLAIN
from sawlog.formats.registry import get

_DOCUMENT = "json-lines"  # what reads an object that is pretty-printed over several lines


@dataclass(frozen=True)
class Chunk:
    """The records of one block of bytes.

    Attributes:
        batch: in the log schema: the fixed columns, then ``field.*``.  Records tile the consumed bytes.
        consumed: bytes of the block that these records hold; hand in the rest again, with what follows it.
        lines: physical lines consumed.
        previous_ns: stamp of the last record, for the next block's :class:`TimeContext`.
        unparsed: lines that no format matched and that continue no record.
        joined: lines that continue a record.
        undecodable: U+FFFD put in for bytes that are no UTF-8.
        formats: records by the name of the format that matched; "plain": none did.
    """

    batch: pa.RecordBatch
    consumed: int
    lines: int
    previous_ns: int | None
    unparsed: int
    joined: int
    undecodable: int
    formats: dict[str, int] = field(default_factory=dict)


def parse_chunk(
    data: bytes, *, format: Format, time: TimeContext, source: int, offset: int, line: int, final: bool
) -> Chunk:
    """Take a block of a log apart.

    Args:
        data: begins where a record begins: at the source's start, or where the block before was consumed up to.
        format: of the source; lines that it does not match are tried with the generic one.
        time: what missing parts of stamps are taken from; ``previous_ns`` is that of the block before.
        source: number of the source, for the column.
        offset: of ``data[0]`` in the source.
        line: 1-based number of the first line in the source.
        final: nothing follows in the source: consume everything.  Otherwise the last record is left, as its end
            is not certain; ``consumed`` 0 asks for a larger block.

    Returns:
        The same records whatever the blocks, but for stamps of records before the source's first stamp: they take the
        first stamp of the first block.

    Raises:
        SettingsError: ``time.timezone`` is not an IANA name.
    """
    lines = split_lines(data, final)
    starts = format.split(data, final) if len(data) else None
    if starts is None:
        records, end, consumed = _from_lines(lines, format, time, final)
    else:
        records, end, consumed = _from_document(data, starts, format, time, final)
    stamps, previous = filled(records.frame, time.previous_ns)
    batch = to_batch(records, stamps, source, offset, line)
    unmatched = int((records.readers == Reader.NONE).sum())
    return Chunk(
        batch=batch,
        consumed=consumed,
        lines=end,
        previous_ns=previous,
        unparsed=0 if format.explains_all else unmatched,
        joined=end - len(records.offset) if starts is None else 0,
        undecodable=replacements(data[:consumed]) if lines.replaced else 0,
        formats=_counts(records, format),
    )


def _counts(records: Records, format: Format) -> dict[str, int]:
    """Records by the name of what read them."""
    names = {
        Reader.NONE: format.name if format.explains_all else PLAIN.name,
        Reader.FORMAT: format.name,
        Reader.FALLBACK: DATED_ONLY.name,
        Reader.DOCUMENT: _DOCUMENT,
    }
    by_reader = np.bincount(records.readers, minlength=len(names)).tolist()
    counts: Counter[str] = Counter()
    for reader, name in names.items():
        counts[name] += by_reader[reader]
    if ORIGIN in records.frame.columns:
        own = records.frame.filter(pl.Series(records.readers == Reader.FORMAT)).get_column(ORIGIN).drop_nulls()
        counts[format.name] -= len(own)
        for name, count in own.value_counts().iter_rows():
            counts[name] += count
    return {name: count for name, count in counts.items() if count}


def _from_lines(lines: Lines, format: Format, time: TimeContext, final: bool) -> tuple[Records, int, int]:
    """The records, how many lines they are, and how many bytes."""
    texts = lines.series()
    frame, readers = _parse(lines, texts, format, time)
    kinds = classify(lines, texts, readers != Reader.NONE)
    if format.joins_unmatched:
        kinds[readers == Reader.NONE] = Kind.INDENTED
    starts = record_starts(kinds, lines.source)
    ends = np.append(starts[1:], len(lines))
    if not final:
        # Whether a blank line belongs to the record before it is not certain either.
        uncertain = 2 if starts.size and starts[-1] == len(lines) - 1 and kinds[-1] == Kind.BLANK else 1
        starts, ends = starts[:-uncertain], ends[:-uncertain]
    end = int(ends[-1]) if ends.size else 0
    single = len(starts) == len(lines)
    if not single:
        frame, readers = frame[starts], readers[starts]
    raw = texts if single else substrings(lines.text, lines.starts[starts], lines.ends[ends - 1])
    records = Records(
        frame, readers, raw, lines.source[starts], lines.source[ends] - lines.source[starts], starts, ends - starts
    )
    if format.joins_unmatched:
        _reparse_joined(records, format, time)
    else:
        _reparse_documents(records, format, time)
    return records, end, int(lines.source[end])


def _parse(
    lines: Lines, texts: pl.Series, format: Format, time: TimeContext
) -> tuple[pl.DataFrame, npt.NDArray[np.uint8]]:
    """Parse each line, the ones that do not fit with the fallback."""
    frame = format.parse(texts, time)
    readers = _readers(frame)
    if not format.fallback or format.joins_unmatched or bool(readers.all()):
        return frame, readers
    first = lines.first_bytes()
    rows = np.flatnonzero((readers == Reader.NONE) & (first != 0) & (first != 32) & (first != 9))
    if not rows.size:
        return frame, readers
    other = DATED_ONLY.parse(texts.gather(rows), time)
    fits = other.get_column(MATCHED).to_numpy()
    if not bool(fits.any()):
        return frame, readers
    rows = rows[fits]
    readers[rows] = Reader.FALLBACK
    return replaced(frame, rows, other.filter(pl.Series(fits))), readers


def _readers(frame: pl.DataFrame) -> npt.NDArray[np.uint8]:
    """``Reader.FORMAT`` where the format has matched, else ``Reader.NONE``."""
    return frame.get_column(MATCHED).fill_null(False).to_numpy().astype(np.uint8)  # True is 1, False is 0


def _reparse_joined(records: Records, format: Format, time: TimeContext) -> None:
    """Records of several lines are read once more as a whole, by a format that asks for it."""
    rows = np.flatnonzero((records.readers == Reader.FORMAT) & (records.lines > 1))
    if rows.size:
        frame = format.parse(records.raw.gather(rows), time)
        fits = frame.get_column(MATCHED).fill_null(False)
        records.frame = replaced(records.frame, rows[fits.to_numpy()], frame.filter(fits))


def _reparse_documents(records: Records, format: Format, time: TimeContext) -> None:
    """Objects that are pretty-printed over several lines are read as one, by the format or as JSON."""
    rows = np.flatnonzero((records.readers == Reader.NONE) & (records.lines > 1))
    if not rows.size:
        return
    texts = records.raw.gather(rows)
    whole = (texts.str.starts_with("{") & texts.str.contains(r"\}[,;]?\s*\z")).to_numpy()
    rows = rows[whole]
    if not rows.size or format.explains_all:
        return
    texts = texts.filter(pl.Series(whole))
    for reader, parser in ((Reader.FORMAT, format), (Reader.DOCUMENT, get(_DOCUMENT))):
        frame = parser.parse(texts, time)
        fits = frame.get_column(MATCHED).fill_null(False).to_numpy()
        if bool(fits.any()):
            records.frame = replaced(records.frame, rows[fits], frame.filter(pl.Series(fits)))
            records.readers[rows[fits]] = reader
            rows, texts = rows[~fits], texts.filter(pl.Series(~fits))
        if not rows.size:
            return


def _from_document(
    data: bytes, starts: Int64s, format: Format, time: TimeContext, final: bool
) -> tuple[Records, int, int]:
    """Records that a format's own splitter found; the first begins at 0."""
    ends = np.append(starts[1:], len(data))
    if not final:
        starts, ends = starts[:-1], ends[:-1]
    consumed = int(ends[-1]) if ends.size else 0
    pieces = [data[a:b] for a, b in zip(starts.tolist(), ends.tolist(), strict=True)]
    texts = [piece.decode("utf-8", "replace").removesuffix("\n") for piece in pieces]
    raw = pl.Series("line", [text.removesuffix("\r") for text in texts], dtype=pl.String)
    breaks = np.array([piece.count(b"\n") for piece in pieces], np.int64)
    line = np.cumsum(breaks) - breaks
    if final and pieces and not data.endswith(b"\n"):
        breaks[-1] += 1
    frame = format.parse(raw, time)
    readers = _readers(frame)
    return Records(frame, readers, raw, starts, ends - starts, line, breaks), int(breaks.sum()), consumed


def sure_boundary(data: bytes, format: Format, start: int = 0) -> int | None:
    """Where a file can be cut so that its parts give the same records as the whole.

    Args:
        data: any part of the file, best some 100 KB: it may begin within a line.
        format: of the file.
        start: look from this offset on.

    Returns:
        Offset in ``data`` of the first line that begins a record whatever came before, with a stamp that needs nothing
        before it: a line that the format matches, with a dated stamp; in unstamped text, an ordinary line after an
        ordinary line.  At least ``start``; with ``start`` 0, ``data`` must begin with a line.  None: no line is sure.
    """
    if format.split(data, False) is not None:
        return None
    cut = 0 if start == 0 else data.find(b"\n", start - 1) + 1
    if cut == 0 and start:
        return None
    size = _BOUNDARY_BLOCK
    while True:
        block = data[cut : cut + size]
        lines = split_lines(block, False)
        found = _sure_line(lines, format)
        if found is not None:
            return cut + int(lines.source[found])
        if cut + size >= len(data):
            return None
        size *= 4


_BOUNDARY_BLOCK = 1 << 14
_TWO_DAYS = (86_400_000_000_000, 10 * 86_400_000_000_000)


def _sure_line(lines: Lines, format: Format) -> int | None:
    if not len(lines):
        return None
    texts = lines.series()
    one, other = (format.parse(texts, TimeContext(previous_ns=ns)) for ns in _TWO_DAYS)
    matched = one.get_column(MATCHED).fill_null(False)
    sure: Bools
    if format.explains_all and TIMESTAMP not in one.columns:
        ordinary = classify(lines, texts, matched.to_numpy()) == Kind.PLAIN
        sure = ordinary & np.concatenate([[False], ordinary[:-1]])
    elif TIMESTAMP in one.columns:
        same = one.get_column(TIMESTAMP) == other.get_column(TIMESTAMP)
        sure = (matched & same.fill_null(False)).to_numpy()
    else:
        return None
    at = np.flatnonzero(sure)
    return int(at[0]) if at.size else None
