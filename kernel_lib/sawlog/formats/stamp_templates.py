"""Reading stamps of fixed width from their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.formats.base import TimeContext
from sawlog.formats.bytecolumn import Bools, ByteColumn
from sawlog.formats.calendar import Int32s
from sawlog.formats.date_orders import in_order
from sawlog.formats.spellings import MONTHS, SPELLINGS
from sawlog.formats.stamps import NONE, Stamps, assemble, zone_code
from sawlog.formats.zones import Int64s


@dataclass(frozen=True)
class _Template:
    width: int
    digits: dict[str, tuple[int, ...]]
    literals: tuple[tuple[int, bytes], ...]
    letters: tuple[int, ...]
    month_name: int | None
    tail: str  # "zone", "none" or "year"


#: How templates begin whose year need not come first.
_SHORT = ("yy/", "yy=")

_CLASSES = {"-": b"-/.", "=": b"-", "~": b"T t_-"}


@lru_cache(maxsize=64)
def _compile(text: str) -> _Template:
    tail = {"$": "none", "+": "year"}.get(text[-1], "zone")
    text = text.rstrip("$+")
    digits: dict[str, tuple[int, ...]] = {}
    literals: list[tuple[int, bytes]] = []
    for position, char in enumerate(text):
        if char in "YyMDhms_":
            name = "D" if char == "_" else char
            digits[name] = (*digits.get(name, ()), position)
        elif char not in "ab":
            literals.append((position, _CLASSES.get(char, char.encode())))
    letters = tuple(position for position, char in enumerate(text) if char == "a")
    name_at = text.find("b")
    return _Template(len(text), digits, tuple(literals), letters, name_at if name_at >= 0 else None, tail)


TEMPLATES = tuple((template, spelling) for spelling in SPELLINGS for template in spelling.templates)
_SAMPLE = 64


def read_templates(column: ByteColumn, found: Stamps, ctx: TimeContext) -> None:
    """Read what fits a template; the template that most of a sample fits goes first."""
    n = len(column)
    order = list(TEMPLATES)
    if n > 4 * _SAMPLE:
        rows = np.linspace(0, n - 1, _SAMPLE).astype(np.int64)
        sample, trial = column.take(rows), Stamps.empty(_SAMPLE)
        hits: dict[str, int] = {}
        for template, _ in TEMPLATES:
            before = np.count_nonzero(trial.kind)
            _read(sample, template, None, trial, ctx)
            hits[template] = int(np.count_nonzero(trial.kind) - before)
            if np.count_nonzero(trial.kind) == _SAMPLE:
                break
        order.sort(key=lambda entry: -hits.get(entry[0], 0))
    rest: Int64s | None = None
    part = column
    for template, _ in order:
        if _read(part, template, rest, found, ctx):
            rest = np.flatnonzero((found.kind == NONE) & (column.lengths > 0))
            if not rest.size:
                return
            part = column.take(rest)


def _read(column: ByteColumn, text: str, rows: Int64s | None, found: Stamps, ctx: TimeContext) -> bool:
    """Read one template; ``rows`` are the column's rows in ``found``.  True if any was read."""
    template = _compile(text)
    width = template.width
    valid = column.lengths >= width
    for position, allowed in template.literals:
        if not bool(valid.any()):
            return False
        byte = column.at(position)
        fits = byte == allowed[0]
        for other in allowed[1:]:
            fits |= byte == other
        valid &= fits
    for position in template.letters:
        lower = column.at(position) | 32
        valid &= (lower >= ord("a")) & (lower <= ord("z"))
    if not bool(valid.any()):
        return False
    part = {name: _number(column, at, valid, name == "D") for name, at in template.digits.items()}
    if template.month_name is not None:
        part["M"] = _month(column, template.month_name)
        valid &= part["M"] > 0
    if not bool(valid.any()):
        return False
    fraction, end = _fraction(column, width, valid) if "h" in part and template.tail != "none" else (None, None)
    offset: Int64s | None = None
    if template.tail == "year":
        part["Y"] = _year_at_end(column, width if end is None else end, valid)
    elif template.tail == "none":
        valid &= column.lengths == width
    else:
        offset = _zone(column, width if end is None else end, valid)
    if not bool(valid.any()):
        return False
    if text.startswith(_SHORT):
        part |= in_order(part.pop("y"), part["M"], part["D"], ctx.short_dates)
    kind, ns = assemble(part, fraction, valid, ctx)
    found.put(rows, valid, kind, ns, offset)
    return True


