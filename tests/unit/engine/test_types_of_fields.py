"""Values of one field in several types: what stands beside a value in the index changes no answer about it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.datasets import TINY, open_logs, state_of, unindexed, write_log

from sawlog.engine.queries import Queries
from sawlog.model.values import as_text

VALUES = [5, 5.0, 2.5, "5", "5.0", "007", "x", "TRUE", True, 9_007_199_254_740_993, -0.5, 1e20, "1e+20", 1e300]


@pytest.fixture(scope="module", params=[1 << 20, 1, "not indexed"], ids=["one partition", "one each", "not indexed"])
def logs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Queries]:
    directory = tmp_path_factory.mktemp("types")
    files: list[Path] = []
    for number, value in enumerate(VALUES):
        line = json.dumps({"time": "2026-01-01T00:00:00Z", "v": value, "n": number}) + "\n"
        files.append(write_log(directory / f"{number:02}.log", line.encode()))
    if request.param == "not indexed":
        yield Queries(unindexed(files, directory), build=None)
        return
    with open_logs(files, directory / "store", replace(TINY, partition_bytes=request.param)) as dataset:
        assert len(state_of(dataset).catalog.partitions) == (len(files) if request.param == 1 else 1)
        yield dataset


EXPECTED = {
    "v:5": [0, 1, 3],
    "v:5.0": [0, 1, 3, 4],
    "v:in(5, x)": [0, 1, 3, 6],
    "v:7": [],
    "v:007": [5],
    "v:true": [7, 8],
    "v:9007199254740993": [9],
    "v:9007199254740992": [],
    "v:-0.5": [10],
    "v:100000000000000000000": [11],
    "v:1e+20": [11, 12],
    "v:1e300": [13],
    "v:>1e200": [13],
    "v:>1e999": [],
    "v:<-1e999": [],
    "v:>=5": [0, 1, 3, 4, 5, 9, 11, 12, 13],
    'v:>="5"': [0, 1, 3, 4, 6, 7, 8, 9],
    "v:/^5$/": [0, 1, 3],
    r"v:/^\d+$/": [0, 1, 3, 5, 9, 11],
    "v:5*": [0, 1, 3, 4],
    "v:*": list(range(len(VALUES))),
}


@pytest.mark.parametrize("query", EXPECTED)
def test_comparisons(logs: Queries, query: str) -> None:
    assert sorted(hit.fields["n"] for hit in logs.search(query)) == EXPECTED[query]


def test_facets_and_splits(logs: Queries) -> None:
    expected = Counter(map(as_text, VALUES))
    facets = logs.facets("v")
    assert dict(zip(facets["value"], facets["count"], strict=True)) == expected
    split = logs.histogram(split="v").to_pandas()
    assert {name: int(split[name].sum()) for name in split.columns if name in expected} == expected


def test_frames(logs: Queries) -> None:
    table = logs.search().to_arrow(limit=None).sort_by("n")
    assert table["v"].to_pylist() == list(map(as_text, VALUES))


def test_a_column_of_numbers_is_one(tmp_path: Path) -> None:
    files = [write_log(tmp_path / f"{v}.log", json.dumps({"v": v}).encode() + b"\n") for v in (5, 2.5)]
    with open_logs(files, tmp_path / "store") as dataset:
        assert sorted(dataset.facets("v")["value"]) == [2.5, 5]
        assert dataset.fields.set_index("name").loc["v", "type"] == "number"
