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

#: Seconds on the threads from which on a search is heavy, and lets others go first.
_HEAVY = 0.25

#: A task lets one of another search go first that has had this share of its search's time on the threads, or less; so
#: deep in each other at the most.
_LIGHT, _DEEPEST = 0.5, 3

#: Seconds that a task waits for a thread of its own before it is done in the middle of another.
_PATIENCE = 0.005


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

    So a search over hundreds of partitions delays another by one task a thread, not by all of its own.  And since one
    task may take long, what goes through much calls :meth:`lend` on its way: a light search need not wait for its end.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="sawlog-search")
        self._lock = threading.Lock()
        self._lanes: deque[Lane] = deque()
        self._running = 0
        self._waits: deque[tuple[float, float]] = deque(maxlen=_REMEMBERED)
        self._here = _Here()

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

    def lend(self) -> None:
        """Does a task of a lighter search that waits, if there is one, in the middle of the task that calls this."""
        here = self._here
        if self._running < self._threads or not self._lanes or here.lane is None or here.depth >= _DEEPEST:
            return
        now = time.monotonic()
        mine = now - here.began - here.lent
        spent = here.lane.seconds + mine
        # Half of its time is the task's own: what is heavy must come to its end, too.
        if spent < _HEAVY or here.lent > mine:
            return
        with self._lock:
            lane = self._lightest()
            if lane is None or lane.seconds > _LIGHT * spent or now - lane.tasks[0].queued < _PATIENCE:
                return
            task = self._taken(lane)
        self._run(lane, task)

    def _next(self) -> None:
        with self._lock:
            if not self._lanes:
                return  # the task of this turn was done in the middle of another
            lane = self._lanes[0]
            task = self._taken(lane)
            self._running += 1
        try:
            self._run(lane, task)
        finally:
            with self._lock:
                self._running -= 1

    def _lightest(self) -> Lane | None:
        """Of the lanes with tasks that wait the one that has had least time."""
        return min(self._lanes, key=lambda lane: lane.seconds, default=None)

    def _taken(self, lane: Lane) -> _Task:
        """The next task of a lane, which goes behind the others."""
        self._lanes.remove(lane)
        task = lane.tasks.popleft()
        if lane.tasks:
            self._lanes.append(lane)
        now = time.monotonic()
        self._waits.append((now, now - task.queued))
        return task

    def _run(self, lane: Lane, task: _Task) -> None:
        here = self._here
        outer = here.lane, here.began, here.lent
        here.lane, here.began, here.lent = lane, time.monotonic(), 0.0
        here.depth += 1
        try:
            task.run()
        finally:
            took = time.monotonic() - here.began
            lane.seconds += took - here.lent  # of two threads one may get lost, which does no harm
            here.lane, here.began, here.lent = outer
            here.lent += took
            here.depth -= 1

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


class _Here(threading.local):
    """Of this thread: the lane whose task it does, since when, and the seconds of that which were lent to others.

    ``depth``: how many tasks it does in each other.
    """

    lane: Lane | None = None
    began = 0.0
    lent = 0.0
    depth = 0


class Lane(Executor):
    """The executor of one search; its tasks take turns with those of other lanes."""

    def __init__(self, pool: SearchPool) -> None:
        self._pool = pool
        self.tasks: deque[_Task] = deque()
        self.seconds = 0.0  # that its tasks have taken

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
