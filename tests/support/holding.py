"""Work that does not end by itself: who waits for it to its end, and who goes on when time is up?"""

from __future__ import annotations

import threading
from types import TracebackType

from sawlog.model.progress import CancelToken

#: Seconds after which work is let go, so that a test that fails ends.
_LONG = 20.0


class Held:
    """Stands in for a piece of work, and does not end before the block around it does.

    Attributes:
        begun: it was called.
        waited_for: the block could not end before it had been let go.
    """

    def __init__(self) -> None:
        self.begun = self.waited_for = False
        self._end = threading.Event()

    def __call__(self, *args: object, **options: object) -> None:
        self.begun = True
        if not self._end.wait(_LONG):
            self.waited_for = True

    def __enter__(self) -> Held:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end.set()


class UntilBegun(CancelToken):
    """Time is up as soon as the held work has begun."""

    def __init__(self, work: Held) -> None:
        super().__init__()
        self._work = work

    @property
    def expired(self) -> bool:
        return self._work.begun

    def remaining(self) -> float:
        return 0.0 if self._work.begun else 60.0
