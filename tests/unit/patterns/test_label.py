"""Labels: each message gets one pattern, whatever portions and places messages come in, in bounded memory."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pytest

from sawlog.patterns import label as module
from sawlog.patterns.label import Labels, assign, label
from sawlog.patterns.words import words_query


def messages(count: int, seed: int = 1) -> list[str]:
    rng = random.Random(seed)
    kinds = ("job {n} done in {n} ms", "user {w} logged in", "{w} {w} {w}", "open /a/{w}/{n}: no such file")
    words = [a + b for a in ("al", "be", "ce", "do", "ek") for b in ("x", "ya", "zo", "ur", "in")]
    chosen = (rng.choice(kinds) for _ in range(count))
    return [kind.replace("{n}", str(rng.randint(0, 999))).replace("{w}", rng.choice(words)) for kind in chosen]


def named(parts: list[Labels]) -> list[str]:
    found, names = assign(parts)
    return [names[code] for codes in found for code in codes.tolist()]


def portions(texts: list[str], size: int) -> list[pl.Series]:
    return [pl.Series(texts[k : k + size]) for k in range(0, len(texts), size)]


@pytest.mark.parametrize("size", [1, 7, 100, 5_000])
def test_portions_and_places_do_not_matter(size: int) -> None:
    texts = messages(600)
    expected = named([label(portions(texts, 600))])
    assert named([label(portions(texts, size))]) == expected
    assert named([label([portion]) for portion in portions(texts, max(size, 50))]) == expected
    assert 3 <= len(set(expected)) < 200


def test_labels_of_some_messages_are_those_of_these_alone() -> None:
    texts = messages(400)
    rows = np.array([3, 5, 6, 200, 399])
    some = label(portions(texts, 64)).of(rows)
    alone = label([pl.Series([texts[row] for row in rows])])
    assert named([some]) == named([alone])
    assert sorted(some.templates.to_list()) == sorted(alone.templates.to_list())


def test_no_messages() -> None:
    assert named([label([])]) == []
    assert assign([]) == ([], [])


@pytest.mark.parametrize("maximum", [400, 100, 20, 1])
def test_too_many_templates_are_cut_the_same_wherever_they_are(maximum: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(4)
    letters = "abcdefghij"
    texts = [
        " ".join("".join(rng.choice(letters) for _ in range(1 if k < 2 else 4)) for k in range(rng.randint(1, 40)))
        for _ in range(900)
    ]
    monkeypatch.setattr(module, "MAX_TEMPLATES", maximum)
    whole = named([label(portions(texts, 900))])
    assert len(whole) == len(texts)
    assert len(set(whole)) <= maximum
    assert named([label(portions(texts[:300], 17)), label(portions(texts[300:], 64))]) == whole
    assert named([label([portion]) for portion in portions(texts, 10)]) == whole


@pytest.mark.parametrize(
    ("pattern", "query"),
    [
        ("Invalid user <*> from <ip> port <*>", '"invalid user" from port'),
        ("worker-<*> took <*>ms", "worker took"),
        ("utf<*> NOT found", '"not found"'),
        ("AND", "and"),
        ("<*>", ""),
        ("", ""),
        ("a-b_<*>", '"a b"'),
        ("x <*> x", "x"),
        ("cut in the midd…", '"cut in the"'),
    ],
)
def test_the_words_of_a_pattern_as_a_query(pattern: str, query: str) -> None:
    assert words_query(pattern) == query
