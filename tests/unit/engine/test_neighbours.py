"""The records around a record are those that stand there in its source, however many partitions share it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import log_bytes
from tests.support.datasets import TINY, open_logs, state_of, write_log

from sawlog.engine import Dataset
from sawlog.engine.neighbours import neighbours


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    directory = tmp_path_factory.mktemp("around")
    write_log(directory / "logs" / "a.log", log_bytes("application", 5, 250))
    write_log(directory / "logs" / "b.log", log_bytes("plain", 6, 90))
    return open_logs(directory / "logs", directory / "store", TINY)


@settings(max_examples=80)
@given(
    picked=st.lists(st.tuples(st.integers(0, 1), st.integers(0, 400)), min_size=1, max_size=3),
    before=st.integers(0, 60),
    after=st.integers(0, 60),
)
def test_neighbours(logs: Dataset, picked: list[tuple[int, int]], before: int, after: int) -> None:
    frame = logs.search(limit=None, order="oldest").to_pandas().sort_values(["source", "line"])
    sources = sorted(frame["source"].unique())
    ids = {str(source.source["path"]): source.id for source in state_of(logs).catalog.sources}
    assert len(state_of(logs).catalog.partitions) > 2
    expected, keys = set(), []
    for number, place in picked:
        mine = frame[frame["source"] == sources[number]]
        lines, at = mine["line"].tolist(), place % len(mine)
        keys.append((ids[sources[number]], int(mine["offset"].iloc[at])))
        expected |= {(sources[number], line) for line in lines[max(0, at - before) : at + after + 1]}
    table = neighbours(state_of(logs).snapshot(), keys, before, after)
    found = list(zip(table["source"].to_pylist(), table["line"].to_pylist(), strict=True))
    assert set(found) == expected
    assert len(found) == len(expected)


def test_what_is_nowhere_has_no_neighbours(logs: Dataset) -> None:
    assert neighbours(state_of(logs).snapshot(), [("nowhere", 1)], 3, 3).num_rows == 0
