"""The table of patterns: a pandas DataFrame that shows itself with small charts, and without its sets of records."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from sawlog.model.rowset import RowSet
from sawlog.results.escape import visible

Ints = npt.NDArray[np.int64]

_BARS = " ▁▂▃▄▅▆▇█"
_EXAMPLE = 80
_PATTERN = 120

#: Bars of a chart at the most: as many as leave room for the texts beside it.
_CHART = 30


class PatternTable(pd.DataFrame):
    """Patterns, a row each.  ``attrs``: ``records`` and ``patterns`` in all, ``starts`` and ``width`` of buckets."""

    @property
    def _constructor(self) -> type[PatternTable]:
        return PatternTable

    def shown(self) -> pd.DataFrame:
        """The table for reading: histograms as bars, long texts cut, queries and sets of records left out."""
        frame = pd.DataFrame(self).drop(columns=["query", "rows"], errors="ignore")
        for name, show in _SHOWN.items():
            if name in frame:
                frame[name] = frame[name].map(show)
        return frame

    def __repr__(self) -> str:
        return self.shown().to_string(max_rows=60, max_colwidth=_EXAMPLE)

    def _repr_html_(self) -> str:
        with pd.option_context("display.max_colwidth", None):
            return self.shown().to_html(max_rows=60, notebook=True)


def pattern_table(
    *,
    patterns: Sequence[str],
    counts: Ints,
    first_ns: Ints,
    last_ns: Ints,
    examples: Sequence[str],
    histograms: Ints,
    starts_ns: Ints,
    width_ns: int,
    queries: Sequence[str],
    rows: Sequence[RowSet],
    patterns_in_all: int,
    records: int,
    timezone: str,
) -> PatternTable:
    """See :meth:`sawlog.engine.queries.Queries.patterns`; times are UTC nanoseconds, the least int64 for none."""
    sets = np.empty(len(rows), object)  # a RowSet can be iterated over, which a list of them would suffer from
    sets[:] = rows
    table = PatternTable(
        {
            "pattern": pd.Series(list(patterns), dtype=object),
            "count": counts,
            "first": moments(first_ns, timezone),
            "last": moments(last_ns, timezone),
            "example": pd.Series(list(examples), dtype=object),
            "histogram": pd.Series(histograms.tolist(), dtype=object),
            "query": pd.Series(list(queries), dtype=object),
            "rows": pd.Series(sets, dtype=object),
        }
    )
    table.attrs = {
        "patterns": patterns_in_all,
        "records": records,
        "starts": [str(start) for start in moments(starts_ns, timezone)],
        "width": width_ns / 1e9,
    }
    return table


def moments(times_ns: Ints, timezone: str) -> pd.Series[Any]:
    """Aware times; the least int64, which is what pandas itself takes for no time, is NaT."""
    return pd.Series(pd.to_datetime(times_ns, unit="ns", utc=True)).dt.tz_convert(timezone)


def bars(counts: Sequence[int]) -> str:
    """Counts as a line of bars, as high as their share of the largest; what is not 0 is seen.

    Of many, neighbours share a bar: their mean, so that a last one with fewer of them is not lower for that.
    """
    each = max(1, -(-len(counts) // _CHART))
    shared = [counts[start : start + each] for start in range(0, len(counts), each)]
    means = [sum(some) / len(some) for some in shared]
    peak = max(means, default=0)
    return "".join(_BARS[math.ceil(mean / peak * 8)] if peak else _BARS[0] for mean in means)


def _cut(text: object, width: int) -> str:
    shown = visible(str(text), one_line=True)
    return shown if len(shown) <= width else shown[: width - 1] + "…"


#: How the cells of some columns are shown; what a user's own code has put there may be of any type.
_SHOWN: dict[str, Callable[[Any], str]] = {
    "pattern": lambda text: _cut(text, _PATTERN),
    "histogram": lambda counts: bars(counts) if isinstance(counts, list) else str(counts),
    "example": lambda text: _cut(text, _EXAMPLE),
}
