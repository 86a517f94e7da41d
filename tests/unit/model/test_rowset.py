"""RowSet: a Python set of records."""

from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from sawlog.model.rowset import RowSet

members = st.sets(st.tuples(st.sampled_from("abc"), st.integers(1, 50)))


def rowset(pairs: set[tuple[str, int]]) -> RowSet:
    lines: dict[str, BitMap] = {}
    for source, line in pairs:
        lines.setdefault(source, BitMap()).add(line)
    return RowSet(lines)


@given(members, members)
def test_it_follows_the_laws_of_sets(a: set[tuple[str, int]], b: set[tuple[str, int]]) -> None:
    x, y = rowset(a), rowset(b)
    assert set(x & y) == a & b and set(x | y) == a | b and set(x - y) == a - b and set(x ^ y) == a ^ b
    assert len(x) == len(a) and bool(x) == bool(a)
    assert (x == y) == (a == b) and (a != b or hash(x) == hash(y))
    assert (x <= y) == (a <= b) and x.isdisjoint(y) == a.isdisjoint(b)


@given(members)
def test_it_survives_pickling(a: set[tuple[str, int]]) -> None:
    copy = pickle.loads(pickle.dumps(rowset(a)))
    assert copy == rowset(a) and hash(copy) == hash(rowset(a))


def test_membership() -> None:
    assert ("a", 7) in rowset({("a", 7)}) and ("a", 8) not in rowset({("a", 7)}) and 7 not in rowset({("a", 7)})


def test_only_sets_combine() -> None:
    with pytest.raises(TypeError, match=r"logs\.rows"):
        rowset(set()) & {1}  # type: ignore[operator]
