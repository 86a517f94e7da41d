"""Reading ahead behind a completion: one thread a dataset, which does what was asked last."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress

from sawlog.errors import SawlogError
from sawlog.model.progress import CancelToken


class Learner:
    """Runs a task after the answer that showed the need of it; a newer task takes the place of one that waits."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle = threading.Condition(self._lock)
        self._task: Callable[[CancelToken], None] | None = None
        self._thread: threading.Thread | None = None
        self._token = CancelToken()

    def start(self, task: Callable[[CancelToken], None]) -> None:
        """Runs ``task`` on a thread of its own; it is to end when its token is stopped."""
        with self._lock:
            if self._token.stopped:
                return
            self._task = task
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="sawlog-learn", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            with self._lock:
                task, self._task = self._task, None
                if task is None or self._token.stopped:
                    self._thread = None
                    self._idle.notify_all()
                    return
            with suppress(SawlogError, OSError):  # whoever asks next is told
                task(self._token)

    def wait(self, timeout: float | None = None) -> None:
        """Waits until nothing is left to do, at the most ``timeout`` seconds."""
        with self._lock:
            self._idle.wait_for(lambda: self._thread is None, timeout)

    def close(self) -> None:
        """Ends the running task and starts no other."""
        self._token.cancel()
        self.wait()
