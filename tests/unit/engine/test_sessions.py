"""Sessions against a plain loop over all records."""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from tests.support.datasets import TINY, open_logs, state_of, write_log

from sawlog.engine import Dataset
from sawlog.engine.sessions import group_hits
from sawlog.errors import QueryError, QueryTimeout
from sawlog.execute.run import Search
from sawlog.execute.work import Work
from sawlog.query.ast import Query
from sawlog.query.parser import parse


def records(seed: int, count: int) -> list[dict[str, Any]]:
    rng = random.Random(seed)
    rows = []
    for number in range(count):
        row: dict[str, Any] = {"time": f"2026-03-17T10:{number // 60 % 60:02}:{number % 60:02}Z"}
        row |= {"level": rng.choice(("info", "info", "error")), "message": rng.choice(("start", "retry", "done"))}
        if rng.random() < 0.9:
            row["request_id"] = rng.choice(("Ab", "aB")) + str(rng.randint(0, 60))
        row["pid"] = rng.randint(1, 9)
        rows.append(row)
    return rows


ROWS = records(1, 400) + records(2, 300)


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    directory = tmp_path_factory.mktemp("logs")
    for name, rows in (("a", ROWS[:400]), ("b", ROWS[400:])):
        write_log(directory / f"{name}.log", "".join(json.dumps(row) + "\n" for row in rows).encode())
    with open_logs(directory, tmp_path_factory.mktemp("store")) as dataset:
        assert len(state_of(dataset).catalog.partitions) > 2
        yield dataset


def brute(field: str, chosen: Any) -> dict[str, list[dict[str, Any]]]:
    ids = {str(row[field]) for row in ROWS if field in row and chosen(row)}
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(ROWS, key=lambda row: row["time"]):
        if str(row.get(field)) in ids:
            found[str(row[field])].append(row)
    return found


@pytest.mark.parametrize(
    ("by", "query", "chosen"),
    [
        ("request_id", "level:error retry", lambda row: row["level"] == "error" and row["message"] == "retry"),
        ("request_id", "", lambda row: True),
        ("pid", "pid:3 OR pid:4", lambda row: row["pid"] in (3, 4)),
    ],
)
def test_sessions_hold_every_record_with_their_id(logs: Dataset, by: str, query: str, chosen: Any) -> None:
    expected = brute(by, chosen)
    found = logs.group(by, query, limit=None)
    table = found.to_pandas()
    assert set(found) == set(expected)
    assert found.total == len(found) == len(expected)
    assert len(found.rows) == len(set(found.rows)) == sum(map(len, expected.values()))
    assert table["last"].is_monotonic_decreasing
    for row in table.itertuples():
        mine = expected[row.id]
        assert row.records == len(mine)
        assert row.hits == sum(map(chosen, mine))
        assert row.levels == dict(sorted(Counter(r["level"] for r in mine).items()))
        assert (row.first, row.last) == (pd.Timestamp(mine[0]["time"]), pd.Timestamp(mine[-1]["time"]))
        assert row.duration == row.last - row.first
    hits = found.hits(next(iter(found)))
    assert [hit.timestamp for hit in hits] == [pd.Timestamp(r["time"]) for r in expected[next(iter(found))]]
    assert hits.total == len(hits)


def test_options_limit_the_hits_but_not_the_sessions(logs: Dataset) -> None:
    first = logs.search("request_id:*", limit=1, order="oldest")
    id = first[0].fields["request_id"]
    for found in (
        logs.group("request_id", end="2026-03-17T10:00:01Z", rows=first.to_pandas()),
        logs.group("REQUEST_ID", rows=first.to_pandas()),
    ):
        assert list(found) == [id]
        assert found.rows == logs.rows(rows=found.rows)
        assert found.by == "request_id"
        assert len(found.rows) == len(brute("request_id", lambda row: row.get("request_id") == id)[id])


def test_a_limit_keeps_the_newest_sessions_and_knows_the_others(logs: Dataset) -> None:
    everything, few = logs.group("request_id", limit=None), logs.group("request_id", limit=3)
    assert list(few) == list(everything)[:3]
    assert few.total == len(everything)
    other = list(everything)[-1]
    assert few.hits(other).total == everything.hits(other).total
    assert f"{few.total} sessions by request_id, the newest 3" in repr(few)
    assert "<table>" in few._repr_html_()


def test_a_long_session_is_told_in_hours(tmp_path: Path) -> None:
    times = {"slow": ("2026-03-17T10:00:00Z", "2026-03-20T21:00:43Z"), "quick": ("2026-03-17T10:00:00Z",) * 2}
    lines = [json.dumps({"time": time, "msg": "x", "job": job}) for job, both in times.items() for time in both]
    path = write_log(tmp_path / "a.ndjson", "".join(f"{line}\n" for line in lines).encode())
    with open_logs(path, tmp_path / "store") as logs:
        slow, quick = repr(logs.group("job")).splitlines()[2:]
    assert slow.endswith("  83:00:43")
    assert quick.endswith("  0.0 ms")


