"""What a query costs before anything is looked up: sawlog's parser, optimizer and planner, timed apart.

The planner has no public name of its own, so these three steps of ``Queries`` are called as ``logs.count`` does.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Sequence
from typing import Any

QUERY = 'timeout level:error {field}:{value} -"connection reset"'
TIMES = 100


def typical(logs: Any) -> str:
    """The typical query; where there are no users, another field and its most frequent value take their place."""
    names = [name for name in logs.fields["name"] if name not in ("level", "message")]
    if not names or "user" in names:
        return QUERY.format(field="user", value="alice")
    return QUERY.format(field=names[0], value='"{}"'.format(logs.facets(names[0], limit=1)["value"][0]))


def milliseconds(logs: Any, text: str) -> dict[str, list[float]]:
    """Of :data:`TIMES` times after one to warm up: ``parse``, ``simplify``, plan for ``one`` partition and ``all``.

    ``first one`` and ``first all`` are the three together before anything of the query is remembered.
    """
    found: dict[str, list[float]] = {}
    for _ in range(TIMES + 1):
        logs._state.cache.clear()
        importlib.import_module("sawlog.plan.optimizer")._simplified.cache_clear()
        parse, simplify, one, every = _steps(logs, text)
        found.setdefault("first one", []).append(parse + simplify + one)
        found.setdefault("first all", []).append(parse + simplify + every)
        for name, took in zip(("parse", "simplify", "one", "all"), _steps(logs, text), strict=True):
            found.setdefault(name, []).append(took)
    return {name: values[1:] for name, values in found.items()}


def _steps(logs: Any, text: str) -> tuple[float, float, float, float]:
    """Milliseconds of parsing, simplifying, planning for one partition, and for all."""
    work = importlib.import_module("sawlog.execute.work")
    run = importlib.import_module("sawlog.execute.run")
    snapshot = logs._state.snapshot()
    began = time.perf_counter()
    request = logs._request(text)
    parsed = time.perf_counter()
    search = run.Search(snapshot, request.query, logs._state.pool, work.Work(), optimizer=logs._state.optimizer())
    simplified = time.perf_counter()
    first, *others = search.segments
    _plan(search, [first])
    planned = time.perf_counter()
    _plan(search, others)
    ended = time.perf_counter()
    return 1e3 * (parsed - began), 1e3 * (simplified - parsed), 1e3 * (planned - simplified), 1e3 * (ended - simplified)


def _plan(search: Any, segments: Sequence[Any]) -> int:
    """Makes the plans; the rows that they expect."""
    return sum(search.run_on(segment).step.estimate for segment in segments)
