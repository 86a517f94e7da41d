"""The planner chooses, by statistics alone, who answers what and in which order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.corpora import WORDS
from tests.support.queries import queries, text_leaves

from sawlog.plan.planner import plan
from sawlog.plan.required import required_query
from sawlog.plan.steps import Step
from sawlog.query.ast import ALL, NONE, Query
from sawlog.query.evaluate import matches
from sawlog.storage.terms import supports


@dataclass(frozen=True)
class Known:
    """Statistics made by hand."""

    rows: int = 1_000_000
    freqs: Mapping[str, int] = field(default_factory=dict)
    bitmaps: Mapping[str, int] = field(default_factory=dict)
    timed: int = 1_000

    def doc_freq(self, token: str) -> int:
        return self.freqs.get(token, 0)

    def indexed(self, node: Query) -> bool:
        return supports(node)

    def bitmap_count(self, node: Query) -> int | None:
        return self.bitmaps.get(node.field)

    def time_count(self, node: Query) -> int:
        return self.timed


STATS = Known(freqs={"common": 800_000, "some": 5_000, "rare": 3}, bitmaps={"level": 40_000, "user": 10})


def term(word: str) -> Query:
    return Query("term", value=word)


def both(*children: Query) -> Query:
    return Query("and", children=children)


def level(name: str = "level") -> Query:
    return Query("compare", name, "eq", "error")


def executors(step: Step) -> list[str]:
    return [child.executor for child in step.children]


@pytest.mark.parametrize(
    ("query", "executor", "estimate"),
    [
        (ALL, "constant", 1_000_000),
        (NONE, "constant", 0),
        (term("some"), "terms", 5_000),
        (Query("phrase", value=("common", "rare")), "terms", 3),
        (Query("time", value=(1, 2)), "time", 1_000),
        (level(), "bitmap", 40_000),
        (level("id"), "scan", 100_000),
        (both(term("common"), term("rare"), term("some")), "terms", 3),
        (Query("not", children=(level(),)), "not", 960_000),
        (Query("or", children=(level(), term("rare"))), "or", 40_003),
    ],
)
def test_who_answers_and_what_is_expected(query: Query, executor: str, estimate: int) -> None:
    step = plan(query, STATS)
    assert (step.executor, step.estimate) == (executor, estimate)


def test_words_of_a_conjunction_are_one_question_and_the_cheapest_set_comes_first() -> None:
    step = plan(both(term("common"), level(), term("some"), level("user")), STATS)
    assert executors(step) == ["bitmap", "terms", "bitmap"]
    assert [child.estimate for child in step.children] == [10, 5_000, 40_000]
    assert step.children[1].node == both(term("common"), term("some"))


def test_scans_come_last_and_are_charged_for_what_is_left() -> None:
    regex = Query("regex", value=".x.y.")
    step = plan(both(regex, level("id"), term("rare")), STATS)
    assert executors(step)[0] == "terms"
    assert set(executors(step)[1:]) == {"scan"}
    assert step.cost < plan(regex, STATS).cost / 10


def test_a_regex_is_verified_on_the_rows_of_its_literal_where_they_are_few() -> None:
    few, many = (plan(Query("regex", value=f" {word}[0-9]+x"), STATS) for word in ("rare ", "common "))
    assert few.candidates is not None
    assert few.candidates.executor == "terms"
    assert many.candidates is None
    assert plan(Query("phrase", value=("some", "rare"), slop=2), STATS).candidates is not None


def test_all_steps_are_walked() -> None:
    step = plan(both(Query("regex", value=" rare "), level()), STATS)
    assert [s.executor for s in step.walk()].count("bitmap") == 1
    assert all(s.cost >= 0 and 0 <= s.estimate <= STATS.rows for s in step.walk())


@given(query=queries(), rows=st.integers(0, 10**7))
def test_every_query_has_a_plan_whose_leaves_cover_it(query: Query, rows: int) -> None:
    freqs = {word: min(rows, 7 * len(word)) for word in WORDS}
    step = plan(query, Known(rows, freqs, {"level": min(rows, 3)}, min(rows, 5)))
    assert step.node == query
    assert all(0 <= s.estimate <= rows for s in step.walk())
    for inner in step.walk():
        if inner.executor in ("or", "not"):
            assert tuple(child.node for child in inner.children) == inner.node.children
        if inner.executor == "terms":
            assert supports(inner.node)


TEXTS = st.lists(st.sampled_from([*WORDS, "\n", "_", "timeouts", "x"]), max_size=7).map(" ".join)


@given(node=text_leaves(), text=TEXTS)
def test_what_a_node_requires_holds_wherever_it_matches(node: Query, text: str) -> None:
    required = required_query(node)
    if required is not None and matches(node, text):
        assert matches(required, text)
