from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from sawlog.errors import QueryError
from sawlog.results.histogram import Histogram, choose_width, format_width, parse_width

SECOND = 1_000_000_000
START = 1_793_527_200 * SECOND


@pytest.mark.parametrize(
    ("seconds", "width"),
    [(0, "1s"), (1, "20ms"), (59, "1s"), (60, "2s"), (3_600, "2m"), (86_400, "30m"), (7 * 86_400, "3h"),
     (365 * 86_400, "7d"), (30 * 365 * 86_400, "365d"), (200 * 365 * 86_400, "1460d")],
)  # fmt: skip
def test_choose_width(seconds: int, width: str) -> None:
    chosen = choose_width(START, START + seconds * SECOND)
    assert format_width(chosen) == width
    assert seconds * SECOND // chosen + 1 <= 60


@pytest.mark.parametrize(
    ("text", "ns"),
    [("1m", 60 * SECOND), ("30s", 30 * SECOND), ("500 ms", SECOND // 2), ("1.5h", 5_400 * SECOND),
     ("d", 86_400 * SECOND), ("1w", 7 * 86_400 * SECOND), ("10µs", 10_000)],
)  # fmt: skip
def test_parse_width(text: str, ns: int) -> None:
    assert parse_width(text) == ns


@pytest.mark.parametrize("width", [timedelta(minutes=1), np.timedelta64(60, "s"), pd.Timedelta("1m"), 60, 60.0, "m"])
def test_a_width_is_written_like_any_duration(width: object) -> None:
    assert parse_width(width) == 60 * SECOND


@pytest.mark.parametrize(
    "width",
    ["", "1", "1 month", "1M", "D", "0s", "-1s", "1m30", "99999w", 0, -1, True, [], 1e300, float("nan"), pd.NaT,
     np.timedelta64("NaT"), timedelta(seconds=-1)],
)  # fmt: skip
def test_parse_width_refuses(width: object) -> None:
    with pytest.raises(QueryError):
        parse_width(width)


def histogram(split: bool = False) -> Histogram:
    starts = np.array([START, START + 60 * SECOND, START + 120 * SECOND])
    values = {"error": np.array([1, 0, 2]), "info": np.array([4, 5, 1])} if split else None
    return Histogram(starts, np.array([5, 5, 3]), 60 * SECOND, values, title="disk", timezone="Europe/Paris")


def test_to_pandas() -> None:
    frame = histogram().to_pandas()
    assert frame["count"].tolist() == [5, 5, 3] and str(frame.index[0]) == "2026-11-01 11:00:00+01:00"
    # Least severe first: the bottom of the stack.
    assert list(histogram(split=True).to_pandas().columns) == ["info", "error"]


def test_plot_stacks_levels_in_their_colours() -> None:
    figure = histogram(split=True).plot()
    assert figure.layout.barmode == "stack" and [bar.name for bar in figure.data] == ["info", "error"]
    assert figure.data[1].marker.color == "#d64545"
    assert "disk: 13 records" in figure.layout.title.text and "Europe/Paris" in figure.layout.xaxis.title.text
    assert figure.layout.yaxis.title.text == "records per 1m"


def test_hostile_names_are_text() -> None:
    hostile = Histogram(np.array([START]), np.array([1]), SECOND, {"<a href=x>\x1b": np.array([1])}, title="<b>")
    figure = hostile.plot()
    assert figure.data[0].name == "&lt;a href=x&gt;\\x1b" and "<b>" not in figure.layout.title.text
    assert "<a " not in hostile._repr_html_() and "<b>" not in hostile._repr_html_()


def test_static_picture() -> None:
    picture = histogram(split=True)._repr_html_()
    assert picture.count("<rect") == 5 and "13 records, 1m a bar" in picture
    assert "info: 4" in picture and "2026-11-01 11:00:00" in picture


def test_empty() -> None:
    empty = Histogram(np.array([], np.int64), np.array([], np.int64), SECOND)
    assert empty.total == 0 and empty.to_pandas().empty and "empty" in empty._repr_html_() and empty.plot() is not None