def test_what_is_not_indexed_belongs_to_sessions_too(logs: Dataset) -> None:
    state = state_of(logs)
    entries = state.catalog.partitions
    sources = tuple(replace(source, complete=False) for source in state.catalog.sources)
    half = type(state)(
        state.directory,
        state.catalog.change(partitions=entries[::2], sources=sources, state="building"),
        state.options,
        TINY,
    )
    known = half.field_names()

    def asked(query: Query) -> Search:
        return Search(half.snapshot(), query, half.pool, Work())

    found = group_hits(
        asked(parse("level:error", known).query),
        lambda field: asked(Query("exists", field=field)),
        "request_id",
        None,
        lambda rows: logs.search(rows=rows, limit=None),
        "UTC",
    )
    expected = logs.group("request_id", "level:error", limit=None)
    pd.testing.assert_frame_equal(found.to_pandas(), expected.to_pandas())
    assert found.rows == expected.rows
    half.close("closed")


def test_nothing_found(logs: Dataset) -> None:
    found = logs.group("request_id", "nothing")
    assert (len(found), found.total, len(found.rows), found.to_pandas().empty) == (0, 0, 0, True)
    assert repr(found) == "0 sessions by request_id"


def test_errors(logs: Dataset) -> None:
    with pytest.raises(QueryError, match=r"no record has a field 'session'.*request_id"):
        logs.group("session")
    with pytest.raises(QueryError, match="no session has request_id 'zz'"):
        logs.group("request_id").hits("zz")
    with pytest.raises(QueryError, match="limit=-1: give a number of sessions"):
        logs.group("request_id", limit=-1)
    with pytest.raises(QueryTimeout):
        logs.group("request_id", timeout=0)


@pytest.mark.parametrize("by", ["message", "level", "pid", None])
def test_dedupe_keeps_the_newest_of_each_and_counts(logs: Dataset, by: str | None) -> None:
    hits = logs.search("level:error", limit=5)
    found = hits.dedupe(by)
    everything = hits.all()
    keys = [str(hit.values.get(by)) if by else hit.message for hit in everything]
    newest = {key: hit for key, hit in reversed(list(zip(keys, everything, strict=True)))}
    assert found.total == sum(found.counts) == hits.total
    assert [(hit.source, hit.line) for hit in found] == [
        (hit.source, hit.line) for hit in everything if hit in newest.values()
    ]
    counted = Counter(keys)
    assert [counted[str(hit.values.get(by)) if by else hit.message] for hit in found] == list(found.counts)
    oldest_first = logs.search("level:error", order="oldest").dedupe(by)
    assert [(h.line, n) for h, n in zip(oldest_first, oldest_first.counts, strict=True)] == [
        (h.line, n) for h, n in zip(found, found.counts, strict=True)
    ][::-1]


def test_dedupe_keeps_records_without_the_field(logs: Dataset) -> None:
    hits = logs.search("")
    found = hits.dedupe("request_id")
    without = logs.count("-request_id:*")
    assert without > 10
    assert len(found) == without + len(logs.facets("request_id", limit=None))


def test_views_of_deduped_hits(logs: Dataset) -> None:
    found = logs.search("retry").dedupe("level")
    frame = found.to_pandas()
    assert list(frame.columns[:2]) == ["count", "timestamp"]
    assert frame["count"].tolist() == found.to_polars()["count"].to_list() == list(found.counts)
    assert len(found[:1]) == 1 == len(found[:1].counts)
    assert f"{found.total} records that say {len(found)} things" in repr(found)
    assert "<table>" in found._repr_html_()
    assert len(logs.search("nothing").dedupe()) == 0
    with pytest.raises(QueryError, match=r"no.* field 'host'; there are: .*pid"):
        logs.search("retry").dedupe("host")


def test_an_id_is_one_whatever_type_its_column_has(tmp_path: Path) -> None:
    values = {"a": [5, 6], "b": [5, 0.5], "c": [5.0, "x", True], "d": ["5", "true"]}
    files = [
        write_log(tmp_path / f"{name}.log", "".join(json.dumps({"v": each}) + "\n" for each in found).encode())
        for name, found in values.items()
    ]
    with open_logs(files, tmp_path / "store", replace(TINY, partition_bytes=1)) as dataset:
        found = dataset.group("v", limit=None)
        counts = found.to_pandas().set_index("id")["records"].to_dict()
        assert counts == {"5": 4, "6": 1, "0.5": 1, "x": 1, "true": 2}
        assert len(found.hits("5")) == len(found.hits(5)) == len(found.hits(5.0)) == 4
