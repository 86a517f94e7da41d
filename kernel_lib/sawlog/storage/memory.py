"""A bounded, thread-safe memory cache of decoded immutable data: batches, times, row sets."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

#: Of the capacity, what may be taken by values that are quickly made again.
_CHEAP_SHARE = 4


class MemoryCache:
    """Least recently used, bounded by bytes.  Values are immutable and belong to sealed partitions: never stale.

    What is cheap to make again, like the decoded batches of a page, has a quarter of the room and is the first to go:
    many pages would otherwise push out what every search needs.
    """

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.hits = 0
        self.misses = 0
        self._dear, self._cheap = _Items(), _Items()
        self._lock = threading.Lock()

    @property
    def bytes(self) -> int:
        """What the values take, as they were put."""
        return self._dear.bytes + self._cheap.bytes

    def get(self, key: Hashable) -> object | None:
        _settle(key)
        with self._lock:
            for items in (self._dear, self._cheap):
                item = items.get(key)
                if item is not None:
                    self.hits += 1
                    items.move_to_end(key)
                    return item[0]
            self.misses += 1
            return None

    def peek(self, key: Hashable) -> object | None:
        """The value without counting the look-up."""
        _settle(key)
        with self._lock:
            item = self._dear.get(key) or self._cheap.get(key)
            return None if item is None else item[0]

    def put(self, key: Hashable, value: object, size: int, cheap: bool = False) -> None:
        """Keeps a value of ``size`` bytes; one larger than a quarter of the capacity is not kept."""
        _settle(key)
        with self._lock:
            self._dear.drop(key)
            self._cheap.drop(key)
            if size * 4 > self.capacity:
                return
            (self._cheap if cheap else self._dear).add(key, value, size)
            while self._cheap.bytes * _CHEAP_SHARE > self.capacity or (self._cheap and self.bytes > self.capacity):
                self._cheap.drop_oldest()
            while self.bytes > self.capacity:
                self._dear.drop_oldest()

    def clear(self) -> None:
        with self._lock:
            self._dear, self._cheap = _Items(), _Items()


def _settle(key: Hashable) -> None:
    """Called before the lock is taken: hashing a key makes a lazy row set in it, which asks the cache in its turn."""
    hash(key)


class _Items(OrderedDict[Hashable, tuple[object, int]]):
    """Values with their sizes, least recently used first, and the sum of these."""

    bytes = 0

    def add(self, key: Hashable, value: object, size: int) -> None:
        self[key] = value, size
        self.bytes += size

    def drop(self, key: Hashable) -> None:
        item = self.pop(key, None)
        if item is not None:
            self.bytes -= item[1]

    def drop_oldest(self) -> None:
        _, (_, size) = self.popitem(last=False)
        self.bytes -= size
