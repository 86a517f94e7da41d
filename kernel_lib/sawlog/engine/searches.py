"""Searches of a dataset: hits, counts, sets, charts, facets."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal, TypeVar, Unpack

import pyarrow as pa

from sawlog.engine.aggregate import facet_counts, histogram_of
from sawlog.engine.build import Build
from sawlog.engine.neighbours import neighbours
from sawlog.engine.outside import outside
from sawlog.engine.request import Options, Request
from sawlog.engine.sets import SavedSets
from sawlog.engine.state import DatasetState
from sawlog.errors import QueryError, StoreError
from sawlog.execute.order import Ordering, identity
from sawlog.execute.run import Search
from sawlog.execute.snapshot import Snapshot
from sawlog.execute.work import Work
from sawlog.model import arguments
from sawlog.model.progress import CancelToken
from sawlog.model.rowset import RowSet
from sawlog.model.schema import LEVEL
from sawlog.query.fields import FieldNames
from sawlog.query.habits import whole_values
from sawlog.results.histogram import Histogram, Width
from sawlog.results.hits import Hits

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
Order = Literal["newest", "oldest", "relevance"]


class Searches:
    """Searching, counting and charting a dataset.

    Every search is exact at any time: what is not indexed yet is scanned.  Common options:

    * ``query``: in the query language (see docs/query-language.md); "" matches every record.
    * ``start``, ``end``, ``last``: a time range; text as in the language, or datetimes; ``end`` is exclusive.
    * ``rows``: a RowSet, the name of a saved one, or a DataFrame with the columns ``source`` and ``line`` (and
      ``offset``, where records share lines), that limits the records.
    * ``values``: collections by name for ``user:in($names)`` in the query, as ``{"names": df["user"]}``.
    * ``timeout``: seconds after which what was found is returned, marked ``timed_out``.

    Each question raises QueryError for a query without a meaning, and DatasetClosedError after ``close()``.
    """

    def __init__(self, state: DatasetState, build: Build, token: CancelToken | None = None) -> None:
        self._state, self._build, self._token = state, build, token
        self._saved = SavedSets(state.directory)

    def search(
        self,
        query: str = "",
        *,
        limit: int | None = 100,
        order: Order = "newest",
        **options: Unpack[Options],
    ) -> Hits:
        """The matching records: a page of ``limit`` of them, the exact total, and the way to all.

        ``limit=None`` puts all of them on the page.  ``order="relevance"`` ranks by how rare the matched words are;
        without words it is the newest first.
        """
        request = self._request(query, options)
        search, work = self._search(request)
        if order not in ("newest", "oldest", "relevance"):
            raise QueryError(f"order={order!r} is not known: use 'newest', 'oldest' or 'relevance'")
        limit = arguments.limit(limit, "hits")
        oldest = order == "oldest"
        if limit is None:
            page = search.table(oldest)
            total = page.num_rows
        else:
            total, page = self._page(search, request, limit, order)

        def everything() -> pa.Table:
            if search.complete and page.num_rows == total:
                return page
            return self._as_of(search, lambda: self._again(request, search).table(oldest))

        def stretch(offset: int, count: int) -> pa.Table:
            return self._as_of(search, lambda: self._ordering(request, search).window(offset, count, oldest))

        total = max(total, page.num_rows)
        self._state.history.add(query)
        self._note("search", request, work, total)
        return self._hits(request, search, work, page, total, everything, None if order == "relevance" else stretch)

    def count(
        self,
        query: str = "",
        **options: Unpack[Options],
    ) -> int:
        """How many records match, exactly.

        Raises:
            QueryTimeout: it could not be told within ``timeout``.
        """
        request = self._request(query, options)
        search, _ = self._search(request)
        return self._whole("count", request, search, search.count, int)

    def rows(
        self,
        query: str = "",
        **options: Unpack[Options],
    ) -> RowSet:
        """The matching records as a set, for ``&``, ``|``, ``-``, ``^`` and ``rows=``.

        Raises:
            QueryTimeout: it could not be made within ``timeout``.
        """
        request = self._request(query, options)
        search, _ = self._search(request)
        return self._whole("rows", request, search, search.rowset, len)

    def histogram(
        self,
        query: str = "",
        by: Width | None = None,
        split: str | None = None,
        **options: Unpack[Options],
    ) -> Histogram:
        """Matching records over time, in buckets of ``by`` ("1m", "1h"; None: about 60), split by a field's values.

        ``by`` is written like ``last``: text, a timedelta, or a number of seconds.  Buckets of whole days that are
        asked for begin at midnight in the dataset's zone, those of whole weeks on Mondays; all others are equally
        wide, counted from midnight UTC.  Records without a time are in no bucket.

        The twelve most frequent values have a column each, the rest "(other)", records without the field "(none)";
        with more parentheses around it where a value is called so.  The columns add up to ``counts``.

        Raises:
            QueryError: ``by`` is no width or makes too many buckets, or no record has the field ``split``.
        """
        request = self._request(query, options)
        if split is not None:
            split = FieldNames(self._state.field_names()).require("split", split)
        return self._histogram(request, self._search(request)[0], by, split)

    def facets(
        self,
        field: str,
        query: str = "",
        limit: int | None = 20,
        **options: Unpack[Options],
    ) -> pd.DataFrame:
        """A field's most frequent values among the matching records: columns ``value`` and ``count`` (exact).

        Raises:
            QueryError: no record has such a field.
        """
        limit = arguments.limit(limit, "values")
        request = self._request(query, options)
        name = FieldNames(self._state.field_names()).require("field", field)
        search, _ = self._search(request)
        return self._whole("facets", request, search, lambda: facet_counts(search, name, limit))

    def _page(self, search: Search, request: Request, limit: int, order: Order) -> tuple[int, pa.Table]:
        """The total and the first hits; as they were found before, if the dataset still holds the same."""
        key = ("page", identity(search.snapshot), request.query, request.rows, limit, order)
        lasting = not search.snapshot.pieces
        found = self._state.cache.get(key) if lasting else None
        if found is None:
            total = search.count()
            page = search.best(limit) if order == "relevance" else search.page(limit, order == "oldest")
            found = total, page
            if lasting and search.complete:
                self._state.cache.put(key, found, page.nbytes + 256)
        assert isinstance(found, tuple)
        return found

    def _hits(
        self,
        request: Request,
        search: Search,
        work: Work,
        page: pa.Table,
        total: int,
        fetch: Callable[[], pa.Table],
        stretch: Callable[[int, int], pa.Table] | None = None,
    ) -> Hits:
        said = request.diagnostics
        if not total and search.complete:
            said += tuple(whole_values(request.text, request.query, said))
            said += tuple(outside(request.query, search.snapshot, request.from_now))
        return Hits(
            query=request.query,
            text=request.text,
            page=page,
            total=total,
            timed_out=not search.complete,
            took={"parse": request.took, **work.took},
            fetch=fetch,
            context=lambda keys, before, after: self._context(search.snapshot, keys, before, after),
            histogram=lambda: self._as_of(
                search, lambda: self._histogram(request, self._again(request, search), None, LEVEL)
            ),
            timezone=self._state.options.timezone,
            stretch=stretch,
            diagnostics=said,
        )

    def _request(self, query: str, options: Options | None = None) -> Request:
        state = self._state
        state.check_open()
        return Request.parse(query, state.parsed, state.options.timezone, state.catalog, self._saved, options)

    def _search(self, request: Request, snapshot: Snapshot | None = None) -> tuple[Search, Work]:
        spent = time.perf_counter() - request.began
        work = Work(CancelToken(None if request.timeout is None else request.timeout - spent, self._token))
        seen = snapshot or self._state.snapshot()
        return Search(seen, request.query, self._state.pool, work, request.rows, self._state.optimizer()), work

    def _whole(
        self,
        what: str,
        request: Request,
        search: Search,
        answer: Callable[[], T],
        records: Callable[[T], int] | None = None,
    ) -> T:
        """An answer that cannot be partial; ``records`` tells how many it is made of, for the slow-query log."""
        total: int | None = None
        try:
            found = search.whole(answer)
            total = None if records is None else records(found)
            return found
        finally:
            self._note(what, request, search.work, total)

    def _note(self, what: str, request: Request, work: Work, total: int | None = None) -> None:
        """Writes what took long into the slow-query log."""
        seconds = time.perf_counter() - request.began
        if seconds >= self._state.settings.slow_seconds:
            self._state.slow.add(what, request.text, seconds, total, {"parse": request.took, **work.took})

    def _ordering(self, request: Request, search: Search) -> Ordering:
        """The order of all matches: made once for what a dataset holds, kept as long as memory allows."""
        key = ("order", identity(search.snapshot), request.query, request.rows)
        found = self._state.cache.get(key)
        if found is None:
            found = Ordering(self._again(request, search))
            self._state.cache.put(key, found, found.nbytes)
        assert isinstance(found, Ordering)
        return found

    def _again(self, request: Request, search: Search) -> Search:
        """The search once more without a timeout, over what the dataset held when it was asked."""
        again, _ = self._search(request.untimed(), search.snapshot)
        if search.complete:
            again.raw = search.raw  # the logs may have grown since
        return again

    def _as_of(self, search: Search, answer: Callable[[], T]) -> T:
        """An answer from what the dataset held at the time of a search.

        Raises:
            StoreError: its partitions were merged into others since, and are deleted.
        """
        self._state.check_open()
        try:
            return answer()
        except (StoreError, OSError) as error:
            if all(segment.partition.directory.exists() for segment in search.snapshot.segments):
                raise
            raise StoreError(
                "these hits are of a moment that the index does not hold any more, since it has been refreshed: "
                "search again"
            ) from error

    def _histogram(self, request: Request, search: Search, by: Width | None, split: str | None) -> Histogram:
        timezone = self._state.options.timezone
        return self._whole(
            "histogram", request, search, lambda: histogram_of(search, by, split, timezone, request.text)
        )

    def _context(self, snapshot: Snapshot, keys: Sequence[tuple[str, int]], before: int, after: int) -> pa.Table:
        if snapshot.pieces:
            self._build.wait()  # neighbours are looked up in the index
            snapshot = self._state.snapshot()
        return neighbours(snapshot, keys, before, after)
