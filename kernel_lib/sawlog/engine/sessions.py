"""Records that belong together: all that share an id with one of a search's hits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.engine.aggregate import partition_values, raw_values
from sawlog.execute.run import LOWEST, Search, raw_rowset
from sawlog.execute.snapshot import Segment
from sawlog.formats.columns import as_type
from sawlog.model.arrow import array_of, times_of
from sawlog.model.rowset import LazyRowSet, RowSet, bitmap_of, to_numpy
from sawlog.model.schema import LEVEL, TIMESTAMP
from sawlog.results.hits import Hits
from sawlog.results.sessions import Sessions


@dataclass(frozen=True)
class _Members:
    """The records of sessions in one place: their columns ``id``, ``time`` (or LOWEST), ``level``, and their set."""

    frame: pl.DataFrame
    rowset: Callable[[npt.NDArray[np.integer]], RowSet]


def group_hits(
    search: Search,
    having: Callable[[str], Search],
    field: str,
    limit: int | None,
    hits: Callable[[RowSet], Hits],
    timezone: str,
) -> Sessions:
    """See :meth:`sawlog.engine.queries.Queries.group`.

    Args:
        having: finds every record that has a field.
        field: the one that holds the id.
        hits: the records of a set, oldest first.
    """
    whole, wanted = having(field), _counted(search, field)
    members = [
        *whole.each(lambda s: _in_partition(s, field, wanted, search.snapshot.name)),
        _not_indexed(whole, field, wanted),
    ]
    for asked in (search, whole):
        asked.require_complete()
    found = pl.concat([m.frame for m in members])
    timed = pl.col("time").filter(pl.col("time") > LOWEST)
    table = (
        found.group_by("id")
        .agg(records=pl.len(), first=timed.min(), last=timed.max())
        .join(wanted, on="id")
        .sort(pl.col("last").fill_null(LOWEST), pl.col("id"), descending=[True, False])
    )
    shown = table if limit is None else table.head(limit)
    levels = found.join(shown.select("id"), on="id", how="semi").drop_nulls("level").group_by("id", "level").len()
    of_session: dict[str, dict[str, int]] = {}
    for session, level, count in levels.sort("level").iter_rows():
        of_session.setdefault(session, {})[level] = count

    def rows_of(session: str | None) -> RowSet:
        rows = RowSet({}, search.snapshot.name)
        for part in members:
            chosen = (
                part.frame["id"] == session if session is not None else pl.repeat(True, part.frame.height, eager=True)
            )
            places = np.flatnonzero(chosen.to_numpy())
            if len(places):
                rows = rows | part.rowset(places)
        return rows

    return Sessions(
        by=field,
        table=shown.with_columns(levels=pl.Series([of_session.get(i, {}) for i in shown["id"]], dtype=pl.Object)),
        total=table.height,
        rows=LazyRowSet(found.height, lambda: rows_of(None), search.snapshot.name),
        known=set(table["id"]).__contains__,
        hits=lambda session: hits(rows_of(session)),
        timezone=timezone,
    )


def _counted(search: Search, field: str) -> pl.DataFrame:
    """The ids of the hits: columns ``id`` and ``hits``."""

    def of(segment: Segment) -> pl.Series | None:
        return partition_values(segment.partition, to_numpy(search.run_on(segment).rows()), field)

    found = [
        as_type(values.drop_nulls(), pl.String)
        for values in (*search.each(of), raw_values(search, field))
        if values is not None
    ]
    ids = pl.concat([pl.Series(dtype=pl.String), *found])
    return pl.DataFrame({"id": ids}).group_by("id").agg(hits=pl.len())


def _in_partition(segment: Segment, field: str, wanted: pl.DataFrame, dataset: str) -> _Members:
    partition, rows = segment.partition, to_numpy(segment.partition.alive)
    values = partition_values(partition, rows, field)
    chosen = np.empty(0, np.int64) if values is None else _members(values, wanted)
    rows = rows[chosen]
    levels = partition_values(partition, rows, LEVEL)
    frame = pl.DataFrame(
        {
            "id": pl.Series(dtype=pl.String) if values is None else as_type(values.gather(chosen), pl.String),
            "time": partition.rows.times()[rows],
            "level": pl.Series(dtype=pl.String) if levels is None else levels.cast(pl.String),
        }
    )
    return _Members(frame, lambda places: partition.rowset(bitmap_of(rows[places]), dataset))


def _not_indexed(whole: Search, field: str, wanted: pl.DataFrame) -> _Members:
    values = raw_values(whole, field)
    if values is None:
        empty = pl.DataFrame(schema={"id": pl.String, "time": pl.Int64, "level": pl.String})
        return _Members(empty, lambda places: RowSet({}, whole.snapshot.name))
    table = whole.raw.take(array_of(_members(values, wanted)))
    frame = pl.DataFrame(
        {
            "id": as_type(values.gather(_members(values, wanted)), pl.String),
            "time": times_of(table.column(TIMESTAMP)),
            "level": pl.Series(table.column(LEVEL)).cast(pl.String),
        }
    )
    return _Members(frame, lambda places: raw_rowset(table.take(array_of(places)), whole.snapshot.name))


def _members(values: pl.Series, wanted: pl.DataFrame) -> npt.NDArray[np.int64]:
    return np.flatnonzero(as_type(values, pl.String).is_in(wanted["id"].implode()).fill_null(False).to_numpy())
