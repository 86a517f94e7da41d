"""What an answer about one dataset is made from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Self

from sawlog.panel.errors import AskError

if TYPE_CHECKING:
    from sawlog.engine.queries import Queries
    from sawlog.engine.request import Options
    from sawlog.engine.view import View
    from sawlog.model.progress import CancelToken
    from sawlog.panel.wire.params import Ask


@dataclass(frozen=True, kw_only=True)
class Scope:
    """One request's reach.

    Attributes:
        store: the store as a cell must name it; "" for the library's own.
        token: ends the work.
        phases: to be filled with the seconds that the parts of the work took.
        name: of the dataset that is asked about.
        dataset: that, open; None where the op needs none.
    """

    store: str
    token: CancelToken
    phases: dict[str, float]
    name: str
    dataset: View | None = None

    def of(self, view: View) -> Self:
        return replace(self, dataset=view)

    @property
    def view(self) -> View:
        if self.dataset is None:
            raise AskError("This is about a dataset: name one.", "query")
        return self.dataset

    @cached_property
    def queries(self) -> Queries:
        """The dataset's questions, which end with this request."""
        return self.view.ask(self.token)


def options_of(asked: Ask) -> Options:
    """What limits a question.  Its timeout is the token's."""
    found: Options = {"start": asked.start or None, "end": asked.end or None}
    if asked.rows is not None:
        found["rows"] = asked.rows
    return found
