"""Byte scanning yields every record that matches, and where it claims to be exact, no other."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.corpora import WORDS
from tests.support.queries import queries, text_leaves

from sawlog.execute import bytescan
from sawlog.execute import frame as frames
from sawlog.execute.bytescan import compile_scanner, records_of
from sawlog.execute.fields import FieldReader
from sawlog.execute.frame import Frame
from sawlog.execute.raw import required_nodes
from sawlog.query.ast import Query
from sawlog.query.evaluate import matches
from sawlog.query.regex_cache import check_pattern
from sawlog.storage.terms import foreign_records

pytestmark = pytest.mark.skipif(bytescan.hyperscan is None, reason="there is no Hyperscan for this platform")

PARTS = st.sampled_from(
    [*WORDS, "", "_", "\n", "\t", "\r", "\x0b", "\x00", "k", "K", "\u212a", "a", "b", "-", "timeout", "x" * 70]
)
TEXTS = st.lists(
    st.lists(PARTS, max_size=6).map(lambda parts: st.just("".join(parts))).flatmap(lambda s: s), min_size=1, max_size=8
)
ATOMS = st.sampled_from(
    ["a", "b", "k", ".", r"\w", r"\s", r"\d", r"\W", "[^a]", "[a-c]", r"\b", r"\B", "^", "$", r"\n", r"\x00", "é", "_"]
)


def regexes() -> st.SearchStrategy[str]:
    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.lists(inner, min_size=1, max_size=3).map("".join),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
            st.builds(lambda part, times: f"(?:{part}){times}", inner, st.sampled_from(["*", "+", "?", "{2}", "+?"])),
            inner.map(lambda part: f"(?i:{part})"),
        )

    return st.recursive(ATOMS, grow, max_leaves=5)


@pytest.fixture(autouse=True)
def both_kinds_of_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytescan, "_FREQUENT", 2)


def frame(texts: list[str]) -> Frame:
    separated = pa.array([text + "\n" for text in texts], pa.large_string())
    return Frame(separated, FieldReader(pa.table({}), (), ()))


def check(node: Query, texts: list[str]) -> None:
    expected = [matches(node, text) for text in texts]
    assert frame(texts).mask(node).tolist() == expected
    scanner = compile_scanner((node,))
    if scanner is None:
        return
    encoded = [text.encode() + b"\n" for text in texts]
    data = b"".join(encoded)
    starts = np.cumsum([0, *map(len, encoded)][:-1])
    ends, exact = scanner.ends(data)
    found, foreign = set(records_of(ends, starts)), set(foreign_records(np.frombuffer(data, np.uint8), starts))
    wanted = {row for row, hit in enumerate(expected) if hit}
    begun = set(records_of(ends + 1, starts))
    assert wanted <= found | foreign | begun
    if exact:
        assert found - foreign == wanted - foreign
    if node.kind != "regex":
        assert wanted <= found, "the search of what is not indexed relies on it"


@settings(max_examples=150)
@given(node=text_leaves(), texts=TEXTS)
@example(node=Query("regex", value=r"^\b"), texts=["a", "b"])
@example(node=Query("term", value="kelvin"), texts=["\u212aelvin", "KELVIN"])
@example(node=Query("phrase", value=("a", "b")), texts=["a", "b"])
def test_text_nodes_on_any_texts(node: Query, texts: list[str]) -> None:
    check(node, texts)


@settings(max_examples=250)
@given(pattern=regexes(), flags=st.sampled_from(["", "i"]), texts=TEXTS)
@example(pattern=r"a$", flags="", texts=["a\r", "a"])
@example(pattern=r"^\B", flags="", texts=["", "-", "a"])
def test_any_regex_on_any_texts(pattern: str, flags: str, texts: list[str]) -> None:
    check_pattern(pattern, flags)
    check(Query("regex", value=pattern, flags=flags), texts)


@settings(max_examples=60)
@given(node=text_leaves(), texts=TEXTS, repeat=st.integers(2, 5))
def test_a_frequent_word_is_as_exact_as_a_rare_one(node: Query, texts: list[str], repeat: int) -> None:
    many = texts * repeat
    expected = [matches(node, text) for text in texts] * repeat
    assert frame(many).mask(node).tolist() == expected


def test_a_phrase_does_not_begin_in_one_record_and_end_in_the_next() -> None:
    texts = ["connection", "reset", "x"] * 5 + ["connection reset"]
    assert frame(texts).mask(Query("phrase", value=("connection", "reset"))).tolist() == [False] * 15 + [True]


@settings(max_examples=60)
@given(query=queries(text_leaves()), texts=TEXTS)
def test_what_a_query_requires_is_in_every_record_that_matches(query: Query, texts: list[str]) -> None:
    needed = required_nodes(query)
    if needed is None:
        return
    for text in texts:
        assert not matches(query, text) or any(matches(node, text) for node in needed)


def test_without_hyperscan_the_reference_engine_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytescan, "hyperscan", None)
    compile_scanner.cache_clear()
    texts = ["timeout", "no", "Timeout\u212a", "time out"]
    for node in (Query("term", value="timeout"), Query("regex", value="(?i)^time"), Query("wildcard", value="*out*")):
        assert compile_scanner((node,)) is None
        assert frame(texts).mask(node).tolist() == [matches(node, text) for text in texts]
    compile_scanner.cache_clear()


def test_slices_of_a_larger_array_are_scanned_as_such() -> None:
    texts = [f"word{k} timeout" if k % 3 == 0 else f"word{k}" for k in range(50)]
    whole = pa.array([text + "\n" for text in texts], pa.large_string())
    part = Frame(whole.slice(10, 20), FieldReader(pa.table({}), (), ()))
    assert part.mask(Query("term", value="timeout")).tolist() == ["timeout" in text for text in texts[10:30]]
    assert (
        Frame(whole.slice(5, 0), FieldReader(pa.table({}), (), ())).mask(Query("term", value="timeout")).tolist() == []
    )


@pytest.mark.parametrize("node", [Query("fuzzy", value="timeuot", distance=2), Query("regex", value="é|t.m")])
def test_texts_are_confirmed_in_slices_between_which_it_can_be_stopped(
    node: Query, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frames, "_CONFIRMED", 50)
    monkeypatch.setattr(frames, "_JUDGED", 50)
    texts = ["no", "timeout é"] * 100
    looks: list[int] = []
    separated = pa.array([text + "\n" for text in texts], pa.large_string())
    part = Frame(separated, FieldReader(pa.table({}), (), ()), lambda: looks.append(1))
    assert part.confirm(node, np.arange(200)).tolist() == [False, True] * 100
    assert part.confirm(node, np.arange(1, 200, 2)).tolist() == [False, True] * 100
    assert len(looks) == 4 + 2
