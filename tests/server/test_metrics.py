"""The recorder is bounded, whatever it is told; the dashboard shows what it holds."""

from __future__ import annotations

import json
from pathlib import Path

from sawlog.results.tables import DatasetInfo
from sawlog_lab.service.dashboard import _builds, _from_logs, _percentile, _slowest
from sawlog_lab.service.metrics import Metrics


def test_only_so_many_requests_and_phases_are_kept() -> None:
    metrics = Metrics()
    for number in range(10_500):
        metrics.add("search", "web", "x" * 1_000, 0.1, {f"phase {number}": 0.1})
    samples = metrics.since(60)
    assert len(samples) == 10_000
    assert len({name for sample in samples for name in sample.phases}) <= 24
    assert max(len(sample.query) for sample in samples) == 200
    assert metrics.since(-1) == []


def test_percentiles_are_of_the_values() -> None:
    assert _percentile([1.0], 0.95) == 1.0
    assert _percentile([float(n) for n in range(1, 101)], 0.50) == 50.0
    assert _percentile([float(n) for n in range(1, 101)], 0.95) == 95.0


def test_queries_that_kernels_found_slow_are_shown_as_text(tmp_path: Path) -> None:
    line = {
        "time": "2026-11-01T10:00:00.000+00:00",
        "what": "search",
        "query": 'level:"error" <img src=x onerror=alert(1)>\x1b[31m',
    }
    (tmp_path / "slow.jsonl").write_text(json.dumps({**line, "seconds": 12.5, "phases": {}, "total": 3}) + "\n{\n")
    info = DatasetInfo("web", str(tmp_path), 3, 240, None, None, "ready", 1, 1)
    rows = _from_logs([info])
    assert [(dataset, seconds) for _, dataset, _, seconds in rows] == [("web", 12.5)]
    text = json.dumps(_slowest(rows))
    assert "&quot;" not in text and "<img" not in text and "\\u001b" not in text and "12,500" in text


def test_builds_by_state() -> None:
    infos = [
        DatasetInfo("a", "", 3, 2_000_000, None, None, "ready", 1, 1),
        DatasetInfo("b", "", 3, 1_000_000, None, None, "building", 1, 1, progress=0.5),
    ]
    traces = _builds(infos)["data"]
    assert [(trace["name"], trace["y"], trace["x"]) for trace in traces] == [
        ("ready", ["a"], [2.0]),
        ("building", ["b"], [1.0]),
    ]
    assert "50% done" in traces[1]["text"][0]


def test_what_a_figure_says_can_be_read() -> None:
    infos = [DatasetInfo(f"d{k}", "", 3, 2_000_000, None, None, "ready", 1, 1) for k in range(30)]
    figure = _builds(infos)
    assert figure["config"] == {"displayModeBar": False}
    (bars,) = figure["data"]
    assert (bars["textfont"]["size"], bars["constraintext"]) == (11, "none")
    short = DatasetInfo("short", "", 3, 10_000, None, None, "ready", 1, 1)
    assert _builds([infos[0], short])["data"][0]["textposition"] == ["inside", "outside"]
    assert figure["layout"]["height"] >= 30 * 20 > _builds(infos[:3])["layout"]["height"]
