"""Stamps of every common spelling -> UTC nanoseconds.

Policy: without a zone, ``ctx.timezone`` (see :func:`sawlog.formats.zones.local_to_utc` for changes of the clock);
without a year, the latest year for which the stamp is not after the file's modification time + 1 day, or ``ctx.year``;
without a date, the date of the last dated stamp before it in the same text (or of ``ctx.previous_ns``), the next day
once the time of day falls back by more than 12 hours; where there is none, the first dated stamp behind it, else the
modification time's date or the day before it.  24:00:00 and the leap second 60 are the second that follows.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import UTC_NS, TimeContext
from sawlog.formats.bytecolumn import ByteColumn
from sawlog.formats.spellings import SPELLINGS, stamp_pattern
from sawlog.formats.stamp_regexes import read_patterns
from sawlog.formats.stamp_templates import read_templates
from sawlog.formats.stamps import Stamps
from sawlog.formats.undated import date_clock_times

__all__ = ["SPELLINGS", "column_to_utc", "epoch_to_utc", "stamp_pattern", "to_utc"]


def to_utc(stamps: pl.Series, ctx: TimeContext) -> pl.Series:
    """Parse stamps of one or several spellings.

    Args:
        stamps: String, or a numeric epoch in seconds, milli-, micro- or nanoseconds (told apart by magnitude).
        ctx: what missing parts are taken from.

    Returns:
        Datetime("ns", "UTC"), same name and length; null where the text is no stamp, or outside the years 1900 to 2261.

    Raises:
        SettingsError: ``ctx.timezone`` is not an IANA name.
    """
    if stamps.dtype.is_numeric():
        return epoch_to_utc(stamps)
    if isinstance(stamps.dtype, pl.Datetime):
        zoned = stamps if stamps.dtype.time_zone else stamps.dt.replace_time_zone("UTC")
        return zoned.dt.convert_time_zone("UTC").dt.cast_time_unit("ns")
    if stamps.dtype != pl.String or not len(stamps) or stamps.null_count() == len(stamps):
        return pl.Series(stamps.name, [None], dtype=UTC_NS).new_from_index(0, len(stamps))
    return column_to_utc(ByteColumn.of(stamps), ctx).alias(stamps.name)


def column_to_utc(stamps: ByteColumn, ctx: TimeContext) -> pl.Series:
    """As :func:`to_utc`, from the stamps' bytes; none where the length is 0."""
    found = Stamps.empty(len(stamps))
    read_templates(stamps, found, ctx)
    read_patterns(stamps, found, ctx)
    found.localise(ctx.timezone)
    date_clock_times(found, ctx)
    return found.series("timestamp")


def epoch_to_utc(numbers: pl.Series) -> pl.Series:
    """Seconds, milli-, micro- or nanoseconds since 1970, by magnitude (< 1e11, 1e14, 1e17) -> Datetime("ns", "UTC").

    Null: no number, or beyond the year 2261.
    """
    n = pl.col("n")
    magnitude = n.cast(pl.Float64).abs()
    scale = pl.when(magnitude < 1e11).then(10**9).when(magnitude < 1e14).then(10**6).when(magnitude < 1e17).then(10**3)
    in_range = (magnitude < 9.2e9) | magnitude.is_between(1e11, 9.2e18)
    if numbers.dtype.is_float():
        # A float of seconds is exact to about 0.2 microseconds: more digits would be noise.
        micros = (pl.when(in_range & (magnitude < 1e17)).then(n) * (scale.otherwise(10**3) / 1000)).round(0)
        fine = micros.cast(pl.Int64, strict=False) * 1000
        ns = pl.when(magnitude < 1e17).then(fine).otherwise(pl.when(in_range).then(n).cast(pl.Int64, strict=False))
    else:
        ns = pl.when(in_range).then(n).cast(pl.Int64, strict=False) * scale.otherwise(1)
    stamps = ns.cast(pl.Datetime("ns")).dt.replace_time_zone("UTC").alias(numbers.name)
    return numbers.alias("n").to_frame().select(stamps).to_series()
