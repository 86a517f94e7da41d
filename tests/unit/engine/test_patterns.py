"""Patterns of a dataset: exact, each with its records, the same whatever is indexed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from tests.support.datasets import TINY, half_indexed, open_logs, search, state_of, unindexed, write_log

from sawlog.engine import Dataset
from sawlog.engine.patterns import pattern_table
from sawlog.engine.state import DatasetState
from sawlog.errors import DatasetClosedError, QueryError, QueryTimeout
from sawlog.query.parser import parse

BEGIN = datetime(2026, 3, 17, 10, tzinfo=UTC)
NAMES = ("alice", "bob", "carol", "dave", "erin", "frank", "grace", "heidi")


def lines(seed: int, records: int, after: timedelta = timedelta(0)) -> bytes:
    rng = random.Random(seed)
    texts = []
    for number in range(records):
        message = rng.choice(
            (
                f"INFO job {number} done in {rng.randint(1, 900)} ms",
                f"WARN user {rng.choice(NAMES)}{rng.choice(NAMES)} has no quota",
                f"ERROR cannot open /data/{rng.randint(0, 9)}/x.bin: no such file\n\tat run({number})",
                f"INFO peer 10.0.0.{rng.randint(0, 255)} says hello",
            )
        )
        texts.append(f"{BEGIN + after + timedelta(seconds=number):%Y-%m-%d %H:%M:%S},000 {message}\n")
    return "".join(texts).encode()


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("logs")
    write_log(directory / "a.log", lines(1, 300))
    write_log(directory / "b.log", lines(2, 200, timedelta(seconds=60)))
    write_log(directory / "c.log", b"a line without a time 1\na line without a time 2\n")
    return directory


@pytest.fixture(scope="module")
def logs(files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    with open_logs(files, tmp_path_factory.mktemp("store")) as dataset:
        assert len(state_of(dataset).catalog.partitions) > 2
        yield dataset


def table(state: DatasetState, query: str = "", limit: int | None = None) -> pd.DataFrame:
    return pattern_table(search(state, parse(query, state.field_names()).query), limit, "UTC")


def test_the_patterns_of_a_log(logs: Dataset) -> None:
    found = logs.patterns()
    assert set(found["pattern"]) == {
        "job <*> done in <*> ms",
        "user <*> has no quota",
        "cannot open <path>: no such file",
        "peer <ip> says hello",
        "a line without a time <*>",
    }
    assert found["count"].is_monotonic_decreasing
    assert found["count"].sum() == logs.count() == found.attrs["records"]
    assert found.attrs["patterns"] == 5


def test_each_pattern_holds_its_records(logs: Dataset) -> None:
    found = logs.patterns("-quota").set_index("pattern")
    everything = logs.rows("-quota")
    for pattern, row in found.iterrows():
        assert len(row["rows"]) == row["count"] == logs.count(rows=row["rows"])
        assert row["rows"] <= everything
        assert sum(row["histogram"]) == (0 if "without" in str(pattern) else row["count"])
        assert logs.count(row["query"], rows=row["rows"]) == row["count"]
        texts = logs.search("", rows=row["rows"], limit=None, order="oldest")
        assert texts[0].raw == row["example"]
        times = [hit.timestamp for hit in texts if hit.timestamp is not None]
        assert (not times and row["first"] is pd.NaT) or (min(times), max(times)) == (row["first"], row["last"])
    union = found["rows"].iloc[0]
    for rows in found["rows"].iloc[1:]:
        assert union.isdisjoint(rows)
        union |= rows
    assert union == everything


def test_the_histogram_covers_the_results_time_span(logs: Dataset) -> None:
    found = logs.patterns("hello OR quota")
    starts, width = pd.to_datetime(found.attrs["starts"]), found.attrs["width"]
    assert {len(counts) for counts in found["histogram"]} == {len(starts)}
    for row in found.itertuples():
        times = logs.search("", rows=row.rows, limit=None).to_pandas()["timestamp"]
        number = (times - starts[0]).dt.total_seconds() // width
        assert number.value_counts().sort_index().to_dict() == {k: n for k, n in enumerate(row.histogram) if n}


@pytest.mark.parametrize("query", ["", "hello", "level:error OR quota", "source:b.log", "nothing"])
def test_what_is_indexed_does_not_matter(logs: Dataset, files: Path, tmp_path: Path, query: str) -> None:
    expected = table(state_of(logs), query)
    for state in (
        unindexed(sorted(files.glob("*.log")), tmp_path),
        half_indexed(logs),
    ):
        found = table(state, query)
        assert found.drop(columns="rows").equals(expected.drop(columns="rows"))
        assert found.attrs == expected.attrs
        assert list(found["rows"].map(len)) == list(expected["count"])


def test_what_was_labelled_before_does_not_matter(logs: Dataset) -> None:
    fresh = table(state_of(logs), "hello")
    logs.patterns()  # labels every partition, which is kept
    assert logs.patterns("hello", limit=None).drop(columns="rows").equals(fresh.drop(columns="rows"))
    few = logs.patterns(rows=logs.search("job", limit=2).to_pandas())
    assert few[["pattern", "count"]].to_numpy().tolist() == [["job <*> done in <*> ms", 2]]


def test_the_size_of_partitions_does_not_matter(logs: Dataset, files: Path, tmp_path: Path) -> None:
    small = table(state_of(logs))
    with open_logs(files, tmp_path, type(TINY)(inline_bytes=1 << 30, search_threads=1)) as one:
        assert len(state_of(one).catalog.partitions) == 1
        assert table(state_of(one)).drop(columns="rows").equals(small.drop(columns="rows"))


def test_limits(logs: Dataset) -> None:
    assert len(logs.patterns(limit=2)) == 2
    assert logs.patterns(limit=2)["pattern"].tolist() == logs.patterns()["pattern"].tolist()[:2]
    assert logs.patterns(limit=0).attrs["patterns"] == 5
    with pytest.raises(QueryError, match="limit=-1: give a number of patterns"):
        logs.patterns(limit=-1)


def test_no_records_have_no_patterns(logs: Dataset) -> None:
    found = logs.patterns("nothing")
    assert found.empty
    assert list(found.columns) == ["pattern", "count", "first", "last", "example", "histogram", "query", "rows"]
    assert str(found["first"].dtype).startswith("datetime64[ns, UTC")
    assert "Empty" in repr(found)


def test_a_timeout_gives_no_half_answer(logs: Dataset) -> None:
    with pytest.raises(QueryTimeout):
        logs.patterns(timeout=0)


def test_the_view_shows_charts_and_no_sets(logs: Dataset) -> None:
    found = logs.patterns(limit=3)
    assert "█" in repr(found)
    assert "RowSet" not in repr(found)
    assert "&lt;*&gt;" in found._repr_html_()
    assert "█" in repr(found.head(2))
    assert "RowSet" not in repr(found.sort_values("last")[["pattern", "rows", "count"]])
    assert "7" in repr(found.assign(histogram=7))


def test_sets_are_made_while_the_dataset_is_open(files: Path, tmp_path: Path) -> None:
    with open_logs(files, tmp_path) as opened:
        first, second = opened.patterns(limit=2)["rows"]
        made = set(first)
    assert set(first) == made
    assert len(second) > 0
    with pytest.raises(DatasetClosedError):
        set(second)


def test_the_patterns_of_some_of_the_records(logs: Dataset) -> None:
    everything = logs.patterns("job OR quota", limit=None)
    some = logs.patterns("job OR quota", of=logs.rows("job 1? OR peer"))
    assert some["pattern"].tolist() == ["job <*> done in <*> ms"]
    known = everything[everything["pattern"] == some["pattern"][0]]
    assert some["count"].tolist() == known["count"].tolist()
    assert some["rows"][0] == known["rows"].iloc[0]
    assert some.attrs["records"] == everything.attrs["records"]
    assert logs.patterns("job", of=logs.rows("peer")).empty
    assert logs.patterns("job", of=logs.rows("job"), rows=logs.rows("quota")).empty
    lines = logs.search("job 1?", limit=None).to_pandas()[["source", "line"]]
    assert sum(logs.patterns("job", of=logs.rows("job"), rows=lines)["count"]) == len(lines)


def test_a_page_of_the_records_of_a_pattern(tmp_path: Path) -> None:
    with open_logs(write_log(tmp_path / "a.log", lines(3, 2_000)), tmp_path / "store", TINY) as logs:
        found = logs.patterns()
        assert [logs.search(rows=rows).total for rows in found.rows] == found["count"].tolist()
