"""Comparing two sides: counts as facets and patterns give them, significance as the formula has it."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.support.datasets import TINY, open_logs, write_log

from sawlog.engine import Dataset, diff
from sawlog.engine.diff import log_likelihood
from sawlog.errors import QueryError, QueryTimeout
from sawlog.query.printer import to_text

BEGIN = datetime(2026, 3, 17, 10, tzinfo=UTC)
CUT = "2026-03-17 10:10"
RANGES = {"before": (BEGIN, CUT), "after": (CUT, BEGIN + timedelta(hours=1))}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """Twenty minutes; from the tenth on host h2 fails, and nothing is archived any more."""
    rng = random.Random(5)
    rows = []
    for number in range(1_200):
        late = number >= 600
        host = rng.choice(("h1", "h2", "h3"))
        failing = late and host == "h2" and rng.random() < 0.6
        message = (
            "disk 7 is full" if failing else f"served {number}" if late else rng.choice(("archived 1", "served 2"))
        )
        row: dict[str, object] = {"time": f"{BEGIN + timedelta(seconds=number):%Y-%m-%dT%H:%M:%SZ}"}
        row |= {"level": "error" if failing else "info", "host": host, "message": message, "id": f"x{number}"}
        rows.append(json.dumps(row) + "\n")
    path = write_log(tmp_path_factory.mktemp("logs") / "a.log", "".join(rows).encode())
    with open_logs(path, tmp_path_factory.mktemp("store")) as dataset:
        yield dataset


def row(table: pd.DataFrame, field: str, value: str) -> pd.Series:
    return table[(table["field"] == field) & (table["value"] == value)].iloc[0]


def test_two_time_ranges(logs: Dataset) -> None:
    found = logs.diff(**RANGES, limit=None)
    assert found["g2"].is_monotonic_decreasing
    new, gone = row(found, "pattern", "disk <*> is full"), row(found, "pattern", "archived <*>")
    assert (new["change"], new["count_b"], new["lift"]) == ("new", 0, math.inf)
    assert new["count_a"] == logs.count('"disk 7 is full"') == logs.count(new["query"])
    assert (gone["change"], gone["count_a"], gone["lift"]) == ("vanished", 0, 0.0)
    assert row(found, "level", "error")["change"] == "new"
    assert row(found, "level", "info")["change"] == "changed"
    assert row(found, "host", "h1")["change"] == "same"
    assert "x17" not in set(found["value"])
    assert found.attrs == {"records_a": 600, "records_b": 600}


def test_two_queries(logs: Dataset) -> None:
    found = logs.diff("level:error", start=CUT, limit=None)
    host = row(found, "host", "h2")
    total, errors = logs.count(start=CUT), logs.count("level:error", start=CUT)
    assert (host["count_a"], host["count_b"]) == (errors, logs.count("host:h2", start=CUT))
    assert host["share_a"] == 1.0
    assert host["lift"] == pytest.approx(total / host["count_b"])
    assert "level" not in set(found["field"])  # the side was chosen by it
    assert len(logs.diff("level:error")) <= 20


def test_counts_are_those_of_facets_and_patterns(logs: Dataset) -> None:
    a, b = "host:h2", "served OR archived"
    found = logs.diff(a, b, fields=["level", "host"], limit=None)
    for side, query in (("count_a", a), ("count_b", b)):
        for field in ("level", "host"):
            mine = found[(found["field"] == field) & (found[side] > 0)].set_index("value")[side].to_dict()
            assert mine == logs.facets(field, query, limit=None).set_index("value")["count"].to_dict()
        assert found.loc[found["field"] == "pattern", side].sum() == logs.count(query)


def test_each_query_finds_what_it_stands_for(logs: Dataset) -> None:
    for found in logs.diff(**RANGES, patterns=False, limit=None).itertuples():
        assert logs.count(found.query, start=CUT) == found.count_a


def test_only_what_is_shown_has_its_query_written(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    everything = logs.diff(**RANGES, fields=["id", "host"], limit=None)
    assert len(everything) > 1_200
    written: list[object] = []
    monkeypatch.setattr(diff, "to_text", lambda query: written.append(query.value) or to_text(query))
    few = logs.diff(**RANGES, fields=["id", "host"], limit=7)
    pd.testing.assert_frame_equal(few, everything.head(7))
    assert written == few.loc[few["field"] != "pattern", "value"].tolist()


def test_what_is_compared_can_be_chosen(logs: Dataset) -> None:
    assert set(logs.diff(**RANGES, fields=["host"], patterns=False)["field"]) == {"host"}
    assert set(logs.diff(**RANGES, fields=["ID"], patterns=False)["field"]) == {"id"}
    assert set(logs.diff(**RANGES, fields=[], limit=None)["field"]) == {"pattern"}
    assert len(logs.diff(**RANGES, limit=3)) == 3
    assert logs.diff("nothing", "nothing").empty


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"after": (BEGIN, CUT)}, "both before= and after="),
        ({"after": (BEGIN, CUT), "before": "10:00"}, "before='10:00'"),
        ({**RANGES, "last": "1h"}, "last= and after="),
        ({"limit": -1}, "limit=-1: give a number of rows"),
        ({"fields": ["nothing"]}, "no record has a field"),
    ],
)
def test_errors(logs: Dataset, options: dict[str, object], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        logs.diff(**options)  # type: ignore[arg-type]


def test_values_that_are_numbers_on_one_side_and_texts_on_the_other(tmp_path: Path) -> None:
    """The sides lie in partitions of their own, so that one has a column of numbers and one of texts."""
    files = [
        write_log(tmp_path / f"{name}.log", "".join(json.dumps({"v": value}) + "\n" for value in values).encode())
        for name, values in (("a", [5, 5, 7]), ("b", [5, "x"]))
    ]
    with open_logs(files, tmp_path / "store", replace(TINY, partition_bytes=1)) as dataset:
        found = dataset.diff("source:a.log", "source:b.log", fields="v", patterns=False, limit=None)
    counts = found.set_index("value")[["count_a", "count_b"]]
    assert counts.apply(tuple, axis=1).to_dict() == {"5": (2, 1), "7": (1, 0), "x": (0, 1)}


def test_a_timeout_gives_no_half_answer(logs: Dataset) -> None:
    with pytest.raises(QueryTimeout):
        logs.diff("level:error", timeout=0)


def test_log_likelihood_is_twice_the_information_about_the_side() -> None:
    rng = np.random.default_rng(1)
    for _ in range(100):
        in_a, in_b = rng.integers(0, 50, 2)
        table = np.array([[in_a, 60 - in_a], [in_b, 90 - in_b]], float)
        expected = table.sum(1, keepdims=True) * table.sum(0) / table.sum()
        some = table > 0
        g2 = 2 * (table[some] * np.log(table[some] / expected[some])).sum()
        assert log_likelihood(np.array([in_a], float), 60, np.array([in_b], float), 90)[0] == pytest.approx(
            g2, abs=1e-9
        )
    assert log_likelihood(np.array([6.0]), 60, np.array([9.0]), 90)[0] == pytest.approx(0, abs=1e-9)
    assert log_likelihood(np.array([0.0]), 0, np.array([0.0]), 0)[0] == 0
