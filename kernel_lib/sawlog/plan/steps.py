"""A plan for one partition: a frozen tree of steps, each with who does it and what it is expected to give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sawlog.query.ast import Query

Executor = Literal["constant", "time", "terms", "bitmap", "scan", "and", "or", "not", "except"]


@dataclass(frozen=True)
class Step:
    """What one executor does.

    Attributes:
        executor: who does it; "and", "or" and "not" combine their children; "except", which stands in an "and" only,
            takes its child's rows away from what is left.
        node: the part of the query that it answers.
        estimate: rows it is expected to give; exact where the statistics are.
        cost: about how many microseconds it takes on the machine the figures were measured on.
        candidates: for a scan, a step whose rows are the only ones to be looked at; None: all rows.
        children: in the order in which they are done.
        bulk: for a "terms" step, all its rows are had sooner by a scan; counts and pages stay with the index.
    """

    executor: Executor
    node: Query
    estimate: int
    cost: float
    candidates: Step | None = None
    children: tuple[Step, ...] = ()
    bulk: bool = False

    def walk(self) -> Iterator[Step]:
        """This step and all below it, candidates included, depth first."""
        yield self
        if self.candidates is not None:
            yield from self.candidates.walk()
        for child in self.children:
            yield from child.walk()
