"""The values of a field that complete what is typed, counted under the rest of the query."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from sawlog.engine.aggregate import bitmap_counts, partition_values, value_counts
from sawlog.execute.run import Search
from sawlog.execute.snapshot import Segment
from sawlog.model.rowset import to_numpy
from sawlog.model.values import as_text

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
    run = search.run_on(segment)
    counts: Mapping[object, int] | None = bitmap_counts(run, field)
    whole = counts is not None
    if counts is None:
        rows = to_numpy(run.rows())
        whole = len(rows) <= most
        counts = value_counts(partition_values(segment.partition, rows[-most:], field))
    found: Counter[str] = Counter()
    for value, count in counts.items():
        found[as_text(value)] += count
    return found, whole
