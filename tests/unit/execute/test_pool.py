"""The search threads: tasks of many searches take turns, and waits are told."""

from __future__ import annotations

import threading
from concurrent.futures import CancelledError

import pytest

from sawlog.execute import pool as pool_module
from sawlog.execute.pool import SearchPool


@pytest.fixture
def gate() -> threading.Event:
    return threading.Event()


def test_a_light_search_waits_for_one_task_of_a_heavy_one_not_for_all(gate: threading.Event) -> None:
    pool = SearchPool(1)
    order: list[str] = []
    begun = threading.Event()

    def blocked() -> None:
        begun.set()
        gate.wait()

    heavy, light = pool.lane(), pool.lane()
    first = heavy.submit(blocked)
    begun.wait()
    tasks = [heavy.submit(order.append, "heavy") for _ in range(5)]
    tasks.append(light.submit(order.append, "light"))
    status = pool.status()
    assert (status.threads, status.running, status.waiting, status.searches) == (1, 1, 6, 2)
    gate.set()
    for task in (first, *tasks):
        task.result()
    assert order == ["heavy", "light", "heavy", "heavy", "heavy", "heavy"]
    pool.shutdown()


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
