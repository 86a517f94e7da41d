"""Counts over searches: histogram and facets."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from sawlog.errors import QueryError
from sawlog.execute.executors import bitmap_column, bitmap_values, field_reader, typed_values
from sawlog.execute.fields import FIXED_FIELDS, FieldReader
from sawlog.execute.partition_run import PartitionRun
from sawlog.execute.run import LOWEST, Search
from sawlog.execute.snapshot import Segment
from sawlog.formats.columns import as_type
from sawlog.model.arrow import times_of
from sawlog.model.rowset import bitmap_of, to_numpy
from sawlog.model.schema import SOURCE, TIMESTAMP, field_column
from sawlog.model.values import as_text
from sawlog.query.times import midnights
from sawlog.results.histogram import DAY, Histogram, Width, choose_width, parse_width
from sawlog.storage.partition import Partition

if TYPE_CHECKING:
    import pandas as pd

Ints = npt.NDArray[np.int64]

#: Values that a histogram is split into at the most; the rest is counted together.
_SPLITS = 12
OTHER, NONE = "(other)", "(none)"

#: A histogram of more buckets than this is refused: nobody can look at it, and it would fill the memory.
_MAX_BUCKETS = 1_000_000


def facet_counts(search: Search, field: str, limit: int | None) -> pd.DataFrame:
    """See :meth:`Dataset.facets`."""
    import pandas as pd

    parts = [
        *search.each(lambda segment: _segment_facets(search, segment, field)),
        value_counts(raw_values(search, field)),
    ]
    kinds = {type(value) for counts in parts for value in islice(counts, 1)}  # a part's values are of one type
    totals: dict[object, int] = {}
    for counts in parts:
        for value, count in counts.items():
            key = value if kinds <= {int, float} or len(kinds) == 1 else as_text(value)
            totals[key] = totals.get(key, 0) + count
    ranked = sorted(totals.items(), key=lambda item: (-item[1], str(item[0])))[:limit]
    return pd.DataFrame(ranked, columns=["value", "count"])


def _segment_facets(search: Search, segment: Segment, field: str) -> dict[object, int]:
    partition = segment.partition
    if not _columns(partition, field):
        return {}
    run = search.run_on(segment)
    found = bitmap_counts(run, field)
    return value_counts(partition_values(partition, to_numpy(run.rows()), field)) if found is None else found


def bitmap_counts(run: PartitionRun, field: str) -> Counter[object] | None:
    """How often each value of a field stands in the matching rows; None where the partition has no bitmaps of it."""
    partition, column = run.partition, bitmap_column(field)
    counts = bitmap_values(partition, field)
    if counts is None:
        return None
    rows = None if run.query.kind == "all" and run.everything else run.rows()
    found: Counter[object] = Counter()  # two ranges of one source have the same value
    for key, value in typed_values(partition, column, counts).items():
        found[value] += (
            counts[key] if rows is None else rows.intersection_cardinality(partition.bitmaps.rows(column, key))
        )
    return +found


def partition_values(partition: Partition, rows: npt.NDArray[np.uint32], field: str) -> pl.Series | None:
    """A field's values in these rows; None where there are none of it."""
    present = _columns(partition, field)
    if not present or not len(rows):
        return None
    return field_reader(partition, partition.rows.take(rows, present)).values(field)


def _columns(partition: Partition, field: str) -> tuple[str, ...]:
    """The columns that hold a field, of those that the partition has."""
    columns = FIXED_FIELDS.get(field, (field_column(field),))
    return tuple(c for c in columns if c in partition.rows.schema.names)


def raw_values(search: Search, field: str) -> pl.Series | None:
    """The values of a field among the matches that are not indexed, whose sources are resolved already."""
    table = search.raw
    if not table.num_rows:
        return None
    if field in (SOURCE, "line"):
        return pl.Series(table.column(field))
    return FieldReader(table, (), ()).values(field)


def value_counts(values: pl.Series | None) -> dict[object, int]:
    """How often each value that is not null stands in a column."""
    if values is None:
        return {}
    counted = values.drop_nulls().value_counts(name="count")
    return dict(zip(counted.to_series(0).to_list(), counted.to_series(1).to_list(), strict=True))


