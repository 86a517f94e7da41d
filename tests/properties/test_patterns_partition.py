"""Patterns partition the records, whatever the messages, the query and the bounds of partitions and portions."""

from __future__ import annotations

from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import log_bytes
from tests.support.datasets import OpenBytes, half_indexed, search, state_of
from tests.support.queries import queries

from sawlog.engine import Dataset
from sawlog.engine.labelled import labelled
from sawlog.engine.patterns import pattern_table
from sawlog.model.rowset import RowSet
from sawlog.patterns.label import assign, label
from sawlog.query.ast import Query
from sawlog.query.simplify import normalise
from sawlog.settings import Settings

WORDS = st.sampled_from(
    ("user", "alice", "bob7", "10.0.0.7", "took", "5ms", "/a/b.txt", "=", '"', "<*>", "\n", "…", "")
)
MESSAGES = st.lists(st.one_of(st.lists(WORDS, max_size=8).map(" ".join), st.text(max_size=20)), max_size=60)


def names(portions: list[list[str]], together: bool) -> list[str]:
    series = [pl.Series(texts, dtype=pl.String) for texts in portions]
    found, patterns = assign([label(series)] if together else [label([one]) for one in series])
    return [patterns[code] for codes in found for code in codes.tolist()]


@given(messages=MESSAGES, cuts=st.lists(st.integers(0, 60), max_size=5), seed=st.randoms(use_true_random=False))
def test_the_pattern_of_a_message_depends_on_the_set_of_messages(
    messages: list[str], cuts: list[int], seed: object
) -> None:
    bounds = sorted({0, *(cut for cut in cuts if cut < len(messages)), len(messages)})
    portions = [messages[a:b] for a, b in pairwise(bounds)]
    expected = names([messages], together=True)
    assert len(expected) == len(messages)
    assert names(portions, together=True) == names(portions, together=False) == expected
    shuffled = list(range(len(messages)))
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert names([[messages[k] for k in shuffled]], together=True) == [expected[k] for k in shuffled]


@pytest.fixture(scope="module")
def parted(open_bytes: OpenBytes) -> tuple[Dataset, Dataset]:
    """The same logs in many partitions and in one."""
    texts = [log_bytes(name, 7, 120, dirty=True) for name in ("application", "access", "json", "syslog", "plain")]
    return open_bytes(*texts), open_bytes(*texts, settings=Settings(inline_bytes=1 << 30))


@settings(max_examples=25)  # three tables each
@given(query=queries())
def test_patterns_partition_the_records(parted: tuple[Dataset, Dataset], query: Query) -> None:
    query = normalise(query)
    many, one = (state_of(logs) for logs in parted)
    asked = search(many, query)
    table = pattern_table(asked, None, "UTC")
    assert table["pattern"].is_unique
    union = RowSet({})
    for rows, count in zip(table["rows"], table["count"], strict=True):
        assert len(set(rows)) == count == len(rows)
        assert union.isdisjoint(rows)
        union |= rows
    assert union == search(many, query).rowset()
    shown = ["pattern", "count", "first", "last", "histogram"]
    other = pattern_table(search(one, query), None, "UTC")
    assert other[shown].equals(table[shown])
    half = half_indexed(parted[0])
    assert pattern_table(search(half, query), None, "UTC")[shown].equals(table[shown])
    assert sum(len(part.labels.codes) for part in labelled(asked)) == table["count"].sum()
