"""Threads that answer requests, in lanes with bounded queues, so that nothing heavy stands before something quick."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sawlog.panel.errors import AskError

T = TypeVar("T")


class Lane:
    """Threads of its own and a bounded queue.

    Args:
        name: of its threads.
        threads: how many requests are answered at a time.
        waiting: how many more may wait.
    """

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._requests = ThreadPoolExecutor(threads, thread_name_prefix=f"sawlog-{name}")
        self._most = threads + waiting
        self._open = 0
        self._lock = threading.Lock()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Runs the work when its turn comes.

        Raises:
            AskError: the queue is full.
        """
        with self._lock:
            if self._open >= self._most:
                raise AskError("Too many requests wait for an answer. Try again in a moment.", "busy")
            self._open += 1
        try:
            future = self._requests.submit(work)
        except RuntimeError:
            self._ended()
            raise AskError("The server is shutting down.", "busy") from None
        future.add_done_callback(lambda _: self._ended())
        return future

    def close(self) -> None:
        """Takes no more work and drops what waits; what runs ends in its own time."""
        self._requests.shutdown(wait=False, cancel_futures=True)

    def _ended(self) -> None:
        with self._lock:
            self._open -= 1