def histogram_of(search: Search, by: Width | None, split: str | None, timezone: str, title: str) -> Histogram:
    """See :meth:`Dataset.histogram`."""
    found = [f for f in search.each(lambda segment: _timed(search, segment)) if len(f.rows)]
    raw = _times(search.raw)
    raw = raw[raw > LOWEST]
    edges = [f.span for f in found] + ([(raw.min(), raw.max())] if len(raw) else [])
    if not edges:
        return Histogram(
            np.empty(0, np.int64),
            np.empty(0, np.int64),
            1,
            None if split is None else {},
            title=title,
            timezone=timezone,
        )
    low, high = int(min(e[0] for e in edges)), int(max(e[1] for e in edges))
    width = choose_width(low, high) if by is None else parse_width(by)
    if (high - low) // width >= _MAX_BUCKETS:
        raise QueryError(f"by={by!r} would make {(high - low) // width:,} buckets: give a larger width or a time range")
    days, rest = divmod(width, DAY)
    if by is None or rest:
        bounds = np.arange(low // width, high // width + 2, dtype=np.int64) * width
    else:
        bounds = np.array(midnights(low, high, days, timezone), np.int64)
    counts = np.histogram(raw, bounds)[0].astype(np.int64)
    for matched in found:
        counts += matched.buckets(bounds)
    parts = None if split is None else _split(search, found, split, bounds, counts)
    return Histogram(bounds[:-1], counts, width, parts, title=title, timezone=timezone)


@dataclass(frozen=True)
class _Timed:
    """Rows of a partition that match and have a time, ascending."""

    partition: Partition
    rows: npt.NDArray[np.uint32]

    @property
    def span(self) -> tuple[int, int]:
        """The times of the first and the last."""
        times = self.partition.rows.times()
        return int(times[self.rows[0]]), int(times[self.rows[-1]])

    def buckets(self, bounds: Ints) -> Ints:
        """How many lie between one bound and the next."""
        times = self.partition.rows.times()
        if len(self.rows) < len(bounds):
            places = np.searchsorted(bounds, times[self.rows], side="right") - 1
            return np.bincount(places, minlength=len(bounds) - 1)
        # A bound of time is a bound of rows, so that no row's time is looked up.
        cuts = np.searchsorted(times, bounds).astype(np.uint32)
        return np.diff(np.searchsorted(self.rows, cuts))


def _timed(search: Search, segment: Segment) -> _Timed:
    partition = segment.partition
    rows = to_numpy(search.run_on(segment).rows())
    untimed = partition.manifest.untimed  # they come first
    return _Timed(partition, rows[np.searchsorted(rows, np.uint32(untimed)) :] if untimed else rows)


def _times(table: pa.Table) -> Ints:
    return np.sort(times_of(table.column(TIMESTAMP)))


def _split(search: Search, found: list[_Timed], field: str, bounds: Ints, counts: Ints) -> dict[str, Ints]:
    parts: dict[str, Ints] = {}

    def add(values: pl.Series | None, times: Ints) -> None:
        if values is None:
            return
        frame = pl.DataFrame({"value": as_type(values, pl.String), "time": times}).drop_nulls()
        for (value,), group in frame.group_by("value"):
            inside = np.histogram(group.get_column("time").to_numpy(), bounds)[0].astype(np.int64)
            parts[str(value)] = parts.get(str(value), np.zeros(len(counts), np.int64)) + inside

    for mine in found:
        partition = mine.partition
        column, counted = bitmap_column(field), bitmap_values(partition, field)
        if counted is None:
            add(partition_values(partition, mine.rows, field), partition.rows.times()[mine.rows])
            continue
        matched = bitmap_of(mine.rows)
        for key, value in typed_values(partition, column, counted).items():
            inside = _Timed(partition, to_numpy(matched & partition.bitmaps.rows(column, key))).buckets(bounds)
            shown = as_text(value)
            parts[shown] = parts.get(shown, np.zeros(len(counts), np.int64)) + inside
    raw = search.raw
    if raw.num_rows:
        add(raw_values(search, field), times_of(raw.column(TIMESTAMP)))
    ranked = sorted(parts, key=lambda value: -int(parts[value].sum()))
    kept = {value: parts[value] for value in ranked[:_SPLITS] if parts[value].any()}
    for name, rest in (
        (OTHER, sum((parts[v] for v in ranked[_SPLITS:]), np.zeros(len(counts), np.int64))),
        (NONE, counts - sum(parts.values(), np.zeros(len(counts), np.int64))),
    ):
        if rest.any():
            while name in kept:  # a value is called so
                name = f"({name})"
            kept[name] = rest
    return kept
