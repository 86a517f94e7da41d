"""Patterns of a search's records: the table of them, each with what is known of its records."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from sawlog.engine.labelled import Ints, Part, labelled
from sawlog.execute.run import LOWEST, Search
from sawlog.model.rowset import LazyRowSet, RowSet
from sawlog.patterns.label import Codes, assign
from sawlog.patterns.words import words_query
from sawlog.results.histogram import choose_width

if TYPE_CHECKING:
    from sawlog.results.pattern_table import PatternTable


def pattern_table(
    search: Search,
    limit: int | None,
    timezone: str,
    check_open: Callable[[], None] = lambda: None,
    of: Search | None = None,
) -> PatternTable:
    """See :meth:`sawlog.engine.queries.Queries.patterns`.

    Args:
        check_open: raises once sets cannot be made any more.
        of: finds the records, of those that ``search`` finds, whose patterns are told; None: all of them.
    """
    from sawlog.results.pattern_table import pattern_table as shown

    parts = labelled(search)
    with search.work.phase("cluster"):
        # Records that are labelled twice change no pattern: these depend on which messages there are.
        asked = [] if of is None else labelled(of)
        found, names = assign([part.labels for part in (*parts, *asked)])
        found, wanted = found[: len(parts)], found[len(parts) :]
    counts = sum((np.bincount(codes, minlength=len(names)) for codes in found), np.zeros(len(names), np.int64))
    chosen = np.lexsort((np.arange(len(names)), -counts))  # names are sorted: they break ties
    if of is not None:
        chosen = chosen[np.isin(chosen, np.concatenate([np.empty(0, np.int32), *wanted]))]
    chosen = chosen[:limit]
    with search.work.phase("summary"):
        summary = _summary(parts, [_renumbered(codes, chosen, len(names)) for codes in found], len(chosen))

    def rows(number: int) -> RowSet:
        def make() -> RowSet:
            check_open()
            return _rowset(parts, found, number, search.snapshot.name)

        return LazyRowSet(int(counts[number]), make, search.snapshot.name)

    examples = [parts[part].text(place) for part, place in summary.examples]
    return shown(
        patterns=[names[number] for number in chosen.tolist()],
        counts=counts[chosen],
        first_ns=summary.first,
        last_ns=summary.last,
        examples=examples,
        histograms=summary.histograms,
        starts_ns=summary.starts,
        width_ns=summary.width,
        queries=[words_query(names[number]) for number in chosen.tolist()],
        rows=[rows(number) for number in chosen.tolist()],
        patterns_in_all=len(names),
        records=int(counts.sum()),
        timezone=timezone,
    )


def _rowset(parts: Sequence[Part], found: Sequence[Codes], number: int, dataset: str) -> RowSet:
    """The records of a pattern."""
    rows = RowSet({}, dataset)
    for part, codes in zip(parts, found, strict=True):
        places = np.flatnonzero(codes == number)
        if len(places):
            rows = rows | part.rowset(places)
    return rows


def _renumbered(codes: Codes, chosen: Ints, total: int) -> Codes:
    """Codes as ranks of the chosen patterns, the number of those for every other."""
    ranks = np.full(total, len(chosen), np.int32)
    ranks[chosen] = np.arange(len(chosen), dtype=np.int32)
    return ranks[codes]


@dataclass(frozen=True)
class _Summary:
    """Of the chosen patterns, by rank.  Times are LOWEST where no record has one.

    ``histograms`` has shape (patterns, buckets); ``starts`` are the buckets' starts; ``examples`` are (part, place).
    """

    first: Ints
    last: Ints
    histograms: Ints
    starts: Ints
    width: int
    examples: list[tuple[int, int]]


def _summary(parts: Sequence[Part], ranks: Sequence[Codes], total: int) -> _Summary:
    times = [part.times() for part in parts]
    starts, width = _buckets(times)
    first, last = np.full(total, LOWEST, np.int64), np.full(total, LOWEST, np.int64)
    histograms = np.zeros((total, len(starts)), np.int64)
    earliest: list[pl.DataFrame] = []
    for number, (part, moments, mine) in enumerate(zip(parts, times, ranks, strict=True)):
        inside = np.flatnonzero(mine < total)
        order = inside[np.argsort(mine[inside], kind="stable")]  # by pattern, each in order of time
        edges = np.searchsorted(mine[order], np.arange(total + 1))
        present = np.flatnonzero(np.diff(edges))
        earliest.append(_earliest(number, part, moments, order, edges, present))
        latest = moments[order[edges[present + 1] - 1]]
        last[present] = np.maximum(last[present], latest)
        timed = order[moments[order] > LOWEST]
        if not len(timed):
            continue
        bucket = (moments[timed] - starts[0]) // width
        histograms += np.bincount(mine[timed] * len(starts) + bucket, minlength=histograms.size).reshape(
            histograms.shape
        )
        owners, begins = np.unique(mine[timed], return_index=True)
        begun = moments[timed[begins]]
        first[owners] = np.where(first[owners] == LOWEST, begun, np.minimum(first[owners], begun))
    return _Summary(first, last, histograms, starts, width, _examples(earliest, total))


def _buckets(times: Sequence[Ints]) -> tuple[Ints, int]:
    timed = [
        (moments[np.searchsorted(moments, LOWEST, side="right")], moments[-1])
        for moments in times
        if len(moments) and moments[-1] > LOWEST
    ]
    if not timed:
        return np.empty(0, np.int64), 1
    low, high = int(min(low for low, _ in timed)), int(max(high for _, high in timed))
    width = choose_width(low, high)
    return np.arange(low // width, high // width + 1, dtype=np.int64) * width, width


def _earliest(number: int, part: Part, moments: Ints, order: Ints, edges: Ints, present: Ints) -> pl.DataFrame:
    """Of each pattern's first records in a part, those of one time, the one that comes first by source and line."""
    begins = edges[present]
    # How many of a pattern's records have its first time.
    starts = moments[order[begins]]
    same = moments[order] == np.repeat(starts, np.diff(edges)[present])
    places = order[same]
    owners = np.repeat(present, np.diff(edges)[present])[same]
    origins = part.origins(np.sort(places))
    found = pl.DataFrame({"pattern": owners, "place": places, "time": moments[places]})
    named = origins.with_columns(place=pl.Series(np.sort(places)))
    ranked = found.join(named, on="place").sort("pattern", "source", "line").unique("pattern", keep="first")
    return ranked.with_columns(part=pl.lit(number))


def _examples(earliest: Sequence[pl.DataFrame], total: int) -> list[tuple[int, int]]:
    if not total:
        return []
    ranked = pl.concat(earliest).sort("pattern", "time", "source", "line").unique("pattern", keep="first")
    return list(ranked.sort("pattern").select("part", "place").iter_rows())
