"""The values of a field that complete what is typed, counted under the rest of the query."""

from __future__ import annotations

from collections import Counter

from sawlog.engine.aggregate import partition_values
from sawlog.execute.executors import bitmap_column, bitmap_values, typed_values
from sawlog.execute.run import Search
from sawlog.execute.snapshot import Segment
from sawlog.model.rowset import to_numpy
from sawlog.storage.bitmaps import value_text

#: Rows whose column is read, over all partitions, of a field without bitmaps; the newest rows of each.
_READ_ROWS = 48_000

#: Fields whose values nobody completes: every record has its own.
_UNSUGGESTED = frozenset({"timestamp", "line", "message", "raw"})


def field_values(search: Search, field: str, typed: str, limit: int) -> list[tuple[str, int | None]]:
    """Values that contain ``typed``, case ignored: those that begin with it first, then by frequency, then by name.

    Returns:
        Each value as text, with the records that have it; None where not all of these could be read.
    """
    if field in _UNSUGGESTED:
        return []
    counts: Counter[str] = Counter()
    whole = True
    rows = max(1, _READ_ROWS // max(1, len(search.segments)))
    for found, complete in search.each(lambda segment: _segment_values(search, segment, field, rows)):
        counts.update(found)
        whole = whole and complete
    folded = typed.casefold()
    places = {value: _place(value, folded) for value, count in counts.items() if count > 0}
    fitting = sorted((v for v, place in places.items() if place >= 0), key=lambda v: (places[v] > 0, -counts[v], v))
    known = whole and search.complete
    return [(value, counts[value] if known else None) for value in fitting[:limit]]


def _place(value: str, folded: str) -> int:
    """Where the typed text stands in a value; a path's last part counts as its beginning."""
    lowered = value.casefold()
    return 0 if lowered.rpartition("/")[2].startswith(folded) else lowered.find(folded)


def _segment_values(search: Search, segment: Segment, field: str, most: int) -> tuple[Counter[str], bool]:
    """Counts of a partition's values, and whether they are of all rows that match."""
    partition, run = segment.partition, search.run_on(segment)
    column, counts = bitmap_column(field), bitmap_values(partition, field)
    found: Counter[str] = Counter()
    if counts is None:
        rows = to_numpy(run.rows())
        values = partition_values(partition, rows[-most:], field)
        if values is not None:
            table = values.drop_nulls().value_counts(name="count")
            for value, count in zip(table.to_series(0).to_list(), table.to_series(1).to_list(), strict=True):
                found[value_text(value)] += count
        return found, len(rows) <= most
    everything = run.everything
    rows_of = None if everything else run.rows()
    for key, value in typed_values(partition, column, counts).items():
        mine = counts[key] if rows_of is None else rows_of.intersection_cardinality(partition.bitmaps.rows(column, key))
        found[value_text(value)] += mine
    return found, True
