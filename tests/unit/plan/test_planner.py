"""The planner chooses, by statistics alone, who answers what and in which order."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import WORDS
from tests.support.queries import queries, text_leaves

from sawlog.errors import SettingsError
from sawlog.plan.costs import edge_batch, walk_cost
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.plan.required import required_query
from sawlog.plan.rules import STEP_RULES
from sawlog.plan.rules.base import StepRule
from sawlog.plan.steps import Step
from sawlog.query.ast import ALL, NONE, Query
from sawlog.query.evaluate import matches
from sawlog.query.matching import wildcard_regex
from sawlog.query.simplify import normalise
from sawlog.storage.terms import supports


@dataclass(frozen=True)
class Known:
    """Statistics made by hand."""

    rows: int = 1_000_000
    freqs: Mapping[str, int] = field(default_factory=dict)
    bitmaps: Mapping[str, int] = field(default_factory=dict)
    timed: int = 1_000
    tokens: int = 200_000
    vocabulary: tuple[str, ...] | None = None

    def words(self, node: Query) -> tuple[str, ...] | None:
        fits = re.compile(wildcard_regex(str(node.value))).fullmatch
        return None if self.vocabulary is None else tuple(filter(fits, self.vocabulary))

    def doc_freq(self, token: str) -> int:
        return self.freqs.get(token, 0)

    def indexed(self, node: Query) -> bool:
        return supports(node)

    def bitmap_count(self, node: Query) -> int | None:
        return self.bitmaps.get(node.field)

    def time_count(self, node: Query) -> int:
        return self.timed


STATS = Known(freqs={"common": 800_000, "some": 5_000, "rare": 3}, bitmaps={"level": 40_000, "user": 10})


def plan(query: Query, statistics: Known, *disabled: str) -> Step:
    return QueryOptimizer(disabled).plan(query, statistics).step


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


def negated(child: Query) -> Query:
    return Query("not", children=(child,))


def test_an_excluded_word_is_skipped_by_the_index_or_taken_away_from_what_is_left() -> None:
    together = plan(both(term("rare"), negated(term("common"))), STATS)
    assert together.executor == "terms"
    apart = plan(both(level(), negated(term("some"))), STATS)
    assert executors(apart) == ["bitmap", "except"]
    few = plan(both(level("user"), negated(term("common"))), STATS)
    assert executors(few) == ["bitmap", "scan"], "ten rows are looked at rather than 800,000 made"
    assert executors(plan(both(level(), negated(term("some"))), STATS, "exclusions")) == ["bitmap", "not"]


def test_a_wildcard_is_matched_on_rows_where_its_words_are_dear_to_find() -> None:
    infix = Query("wildcard", value="*x*")
    assert plan(infix, STATS).executor == "terms"
    assert plan(infix, Known(tokens=5_000_000)).executor == "scan"
    beside = plan(both(term("rare"), infix), STATS)
    assert executors(beside) == ["terms", "scan"]
    assert plan(both(term("rare"), infix), STATS, "wildcard-bounds").executor == "terms"
    assert plan(both(term("rare"), Query("wildcard", value="abcd*")), STATS).executor == "terms"


def test_a_fuzzy_word_is_dear_to_look_for_in_rows() -> None:
    fuzzy = Query("fuzzy", value="timeuot", distance=1)
    ids = Known(tokens=5_000_000, freqs=STATS.freqs, bitmaps=STATS.bitmaps)
    assert plan(fuzzy, ids).executor == "terms", "the dictionary is gone through faster than all rows"
    assert executors(plan(both(level("user"), fuzzy), ids)) == ["bitmap", "scan"], "but not faster than ten rows"
    assert executors(plan(both(level(), fuzzy), ids)) == ["bitmap", "terms"]
    assert not plan(Query("or", children=(term("common"), fuzzy)), ids).bulk
    near = Query("phrase", value=("common", "some"), slop=3)
    assert plan(near, ids).candidates is not None
    assert edge_batch(fuzzy) > 5 * edge_batch(term("common")), "the newest are not found by looking at the last rows"
    assert walk_cost(ids, fuzzy) < walk_cost(ids, replace(fuzzy, value="it", distance=1)), "a short word is near most"


def test_a_word_that_is_not_there_settles_its_part() -> None:
    absent = term("absent")
    assert plan(both(term("rare"), absent, Query("regex", value="x")), STATS) == plan(NONE, STATS)
    assert plan(Query("or", children=(Query("phrase", value=("common", "absent")), level())), STATS) == plan(
        level(), STATS
    )
    assert plan(negated(absent), STATS) == plan(ALL, STATS)
    assert plan(absent, STATS, "absent-words").executor == "terms"


def test_wildcards_and_pieces_of_a_regex_become_the_words_that_they_fit() -> None:
    known = Known(freqs=STATS.freqs, vocabulary=("common", "rare", "some"))
    assert plan(Query("wildcard", value="*ar?"), known).node == term("rare")
    assert plan(Query("wildcard", value="*xyz*"), known) == plan(NONE, known)
    assert plan(Query("wildcard", value="*om*"), known).node == Query("or", children=(term("common"), term("some")))
    assert plan(Query("wildcard", value="*ar?"), known, "spelled-wildcards").node.kind == "wildcard"
    regex = plan(Query("regex", value="[a-z]are="), known)
    assert regex.candidates is not None
    assert regex.candidates.node == term("rare")
    assert plan(Query("regex", value="xyz="), known) == plan(NONE, known)


def test_most_rows_of_a_partition_are_had_by_a_scan() -> None:
    assert plan(term("common"), STATS).bulk
    assert not plan(term("some"), STATS).bulk
    assert not plan(term("common"), STATS, "bulk-scans").bulk


def test_each_rule_for_plans_can_be_switched_off() -> None:
    query = both(term("some"), term("rare"), Query("regex", value=" rare "), negated(level()), level("user"))
    assert executors(plan(query, STATS, "text-together")).count("terms") == 2
    assert executors(plan(query, STATS, "cheapest-first"))[0] != "bitmap"
    regex = Query("regex", value=" rare ")
    assert plan(regex, STATS).candidates is not None
    assert plan(regex, STATS, "regex-literals").candidates is None
    with pytest.raises(SettingsError, match=r"no optimizer rule 'magic'.*cheapest-first"):
        QueryOptimizer(["magic"])


@given(query=queries(), rows=st.integers(0, 10**7), off=st.sets(st.sampled_from([r.name for r in STEP_RULES])))
def test_every_query_has_a_plan_whose_leaves_cover_it(query: Query, rows: int, off: set[str]) -> None:
    freqs = {word: min(rows, 7 * len(word)) for word in WORDS}
    step = plan(query, Known(rows, freqs, {"level": min(rows, 3)}, min(rows, 5)), *off)
    assert step.node == query or "absent-words" not in off
    assert all(0 <= s.estimate <= rows for s in step.walk())
    for inner in step.walk():
        if inner.executor in ("or", "not"):
            covered = [part for child in inner.children for part in (child.node, *child.node.children)]
            assert set(inner.node.children) <= set(covered) or "absent-words" not in off
        if inner.executor == "terms":
            assert supports(inner.node)


TEXTS = st.lists(st.sampled_from([*WORDS, "\n", "_", "timeouts", "x"]), max_size=7).map(" ".join)


@given(node=text_leaves(), text=TEXTS)
def test_what_a_node_requires_holds_wherever_it_matches(node: Query, text: str) -> None:
    required = required_query(node)
    if required is not None and matches(node, text):
        assert matches(required, text)


@pytest.mark.parametrize("rule", [rule for rule in STEP_RULES if rule.about], ids=lambda rule: rule.name)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_rule_leaves_alone_what_it_is_not_about(rule: StepRule, data: st.DataObject) -> None:
    """Such plans are not even shown to it."""
    query = normalise(data.draw(queries()))
    step = QueryOptimizer([rule.name]).plan(query, STATS).step
    if rule.about.isdisjoint(query.kinds):
        assert rule.apply(step, STATS) == step


@pytest.mark.parametrize("negated", [False, True])
def test_what_other_rules_have_settled_is_not_asked_of_the_text_index(negated: bool) -> None:
    absent = both(Query("phrase", value=("never", "said")), Query("regex", value="t.m"))
    either = Query("or", children=(term("some"), term("rare"), absent))
    query = both(term("common"), Query("not", children=(either,))) if negated else either
    step = plan(query, STATS)
    assert step.executor == "terms"
    assert supports(step.node)
