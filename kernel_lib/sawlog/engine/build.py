"""A dataset's build as its user sees it: progress, wait, cancel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from filelock import BaseFileLock

from sawlog.errors import BuildCancelled, BuildError, SawlogError, StoreError
from sawlog.ingest.builder import StreamingIndexBuilder
from sawlog.model.progress import Progress

#: Seconds between two looks at the progress.
_POLL = 0.1


class Build:
    """The running or last build of a dataset.

    Attributes:
        progress: how far it is.

    Args:
        builder: None: there is nothing to build, or ``unwritable`` says why it cannot be.
        lock: given back at the end.
        unwritable: the store may only be read.  That is no failure: what it lacks is scanned.
    """

    def __init__(
        self,
        builder: StreamingIndexBuilder | None,
        lock: BaseFileLock | None = None,
        unwritable: StoreError | None = None,
    ) -> None:
        self._builder, self._lock, self._unwritable = builder, lock, unwritable
        self._error: SawlogError | None = None
        self._thread: threading.Thread | None = None

    @property
    def progress(self) -> Progress:
        if self._unwritable is not None:
            return Progress(phase="failed", message=str(self._unwritable))
        return Progress(phase="done") if self._builder is None else self._builder.progress

    @property
    def running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Runs the builder on a thread of its own, which gives the lock back at the end."""
        if self._builder is not None:
            self._thread = threading.Thread(target=self._run, name="sawlog-build", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        assert self._builder is not None
        try:
            self._builder.run()
        except SawlogError as error:
            self._error = error
        except Exception as error:
            self._error = BuildError(f"the build failed: {error!r}; open again to resume it")
        finally:
            if self._lock is not None:
                self._lock.release()

    def wait(self, timeout: float | None = None, watch: Callable[[Progress], None] = lambda progress: None) -> bool:
        """Waits until the build has ended; True if it has, False after ``timeout`` seconds.

        Ctrl-C cancels the build, at a point from which the next ``open`` resumes.

        Raises:
            SawlogError: what the build failed with; BuildCancelled after a cancel.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        try:
            while self._thread is not None and self._thread.is_alive():
                left = _POLL if deadline is None else min(_POLL, deadline - time.monotonic())
                if left <= 0:
                    return False
                self._thread.join(left)
                watch(self.progress)
        except KeyboardInterrupt:
            self.cancel()
            raise
        watch(self.progress)
        if self._error is not None:
            raise self._error
        return True

    def cancel(self) -> None:
        """Stops the build and waits until it has stopped.  What is sealed stays; the next ``open`` resumes."""
        if self._builder is not None:
            self._builder.cancel()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    @property
    def error(self) -> SawlogError | None:
        """What the build failed with, or why the store cannot be brought up to date.

        None while it runs, when it succeeded, and when it was cancelled.
        """
        return self._unwritable if isinstance(self._error, BuildCancelled) else self._error or self._unwritable

    def __repr__(self) -> str:
        p = self.progress
        return f"<Build {p.phase}, {p.fraction:.0%}, {p.records:,} records>"
