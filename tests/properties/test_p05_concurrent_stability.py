"""P5: searches on many threads give what they give one after the other, and take turns.

The throughput is measured by ``make bench``; here the work is counted.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import log_bytes
from tests.support.datasets import OpenBytes, seen, state_of
from tests.support.queries import queries

from sawlog.engine import Dataset
from sawlog.execute.run import Search
from sawlog.execute.work import Work
from sawlog.query.ast import Query

THREADS = 8


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    return open_bytes(log_bytes("application", 5, 200), log_bytes("access", 6, 150))


def answer(logs: Dataset, query: Query) -> tuple[object, ...]:
    """Everything that a search says, by the engine itself: trees need no text."""
    state = state_of(logs)
    search = Search(state.snapshot(), query, state.pool, Work())
    return search.count(), seen(search.page(7)), hash(search.rowset()), seen(search.table())


@settings(max_examples=15)
@given(asked=st.lists(queries(), min_size=1, max_size=4))
def test_many_threads_give_the_serial_answers(logs: Dataset, asked: list[Query]) -> None:
    state_of(logs).cache.clear()
    alone = [answer(logs, query) for query in asked]
    state_of(logs).cache.clear()
    with ThreadPoolExecutor(THREADS) as threads:
        together = list(threads.map(lambda query: answer(logs, query), asked * THREADS))
    assert together == alone * THREADS
    status = logs.load()
    assert (status.running, status.waiting) == (0, 0)


@settings(max_examples=10)
@given(query=queries())
def test_the_same_question_from_many_threads_is_worked_on_a_bounded_number_of_times(
    logs: Dataset, query: Query
) -> None:
    state = state_of(logs)
    state.cache.clear()
    works = [Work() for _ in range(THREADS)]

    def ask(work: Work) -> int:
        return Search(state.snapshot(), query, state.pool, work).count()

    with ThreadPoolExecutor(THREADS) as threads:
        totals = set(threads.map(ask, works))
    assert len(totals) == 1
    again = Work()
    assert ask(again) in totals
    assert not {"batches", "postings", "verified"} & again.counts.keys(), "a repeat does no work"


def test_building_and_searching_at_once_gives_whole_answers(open_bytes: OpenBytes) -> None:
    """Searches see a catalog as it was at one moment, however often it is replaced meanwhile."""
    logs = open_bytes(log_bytes("application", 7, 200))
    state = state_of(logs)
    whole = state.catalog
    expected = logs.count("timeout")

    def replace_catalog(number: int) -> None:
        partitions = whole.partitions if number % 2 else whole.partitions[::-1]
        state.replace_catalog(whole.change(partitions=partitions))

    with ThreadPoolExecutor(4) as threads:
        counts = [threads.submit(logs.count, "timeout") for _ in range(40)]
        for number in range(40):
            replace_catalog(number)
        assert {count.result() for count in counts} == {expected}
