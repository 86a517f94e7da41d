"""Explorer: the search panel in a cell, and its traits in Python."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import anywidget
import traitlets
from IPython.display import display
from traitlets.utils.bunch import Bunch

from sawlog.engine.view import View
from sawlog.errors import QueryError, SawlogError
from sawlog.model.rowset import RowSet
from sawlog.settings import load
from sawlog.widgets.bundle import bundle
from sawlog.widgets.computed import Computed, Moment
from sawlog.widgets.desk import Desk

if TYPE_CHECKING:
    from sawlog.engine.dataset import Dataset

#: Hits in the picture that a saved notebook keeps, and seconds that may go into it.
_STATIC_HITS, _STATIC_SECONDS = 20, 5.0


class Explorer(anywidget.AnyWidget):
    """A search of one dataset in a cell: query box, histogram, facets, hits.  ``logs.explore()`` gives one.

    Traits go both ways: what is set in Python is shown, what the user asks is set.  All can be observed::

        w = logs.explore("level:error")
        w.observe(lambda change: print(len(change.new)), "rows")
        w.query = "timeout"

    Args:
        dataset: that is searched.
        query: in the query language.
        start, end: a time range, as everywhere; ``end`` is exclusive.
        height: in pixels.

    Raises:
        QueryError: ``start`` or ``end`` names no time.
    """

    query = traitlets.Unicode(help="What is asked, as it was last submitted.").tag(sync=True)
    start = Moment(end=False, help="Begin of the time range; None: of the log.").tag(sync=True)
    end = Moment(end=True, help="End of the time range, exclusive; None: of the log.").tag(sync=True)
    height = traitlets.Int(560, min=160, help="In pixels.").tag(sync=True)
    rows = Computed(lambda self: self._find_rows(), help="The records that match, found when this is read.")
    selection = Computed(lambda self: self._dataset.selection, help="The records that the user marked.")

    name = traitlets.Unicode(help="Of the dataset.").tag(sync=True)
    picture = traitlets.Unicode(help="Class of the picture that a saved notebook keeps.").tag(sync=True)
    timezone = traitlets.Unicode("UTC", help="IANA name of the zone that times are shown in.").tag(sync=True)

    _esm = traitlets.Unicode().tag(sync=True)
    _css = traitlets.Unicode().tag(sync=True)

    #: Somebody observes ``rows``.
    _rows_wanted = False

    def __init__(
        self, dataset: Dataset, query: str = "", *, start: object = None, end: object = None, height: int = 560
    ) -> None:
        view = View(dataset)
        self._dataset = dataset
        super().__init__(
            timezone=view.summary.timezone,  # first: moments that name no zone are in it
            name=dataset.name,
            picture=f"sawlog-picture-{uuid4().hex}",
            query=query,
            start=start,
            end=end,
            height=height,
            _esm=bundle("explorer.js"),
            _css=bundle("explorer.css"),
        )
        store = "" if view.store == load().store_path else str(view.store)
        self._desk = Desk(view, store, self.send, self._answered)
        self.on_msg(lambda _, message, buffers: self._desk.receive(message))
        super().observe(self._asked, ["query", "start", "end"])

    def close(self) -> None:
        """Takes the explorer out of the page and ends what it asks."""
        if hasattr(self, "_desk"):
            self._desk.close()
        super().close()

    def observe(self, handler: Any, names: Any = traitlets.All, type: Any = "change") -> None:
        """As of every widget; who observes ``rows`` has them found after each change of the question."""
        self._rows_wanted |= names is traitlets.All or "rows" in names
        super().observe(handler, names, type)

    def _ipython_display_(self, **options: Any) -> None:
        """Shows the live view, and behind it a picture of the first hits, which the live view hides.

        A frontend without a kernel shows an error in place of a widget, whatever else its output holds, so what a
        saved notebook is to keep must be an output of its own.
        """
        live = self._repr_mimebundle_(**options)
        if live is not None:
            display(live[0], metadata=live[1], raw=True)  # type: ignore[no-untyped-call]
        with suppress(SawlogError):  # a query without meaning has no hits: the live view says why
            hits = self._dataset.search(self.query, limit=_STATIC_HITS, timeout=_STATIC_SECONDS, **self._range())
            picture = {"text/html": f'<div class="{self.picture}">{hits.html()}</div>', "text/plain": repr(hits)}
            display(picture, raw=True)  # type: ignore[no-untyped-call]

    def __repr__(self) -> str:
        return f"<Explorer of {self.name!r}: query {self.query!r}>"

    def _range(self) -> dict[str, Any]:
        return {"start": self.start, "end": self.end}

    def _find_rows(self) -> RowSet:
        return self._dataset.rows(self.query, **self._range())

    def _asked(self, change: Bunch) -> None:
        if self._rows_wanted:
            with suppress(QueryError):  # the page shows what is wrong with it
                self._changed("rows", self._find_rows())

    def _answered(self, op: str) -> None:
        if op == "select":
            self._changed("selection", self._dataset.selection)

    def _changed(self, name: str, new: RowSet) -> None:
        self.notify_change(Bunch(name=name, old=None, new=new, owner=self, type="change"))
