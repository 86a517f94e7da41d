"""The tokens of a partition: those that hold a piece are found by their bytes, and are those that a wildcard fits."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.errors import StoreError
from sawlog.query.matching import wildcard_regex
from sawlog.storage import vocabulary
from sawlog.storage.terms import TermWriter
from sawlog.storage.vocabulary import MOST_WORDS, Vocabulary, counted_tokens, write_vocabulary

TOKENS = st.lists(st.text("abé1", min_size=1, max_size=5), max_size=40, unique=True)


@given(tokens=TOKENS, wildcard=st.text("abé1*?", min_size=1, max_size=5))
def test_it_gives_the_tokens_that_a_wildcard_fits(
    tmp_path_factory: pytest.TempPathFactory, tokens: list[str], wildcard: str
) -> None:
    path = tmp_path_factory.mktemp("tokens") / "tokens"
    write_vocabulary(path, tokens)
    fits = re.compile(wildcard_regex(wildcard)).fullmatch
    found = Vocabulary(path).fitting(wildcard)
    if set(wildcard) <= {"*", "?"}:
        assert found is None, "there is no piece to look for"
    else:
        assert found == tuple(token for token in sorted(tokens) if fits(token))


def test_too_many_words_are_not_spelled_out(tmp_path: Path) -> None:
    write_vocabulary(tmp_path / "tokens", (f"id{number}" for number in range(MOST_WORDS + 1)))
    assert Vocabulary(tmp_path / "tokens").fitting("*d*") is None
    assert Vocabulary(tmp_path / "tokens").fitting("id51?") is not None


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    write_vocabulary(tmp_path / "tokens", ["word"])
    (tmp_path / "tokens").write_bytes((tmp_path / "tokens").read_bytes()[:-3])
    with pytest.raises(StoreError, match=r"tokens of the dataset .* is damaged"):
        Vocabulary(tmp_path / "tokens")


def test_a_large_dictionary_is_not_walked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = TermWriter(tmp_path / "terms")
    writer.prepend(pa.array([f"id{number}" for number in range(500)], pa.large_string()))
    writer.close()
    counted = counted_tokens(tmp_path / "terms", 10_000)
    assert counted is not None and len(counted) == 500
    monkeypatch.setattr(vocabulary, "_SMALL_DICTIONARY", 100)
    assert counted_tokens(tmp_path / "terms", 10_000) is None
