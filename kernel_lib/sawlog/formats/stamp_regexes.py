"""Reading stamps of variable width by regex."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import polars as pl

from sawlog.formats.base import TimeContext
from sawlog.formats.bytecolumn import ByteColumn
from sawlog.formats.calendar import Int32s
from sawlog.formats.date_orders import in_order
from sawlog.formats.spellings import BY_NAME, MONTHS, SPELLINGS, Spelling, stamp_pattern
from sawlog.formats.stamps import DATED, LOCAL, NONE, Stamps, assemble, zone_code
from sawlog.formats.zones import NS_SECOND, Int64s

_LONGEST = 80  # bytes: a longer text is no stamp
_TAI64_EPOCH = (1 << 62) + 10  # the label of 1970-01-01T00:00:00 UTC
_LAST_SECOND = 9_200_000_000  # what nanoseconds in 64 bits can hold
_COMPONENTS = {"y": "Y", "yy": "y", "m": "M", "d": "D", "H": "h", "M": "m", "S": "s"}


def read_patterns(stamps: ByteColumn, found: Stamps, ctx: TimeContext) -> None:
    """Read what no template fitted, by regex: each distinct text once."""
    rest = np.flatnonzero((found.kind == NONE) & (stamps.lengths > 0) & (stamps.lengths <= _LONGEST))
    if not rest.size:
        return
    encoded = stamps.take(rest).arrow().dictionary_encode()
    texts = _trimmed(cast(pl.Series, pl.from_arrow(encoded.dictionary)))
    distinct = Stamps.empty(len(texts))
    rows = np.flatnonzero(texts.str.contains(rf"\A(?:{stamp_pattern()}|{BY_NAME['epoch'].pattern})\z").to_numpy())
    for spelling in SPELLINGS:
        if not rows.size:
            break
        fits = texts.gather(rows).str.contains(rf"\A{spelling.pattern}\z").to_numpy()
        if not bool(fits.any()):
            continue
        if counted := _COUNTED.get(spelling.name):
            counted(texts.gather(rows[fits]), rows[fits], distinct)
        else:
            _read_pattern(texts.gather(rows[fits]), spelling, rows[fits], distinct, ctx)
        rows = rows[distinct.kind[rows] == NONE]
    index = cast(pl.Series, pl.from_arrow(encoded.indices)).to_numpy()  # pyarrow's own way imports pandas
    read = distinct.kind[index] != NONE
    at, index = rest[read], index[read]
    found.kind[at], found.ns[at], found.offset[at] = distinct.kind[index], distinct.ns[index], distinct.offset[index]


def _trimmed(texts: pl.Series) -> pl.Series:
    """Without brackets, quotes and blanks around, and with single blanks inside; a zone's own brackets stay."""
    text = pl.col("t").str.strip_chars_start(" \t\r\n[({<|\"'").str.strip_chars_end(" \t\r\n)}>,;:|\"'")
    own = text.str.contains("[", literal=True)
    bare = pl.when(own).then(text).otherwise(text.str.strip_chars_end("], "))
    return texts.alias("t").to_frame().select(bare.str.replace_all(r"\s+", " ")).to_series()


def _read_pattern(texts: pl.Series, spelling: Spelling, rows: Int64s, found: Stamps, ctx: TimeContext) -> None:
    groups = texts.str.extract_groups(rf"\A{spelling.pattern}\z").struct.unnest()
    valid = np.ones(len(texts), np.bool_)
    part: dict[str, Int32s] = {}
    for group, name in _COMPONENTS.items():
        if group in groups.columns and groups.get_column(group).null_count() < len(texts):
            part[name] = groups.get_column(group).cast(pl.Int32).fill_null(0).to_numpy().copy()
    if "mon" in groups.columns:
        names = {name: number for number, name in enumerate(MONTHS, start=1)}
        months = groups.get_column("mon").str.to_lowercase().replace_strict(names, return_dtype=pl.Int32)
        part["M"] = months.to_numpy().copy()
    if "p" in groups.columns:
        half = groups.get_column("p").str.to_lowercase().str.head(1).fill_null("")
        hour = part["h"] % 12
        part["h"] = np.where((half == "p").to_numpy(), hour + 12, np.where((half == "a").to_numpy(), hour, part["h"]))
    if spelling.name == "us":
        part |= in_order(part["M"], part["D"], part["Y"], ctx.long_dates)
    if spelling.name == "short-year":
        part |= in_order(part.pop("y"), part["M"], part["D"], ctx.short_dates)
    if "y" in groups.columns and 0 < groups.get_column("y").null_count() < len(texts):
        dated = groups.get_column("y").is_not_null().to_numpy()
        for rows_part in (dated, ~dated):
            _read_pattern(texts.filter(pl.Series(rows_part)), spelling, rows[rows_part], found, ctx)
        return
    fraction = None
    if "f" in groups.columns:
        digits = groups.get_column("f").str.pad_end(9, "0").cast(pl.Int64).fill_null(0)
        fraction = digits.to_numpy()
    kind, ns = assemble(part, fraction, valid, ctx)
    offset = None
    if "z" in groups.columns:
        codes = [zone_code(text) for text in groups.get_column("z").fill_null("").to_list()]
        valid &= np.array([code is not None for code in codes], np.bool_)
        offset = np.array([LOCAL if code is None else code for code in codes], np.int64)
    found.put(rows, valid, kind, ns, offset)


def _read_epoch(texts: pl.Series, rows: Int64s, found: Stamps) -> None:
    """Whole and fraction apart, so that nine digits behind the point survive."""
    split = texts.str.extract_groups(r"^([+-]?\d+)(?:\.(\d{1,9}))?").struct.unnest()
    whole = split.get_column("1").cast(pl.Int64, strict=False)
    magnitude = whole.cast(pl.Float64).abs().fill_null(np.inf).to_numpy()
    digits = split.get_column("2").str.pad_end(9, "0").cast(pl.Int64).fill_null(0).to_numpy()
    scale = np.select([magnitude < 1e11, magnitude < 1e14, magnitude < 1e17], [10**9, 10**6, 10**3], 1).astype(np.int64)
    valid = (magnitude < 9.2e9) | ((magnitude >= 1e11) & (magnitude < 9.2e18))
    number = np.where(valid, whole.fill_null(0).to_numpy(), 0)
    negative = texts.str.starts_with("-").to_numpy()
    ns = number * scale + np.where(negative, -1, 1) * (digits * scale // 10**9)
    found.put(rows, valid, DATED, ns.astype(np.int64), np.zeros(len(rows), np.int64))


def _read_tai64n(texts: pl.Series, rows: Int64s, found: Stamps) -> None:
    """Labels of https://cr.yp.to/libtai/tai64.html, as multilog and svlogd write them: always 10 s ahead of UTC."""
    digits = pl.col("t").str
    part = texts.alias("t").to_frame().select(
        second=digits.slice(1, 16).str.to_integer(base=16, strict=False),
        nano=digits.slice(17, 8).str.to_integer(base=16, strict=False).fill_null(0),
    )  # fmt: skip
    second = part["second"].fill_null(0).to_numpy() - _TAI64_EPOCH
    nano = part["nano"].to_numpy()
    valid = (np.abs(second) < _LAST_SECOND) & (nano < NS_SECOND)
    ns = np.where(valid, second, 0) * NS_SECOND + nano
    found.put(rows, valid, DATED, ns, np.zeros(len(rows), np.int64))


_COUNTED: dict[str, Callable[[pl.Series, Int64s, Stamps], None]] = {"tai64n": _read_tai64n, "epoch": _read_epoch}
