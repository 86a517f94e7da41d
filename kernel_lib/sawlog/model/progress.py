"""Progress of a build, and the token that cancels it."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Literal

Phase = Literal["planning", "indexing", "merging", "done", "cancelled", "failed"]


@dataclass(frozen=True)
class Progress:
    """A snapshot of a build; immutable, so it can be handed to any thread.

    Attributes:
        phase: what the build is doing.
        bytes_done, bytes_total: source bytes read and to read; for compressed sources, compressed bytes.
        records: records sealed or being written so far.
        seconds: since the build started.
        partitions: partitions sealed by this build.
        message: the error of a failed build, else "".
    """

    phase: Phase = "planning"
    bytes_done: int = 0
    bytes_total: int = 0
    records: int = 0
    seconds: float = 0.0
    partitions: int = 0
    message: str = ""

    @property
    def fraction(self) -> float:
        """Between 0 and 1; 1 only when the build is done."""
        if self.phase == "done":
            return 1.0
        return min(self.bytes_done / self.bytes_total, 0.999) if self.bytes_total else 0.0

    @property
    def rate(self) -> float:
        """Source bytes a second."""
        return self.bytes_done / self.seconds if self.seconds > 0 else 0.0

    @property
    def eta(self) -> float | None:
        """Seconds to go, or None while it cannot be told."""
        if self.phase == "done":
            return 0.0
        return (self.bytes_total - self.bytes_done) / self.rate if self.rate > 0 else None

    @property
    def finished(self) -> bool:
        return self.phase in ("done", "cancelled", "failed")

    def to(self, **changes: object) -> Progress:
        return replace(self, **changes)  # type: ignore[arg-type]


class CancelToken:
    """Cancels work on other threads: set once, never cleared; may carry a deadline.

    What stops ``parent`` stops this one as well.
    """

    def __init__(self, timeout: float | None = None, parent: CancelToken | None = None) -> None:
        self._event, self._parent = threading.Event(), parent
        self.deadline = None if timeout is None else time.monotonic() + timeout

    def cancel(self) -> None:
        self._event.set()

    @property
    def cancelled(self) -> bool:
        return self._event.is_set() or (self._parent is not None and self._parent.cancelled)

    @property
    def expired(self) -> bool:
        """The deadline has passed."""
        passed = self.deadline is not None and time.monotonic() >= self.deadline
        return passed or (self._parent is not None and self._parent.expired)

    @property
    def stopped(self) -> bool:
        return self.cancelled or self.expired

    def remaining(self) -> float | None:
        """Seconds until the first deadline, never negative; None without one."""
        own = None if self.deadline is None else max(0.0, self.deadline - time.monotonic())
        others = None if self._parent is None else self._parent.remaining()
        return min((left for left in (own, others) if left is not None), default=None)
