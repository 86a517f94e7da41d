"""The first dashboard: what the server was asked, how long it took, what was built.  Figures are made by plotly."""

from __future__ import annotations

import html
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sawlog.panel.wire.params import Nothing
from sawlog_lab.service.metrics import Sample
from sawlog_lab.service.scope import ServerScope

if TYPE_CHECKING:
    from sawlog.results.tables import DatasetInfo

_MINUTES = 60
_SLOWEST = 20
_QUERY = 120

#: Phases in the chart of latencies, the slowest.
_PHASES = 10

#: Questions that people wait for, of which the searches a minute are counted.
_SEARCHES = ("search", "histogram", "facets", "patterns", "explain", "select", "complete")

_LAYOUT: dict[str, Any] = {
    # The panel's own colours show through, whatever the theme.
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "font": {"color": "#808080"},
    "margin": {"l": 60, "r": 20, "t": 20, "b": 50},
    "height": 280,
}
#: Pixels of a bar with its label, and of what stands around all of them.
_BAR, _FRAME = 20, 70

_AXIS = {"gridcolor": "rgba(128,128,128,0.25)", "zerolinecolor": "rgba(128,128,128,0.25)"}


def dashboard(scope: ServerScope, asked: Nothing) -> dict[str, Any]:
    """Four figures of the last hour, and of the store."""
    samples = scope.metrics.since(_MINUTES * 60)
    datasets = scope.manager.datasets()
    return {
        "figures": [
            {"title": "Builds", "figure": _builds(datasets)},
            {"title": "Searches a minute", "figure": _searches(samples, time.time())},
            {"title": "Latency by phase", "figure": _latency(samples)},
            {"title": "Slowest queries", "figure": _slowest([*_from_samples(samples), *_from_logs(datasets)])},
        ]
    }


def _builds(datasets: Sequence[DatasetInfo]) -> dict[str, Any]:
    """Bytes indexed by dataset, a colour a state."""
    import plotly.graph_objects as go

    figure = go.Figure()
    longest = max((info.bytes for info in datasets), default=0)
    for state in ("ready", "building", "partial", "damaged"):
        mine = [info for info in datasets if info.state == state]
        if mine:
            figure.add_bar(
                y=[html.escape(info.name) for info in mine],
                x=[info.bytes / 1e6 for info in mine],
                text=[_progress(info) for info in mine],
                hovertemplate="%{y}: %{x:,.1f} MB<br>%{text}<extra></extra>",
                # Where the bar has no room for it, its text stands behind it.
                textposition=["inside" if 2 * info.bytes > longest else "outside" for info in mine],
                textangle=0,
                textfont_size=11,
                constraintext="none",  # else plotly writes as small as a bar is thin
                orientation="h",
                name=state,
                marker_color={"ready": "#009e73", "building": "#56b4e9", "partial": "#e69f00"}.get(state, "#d55e00"),
            )
    height = max(_LAYOUT["height"], _FRAME + _BAR * len(datasets))
    return _json(figure, xaxis_title="indexed text in MB", showlegend=True, barmode="stack", height=height)


def _progress(info: DatasetInfo) -> str:
    done = f", {info.progress:.0%} done" if info.progress is not None else ""
    return f"{info.records:,} records{done}"


