"""A bounded, thread-safe memory cache of decoded immutable data: batches, times, row sets."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable


class MemoryCache:
    """Least recently used, bounded by bytes.  Values are immutable and belong to sealed partitions: never stale."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.bytes = 0
        self.hits = 0
        self.misses = 0
        self._items: OrderedDict[Hashable, tuple[object, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> object | None:
        with self._lock:
            item = self._items.get(key)
            if item is None:
                self.misses += 1
                return None
            self.hits += 1
            self._items.move_to_end(key)
            return item[0]

    def peek(self, key: Hashable) -> object | None:
        """The value without counting the look-up."""
        with self._lock:
            item = self._items.get(key)
            return None if item is None else item[0]

    def put(self, key: Hashable, value: object, size: int) -> None:
        """Keeps a value of ``size`` bytes; one larger than a quarter of the capacity is not kept."""
        with self._lock:
            old = self._items.pop(key, None)
            if old is not None:
                self.bytes -= old[1]
            if size * 4 > self.capacity:
                return
            self._items[key] = (value, size)
            self.bytes += size
            while self.bytes > self.capacity:
                _, (_, freed) = self._items.popitem(last=False)
                self.bytes -= freed

    def clear(self) -> None:
        with self._lock:
            self._items.clear()
            self.bytes = 0
