"""The text index gives exactly what the reference semantics give, on any text."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import WORDS, words
from tests.support.queries import queries, text_leaves

from sawlog.errors import StoreError
from sawlog.query.ast import Query
from sawlog.query.evaluate import matches
from sawlog.query.simplify import normalise
from sawlog.storage import terms
from sawlog.storage.terms import TermReader, TermWriter, supports


def indexed(directory: Path, texts: list[str]) -> TermReader:
    writer = TermWriter(directory / "terms")
    for start in reversed(range(0, len(texts), 7)):
        writer.prepend(pa.array(texts[start : start + 7], pa.large_string()))
    writer.close()
    return TermReader(directory / "terms")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], TermReader]:
    import random

    rng = random.Random(7)
    texts = [words(rng, 9) for _ in range(150)] + [
        "",
        "\x00",
        "a" * 300,
        "İ i\u0307 I \u0131",
        "ΣΊΣΥΦΟΣ σίσυφος",
        "x\ny",
    ]
    texts += [f"{word}{other}" for word in WORDS[:12] for other in ("", "_x", "9", "\u0301")]
    return texts, indexed(tmp_path_factory.mktemp("terms"), texts)


@settings(max_examples=150)
@given(query=queries(text_leaves().filter(supports)))
def test_every_tree_it_supports_is_answered_exactly(corpus: tuple[list[str], TermReader], query: Query) -> None:
    texts, reader = corpus
    expected = [row for row, text in enumerate(texts) if matches(query, text)]
    assert sorted(reader.rows(query).tolist()) == expected
    assert reader.count(query) == len(expected)
    if expected:
        assert reader.newest(query, 5).tolist() == expected[::-1][:5]
        assert reader.newest(query, 5, oldest=True).tolist() == expected[:5]
    rows, scores = reader.ranked(query, len(texts))
    assert sorted(rows.tolist()) == expected
    assert (scores[:-1] >= scores[1:]).all()


@settings(max_examples=12)
@given(texts=st.lists(st.text(st.characters(codec="utf-8"), max_size=20), min_size=1, max_size=12), data=st.data())
def test_every_token_of_any_text_is_found(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    from sawlog.query.tokens import words as tokens

    reader = indexed(tmp_path_factory.mktemp("any"), texts)
    for token in {token for text in texts for token in tokens(text)}:
        query = Query("term", value=token)
        expected = [row for row, text in enumerate(texts) if token in tokens(text)]
        assert sorted(reader.rows(query).tolist()) == expected
        assert reader.doc_freq(token) == len(expected)


def test_tokens_longer_than_the_usual_limit(tmp_path: Path) -> None:
    digest, long = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "y" * 65_000
    reader = indexed(tmp_path, [f"sum {digest} ok", f"token {long}", "other"])
    assert reader.rows(Query("term", value=digest)).tolist() == [0]
    assert reader.rows(Query("term", value=long)).tolist() == [1]
    assert reader.rows(Query("wildcard", value="e3b0*b855")).tolist() == [0]


def test_terms_by_prefix(corpus: tuple[list[str], TermReader]) -> None:
    found = corpus[1].terms("re", 3)
    assert {term for term, _ in found} <= {"request", "reset", "retry"} | {w for w, _ in corpus[1].terms("re")}
    assert [count for _, count in found] == sorted((count for _, count in found), reverse=True)


def test_what_it_does_not_support_is_told() -> None:
    assert supports(normalise(Query("and", children=(Query("term", value="a"), Query("fuzzy", value="b", distance=1)))))
    for node in (
        Query("regex", value="a"),
        Query("phrase", value=("a", "b"), slop=1),
        Query("compare", "level", "eq", "info"),
        Query("time", value=(1, 2)),
    ):
        assert not supports(node)
        assert not supports(Query("or", children=(Query("term", value="a"), node)))


def test_an_index_that_cannot_be_locked_is_read_nevertheless(tmp_path: Path) -> None:
    expected = indexed(tmp_path, ["one two", "two"]).rows(Query("term", value="two"))
    lock = tmp_path / "terms" / ".tantivy-meta.lock"
    lock.unlink()
    lock.mkdir()  # as on a read-only disk, and for root too
    reader = TermReader(tmp_path / "terms")
    assert sorted(reader.rows(Query("term", value="two"))) == sorted(expected) == [0, 1]
    assert reader.terms("o") == [("one", 1)]


def test_a_damaged_index_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="drop the dataset"):
        TermReader(tmp_path)


def test_rows_are_taken_out_in_slices_between_which_it_can_be_stopped(
    corpus: tuple[list[str], TermReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts, reader = corpus
    whole = reader.rows(Query("all"))
    assert len(whole) == len(texts)
    monkeypatch.setattr(terms, "_SLICE", 40)
    looks: list[int] = []
    assert reader.rows(Query("all"), lambda: looks.append(1)).tolist() == whole.tolist()
    assert len(looks) == -(-len(texts) // 40)
    assert reader.newest(Query("all"), 90).tolist() == whole[:90].tolist()
    assert reader.newest(Query("all"), 90, oldest=True).tolist() == sorted(whole.tolist())[:90]

    def stop() -> None:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        reader.rows(Query("all"), stop)
