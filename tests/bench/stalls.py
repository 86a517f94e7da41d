"""When all here stood still, as virtual machines and stopped processes do: what was measured then says nothing."""

from __future__ import annotations

import threading
import time

_STEP = 0.02
#: Seconds that a thread which only sleeps wakes too late: more than any load of the machine does to it.
_LATE = 1.0


class Stalls:
    """Watches while it is entered.  Times are seconds since 1970."""

    def __init__(self) -> None:
        self.found: list[tuple[float, float]] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Stalls:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def within(self, start: float, end: float) -> bool:
        """Whether the machine stood still at any time in between."""
        time.sleep(2 * _STEP)  # the thread has noticed by then
        return self.overlap(start, end)

    def overlap(self, start: float, end: float) -> bool:
        """The same, of times that are over for a while."""
        return any(began < end and start < ended for began, ended in self.found)

    def _watch(self) -> None:
        before = time.time()
        while not self._stop.wait(_STEP):
            now = time.time()
            if now - before > _LATE:
                self.found.append((before, now))
            before = now
