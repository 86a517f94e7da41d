"""Dataset: an open set of logs.  Everything a user asks of it goes through here."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

import pyarrow as pa

from sawlog.engine.aggregate import facet_counts, field_table, histogram_of, report_table
from sawlog.engine.build import Build
from sawlog.engine.explain import Explanation, explain
from sawlog.engine.follow import grown_part, reached, written_since
from sawlog.engine.neighbours import neighbours
from sawlog.engine.request import Request, as_rowset
from sawlog.engine.state import DatasetState
from sawlog.errors import QueryError
from sawlog.execute.run import Search, Snapshot
from sawlog.execute.work import Work
from sawlog.model.progress import CancelToken
from sawlog.model.rowset import RowSet
from sawlog.results.histogram import Histogram
from sawlog.results.hits import Hit, Hits

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

Order = Literal["newest", "oldest", "relevance"]


class Dataset:
    """Log files, opened by :func:`sawlog.open`.  Thread-safe; a context manager.

    Every search is exact at any time: what is not indexed yet is scanned.  Common arguments:

    * ``query``: in the query language (see docs/query-language.md); "" matches every record.
    * ``start``, ``end``, ``last``: a time range; text as in the language, or datetimes; ``end`` is exclusive.
    * ``rows``: a RowSet, or a DataFrame with the columns ``source`` and ``line``, that limits the records.
    * ``timeout``: seconds after which what was found is returned, marked ``timed_out``.

    Each of them raises QueryError for a query without a meaning, and DatasetClosedError after :meth:`close`.
    """

    def __init__(
        self,
        state: DatasetState,
        build: Build,
        bring_up_to_date: Callable[[DatasetState], Build],
        remove: Callable[[Path], None],
    ) -> None:
        self._state, self._build = state, build
        self._bring_up_to_date, self._remove = bring_up_to_date, remove

    @property
    def name(self) -> str:
        """What ``sawlog.open(..., name=)`` or ``sawlog.datasets()`` call it."""
        return self._state.catalog.name

    @property
    def build(self) -> Build:
        """The running or last build: ``.progress``, ``.cancel()``."""
        return self._build

    def wait(self, timeout: float | None = None) -> Dataset:
        """Waits until everything is indexed, at the most ``timeout`` seconds.

        Raises:
            SawlogError: what the build failed with.
        """
        self._build.wait(timeout)
        return self

    def search(
        self,
        query: str = "",
        *,
        start: object = None,
        end: object = None,
        last: object = None,
        limit: int | None = 100,
        order: Order = "newest",
        rows: RowSet | pd.DataFrame | None = None,
        timeout: float | None = None,
    ) -> Hits:
        """The matching records: a page of ``limit`` of them, the exact total, and the way to all.

        ``limit=None`` puts all of them on the page.  ``order="relevance"`` ranks by how rare the matched words are;
        without words it is the newest first.
        """
        request = self._request(query, start, end, last, rows, timeout)
        search, work = self._search(request)
        if order not in ("newest", "oldest", "relevance"):
            raise QueryError(f"order={order!r} is not known: use 'newest', 'oldest' or 'relevance'")
        if limit is not None and limit < 0:
            raise QueryError(f"limit={limit} is negative: give a number of hits, or None for all")
        oldest = order == "oldest"
        if limit is None:
            page = search.table(oldest)
            total = page.num_rows
        else:
            total = search.count()
            page = search.best(limit) if order == "relevance" else search.page(limit, oldest)

        def everything() -> pa.Table:
            if search.complete and page.num_rows == total:
                return page
            return self._search(request.untimed())[0].table(oldest)

        return self._hits(request, search, work, page, max(total, page.num_rows), everything)

    def _hits(
        self, request: Request, search: Search, work: Work, page: pa.Table, total: int, fetch: Callable[[], pa.Table]
    ) -> Hits:
        return Hits(
            query=request.query,
            text=request.text,
            page=page,
            total=total,
            timed_out=not search.complete,
            took={"parse": request.took, **work.took},
            fetch=fetch,
            context=lambda keys, before, after: self._context(search.snapshot, keys, before, after),
            histogram=lambda: self._histogram(request.untimed(), None, None),
            timezone=self._state.options.timezone,
        )

    def count(
        self,
        query: str = "",
        *,
        start: object = None,
        end: object = None,
        last: object = None,
        rows: RowSet | pd.DataFrame | None = None,
        timeout: float | None = None,
    ) -> int:
        """How many records match, exactly.

        Raises:
            QueryTimeout: it could not be told within ``timeout``.
        """
        search, _ = self._search(self._request(query, start, end, last, rows, timeout))
        total = search.count()
        search.require_complete()
        return total

    def rows(
        self,
        query: str = "",
        *,
        start: object = None,
        end: object = None,
        last: object = None,
        rows: RowSet | pd.DataFrame | None = None,
        timeout: float | None = None,
    ) -> RowSet:
        """The matching records as a set, for ``&``, ``|``, ``-``, ``^`` and ``rows=``.

        Raises:
            QueryTimeout: it could not be made within ``timeout``.
        """
        search, _ = self._search(self._request(query, start, end, last, rows, timeout))
        found = search.rowset()
        search.require_complete()
        return found

    def histogram(
        self,
        query: str = "",
        by: str | None = None,
        split: str | None = None,
        *,
        start: object = None,
        end: object = None,
        last: object = None,
        rows: RowSet | pd.DataFrame | None = None,
        timeout: float | None = None,
    ) -> Histogram:
        """Matching records over time, in buckets of ``by`` ("1m", "1h"; None: about 60), split by a field's values.

        Records without a time are in no bucket.
        """
        return self._histogram(self._request(query, start, end, last, rows, timeout), by, split)

    def facets(
        self,
        field: str,
        query: str = "",
        limit: int | None = 20,
        *,
        start: object = None,
        end: object = None,
        last: object = None,
        rows: RowSet | pd.DataFrame | None = None,
        timeout: float | None = None,
    ) -> pd.DataFrame:
        """A field's most frequent values among the matching records: columns ``value`` and ``count`` (exact).

        Raises:
            QueryError: no record has such a field.
        """
        search, _ = self._search(self._request(query, start, end, last, rows, timeout))
        known = self._state.field_names()
        result = facet_counts(search, field, limit, known)
        search.require_complete()
        return result

    @property
    def fields(self) -> pd.DataFrame:
        """Every field: name, type, coverage (share of records that have it), distinct (about how many values)."""
        return field_table(self._state.snapshot())

    def report(self) -> pd.DataFrame:
        """How every source was read, a row each: see :func:`sawlog.engine.aggregate.report_table`."""
        self._state.check_open()
        return report_table(self._state)

    def explain(self, query: str = "", **arguments: Any) -> Explanation:
        """How a query is answered: per partition the executor, what it was expected to give, what it gave, the time."""
        names = ("start", "end", "last", "rows", "timeout")
        request = self._request(query, *(arguments.get(name) for name in names))
        return explain(self._search(request)[0], request)

    def refresh(self) -> Dataset:
        """Picks up what has grown, was rotated, or is new, and waits until it is indexed."""
        self._state.check_open()
        if not self._build.running:
            self._build = self._bring_up_to_date(self._state)
        self._build.wait()
        return self

    def follow(self, query: str = "", *, poll: float = 0.5, stop: CancelToken | None = None) -> Iterator[Hit]:
        """Yields each matching record that is written from now on, oldest first, until ``stop`` is cancelled.

        Looks for growth every ``poll`` seconds.  A record that has grown since (a line that was not finished, a
        traceback) is given again.
        """
        self.refresh()
        before = reached(self._state.catalog)
        while stop is None or not stop.stopped:
            time.sleep(poll)
            self.refresh()
            request = self._request(query, None, None, None, None, None)
            search, work = self._search(request, grown_part(self._state.snapshot(), before))
            fresh = written_since(search.table(oldest=True), before)
            before = reached(self._state.catalog)
            yield from self._hits(request, search, work, fresh, fresh.num_rows, partial(_itself, fresh))

    def close(self) -> None:
        """Lets go of files and threads; a running build is stopped and resumes at the next ``open``."""
        with suppress(Exception):
            self._build.cancel()
        self._state.close("closed")

    def drop(self) -> None:
        """Deletes the index; the logs stay."""
        self._build.cancel()
        self._state.close("dropped")
        self._remove(self._state.directory)

    def __enter__(self) -> Dataset:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def __len__(self) -> int:
        """Records, of the indexed part and the rest."""
        return self.count()

    def __repr__(self) -> str:
        return f"<Dataset {self.name!r}: {self._state.catalog.records:,} records indexed, {self._build.progress.phase}>"

    def _request(
        self,
        query: str,
        start: object,
        end: object,
        last: object,
        rows: RowSet | pd.DataFrame | None,
        timeout: float | None,
    ) -> Request:
        self._state.check_open()
        fields, zone = self._state.field_names(), self._state.options.timezone
        request = Request.parse(query, fields, zone, start=start, end=end, last=last, timeout=timeout)
        return request if rows is None else request.within(as_rowset(rows, self._state.catalog))

    def _search(self, request: Request, snapshot: Snapshot | None = None) -> tuple[Search, Work]:
        work = Work(CancelToken(request.timeout))
        seen = snapshot or self._state.snapshot()
        return Search(seen, request.query, self._state.pool, work, request.rows), work

    def _histogram(self, request: Request, by: str | None, split: str | None) -> Histogram:
        search, _ = self._search(request)
        result = histogram_of(search, by, split, self._state.options.timezone, request.text)
        search.require_complete()
        return result

    def _context(self, snapshot: Snapshot, keys: Sequence[tuple[str, int]], before: int, after: int) -> pa.Table:
        if snapshot.pieces:
            self._build.wait()  # neighbours are looked up in the index
            snapshot = self._state.snapshot()
        return neighbours(snapshot, keys, before, after)


def _itself(table: pa.Table) -> pa.Table:
    return table
