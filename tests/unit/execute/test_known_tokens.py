"""Tokens that are all known: ranking begins with the most frequent, and the others are told when asked for."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.execute import known_tokens
from sawlog.execute.known_tokens import Counted, Walked
from sawlog.execute.token_counts import TokenCounts, token_counts
from sawlog.execute.work import Stopped, Work
from sawlog.model.progress import CancelToken

WORDS = st.text("aäb0", min_size=1, max_size=3)


@given(texts=st.lists(st.lists(WORDS, min_size=1, max_size=5), max_size=30), prefix=st.text("aä", max_size=2))
def test_counts_are_those_of_the_texts(texts: list[list[str]], prefix: str) -> None:
    frames = [
        token_counts(pa.array([" ".join(words) for words in some], pa.large_string()), "")
        for some in (texts[::2], texts[1::2])
    ]
    every = {word: sum(word in words for words in texts) for words in texts for word in words}
    counts = TokenCounts(frames).beginning_with(prefix)
    expected = {word: count for word, count in every.items() if word.startswith(prefix)}
    assert counts.counts() == expected
    assert len(counts) == len(expected)
    assert counts.of([*every, "x"]) == expected
    assert all(counts.count(word) == expected.get(word, 0) for word in [*every, "", "x"])
    best = counts.most_frequent(3)
    assert [count for _, count in best] == sorted(expected.values(), reverse=True)[:3]
    assert all(expected[word] == count for word, count in best)


@pytest.mark.parametrize("kind", ["counted", "walked"])
def test_what_is_not_among_the_best_is_bounded_and_told(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_tokens, "_BEST", 2)
    lines = ["error error timeout", "error reset", "error timeout"]
    counts = TokenCounts([token_counts(pa.array(lines, pa.large_string()), "")])
    work = Work()
    source = Counted(counts, work) if kind == "counted" else Walked(counts.most_frequent(9), work)
    assert source.upper == {"error": 3, "timeout": 2}
    assert source.bound == 2
    assert source.seconds("error") == 0 < source.seconds("reset")
    assert [source.count(word) for word in ("error", "reset", "nothing")] == [3, 1, 0]
    deep = source.deepen()
    assert deep.bound == 0
    assert deep.upper == {"error": 3, "timeout": 2, "reset": 1}
    assert deep.deepen() is deep
    assert deep.seconds("nothing") == deep.count("nothing") == 0


def test_all_tokens_are_not_gone_through_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_tokens, "_BEST", 1)
    counts = TokenCounts([token_counts(pa.array(["a b", "a"], pa.large_string()), "")])
    late = Work(CancelToken(0.0))
    for source in (Counted(counts, late), Walked(counts.most_frequent(9), late)):
        with pytest.raises(Stopped):
            source.deepen()
