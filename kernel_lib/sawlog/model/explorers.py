"""What ``Dataset.explore()`` gives.  Datasets stand below the widgets, so what makes one is put in from above."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sawlog.model.rowset import RowSet


class Explorer(Protocol):
    """A search of one dataset in a cell; :class:`sawlog.widgets.Explorer` is one.

    Attributes:
        query: in the query language.
        start, end: the time range, ISO 8601 in UTC; None: open.
    """

    query: str
    start: str | None
    end: str | None

    @property
    def rows(self) -> RowSet:
        """The records that match now."""

    @property
    def selection(self) -> RowSet:
        """The records that the user marked."""


#: Makes one of a dataset, a query, the two ends of a time range, and a height in pixels.
Factory = Callable[[object, str, object, object, int], Explorer]

_factories: list[Factory] = []


def register_explorer(factory: Factory) -> None:
    """Has ``factory`` make every explorer from now on."""
    _factories[:] = [factory]


def make_explorer(dataset: object, query: str, start: object, end: object, height: int) -> Explorer:
    """An explorer of a dataset, which is displayed where a cell ends with it."""
    return _factories[-1](dataset, query, start, end, height)
