"""The memory cache keeps its budget after every step, and what was used last."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sawlog.storage.memory import MemoryCache

KEYS = st.integers(0, 8)


class AnyTrace(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.cache = MemoryCache(100)
        self.sizes: dict[int, int] = {}
        self.lookups = 0

    @rule(key=KEYS, size=st.integers(0, 60))
    def put(self, key: int, size: int) -> None:
        self.cache.put(key, (key, size), size)
        if size * 4 <= 100:
            self.sizes[key] = size

    @rule(key=KEYS)
    def get(self, key: int) -> None:
        self.lookups += 1
        found = self.cache.get(key)
        assert found is None or found == (key, self.sizes[key])

    @rule(key=KEYS)
    def peek(self, key: int) -> None:
        found = self.cache.peek(key)
        assert found is None or found == (key, self.sizes[key])

    @rule()
    def clear(self) -> None:
        self.cache.clear()

    @invariant()
    def the_budget_holds(self) -> None:
        held = [self.sizes[key] for key in self.sizes if self.cache.peek(key) is not None]
        assert sum(held) == self.cache.bytes <= 100
        assert self.cache.hits + self.cache.misses == self.lookups


TestAnyTrace = AnyTrace.TestCase


def test_what_was_used_last_stays() -> None:
    cache = MemoryCache(100)
    for key in range(4):
        cache.put(key, key, 25)
    assert cache.get(0) == 0
    cache.put(9, 9, 25)
    assert [cache.peek(key) for key in (0, 1, 2, 3, 9)] == [0, None, 2, 3, 9]


@given(size=st.integers(26, 1_000))
def test_one_value_does_not_take_the_place_of_all(size: int) -> None:
    cache = MemoryCache(100)
    cache.put("small", 1, 10)
    cache.put("large", 2, size)
    assert cache.peek("small") == 1
    assert cache.peek("large") is None


def test_a_cache_without_capacity_keeps_nothing_of_any_size() -> None:
    cache = MemoryCache(0)
    cache.put("a", 1, 1)
    assert cache.get("a") is None
    assert cache.bytes == 0


def test_what_is_cheap_takes_a_quarter_and_goes_first() -> None:
    cache = MemoryCache(100)
    cache.put("row set", 0, 25)
    for page in range(9):
        cache.put(page, page, 10, cheap=True)
    assert [page for page in range(9) if cache.peek(page) is not None] == [7, 8]
    assert cache.get(7) == 7
    for key in "abc":
        cache.put(key, key, 24)
    assert cache.peek(7) is None and cache.peek(8) is None
    assert cache.peek("row set") == 0
    assert cache.bytes == 97


def test_a_key_may_ask_the_cache_while_it_is_hashed() -> None:
    cache = MemoryCache(100)

    class Key:
        settled = False

        def __hash__(self) -> int:
            if not self.settled:
                assert not cache._lock.locked(), "it would wait for itself"
                self.settled = cache.get("batch") is None
            return 1

    for ask in (cache.get, cache.peek, lambda key: cache.put(key, 1, 1)):
        ask(Key())
