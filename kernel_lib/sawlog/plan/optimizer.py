"""QueryOptimizer: an ordered list of rules, each of which can be switched off, is timed, and keeps the rows."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache

from sawlog.errors import SettingsError
from sawlog.plan.lower import lower
from sawlog.plan.rules import QUERY_RULES, STEP_RULES
from sawlog.plan.rules.base import QueryRule, StepRule
from sawlog.plan.statistics import Statistics
from sawlog.plan.steps import Step
from sawlog.query.ast import Query

_EVERY: tuple[QueryRule | StepRule, ...] = (*QUERY_RULES, *STEP_RULES)

#: A rule can make room for one before it, so the rules for queries are applied until nothing changes, so often at most.
_ROUNDS = 4

#: Queries of no more bytes than this are remembered.
_LIGHT = 1 << 15


@dataclass(frozen=True)
class Plan:
    """The plan for one partition, and the rules that changed something with the seconds that each took."""

    step: Step
    notes: tuple[tuple[StepRule, float], ...]

    @property
    def nbytes(self) -> int:
        """About what it takes in memory."""
        return sum(step.node.weight for step in self.step.walk())


@dataclass
class Applied:
    """What a rule did during one search: how often it changed something, and how long it took altogether."""

    rule: str
    what: str
    changed: int = 0
    seconds: float = 0.0


class QueryOptimizer:
    """The rules for one search.  Shared by its threads.

    Args:
        disabled: names of rules to leave out.

    Raises:
        SettingsError: there is no rule of that name.
    """

    def __init__(self, disabled: Iterable[str] = ()) -> None:
        self.disabled = frozenset(disabled)
        _, self._step_rules = _rules_without(self.disabled)
        self._applied: dict[str, Applied] = {}
        self._lock = threading.Lock()

    @property
    def applied(self) -> list[Applied]:
        """The rules that changed something up to now, in their order."""
        return [replace(self._applied[rule.name]) for rule in _EVERY if rule.name in self._applied]

    def simplify(self, query: Query) -> Query:
        """A query with the same matches that is cheaper to plan and to run.

        What was made of a query before is remembered, with the time that the rules took then.
        """
        simplify = _simplified if query.weight <= _LIGHT else _simplified.__wrapped__
        found, notes = simplify(query, self.disabled)
        self._tell(notes)
        return found

    def plan(self, query: Query, statistics: Statistics) -> Plan:
        """The cheapest plan known for a simplified query on one partition; it is to be told by :meth:`use`."""
        step = lower(query, statistics)
        notes = []
        for rule in self._step_rules:
            if not _concerns(rule, query):
                continue
            began = time.perf_counter()
            changed = rule.apply(step, statistics)
            if changed is not step and changed != step:
                notes.append((rule, time.perf_counter() - began))
            step = changed
        return Plan(step, tuple(notes))

    def use(self, plan: Plan) -> Step:
        """A plan, made now or for the same query before, with what its rules did told in :attr:`applied`."""
        self._tell(plan.notes)
        return plan.step

    def _tell(self, notes: Iterable[tuple[QueryRule | StepRule, float]]) -> None:
        with self._lock:
            for rule, seconds in notes:
                applied = self._applied.get(rule.name)
                if applied is None:
                    applied = self._applied[rule.name] = Applied(rule.name, rule.what)
                applied.changed += 1
                applied.seconds += seconds


@lru_cache(maxsize=512)
def _simplified(query: Query, disabled: frozenset[str]) -> tuple[Query, tuple[tuple[QueryRule, float], ...]]:
    """The query as the rules leave it, and those that changed it with the seconds that each took."""
    rules, _ = _rules_without(disabled)
    notes = []
    for _ in range(_ROUNDS):
        before = query
        for rule in rules:
            if not _concerns(rule, query):
                continue
            began = time.perf_counter()
            changed = rule.apply(query)
            if changed is not query and changed != query:
                notes.append((rule, time.perf_counter() - began))
            query = changed
        if query == before:
            break
    return query, tuple(notes)


@lru_cache(maxsize=64)
def _rules_without(disabled: frozenset[str]) -> tuple[tuple[QueryRule, ...], tuple[StepRule, ...]]:
    names = [rule.name for rule in _EVERY]
    unknown = sorted(disabled.difference(names))
    if unknown:
        raise SettingsError(f"there is no optimizer rule {unknown[0]!r}: there are {', '.join(names)}")
    return (
        tuple(rule for rule in QUERY_RULES if rule.name not in disabled),
        tuple(rule for rule in STEP_RULES if rule.name not in disabled),
    )


def _concerns(rule: QueryRule | StepRule, query: Query) -> bool:
    return not rule.about or not rule.about.isdisjoint(query.kinds)
