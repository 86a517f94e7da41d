"""P20: field filters, however combined, give the scan's rows, and cost bitmaps instead of rows."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.datasets import OpenBytes, found, search, state_of
from tests.support.queries import queries

from sawlog.engine import Dataset
from sawlog.query.ast import Query
from sawlog.query.quantity import Quantity
from sawlog.query.simplify import normalise
from sawlog.settings import Settings

ONE = Settings(search_threads=2)


def corpus(lines: int, matching: int) -> bytes:
    """Records of which the first ``matching`` belong to alice, at a status of their own."""
    rng = random.Random(20)
    rows = []
    for number in range(lines):
        mine = number < matching
        record: dict[str, object] = {"time": f"2026-03-17T10:{number // 60 % 60:02}:{number % 60:02}Z"}
        record |= {"level": "error" if mine else rng.choice(("info", "warn")), "user": "alice" if mine else "bob"}
        record |= {"status": 500 if mine else rng.choice((200, 404)), "ok": not mine, "id": number * 7}
        rows.append(json.dumps(record) + "\n")
    return "".join(rows).encode()


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    return open_bytes(corpus(500, 40), corpus(90, 5))


def eq(field: str, value: str) -> Query:
    return Query("compare", field, "eq", value)


LEAVES = st.sampled_from(
    [
        *(eq("level", "error"), eq("level", "info"), eq("user", "ALICE"), eq("user", "carol"), eq("status", "500")),
        *(eq("ok", "true"), eq("nothing", "x"), Query("exists", "user"), Query("exists", "nothing")),
        Query("compare", "status", "range", (Quantity(404), None, True, False)),
        Query("compare", "status", "in", frozenset({"200", "500"})),
        Query("compare", "level", "range", ("warning", None, True, False)),
        Query("compare", "user", "glob", "*l*"),
        Query("compare", "source", "eq", "b.log"),
    ]
)


@given(query=queries(LEAVES, most=8))
def test_combined_filters_give_the_scans_rows_from_bitmaps_alone(logs: Dataset, query: Query) -> None:
    state = state_of(logs)
    run = search(state, query)
    rows = run.rowset()
    assert not {"batches", "verified", "postings", "bytes"} & run.work.counts.keys()
    assert rows == search(state, query, scan_only=True).rowset()


@given(query=queries(LEAVES, most=6).map(lambda q: normalise(Query("and", children=(q, Query("term", value="alice"))))))
def test_filters_beside_words_give_the_scans_rows(logs: Dataset, query: Query) -> None:
    assert found(state_of(logs), query) == found(state_of(logs), query, scan_only=True)


@pytest.fixture(scope="module")
def works(open_bytes: OpenBytes) -> list[dict[str, dict[str, int]]]:
    """The work of some filters, without and with eight times as many rows that no filter gives."""
    trees = {
        "value": eq("user", "alice"),
        "and": Query("and", children=(eq("level", "error"), eq("status", "500"), eq("user", "alice"))),
        "or": Query("or", children=(eq("status", "500"), eq("user", "alice"))),
        "range": Query("compare", "status", "range", (Quantity(500), None, True, False)),
        "not": Query("and", children=(eq("level", "error"), Query("not", children=(eq("user", "bob"),)))),
    }
    all_works = []
    for lines in (500, 4_000):
        state = state_of(open_bytes(corpus(lines, 40), settings=ONE))
        runs = {name: search(state, tree) for name, tree in trees.items()}
        assert all(len(run.rowset()) == 40 for run in runs.values())
        all_works.append({name: run.work.counts for name, run in runs.items()})
    return all_works


def test_the_work_is_independent_of_the_rows_outside_the_result(works: list[dict[str, dict[str, int]]]) -> None:
    small, large = works
    assert small == large
    assert small["value"] == {"partitions": 1, "bitmaps": 1}


def test_a_field_of_many_values_has_no_bitmaps_and_is_read_instead(open_bytes: OpenBytes) -> None:
    state = state_of(open_bytes(corpus(400, 4), settings=ONE))
    run = search(state, eq("id", "70"))
    assert len(run.rowset()) == 1
    assert run.work.counts == {"partitions": 1, "batches": 1}
