"""P28: what is suggested in place of a query gives the same rows for less work, and says why."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.datasets import OpenBytes, search, state_of

from sawlog.engine import Dataset
from sawlog.plan.costs import BATCH, CALL, EXTRACT, VERIFY, WALK
from sawlog.query.parser import parse
from sawlog.settings import Settings

LINES = 6_000
#: What the lines say; each in every k-th.
WORDS = {"connection": 2, "timeout": 40, "timeouts": 300, "refused": 55, "checkout": 90, "logout": 130}

QUERIES = st.sampled_from(
    ["*out", "t?meout", "time*", "timeuot~", "refusd~", "/refused/", r"/(?i)connection refused/", "message:refused",
     "message:/checkout/", "user:u77", "user:u77 connection", "*out refused", "/timeouts?/", "-(timeout)", "timeout",
     "refused OR *heckout"]
)  # fmt: skip


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    lines = []
    for number in range(LINES):
        words = " ".join(word for word, step in WORDS.items() if number % step == 0)
        record = {"time": f"2026-03-17T10:{number // 100:02}:00Z", "user": f"u{number}", "msg": f"n{number} {words}"}
        lines.append(json.dumps(record))
    settings = Settings(partition_bytes=150 << 10, inline_bytes=1 << 30)
    return open_bytes("\n".join(lines).encode(), settings=settings)


def work_of(logs: Dataset, query: str) -> float:
    """What a query's rows cost when nothing is remembered, by counted work, in microseconds."""
    state = state_of(logs)
    run = search(state, parse(query, fields=state.field_names()).query)
    run.rowset()
    counts = run.work.counts
    price = {"partitions": CALL, "batches": 2 * BATCH, "verified": VERIFY, "postings": EXTRACT, "tokens": WALK}
    return sum(cost * counts.get(what, 0) for what, cost in price.items())


@settings(max_examples=30)
@given(query=QUERIES)
def test_a_rewrite_has_the_same_rows_and_less_work(logs: Dataset, query: str) -> None:
    for suggestion in logs.explain(query, analyze=True).suggestions:
        assert suggestion.message
        if suggestion.query:
            assert logs.rows(suggestion.query) == logs.rows(query)
            assert 0 < suggestion.saves <= 1
            assert work_of(logs, suggestion.query) < work_of(logs, query)


@pytest.mark.parametrize(
    ("query", "rewrite"),
    [("refusd~", "refused"), ("message:refused", "refused")],
)
def test_the_rewrites_that_are_due_are_made(logs: Dataset, query: str, rewrite: str) -> None:
    assert rewrite in {suggestion.query for suggestion in logs.explain(query, analyze=True).suggestions}


def test_a_rewrite_that_would_lose_or_gain_rows_is_not_suggested(logs: Dataset) -> None:
    for query in ("/timeout/", "*out", "/TIMEOUT/"):
        expected = logs.rows(query)
        rewrites = [s.query for s in logs.explain(query, analyze=True).suggestions if s.query]
        assert all(logs.rows(rewrite) == expected for rewrite in rewrites)
        assert "timeout" not in rewrites


def test_a_query_that_needs_no_advice_gets_none(logs: Dataset) -> None:
    assert logs.explain("timeout refused", analyze=True).suggestions == ()
