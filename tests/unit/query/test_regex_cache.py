"""Patterns: checked once, refused with a place, bounded in what they cost."""

from __future__ import annotations

import threading

import pytest

from sawlog.errors import QueryError
from sawlog.query.regex_cache import MAX_PATTERN, RegexCache, check_pattern, find_fault, rust_pattern


def test_counts_add_up_and_the_oldest_goes_first() -> None:
    compiled: list[str] = []
    cache = RegexCache(lambda pattern: compiled.append(pattern) or pattern.upper(), max_entries=2)
    assert [cache.get(pattern) for pattern in "abacab"] == list("ABACAB")
    counts = cache.counts()
    assert (counts.hits, counts.misses, counts.evictions, counts.entries) == (2, 4, 2, 2)
    assert compiled == list("abcb")


def test_what_fails_is_not_kept() -> None:
    def fail(pattern: str) -> str:
        raise ValueError(pattern)

    cache = RegexCache(fail)
    for _ in range(2):
        with pytest.raises(ValueError, match="x"):
            cache.get("x")
    assert cache.counts().entries == 0


def test_threads_that_want_the_same_pattern_share_one_compilation() -> None:
    compiled: list[str] = []
    cache = RegexCache(lambda pattern: compiled.append(pattern) or pattern)
    barrier = threading.Barrier(8)

    def want() -> None:
        barrier.wait()
        cache.get("a+")

    threads = [threading.Thread(target=want) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert compiled == ["a+"]


@pytest.mark.parametrize(
    ("pattern", "flags", "start", "end", "reason"),
    [
        ("(abc", "", 0, 1, "unclosed group"),
        ("a\nb\u00e9(c", "", 4, 5, "unclosed group"),
        ("ab)(c", "i", 2, 3, "unopened group"),
        ("a{5,2}", "i", 1, 6, "repetition"),
        ("a{99999}", "", 1, 8, "repeats"),
        (r"\w{900}", "", 0, 7, "too large"),
        ("x" * (MAX_PATTERN + 1), "", MAX_PATTERN, MAX_PATTERN + 1, "longer"),
        ("a\ud800", "", 1, 2, "surrogate"),
        ("(?=a)", "", 0, 3, "look-around"),
        ("(" * 300 + ")" * 300, "", 250, 350, "nested"),
    ],
)
def test_a_fault_has_a_place_and_a_reason(pattern: str, flags: str, start: int, end: int, reason: str) -> None:
    fault = find_fault(pattern, flags)
    assert fault is not None
    assert (fault.start, fault.end) == (start, end)
    assert reason in fault.message


@pytest.mark.parametrize(("pattern", "flags"), [(r"\x{1F600}", ""), ("a # (", "x"), (r"\p{Greek}{2}", "is")])
def test_sound_patterns_pass(pattern: str, flags: str) -> None:
    assert find_fault(pattern, flags) is None
    assert find_fault(f"({rust_pattern(pattern, flags)})") is None


def test_the_error_points_into_the_query() -> None:
    with pytest.raises(QueryError) as caught:
        check_pattern("fo(o", query="bar /fo(o/", offset=5)
    assert (caught.value.start, caught.value.end) == (7, 8)
    with pytest.raises(QueryError, match="flag 'q'"):
        check_pattern("a", "q")
