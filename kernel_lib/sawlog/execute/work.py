"""What an execution did: counted work, time by phase, and the token that stops it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sawlog.errors import SawlogError
from sawlog.model.progress import CancelToken


class Stopped(SawlogError):
    """The search was cancelled or ran out of time; what was found before is kept."""


class Work:
    """Counts work and adds up time by phase; shared by a search's threads.

    Counts: ``partitions`` opened, ``postings`` taken out of text indexes, ``batches`` decoded and scanned,
    ``verified`` candidate rows, ``read`` records whose text was gone through, ``tokens`` of dictionaries gone through,
    ``bytes`` of unindexed input scanned, ``cached`` row sets reused, ``ended early`` conjunctions that nothing was left
    of.

    Attributes:
        lend: called between bounded pieces of the work.
    """

    def __init__(self, token: CancelToken | None = None) -> None:
        self.token = token or CancelToken()
        self.counts: dict[str, int] = {}
        self.took: dict[str, float] = {}
        self.lend: Callable[[], None] = _nobody
        self._lock = threading.Lock()

    def add(self, what: str, count: int = 1) -> None:
        with self._lock:
            self.counts[what] = self.counts.get(what, 0) + count

    def check(self) -> None:
        """Raises Stopped when the search must end; lets searches that take less go first."""
        if self.token.stopped:
            raise Stopped("stopped")
        self.lend()

    def affords(self, seconds: float) -> bool:
        """Whether work of so many seconds, which nothing interrupts, ends in the time that is left."""
        left = self.token.remaining()
        return not self.token.cancelled and (left is None or seconds <= left)

    def phase(self, name: str) -> Phase:
        """Adds the time inside to a phase, in seconds."""
        return Phase(self, name)

    def took_also(self, name: str, seconds: float) -> None:
        """Adds to the time of a phase."""
        with self._lock:
            self.took[name] = self.took.get(name, 0.0) + seconds


class Phase:
    """What :meth:`Work.phase` gives.  A search enters one for each partition; a generator takes three times as long."""

    __slots__ = ("_began", "_name", "_work")

    def __init__(self, work: Work, name: str) -> None:
        self._work, self._name = work, name

    def __enter__(self) -> None:
        self._began = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._work.took_also(self._name, time.perf_counter() - self._began)


def _nobody() -> None:
    """Nobody waits."""
