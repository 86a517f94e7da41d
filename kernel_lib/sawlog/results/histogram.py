"""Counts over time: the table, the chart, and the choice of a bucket's width."""

from __future__ import annotations

import html
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sawlog.errors import QueryError
from sawlog.model.arguments import shown
from sawlog.model.schema import LEVELS
from sawlog.query.times import parse_duration
from sawlog.results.escape import visible
from sawlog.results.style import LEVEL_COLOURS, PALETTE
from sawlog.results.units import plural

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd
    import plotly.graph_objects as go

    Ints = npt.NDArray[np.int64]

_UNITS = {
    "ns": 1,
    "us": 1_000,
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60 * 1_000_000_000,
    "h": 3_600 * 1_000_000_000,
    "d": 86_400 * 1_000_000_000,
    "w": 7 * 86_400 * 1_000_000_000,
}
#: The width of a bucket as users say it: text, a timedelta of Python, pandas or NumPy, or seconds.
Width = str | timedelta | float

#: In nanoseconds.
DAY = _UNITS["d"]

#: The widest bucket, in days: two of them still have a place among the times that there are.
_WIDEST = 26_000

_STEPS = {
    "us": (1, 2, 5, 10, 20, 50, 100, 200, 500),
    "ms": (1, 2, 5, 10, 20, 50, 100, 200, 500),
    "s": (1, 2, 5, 10, 15, 30),
    "m": (1, 2, 5, 10, 15, 30),
    "h": (1, 2, 3, 6, 12),
    "d": (1, 2, 7, 14, 30, 90, 365),
}
_LADDER = tuple(step * _UNITS[unit] for unit, steps in _STEPS.items() for step in steps)


