"""P2: records with k words are the intersection of those with each, in any order, for the work of the rarest."""

from __future__ import annotations

import random
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.datasets import OpenBytes, search, state_of

from sawlog.engine import Dataset
from sawlog.query.ast import Query
from sawlog.query.parser import parse

#: Words, each in every k-th line.
WORDS = {"every": 1, "second": 2, "third": 3, "tenth": 10, "thirtieth": 30, "hundredth": 100, "never": 10**9}
LINES = 600


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    rng = random.Random(2)
    lines = []
    for number in range(LINES):
        words = [word for word, step in WORDS.items() if number % step == 0 and word != "never"]
        rng.shuffle(words)
        lines.append(f"2026-03-17 10:{number // 60:02}:{number % 60:02} INFO {' '.join(words)}\n")
    return open_bytes("".join(lines).encode())


chosen = st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=4, unique=True)


@given(words=chosen, data=st.data())
def test_the_rows_are_the_intersection_in_any_order(logs: Dataset, words: list[str], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(words))
    expected = reduce(lambda a, b: a & b, [logs.rows(word) for word in words])
    assert logs.rows(" ".join(words)) == logs.rows(" AND ".join(shuffled)) == expected
    assert logs.count(" ".join(shuffled)) == len(expected)
    assert len(expected) == sum(all(n % WORDS[w] == 0 for w in words) for n in range(LINES)) * ("never" not in words)


@given(words=chosen, field=st.booleans())
def test_the_work_follows_the_rarest_word(logs: Dataset, words: list[str], field: bool) -> None:
    state = state_of(logs)
    query = parse(" ".join(words) + (" level:info" if field else "")).query
    rarest = min(logs.count(word) for word in words)
    run = search(state, query)
    run.rowset()
    counts = run.work.counts
    assert counts.get("postings", 0) <= rarest
    assert counts.get("verified", 0) <= rarest
    if rarest * 2 < len(logs):
        assert "batches" not in counts, "nothing is scanned unless most rows match"
    assert counts["partitions"] == len(state.catalog.partitions) > 1


@given(words=chosen)
def test_a_scan_behind_words_looks_only_at_what_they_leave(logs: Dataset, words: list[str]) -> None:
    rarest = min(logs.count(word) for word in words)
    if rarest * 8 >= LINES:  # then reading every batch in order is the cheaper way
        return
    tree = parse(" ".join(words)).query
    run = search(state_of(logs), Query("and", children=(Query("regex", value="e.*h"), tree)))
    run.rowset()
    assert run.work.counts.get("verified", 0) <= rarest
    assert "batches" not in run.work.counts