def _number(column: ByteColumn, positions: tuple[int, ...], valid: Bools, blank: bool) -> Int32s:
    value: Int32s = np.zeros(len(column), np.int32)
    for index, position in enumerate(positions):
        byte = column.at(position)
        digit = byte - np.uint8(48)
        if blank and index == 0:
            digit = np.where(byte == 32, np.uint8(0), digit)
        valid &= digit <= 9
        value = digit.astype(np.int32) if index == 0 else value * 10 + digit
    return value


@lru_cache(maxsize=1)
def _month_table() -> npt.NDArray[np.int32]:
    """By three letters, 5 bits each: 1 to 12, or 0."""
    table = np.zeros(1 << 15, np.int32)
    for number, name in enumerate(MONTHS, start=1):
        a, b, c = (ord(letter) & 31 for letter in name)
        table[(a << 10) | (b << 5) | c] = number
    return table


def _month(column: ByteColumn, position: int) -> Int32s:
    a, b, c = (column.at(position + i).astype(np.int32) for i in range(3))
    letters = (a >= 64) & (b >= 64) & (c >= 64)
    return np.where(letters, _month_table().take((a & 31) << 10 | (b & 31) << 5 | (c & 31)), 0).astype(np.int32)


def _fraction(column: ByteColumn, width: int, valid: Bools) -> tuple[Int64s | None, Int64s | None]:
    """Nanoseconds of a fraction at ``width``, and where each row goes on; (None, None): no row has one."""
    longer = valid & (column.lengths > width + 1)
    if not bool(longer.any()):
        return None, None
    mark = column.at(width)
    active = longer & ((mark == 46) | (mark == 44) | (mark == 58)) & (column.at(width + 1) - np.uint8(48) <= 9)
    if not bool(active.any()):
        return None, None
    has = active.copy()
    value = np.zeros(len(column), np.int32)
    count = np.zeros(len(column), np.int8)
    most = int(column.lengths.max())
    for place in range(1, most - width):
        digit = column.at(width + place) - np.uint8(48)
        active &= (digit <= 9) & (column.lengths > width + place)
        if not bool(active.any()):
            break
        if place <= 9:
            value = np.where(active, value * np.int32(10) + digit, value)
        count += active
    scale = 10 ** np.arange(9, -1, -1, dtype=np.int64)
    ns = value.astype(np.int64) * scale.take(np.minimum(count, 9))
    return ns, width + np.where(has, count.astype(np.int64) + 1, 0)


def _year_at_end(column: ByteColumn, end: int | Int64s, valid: Bools) -> Int32s:
    valid &= column.lengths == end + 5
    last = np.maximum(column.lengths - 5, 0)
    valid &= column.at_each(last) == 32
    year = np.zeros(len(column), np.int32)
    for place in range(1, 5):
        digit = column.at_each(last + place) - np.uint8(48)
        valid &= digit <= 9
        year = year * 10 + digit
    return year


def _zone(column: ByteColumn, end: int | Int64s, valid: Bools) -> Int64s | None:
    """Offsets of the zones behind ``end``; rows whose rest is no zone, or longer than 8 bytes, become invalid."""
    rest = column.lengths - end
    if not bool((rest[valid] > 0).any()):
        return None
    valid &= rest <= 8
    code = np.zeros(len(column), np.uint64)
    for place in range(int(min(rest.max(), 8))):
        byte = column.at_each(end + place) if isinstance(end, np.ndarray) else column.at(end + place)
        code |= np.where(place < rest, byte, np.uint8(0)).astype(np.uint64) << np.uint64(8 * place)
    code = np.where(valid, code, np.uint64(0))
    distinct = pl.Series(code).unique().to_numpy()
    known: list[tuple[np.uint64, int]] = []
    for value in distinct:
        text = int(value).to_bytes(8, "little").rstrip(b"\0").decode("latin-1")
        zone = zone_code(text)
        if zone is not None:
            known.append((value, zone))
    if len(distinct) == 1 and known:
        return np.full(len(column), known[0][1], np.int64)
    keys = np.array([value for value, _ in known], np.uint64)
    order = np.argsort(keys)
    if not keys.size:
        valid[:] = False
        return None
    values = np.array([zone for _, zone in known], np.int64)[order]
    at = np.minimum(np.searchsorted(keys[order], code), len(keys) - 1)
    valid &= keys[order][at] == code
    return values[at]