def _searches(samples: Sequence[Sample], now: float) -> dict[str, Any]:
    """Requests by minute and op, over the last hour."""
    import plotly.graph_objects as go

    last = int(now // 60)
    minutes = [last - _MINUTES + 1 + number for number in range(_MINUTES)]
    starts = [datetime.fromtimestamp(minute * 60, UTC).isoformat() for minute in minutes]
    figure = go.Figure()
    for op in _SEARCHES:
        counts = Counter(int(sample.time // 60) for sample in samples if sample.op == op)
        if counts:
            figure.add_bar(x=starts, y=[counts[minute] for minute in minutes], name=op)
    return _json(figure, xaxis_title="time (UTC)", yaxis_title="requests", barmode="stack", showlegend=True)


def _latency(samples: Sequence[Sample]) -> dict[str, Any]:
    """The 50th and 95th percentile of the seconds that each phase took, in milliseconds."""
    import plotly.graph_objects as go

    took: dict[str, list[float]] = defaultdict(list)
    for sample in samples:
        if not sample.error:
            took[f"{sample.op}: all"].append(sample.seconds)
            for phase, seconds in sample.phases.items():
                took[f"{sample.op}: {phase}"].append(seconds)
    # The slowest are on top: bars grow upwards from the first.
    names = sorted(took, key=lambda name: _percentile(took[name], 0.95))[-_PHASES:]
    figure = go.Figure()
    for share, colour in ((0.50, "#56b4e9"), (0.95, "#0072b2")):
        values = [1e3 * _percentile(took[name], share) for name in names]
        labels = [html.escape(name) for name in names]
        figure.add_bar(y=labels, x=values, name=f"p{100 * share:.0f}", marker_color=colour, orientation="h")
    figure.update_xaxes(type="log")
    return _json(figure, xaxis_title="milliseconds", barmode="group", showlegend=True)


def _percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that is not exceeded by this share of them."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * share // 1) - 1)]


Row = tuple[float, str, str, float]
_LOGGED = ("time", "what", "query", "seconds")


def _from_samples(samples: Sequence[Sample]) -> list[Row]:
    return [(s.time, s.dataset, f"{s.op} {s.query}", s.seconds) for s in samples if s.op in _SEARCHES]


def _from_logs(datasets: Sequence[DatasetInfo]) -> list[Row]:
    """The queries that the datasets' slow-query logs hold; kernels write them too."""
    from sawlog.engine.slow import SlowLog

    rows: list[Row] = []
    for info in datasets:
        table = SlowLog(Path(info.path)).table()
        rows += [
            (time.timestamp(), info.name, f"{what} {query}", float(seconds))
            for time, what, query, seconds in zip(*(table[name] for name in _LOGGED), strict=True)
        ]
    return rows


def _slowest(rows: Sequence[Row]) -> dict[str, Any]:
    import plotly.graph_objects as go

    from sawlog.results.escape import visible

    slowest = sorted(rows, key=lambda row: -row[3])[:_SLOWEST]
    cells = [
        [datetime.fromtimestamp(moment, UTC).strftime("%m-%d %H:%M:%S") for moment, *_ in slowest],
        [html.escape(dataset) for _, dataset, _, _ in slowest],
        # Plotly renders some HTML in cells, and a query is whatever somebody typed; quotes it shows as they come.
        [html.escape(visible(query[:_QUERY], one_line=True), quote=False) for _, _, query, _ in slowest],
        [f"{1e3 * seconds:,.0f}" for *_, seconds in slowest],
    ]
    look = {
        "align": ["left", "left", "left", "right"],
        "fill": {"color": "rgba(0,0,0,0)"},
        "line": {"color": "rgba(128,128,128,0.25)"},
        "height": 22,
    }
    table = go.Table(
        header={"values": ["time (UTC)", "dataset", "question", "ms"], **look},
        cells={"values": cells, **look},
        columnwidth=[9, 11, 13, 5],  # of the whole, which is about 430 pixels: the first two fit on a line
    )
    return _json(go.Figure(table), margin={"l": 8, "r": 8, "t": 8, "b": 8})


def _json(figure: Any, **layout: object) -> dict[str, Any]:
    figure.update_layout(**{"template": "none", **_LAYOUT, **layout})
    figure.update_xaxes(**_AXIS)
    figure.update_yaxes(**_AXIS, automargin=True)
    made: dict[str, Any] = json.loads(figure.to_json())
    # The toolbar would lie over what a small figure shows at its top.
    return {**made, "config": {"displayModeBar": False}}


ANSWERS: dict[str, Callable[[ServerScope, Any], dict[str, Any]]] = {"dashboard": dashboard}
