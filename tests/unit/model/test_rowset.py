"""RowSet obeys the laws of sets."""

from __future__ import annotations

import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap, BitMap64

from sawlog.errors import QueryError
from sawlog.model.rowset import LazyRowSet, LineSet, RowSet, bitmap_of, offsets_between, to_numpy

OFFSETS = st.integers(0, 40) | st.sampled_from([70_000, 2**32 - 1, 2**32, 2**53])
PAIRS = st.frozensets(st.tuples(st.sampled_from(["a", "b", "c"]), OFFSETS), max_size=25)


def rowset(pairs: frozenset[tuple[str, int]]) -> RowSet:
    offsets: dict[str, BitMap64] = {}
    for source, offset in pairs:
        offsets.setdefault(source, BitMap64()).add(offset)
    return RowSet(offsets, "logs")


@given(a=PAIRS, b=PAIRS)
def test_it_behaves_as_a_set_of_pairs(a: frozenset[tuple[str, int]], b: frozenset[tuple[str, int]]) -> None:
    left, right = rowset(a), rowset(b)
    assert set(left | right) == a | b
    assert set(left & right) == a & b
    assert set(left - right) == a - b
    assert set(left ^ right) == a ^ b
    assert (left == right) == (a == b)
    assert (left <= right) == (a <= b) == left.issubset(right)
    assert left.isdisjoint(right) == a.isdisjoint(b)
    assert len(left) == len(a)
    assert bool(left) == bool(a)
    assert list(left) == sorted(a)
    assert all((pair in left) == (pair in a) for pair in a | b)
    assert set(left.sources) == {source for source, _ in a}


def test_sets_of_two_datasets_combine_only_where_they_share_a_file() -> None:
    mine, shared = RowSet({"a": BitMap64([1, 2])}, "mine"), RowSet({"a": BitMap64([2, 3])}, "other")
    foreign = RowSet({"b": BitMap64([2])}, "other")
    assert set(mine & shared) == {("a", 2)}
    for combine in (RowSet.__and__, RowSet.__or__, RowSet.__sub__, RowSet.__xor__):
        with pytest.raises(QueryError, match="the dataset 'mine' and one of 'other' have no file in common"):
            combine(mine, foreign)
        assert set(combine(mine, RowSet({}, "other"))) <= set(mine)
    assert mine.isdisjoint(foreign) and not mine <= foreign


@given(a=PAIRS, b=PAIRS)
def test_equal_sets_are_one_key_however_they_were_made(
    a: frozenset[tuple[str, int]], b: frozenset[tuple[str, int]]
) -> None:
    made = (rowset(a) | rowset(b)) - (rowset(b) - rowset(a))
    assert made == rowset(a)
    assert hash(made) == hash(rowset(a))
    assert {made: 1}[rowset(a)] == 1
    assert len({rowset(a), made}) == 1


@given(a=PAIRS)
def test_it_survives_pickling_and_copying(a: frozenset[tuple[str, int]]) -> None:
    for again in (pickle.loads(pickle.dumps(rowset(a))), copy.deepcopy(rowset(a)), copy.copy(rowset(a))):
        assert again == rowset(a)
        assert hash(again) == hash(rowset(a))
        assert again.dataset == "logs"


def test_members_are_hits_and_pairs_and_nothing_else() -> None:
    some = rowset(frozenset({("a", 1)}))
    assert ("a", 1) in some
    assert SimpleNamespace(source_id="a", offset=1) in some
    assert all(
        item not in some for item in (("a", 2), ("b", 1), ("a",), ("a", "1"), "a", None, 1, SimpleNamespace(offset=1))
    )


def test_it_cannot_be_changed_from_outside() -> None:
    mine = BitMap([1])
    some = RowSet({"a": mine})
    mine.add(2)
    assert list(some) == [("a", 1)]


def test_other_types_are_refused_as_sets_refuse_them() -> None:
    with pytest.raises(TypeError):
        rowset(frozenset()) | {("a", 1)}  # type: ignore[operator]
    assert rowset(frozenset()) != set()


@given(values=st.lists(st.integers(0, 2**32 - 1), unique=True, max_size=50))
def test_numpy_and_back(values: list[int]) -> None:
    assert to_numpy(bitmap_of(np.array(values, dtype=np.int64))).tolist() == sorted(values)
    assert to_numpy(bitmap_of(np.array(values, dtype=np.uint32)[::2])).tolist() == sorted(values[::2])


def test_a_lazy_set_is_a_set_that_is_made_when_its_members_are_asked_for() -> None:
    made: list[int] = []

    def make() -> RowSet:
        made.append(1)
        return rowset(frozenset({("a", 1), ("a", 2), ("b", 7)}))

    lazy, plain = LazyRowSet(3, make, "logs"), make()
    made.clear()
    assert (len(lazy), bool(lazy), repr(lazy)) == (3, True, "<RowSet of 3 records>")
    assert not hasattr(lazy, "anything")
    assert made == []
    assert ("a", 2) in lazy
    assert lazy == plain == lazy
    assert hash(lazy) == hash(plain)
    assert lazy | plain == lazy & plain == plain - RowSet({})
    assert lazy.sources == ("a", "b")
    assert made == [1]
    for copied in (pickle.loads(pickle.dumps(lazy)), copy.copy(lazy), copy.deepcopy(lazy)):
        assert copied == plain
        assert (len(copied), copied.dataset) == (3, "logs")
    assert not LazyRowSet(0, lambda: RowSet({}))


@given(a=PAIRS, start=OFFSETS, stop=OFFSETS)
def test_a_stretch_of_a_source(a: frozenset[tuple[str, int]], start: int, stop: int) -> None:
    expected = sorted(offset for source, offset in a if source == "a" and start <= offset < stop)
    assert offsets_between(rowset(a).offsets("a"), start, max(start, stop)).tolist() == expected


def test_lines_are_compared_by_what_they_hold() -> None:
    some = LineSet({"a": BitMap([1, 2]), "b": BitMap()})
    assert some == LineSet({"a": BitMap([2, 1])}) and hash(some) == hash(LineSet({"a": BitMap([1, 2])}))
    assert some != LineSet({"a": BitMap([1])}) and some != 1
    assert 2 in some.lines("a") and not some.lines("b")
