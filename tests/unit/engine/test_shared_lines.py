"""Records of one line, as of a JSON document, are told apart by everything that names records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from tests.support.datasets import open_logs, unindexed

from sawlog.engine import Dataset
from sawlog.engine.build import Build
from sawlog.engine.queries import Queries
from sawlog.settings import Settings

RECORDS = 120
EVENTS = [
    {
        "eventTime": f"2026-03-17T10:{k // 60:02}:{k % 60 // 20:02}Z",
        "eventName": ["GetObject", "PutObject", "Decrypt"][k % 3],
        "user": f"u{k % 5}",
        "number": k,
    }
    for k in range(RECORDS)
]


def octets(texts: list[str]) -> str:
    return "".join(f"{len(text.encode())} {text}" for text in texts)


@pytest.fixture(scope="module", params=["one partition", "many partitions"])
def logs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    directory = tmp_path_factory.mktemp("shared")
    (directory / "logs").mkdir()
    (directory / "logs" / "trail.json").write_text(json.dumps({"Records": EVENTS}))
    most = RECORDS if request.param == "one partition" else 50
    settings = Settings(inline_bytes=1 << 30, partition_records=most)
    with open_logs(directory / "logs", directory / "store", settings) as logs:
        assert len(logs) == RECORDS
        assert {hit.line for hit in logs.search(limit=None)} == {1}
        yield logs


def numbers(logs: Dataset, query: str = "", **options: object) -> list[int]:
    return [hit.fields["number"] for hit in logs.search(query, limit=None, **options)]  # type: ignore[arg-type]


def test_sets_hold_the_records_and_no_others(logs: Dataset) -> None:
    decrypt, user = logs.rows("eventName:Decrypt"), logs.rows("user:u1")
    assert len(decrypt) == logs.count(rows=decrypt) == RECORDS // 3
    assert sorted(numbers(logs, rows=decrypt)) == list(range(2, RECORDS, 3))
    assert sorted(numbers(logs, rows=decrypt & user)) == [k for k in range(RECORDS) if k % 3 == 2 and k % 5 == 1]
    assert len(logs.rows() - decrypt) == RECORDS - RECORDS // 3
    assert decrypt != logs.rows("eventName:PutObject")
    hits = logs.search("eventName:Decrypt user:u1")
    assert all(hit in decrypt and hit not in logs.rows("eventName:PutObject") for hit in hits)
    logs.save("decrypt", decrypt)
    assert logs.count("user:u1", rows="decrypt") == len(decrypt & user)


def test_tables_hold_the_records_or_all_of_their_lines(logs: Dataset) -> None:
    frame = logs.search("eventName:Decrypt", limit=None).to_pandas()
    assert logs.rows(rows=frame) == logs.rows("eventName:Decrypt")
    lines = frame[["source", "line"]]
    assert logs.count(rows=lines) == RECORDS
    assert logs.save("lines", lines) == logs.rows()
    assert logs.count(rows=pd.DataFrame({"source": frame["source"][:1], "line": [2]})) == 0


def test_patterns_and_groups_are_of_their_records(logs: Dataset) -> None:
    groups = logs.group("user")
    assert all(groups.hits(user).total == RECORDS // 5 for user in groups)
    patterns = logs.patterns()
    assert [logs.count(rows=rows) for rows in patterns["rows"]] == patterns["count"].to_list()


def test_the_records_around_a_record(logs: Dataset) -> None:
    (block,) = logs.search("number:60").context(before=2, after=1)
    assert [hit.fields["number"] for hit in block.records] == [58, 59, 60, 61]
    assert block.matches == (False, False, True, False)


def test_the_newest_of_a_line_stands_for_those_that_say_the_same(tmp_path: Path) -> None:
    events = [{**EVENTS[0], "user": f"u{k % 2}", "number": k} for k in range(6)]
    (tmp_path / "trail.json").write_text(json.dumps({"Records": events}))
    with open_logs(tmp_path / "trail.json", tmp_path / "store") as logs:
        for order in ("newest", "oldest"):
            found = logs.search(order=order).dedupe(by="user")
            assert {hit.fields["number"] for hit in found} == {4, 5}


def test_records_of_one_time_stand_in_their_order(logs: Dataset) -> None:
    assert numbers(logs, order="oldest") == sorted(range(RECORDS), key=lambda k: str(EVENTS[k]["eventTime"]))
    assert numbers(logs) == numbers(logs, order="oldest")[::-1]
    page = logs.search(limit=10)
    assert [hit.fields["number"] for hit in page.window(10, 30)] == numbers(logs)[10:40]


def test_messages_that_are_counted_out_share_a_line_too(tmp_path: Path) -> None:
    texts = [f"<34>1 2026-03-17T10:00:{k:02}Z host app {k} - - event number {k}" for k in range(30)]
    (tmp_path / "syslog.log").write_text(octets(texts))
    with open_logs(tmp_path / "syslog.log", tmp_path / "store") as logs:
        five = logs.rows("pid:5")
        assert len(five) == logs.count(rows=five) == logs.count("pid:5") == 1


def test_what_is_not_indexed_yet_is_told_apart_too(tmp_path: Path) -> None:
    path = tmp_path / "trail.json"
    path.write_text(json.dumps({"Records": EVENTS}))
    state = unindexed(path, tmp_path / "store")
    queries = Queries(state, Build(None))
    decrypt = queries.rows("eventName:Decrypt")
    assert len(decrypt) == queries.count(rows=decrypt) == RECORDS // 3
    found = queries.search("number:7")
    assert found[0] in queries.rows("eventName:PutObject")
    assert queries.count(rows=found.to_pandas()) == 1
    assert queries.count(rows=found.to_pandas()[["source", "line"]]) == RECORDS
    state.close("closed")
