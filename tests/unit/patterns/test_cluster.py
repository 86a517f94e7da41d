"""Clustering: variables are found by how much a position varies; words that tell messages apart stay."""

from __future__ import annotations

import random

import polars as pl
import pytest

from sawlog.patterns.cluster import HIGHLY_VARIED, NUMBERED, VARIED, cluster

NAMES = [f"{a}{b}{c}" for a in "bdfgk" for b in "aeiou" for c in ("n", "rt", "l", "ska")]


def patterns(*templates: str) -> set[str]:
    return set(cluster(pl.Series(templates, dtype=pl.String)).to_list())


def test_a_word_of_many_values_is_a_variable() -> None:
    assert patterns(*(f"user {name} logged in" for name in NAMES[:VARIED])) == {"user <*> logged in"}
    few = [f"user {name} logged in" for name in NAMES[: VARIED - 1]]
    assert patterns(*few) == set(few)


def test_a_word_with_digits_in_it_gives_a_variable_away() -> None:
    users = [*(f"invalid user {name}" for name in NAMES[: NUMBERED - 1]), "invalid user test<*>"]
    assert patterns(*users) == {"invalid user <*>"}


def test_states_are_not_variables() -> None:
    lines = [f"TEST-{state} | <path> | took <*>ms" for state in ("PASS", "FAIL", "SKIP", "OK", "TIMEOUT", "CRASH")]
    assert patterns(*lines) == set(lines)


def test_states_are_told_apart_within_variables() -> None:
    lines = [f"worker {name} is {state}" for name in NAMES[:VARIED] for state in ("up", "down")]
    assert patterns(*lines) == {"worker <*> is up", "worker <*> is down"}


def test_two_variables_that_vary_together() -> None:
    rng = random.Random(1)
    lines = {f"{rng.choice(NAMES)} called {rng.choice(NAMES)} twice" for _ in range(800)}
    assert patterns(*lines) == {"<*> called <*> twice"}
    assert len(NAMES) >= HIGHLY_VARIED


def test_unrelated_messages_stay_apart() -> None:
    rng = random.Random(2)
    lines = {" ".join(rng.choice(NAMES) for _ in range(5)) for _ in range(300)}
    assert patterns(*lines) == lines
    assert patterns(*NAMES) == set(NAMES)


def test_only_messages_of_the_same_punctuation_are_compared() -> None:
    lines = [f"user={name}, ok" for name in NAMES[:VARIED]]
    assert patterns(*lines, "user kim, ok") == {"user=<*>, ok", "user kim, ok"}


def test_what_all_values_begin_and_end_with_stays() -> None:
    assert patterns(*(f"set browser.{n}.enabled to" for n in NAMES[:VARIED])) == {"set browser.<*>.enabled to"}
    assert patterns(*(f"set b.{'a' * k} to" for k in range(1, VARIED + 1))) == {"set b.<*> to"}
    assert patterns(*(f"set x{'a' * k} to" for k in range(1, VARIED + 1))) == {"set <*> to"}


def test_neither_order_nor_repetition_matters() -> None:
    rng = random.Random(3)
    lines = [f"{rng.choice(('get', 'put'))} {rng.choice(NAMES)} = {rng.choice(NAMES)} ok" for _ in range(500)]
    expected = dict(zip(lines, cluster(pl.Series(lines)).to_list(), strict=True))
    assert len(set(expected.values())) < len(expected) / 10
    for _ in range(5):
        rng.shuffle(lines)
        assert dict(zip(lines, cluster(pl.Series(lines)).to_list(), strict=True)) == expected
        assert dict(zip(lines * 2, cluster(pl.Series(lines * 2)).to_list(), strict=True)) == expected


@pytest.mark.parametrize("templates", [[], [""], ["", "a", "===", "a b"]])
def test_nothing_to_merge(templates: list[str]) -> None:
    assert cluster(pl.Series(templates, dtype=pl.String)).to_list() == templates
