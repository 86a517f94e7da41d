"""The search threads: tasks of many searches take turns, and waits are told."""

from __future__ import annotations

import threading
import time
from concurrent.futures import CancelledError, Future
from typing import Any

import pytest

from sawlog.execute import pool as pool_module
from sawlog.execute.pool import Lane, SearchPool


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


def held(pool: SearchPool, lane: Lane, gate: threading.Event) -> Future[Any]:
    """A task of the lane that has begun, and ends when the gate opens."""
    begun = threading.Event()

    def hold() -> None:
        begun.set()
        gate.wait()

    task: Future[Any] = lane.submit(hold)
    begun.wait()
    return task


def test_a_light_search_waits_for_one_task_of_a_heavy_one_not_for_all(gate: threading.Event) -> None:
    pool = SearchPool(1)
    order: list[str] = []
    heavy, light = pool.lane(), pool.lane()
    heavy.seconds = 10.0
    first = held(pool, heavy, gate)
    tasks = [heavy.submit(order.append, "heavy") for _ in range(5)]
    tasks.append(light.submit(order.append, "light"))
    status = pool.status()
    assert (status.threads, status.running, status.waiting, status.searches) == (1, 1, 6, 2)
    gate.set()
    for task in (first, *tasks):
        task.result()
    assert "light" in order[:2]
    assert len(order) == 6
    pool.shutdown()


def test_many_light_searches_leave_turns_to_a_heavy_one(gate: threading.Event) -> None:
    pool = SearchPool(1)
    order: list[str] = []
    heavy, lights = pool.lane(), [pool.lane() for _ in range(12)]
    heavy.seconds = 10.0
    first = held(pool, heavy, gate)
    tasks = [heavy.submit(order.append, "heavy"), *(light.submit(order.append, "light") for light in lights)]
    gate.set()
    for task in (first, *tasks):
        task.result()
    assert "heavy" in order[:4]
    pool.shutdown()


def test_what_takes_long_lets_light_searches_go_first(gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_PATIENCE", 0.0)
    pool = SearchPool(1)
    order: list[str] = []
    heavy, light, other = pool.lane(), pool.lane(), pool.lane()
    heavy.seconds = other.seconds = 10.0

    def in_pieces() -> None:
        gate.wait()
        for piece in range(3):
            order.append(f"piece {piece}")
            time.sleep(0.02)  # of its own, which is more than what it lends
            pool.lend()

    tasks = [heavy.submit(in_pieces)]
    tasks += [other.submit(order.append, "other"), *(light.submit(order.append, "light") for _ in range(2))]
    gate.set()
    for task in tasks:
        task.result()
    assert order == ["piece 0", "light", "piece 1", "light", "piece 2", "other"]
    assert pool.status().waiting == pool.status().running == 0
    pool.shutdown()


def test_what_has_not_taken_long_goes_on(gate: threading.Event, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_PATIENCE", 0.0)
    pool = SearchPool(1)
    order: list[str] = []
    first, second = pool.lane(), pool.lane()

    def in_pieces() -> None:
        for piece in range(3):
            order.append(f"piece {piece}")
            pool.lend()

    blocked = held(pool, pool.lane(), gate)
    tasks = [first.submit(in_pieces), second.submit(order.append, "second")]
    gate.set()
    for task in (blocked, *tasks):
        task.result()
    assert order == ["piece 0", "piece 1", "piece 2", "second"]
    pool.shutdown()


def test_a_task_that_a_free_thread_may_take_is_left_to_it(
    gate: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "_PATIENCE", 0.0)
    pool = SearchPool(2)
    heavy, light = pool.lane(), pool.lane()
    heavy.seconds = 10.0
    threads: list[int] = []

    def in_pieces() -> int:
        gate.wait()
        waiting = light.submit(lambda: threads.append(threading.get_ident()))
        pool.lend()
        waiting.result()
        return threading.get_ident()

    task = heavy.submit(in_pieces)
    gate.set()
    assert threads != [task.result()]
    pool.shutdown()


def test_tasks_are_not_done_in_each_other_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_PATIENCE", 0.0)
    monkeypatch.setattr(pool_module, "_HEAVY", 0.0)
    pool = SearchPool(1)
    depths: list[int] = []
    lane = pool.lane()

    def nested(depth: int) -> None:
        depths.append(depth)
        if depth < 20:
            lane.submit(nested, depth + 1)
            pool.lend()
            assert pool._here.depth <= pool_module._DEEPEST

    lane.submit(nested, 0).result()
    pool.lend()  # on another thread it does nothing
    pool.shutdown()
    assert depths == sorted(depths)


def test_results_and_errors_come_back() -> None:
    pool = SearchPool(2)
    lane = pool.lane()
    assert sorted(future.result() for future in [lane.submit(pow, n, 2) for n in range(20)]) == [
        n * n for n in range(20)
    ]
    with pytest.raises(ZeroDivisionError):
        lane.submit(lambda: 1 // 0).result()
    assert pool.status().running == pool.status().waiting == 0
    pool.shutdown()


def test_what_nobody_began_is_cancelled_at_the_end(gate: threading.Event) -> None:
    pool = SearchPool(1)
    lane = pool.lane()
    begun = threading.Event()
    running = lane.submit(lambda: begun.set() or gate.wait())  # type: ignore[func-returns-value]
    begun.wait()
    waiting = lane.submit(lambda: None)
    gate_opener = threading.Timer(0.05, gate.set)
    gate_opener.start()
    pool.shutdown()
    assert running.done()
    with pytest.raises(CancelledError):
        waiting.result()


def test_long_waits_are_called_what_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = SearchPool(1)
    lane = pool.lane()
    for _ in range(30):
        lane.submit(lambda: None).result()
    assert pool.status().degraded == ""
    monkeypatch.setattr(pool_module, "_LONG_WAIT", -1.0)
    assert "SAWLOG_SEARCH_THREADS" in pool.status().degraded
    assert 0 <= pool.status().wait_p50 <= pool.status().wait_p95
    pool.shutdown()
