"""P21: a regex finds the records that the reference engine finds, is compiled once, and can exhaust nothing."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import log_bytes
from tests.support.datasets import OpenBytes, search, state_of

from sawlog.engine import Dataset
from sawlog.errors import QueryError
from sawlog.query.ast import Query
from sawlog.query.regex_cache import CHECKED, MAX_PATTERN, RegexCache, rust_pattern


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    return open_bytes(log_bytes("application", 5, 200, dirty=True), log_bytes("access", 6, 100))


@pytest.fixture(scope="module")
def texts(logs: Dataset) -> pl.Series:
    return logs.search("", limit=None).to_polars()["raw"]


PIECES = st.sampled_from(
    ["time", "out", "t", "\\w+", "\\d+", "\\d{2,}", "[a-f0-9]", "[^ ]+", " ", ".", ".*", "\\.", ":", "-", "=", "é", "K",
     "\\b", "\\S+", "\\s", "(reset|cache)", "(?:a|e)", "x?", "10\\.0", "error", "GET /"]
)  # fmt: skip
PATTERNS = st.tuples(
    st.sampled_from(["", "^", "(?i)"]), st.lists(PIECES, min_size=1, max_size=5), st.sampled_from(["", "$"])
)


@settings(max_examples=80)
@given(pieces=PATTERNS, flags=st.sampled_from(["", "i"]))
def test_the_records_are_those_of_the_reference_engine(
    logs: Dataset, texts: pl.Series, pieces: tuple[str, list[str], str], flags: str
) -> None:
    start, middle, end = pieces
    pattern = start + "".join(middle) + end
    expected = int(texts.str.contains(rust_pattern(pattern, flags)).sum())
    run = search(state_of(logs), Query("regex", value=pattern, flags=flags))
    assert run.count() == len(run.rowset()) == expected


def test_no_match_reaches_over_the_end_of_a_record(logs: Dataset, texts: pl.Series) -> None:
    for pattern in (r"(?s)timeout.*GET", r"\n20", r"[^x]{300}", r"\s{2,}\S+\s+\S+\s+\S+\s"):
        assert logs.count(f"raw:/{pattern}/") == int(texts.str.contains(pattern).sum())


def test_a_pattern_is_examined_once(logs: Dataset) -> None:
    logs.count("raw:/seen[0-9]once/")
    before = CHECKED.counts()
    for blanks in range(5):  # the same text again would not even be parsed
        logs.count(" " * blanks + "raw:/seen[0-9]once/ ")
    after = CHECKED.counts()
    assert after.misses == before.misses
    assert after.hits > before.hits


@given(keys=st.lists(st.integers(0, 9), max_size=60), size=st.integers(1, 5))
def test_the_cache_is_bounded_and_counts_what_it_does(keys: list[int], size: int) -> None:
    compiled: list[str] = []
    cache: RegexCache[str] = RegexCache(lambda pattern: compiled.append(pattern) or pattern, size)  # type: ignore[func-returns-value]
    for key in keys:
        assert cache.get(str(key)) == str(key)
        assert cache.counts().entries <= size
    counts = cache.counts()
    assert counts.hits + counts.misses == len(keys)
    assert counts.misses == len(compiled)
    assert counts.evictions == counts.misses - counts.entries


#: Each is exponential, or gigantic, in one engine or another.
CATASTROPHIC = [
    r"(a+)+$",
    r"(a|aa)+b",
    r"(.*)*x",
    r"([a-zA-Z]+)*\d",
    r"(x+x+)+y",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(?:(?:(?:a{0,30}){0,30}){0,3})b",
    r"(\w{1,50}\s?){1,50}z$",
    r"(?i)(k|K|\x{212a})+$",
]


@pytest.mark.parametrize("pattern", CATASTROPHIC)
def test_catastrophic_patterns_end(open_bytes: OpenBytes, pattern: str) -> None:
    hostile = "\n".join(["a" * 5_000, "x" * 5_000, "aB" * 3_000, "K" * 3_000, "word " * 1_000]).encode()
    logs = open_bytes(hostile)
    quoted = pattern.replace("/", "\\/")
    try:
        hits = logs.search(f"raw:/{quoted}/", timeout=20)
    except QueryError as refused:
        assert re.search(r"too large|repeats|longer", str(refused))
        return
    assert not hits.timed_out
    assert hits.total == int(logs.search("", limit=None).to_polars()["raw"].str.contains(pattern).sum())


@pytest.mark.parametrize("pattern", [r"a{1001}", r"(a{1000}){1000}", "x" * (MAX_PATTERN + 1), r"(\pL{500}){500}"])
def test_gigantic_patterns_are_refused_with_a_reason(logs: Dataset, pattern: str) -> None:
    with pytest.raises(QueryError, match=r"cannot be used: .*(large|repeats|longer)"):
        logs.search(f"raw:/{pattern}/")
    assert state_of(logs).pool.status().running == 0