def choose_width(start_ns: int, end_ns: int, target: int = 60) -> int:
    """The smallest round bucket width, in nanoseconds, that covers ``start_ns``..``end_ns`` in ``target`` buckets.

    Round means 1, 2, 5, 10, 15 or 30 seconds or minutes, 1, 2, 3, 6 or 12 hours, 1, 2, 7, 14, 30, 90 or 365 days,
    their multiples beyond that, and decimal parts of a second below it.  An empty range gives one second.
    """
    span = end_ns - start_ns
    if span <= 0:
        return _UNITS["s"]
    for width in _LADDER:
        # One bucket more than the quotient: a range rarely begins on a bucket's edge.
        if span // width + 1 <= target:
            return width
    year = _LADDER[-1]
    return year * -(-(span // year + 1) // target)


def parse_width(by: object) -> int:
    """A width such as ``"1m"``, ``"30s"``, ``"500 ms"``, ``"1.5h"`` or ``"d"`` in nanoseconds.

    Raises:
        QueryError: no such width; the message names the units.
    """
    width = parse_duration(f"1{by}" if isinstance(by, str) and by.isalpha() else by)
    if not 1 <= width <= _WIDEST * DAY:
        raise QueryError(f"by={shown(by)} is no width of a bucket: give one from 1ns to {_WIDEST}d")
    return width


def format_width(width_ns: int) -> str:
    """A width in the largest unit that divides it: ``90 * 10**9`` -> ``"90s"``."""
    unit = next(unit for unit in ("d", "h", "m", "s", "ms", "us", "ns") if width_ns % _UNITS[unit] == 0)
    return f"{width_ns // _UNITS[unit]}{unit}"


class Histogram:
    """Counts of records in buckets of equal width, or of days and weeks, of which some are an hour shorter or longer.

    Attributes:
        starts_ns: each bucket's start, UTC nanoseconds, ascending; shape (n,).
        counts: records in each bucket; shape (n,).
        width_ns: the width of every bucket; of a day 24 hours, whatever the clock did on it.
        split: counts by value of the field that the histogram was split by, each of shape (n,); None if not split.
        title: what is counted, such as the query.
        timezone: IANA name of the zone that times are shown in.
    """

    def __init__(
        self,
        starts_ns: Ints,
        counts: Ints,
        width_ns: int,
        split: dict[str, Ints] | None = None,
        *,
        title: str = "",
        timezone: str = "UTC",
    ) -> None:
        self.starts_ns, self.counts, self.width_ns = starts_ns, counts, width_ns
        self.split, self.title, self.timezone = _ordered(split), title, timezone

    def __len__(self) -> int:
        return len(self.starts_ns)

    @property
    def total(self) -> int:
        """Records in all buckets."""
        return int(self.counts.sum()) if len(self.counts) else 0

    def to_pandas(self) -> pd.DataFrame:
        """Indexed by each bucket's start (aware); one column ``count``, or one for each value of the split."""
        import pandas as pd

        index = pd.DatetimeIndex(pd.to_datetime(self.starts_ns, unit="ns", utc=True), name="timestamp")
        columns = {"count": self.counts} if self.split is None else self.split
        return pd.DataFrame(columns, index=index.tz_convert(self.timezone))

    def plot(self) -> go.Figure:
        """A plotly figure of stacked bars; levels keep their colours whichever of them occur."""
        import pandas as pd
        import plotly.graph_objects as go

        frame = self.to_pandas()
        # Plotly ignores zones: it is given wall-clock times, and the axis says whose they are.
        starts = pd.DatetimeIndex(frame.index).tz_localize(None)
        figure = go.Figure()
        for position, name in enumerate(frame.columns):
            label = visible(str(name), one_line=True)
            figure.add_bar(
                x=starts,
                y=frame[name].to_numpy(),
                # Plotly renders a subset of HTML in names, and a field's values are log text.
                name=html.escape(label),
                marker_color=_colour(str(name), position),
                width=self.width_ns / 1e6,
                offset=0,
                hovertemplate="%{x}<br>%{y:,}<extra>%{fullData.name}</extra>",
            )
        what = html.escape(visible(self.title, one_line=True)) or "all records"
        figure.update_layout(
            title={"text": f"{what}: {plural(self.total, 'record')}"},
            xaxis_title=f"time ({self.timezone})",
            yaxis_title=f"records per {format_width(self.width_ns)}",
            barmode="stack",
            bargap=0,
            showlegend=self.split is not None,
            margin={"l": 60, "r": 20, "t": 50, "b": 50},
            template="plotly_white",
        )
        return figure

    def __repr__(self) -> str:
        buckets = plural(len(self), "bucket")
        return f"Histogram({plural(self.total, 'record')} in {buckets} of {format_width(self.width_ns)})"

    def _repr_html_(self) -> str:
        """A picture that needs no JavaScript, so that a saved notebook still shows it."""
        series = {"count": self.counts} if self.split is None else self.split
        peak = max(int(self.counts.max()) if len(self.counts) else 0, 1)
        step = 600 / max(len(self), 1)
        bars: list[str] = []
        floor = [0.0] * len(self)
        for position, (name, counts) in enumerate(series.items()):
            colour = _colour(name, position)
            for bucket, count in enumerate(counts.tolist()):
                if not count:
                    continue
                height = 80 * count / peak
                floor[bucket] += height
                label = html.escape(f"{self._time(bucket)}  {visible(name, one_line=True)}: {count:,}")
                bars.append(
                    f'<rect x="{bucket * step:.2f}" y="{80 - floor[bucket]:.2f}" width="{max(step - 0.5, 0.5):.2f}" '
                    f'height="{height:.2f}" fill="{colour}"><title>{label}</title></rect>'
                )
        ends = f"{self._time(0)} … {self._time(len(self) - 1)} ({html.escape(self.timezone)})" if len(self) else "empty"
        caption = f"{plural(self.total, 'record')}, {format_width(self.width_ns)} a bar, {ends}"
        title = html.escape(visible(self.title, one_line=True))
        return (
            f'<div style="font-family:var(--jp-ui-font-family,sans-serif);font-size:12px"><div>{title}</div>'
            f'<svg viewBox="0 0 600 80" width="600" height="80" role="img" aria-label="{html.escape(caption)}">'
            f"{''.join(bars)}</svg><div>{caption}</div></div>"
        )

    def _time(self, bucket: int) -> str:
        seconds, rest = divmod(int(self.starts_ns[bucket]), 1_000_000_000)
        moment = datetime.fromtimestamp(seconds, UTC).astimezone(ZoneInfo(self.timezone))
        return f"{moment:%Y-%m-%d %H:%M:%S}" + (f".{rest // 1_000_000:03}" if self.width_ns % 1_000_000_000 else "")


def _ordered(split: dict[str, Ints] | None) -> dict[str, Ints] | None:
    """Levels by severity, least severe at the bottom of the stack; other values as they come."""
    if split is None or not all(name in LEVELS or name == "" for name in split):
        return split
    return {name: split[name] for name in ("", *LEVELS) if name in split}


def _colour(name: str, position: int) -> str:
    return LEVEL_COLOURS.get(name) or PALETTE[position % len(PALETTE)]
