"""The threads that searches run on: as many as there are cores, shared fairly, and watched."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

#: Waits are remembered for so many seconds, and so many of them at the most.
_WINDOW, _REMEMBERED = 60.0, 1_024

#: A pool whose tasks wait longer than this (95th percentile, in seconds) is called degraded, from so many tasks on.
_LONG_WAIT, _ENOUGH = 0.5, 20


@dataclass(frozen=True)
class PoolStatus:
    """How busy the search threads are.

    Attributes:
        threads: how many there are; ``running``: how many work now.
        waiting: tasks that wait for one; ``searches``: searches that these belong to.
        wait_p50, wait_p95: seconds that tasks waited, over the last minute.
        degraded: what to do about waits that people notice, or "".
    """

    threads: int
    running: int
    waiting: int
    searches: int
    wait_p50: float
    wait_p95: float
    degraded: str


class SearchPool:
    """A bounded pool of threads.  Each search has a lane, and a free thread takes the next task of the next lane.

    So a search over hundreds of partitions delays another by one task a thread, not by all of its own.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="sawlog-search")
        self._lock = threading.Lock()
        self._lanes: deque[Lane] = deque()
        self._running = 0
        self._waits: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)

    def lane(self) -> Lane:
        """An executor for one search."""
        return Lane(self)

    def add(self, lane: Lane, task: _Task) -> None:
        """Queues a task behind those of its lane."""
        with self._lock:
            if not lane.tasks:
                self._lanes.append(lane)
            lane.tasks.append(task)
        self._executor.submit(self._next)  # one turn for each task; which task takes it is decided when it comes

    def _next(self) -> None:
        with self._lock:
            lane = self._lanes.popleft()
            task = lane.tasks.popleft()
            if lane.tasks:
                self._lanes.append(lane)
            now = time.monotonic()
            self._waits.append((now, now - task.queued))
            self._running += 1
        try:
            task.run()
        finally:
            with self._lock:
                self._running -= 1

    def status(self) -> PoolStatus:
        with self._lock:
            since = time.monotonic() - _WINDOW
            waits = sorted(wait for when, wait in self._waits if when >= since)
            waiting = sum(len(lane.tasks) for lane in self._lanes)
            running, searches = self._running, len(self._lanes)
        p50, p95 = (waits[int(len(waits) * share)] if waits else 0.0 for share in (0.50, 0.95))
        degraded = ""
        if p95 > _LONG_WAIT and len(waits) >= _ENOUGH:
            degraded = (
                f"searches wait {p95:.1f} s for one of {self._threads} threads: set SAWLOG_SEARCH_THREADS higher where "
                "cores are idle, give heavy queries a time range or a timeout, or wait for the build to end"
            )
        return PoolStatus(self._threads, running, waiting, searches, p50, p95, degraded)

    def shutdown(self) -> None:
        """Ends the threads; tasks that no thread has begun are cancelled."""
        with self._lock:
            tasks = [task for lane in self._lanes for task in lane.tasks]
        for task in tasks:
            task.future.cancel()
        self._executor.shutdown(wait=True)


class Lane(Executor):
    """The executor of one search; its tasks take turns with those of other lanes."""

    def __init__(self, pool: SearchPool) -> None:
        self._pool = pool
        self.tasks: deque[_Task] = deque()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future: Future[T] = Future()
        self._pool.add(self, _Task(future, lambda: fn(*args, **kwargs)))
        return future


@dataclass
class _Task:
    future: Future[Any]
    work: Callable[[], Any]
    queued: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        if not self.future.set_running_or_notify_cancel():
            return
        try:
            result = self.work()
        except BaseException as error:
            self.future.set_exception(error)
        else:
            self.future.set_result(result)
