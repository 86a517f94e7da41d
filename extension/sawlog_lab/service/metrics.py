"""What was asked of the server and how long it took: bounded, in memory, forgotten at its end."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

#: Requests that are remembered, phases that are told apart, and characters of a query that are kept.
_REQUESTS, _PHASES, _QUERY = 10_000, 24, 200


@dataclass(frozen=True)
class Sample:
    """One request: when it ended (seconds since 1970), how long it took, and its error's kind or ""."""

    time: float
    op: str
    dataset: str
    query: str
    seconds: float
    phases: Mapping[str, float] = field(default_factory=dict)
    error: str = ""


class Metrics:
    """The last requests.  Thread-safe; its labels are ops, kinds and a bounded number of phases."""

    def __init__(self) -> None:
        self._samples: deque[Sample] = deque(maxlen=_REQUESTS)
        self._phases: set[str] = set()
        self._lock = threading.Lock()

    def add(
        self, op: str, dataset: str, query: str, seconds: float, phases: Mapping[str, float], error: str = ""
    ) -> None:
        """Notes a request that has ended."""
        with self._lock:
            kept = {}
            for name, took in phases.items():
                if name in self._phases or len(self._phases) < _PHASES:
                    self._phases.add(name)
                    kept[name] = took
            self._samples.append(Sample(time.time(), op, dataset, query[:_QUERY], seconds, kept, error))

    def since(self, seconds: float) -> list[Sample]:
        """The requests of the last so many seconds, oldest first."""
        with self._lock:
            samples = list(self._samples)
        oldest = time.time() - seconds
        return [sample for sample in samples if sample.time >= oldest]
