"""P13: whichever executor answers, and whether an index exists or not, the rows are those of the plain scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import FORMATS, log_bytes
from tests.support.datasets import (
    TINY,
    Reference,
    found,
    half_indexed,
    open_logs,
    search,
    seen,
    state_of,
    unindexed,
    write_log,
)
from tests.support.queries import queries, text_leaves

from sawlog.engine.state import DatasetState
from sawlog.execute import bytescan, raw
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.plan.rules import QUERY_RULES, STEP_RULES
from sawlog.query.ast import Query
from sawlog.query.matching import node_regex

SMALL = replace(TINY, partition_bytes=5_000)


@dataclass(frozen=True, repr=False)
class Corpus:
    """The same logs in every stage of being indexed."""

    name: str
    indexed: DatasetState
    half: DatasetState
    raw: DatasetState
    reference: Reference

    def __repr__(self) -> str:
        return self.name


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Corpus]]:
    """Two sources each, in two formats or in one, clean or not."""
    made, logs = [], []
    names = list(FORMATS)
    for number, name in enumerate(names):
        directory = tmp_path_factory.mktemp(name)
        dirty = number % 2 == 0
        write_log(directory / "logs" / "a.log", log_bytes(name, 1, 80, dirty=dirty))
        write_log(directory / "logs" / "b.log", log_bytes(names[(number + dirty) % len(names)], 2, 40, dirty=dirty))
        logs.append(open_logs(directory / "logs", directory / "store", SMALL))
        state = state_of(logs[-1])
        made.append(
            Corpus(
                name,
                state,
                half_indexed(logs[-1]),
                unindexed(directory / "logs", directory / "store"),
                Reference(state),
            )
        )
    yield made
    for dataset in logs:
        dataset.close()


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Unindexed files are scanned in many windows, and parsed around single finds."""
    for name, value in {"WINDOW": 4 << 10, "_NEAR": 256, "_TOGETHER": 1 << 10, "_AROUND": 64, "_CELL": 512}.items():
        monkeypatch.setattr(raw, name, value)
    monkeypatch.setattr(bytescan, "_FREQUENT", 2)  # both kinds of patterns are used


WAYS: dict[str, Callable[[Corpus, Query], object]] = {
    "the plan": lambda corpus, query: found(corpus.indexed, query),
    "the scan": lambda corpus, query: found(corpus.indexed, query, scan_only=True),
    "half an index": lambda corpus, query: found(corpus.half, query),
    "no index": lambda corpus, query: found(corpus.raw, query),
}


def check(corpus: Corpus, query: Query) -> None:
    expected = corpus.reference.found(query)
    for way, answer in WAYS.items():
        assert answer(corpus, query) == expected, way
    assert search(corpus.indexed, query).count() == len(expected)


@settings(max_examples=30)
@given(data=st.data(), query=queries())
def test_every_way_of_answering_gives_the_reference_rows(
    corpora: list[Corpus], small_windows: None, data: st.DataObject, query: Query
) -> None:
    check(data.draw(st.sampled_from(corpora)), query)


RULES = [rule.name for rule in (*QUERY_RULES, *STEP_RULES)]


@settings(max_examples=60)
@given(data=st.data(), query=queries(), off=st.sets(st.sampled_from(RULES)))
def test_with_any_rules_switched_off_the_rows_stay(
    corpora: list[Corpus], data: st.DataObject, query: Query, off: set[str]
) -> None:
    corpus = data.draw(st.sampled_from(corpora))
    run = search(corpus.indexed, query, optimizer=QueryOptimizer(off))
    assert seen(run.table()) == corpus.reference.found(query)
    assert run.count() == len(corpus.reference.found(query))


@settings(max_examples=30)
@given(data=st.data(), query=text_leaves())
def test_every_text_node_alone(corpora: list[Corpus], small_windows: None, data: st.DataObject, query: Query) -> None:
    check(data.draw(st.sampled_from(corpora)), query)


def test_a_token_too_long_for_the_index_is_found_all_the_same(corpora: list[Corpus], small_windows: None) -> None:
    giants = [c for c in corpora if any(s.partition.manifest.giants for s in c.indexed.snapshot().segments)]
    assert giants
    for query in (
        Query("wildcard", value="x*x"),
        Query("term", value="x" * 70_000),
        Query("not", children=(Query("wildcard", value="xx*"),)),
    ):
        for corpus in giants:
            check(corpus, query)


def test_the_corpora_exercise_what_they_are_for(corpora: list[Corpus]) -> None:
    for corpus in corpora:
        assert len(corpus.indexed.catalog.partitions) > 1
        assert 0 < len(corpus.half.catalog.partitions) < len(corpus.indexed.catalog.partitions)
        assert not corpus.raw.catalog.partitions
        assert len(corpus.reference.records) > 80
    assert any(values["timestamp"] is None for c in corpora for values, _ in c.reference.records)
    assert node_regex(Query("fuzzy", value="x")) is None, "a node that no regular expression answers"
