"""The rules that simplify queries: what each does, and that no record is gained or lost by it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import WORDS
from tests.support.queries import queries

from sawlog.plan import optimizer
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.plan.rules import QUERY_RULES
from sawlog.plan.rules.base import QueryRule
from sawlog.query.ast import Query
from sawlog.query.evaluate import matches
from sawlog.query.parser import parse
from sawlog.query.simplify import canonical, normalise

FIELDS = ("status", "took_ms", "host", "user")

#: rule, query, what it becomes
EXAMPLES = [
    ("common-factors", "(a AND b) OR (a AND c)", "a AND (b OR c)"),
    ("common-factors", "a OR (a AND b)", "a"),
    ("common-factors", "a AND (a OR b)", "a"),
    ("field-ranges", "status:>=500 status:<600 x", "status:[500 TO 600} x"),
    ("field-ranges", "took_ms:>1s took_ms:>500ms", "took_ms:>1s"),
    ("field-ranges", "status:>=500 status:<500", "NOTHING"),
    ("implied-words", '"connection reset by" reset peer', '"connection reset by" peer'),
    ("implied-words", "timeout time*", "timeout"),
    ("implied-words", "host:web host:*", "host:web"),
    ("implied-words", 'reset OR "connection reset"', "reset"),
    ("implied-words", "time* OR timeout OR other", "time* OR other"),
]


def tree(text: str) -> Query:
    if text == "NOTHING":
        return Query("none")
    return parse(text, fields=FIELDS).query


@pytest.mark.parametrize(("name", "before", "after"), EXAMPLES)
def test_what_a_rule_does(name: str, before: str, after: str) -> None:
    query = tree(before)
    others = {rule.name for rule in QUERY_RULES} - {name, "normal-form"}
    one = QueryOptimizer(others)
    assert canonical(one.simplify(query)) == canonical(tree(after))
    assert name in {applied.rule for applied in one.applied}
    assert all(applied.seconds > 0 and applied.what for applied in one.applied)
    assert QueryOptimizer([name, "normal-form"]).simplify(query) != tree(after)


def test_alternatives_under_a_not_are_taken_apart() -> None:
    a, b = Query("term", value="a"), Query("term", value="b")
    negated = Query("not", children=(Query("or", children=(a, b)),))
    apart = Query("and", children=(Query("not", children=(a,)), Query("not", children=(b,))))
    assert QueryOptimizer().simplify(negated) == apart
    assert QueryOptimizer(["negations"]).simplify(negated) == negated


def test_nested_conjunctions_are_flattened() -> None:
    a, b = Query("term", value="a"), Query("term", value="b")
    nested = Query("and", children=(a, Query("and", children=(b, Query("and", children=(a, Query("all")))))))
    assert QueryOptimizer().simplify(nested) == Query("and", children=(a, b))


def test_alternatives_of_a_field_become_a_set() -> None:
    optimizer = QueryOptimizer()
    simpler = optimizer.simplify(tree("status:500 OR x OR status:(502 OR 503)"))
    assert simpler.kind == "or"
    assert simpler.children[0] == Query("compare", "status", "in", frozenset({"500", "502", "503"}))
    assert [child.kind for child in simpler.children] == ["compare", "term"]
    assert "alternatives-to-set" in {applied.rule for applied in optimizer.applied}
    assert QueryOptimizer(["alternatives-to-set"]).simplify(tree("a OR status:1 OR status:2")).children[1].op == "eq"


def test_time_ranges_become_one() -> None:
    def time(low: int | None, high: int | None) -> Query:
        return Query("time", value=(low, high))

    def simplified(kind: str, *children: Query) -> Query:
        return QueryOptimizer().simplify(Query(kind, children=children))  # type: ignore[arg-type]

    assert simplified("and", time(1, 9), time(5, None)) == time(5, 9)
    assert simplified("and", time(1, 4), time(5, None)) == Query("none")
    assert simplified("or", time(1, 5), time(5, 9)) == time(1, 9)
    assert simplified("or", time(1, 4), time(5, 9)).kind == "or"


def test_every_rule_for_queries_has_an_example() -> None:
    others = {"time-ranges", "negations", "normal-form", "alternatives-to-set"}
    assert {rule.name for rule in QUERY_RULES} == {name for name, _, _ in EXAMPLES} | others


RECORDS = st.builds(
    lambda words, values: (" ".join(words), values),
    st.lists(st.sampled_from([*WORDS, "x_y", "-"]), max_size=8),
    st.fixed_dictionaries(
        {
            "level": st.sampled_from(["error", "info", None]),
            "status": st.sampled_from([None, 200, 404, 500, 503]),
            "timestamp": st.sampled_from([None, 0, 1_700_000_000_000_000_000]),
            "source": st.just("/logs/a.log"),
        }
    ),
)


@settings(max_examples=300)
@given(
    query=queries(),
    records=st.lists(RECORDS, min_size=1, max_size=6),
    off=st.sets(st.sampled_from([rule.name for rule in QUERY_RULES])),
)
def test_no_rule_gains_or_loses_a_record(
    query: Query, records: list[tuple[str, dict[str, object]]], off: set[str]
) -> None:
    simpler = QueryOptimizer(off).simplify(query)
    for raw, values in records:
        everything = values | {"message": raw, "line": 1}
        assert matches(simpler, raw, everything.get) == matches(query, raw, everything.get)


def test_a_thousand_alternatives_are_simplified_in_a_moment() -> None:
    words = [f"w{number}" for number in range(5_000)]
    query = normalise(parse(" OR ".join(words)).query)
    assert QueryOptimizer().simplify(query) == query


@pytest.mark.parametrize("rule", [rule for rule in QUERY_RULES if rule.about], ids=lambda rule: rule.name)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_rule_leaves_alone_what_it_is_not_about(rule: QueryRule, data: st.DataObject) -> None:
    """Such queries are not even shown to it."""
    query = normalise(data.draw(queries()))
    if rule.about.isdisjoint(query.kinds):
        assert rule.apply(query) == query


def test_what_a_query_became_is_remembered_with_the_rules_that_did_it() -> None:
    query = tree('"connection reset by" reset remembered')
    first, again, without = QueryOptimizer(), QueryOptimizer(), QueryOptimizer(["implied-words"])
    simplified = first.simplify(query)
    assert again.simplify(tree('"connection reset by" reset remembered')) is simplified
    assert again.applied == first.applied != []
    assert without.simplify(query) != simplified
    many = Query("compare", "user", "in", frozenset(f"user{k}" for k in range(5_000)))
    remembered = optimizer._simplified.cache_info().currsize
    assert QueryOptimizer().simplify(many) is not None
    assert optimizer._simplified.cache_info().currsize == remembered, "a large set is not kept for the next time"
