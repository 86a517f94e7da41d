"""What can be asked of a dataset: searches, counts, sets, charts, tables."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, Unpack

import pyarrow as pa

from sawlog.engine.aggregate import facet_counts, field_table, histogram_of, report_table
from sawlog.engine.build import Build
from sawlog.engine.complete import Suggestion, complete
from sawlog.engine.diff import diff_table, ranges
from sawlog.engine.explain import Explanation, analyse, explain
from sawlog.engine.neighbours import neighbours
from sawlog.engine.patterns import pattern_table
from sawlog.engine.request import Options, Request, as_rowset
from sawlog.engine.sessions import group_hits
from sawlog.engine.sets import SELECTION, SavedSets
from sawlog.engine.state import DatasetState
from sawlog.engine.suggest import suggestions
from sawlog.errors import QueryError
from sawlog.execute.order import Ordering, identity
from sawlog.execute.pool import PoolStatus
from sawlog.execute.run import Search
from sawlog.execute.snapshot import Snapshot
from sawlog.execute.work import Work
from sawlog.model.progress import CancelToken
from sawlog.model.rowset import RowSet
from sawlog.query.ast import Query
from sawlog.results.histogram import Histogram
from sawlog.results.hits import Hits
from sawlog.results.sessions import Sessions

if TYPE_CHECKING:
    import pandas as pd

Order = Literal["newest", "oldest", "relevance"]


class Queries:
    """What a dataset can be asked.

    Every search is exact at any time: what is not indexed yet is scanned.  Common options:

    * ``query``: in the query language (see docs/query-language.md); "" matches every record.
    * ``start``, ``end``, ``last``: a time range; text as in the language, or datetimes; ``end`` is exclusive.
    * ``rows``: a RowSet, the name of a saved one, or a DataFrame with the columns ``source`` and ``line``, that limits
      the records.
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

        def stretch(offset: int, count: int) -> pa.Table:
            return self._ordering(request, search.snapshot).window(offset, count, oldest)

        total = max(total, page.num_rows)
        self._state.history.add(query)
        self._note("search", request, work, total)
        return self._hits(request, search, work, page, total, everything, None if order == "relevance" else stretch)

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
            stretch=stretch,
        )

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
        search, work = self._search(request)
        total = search.count()
        self._note("count", request, work, total)
        search.require_complete()
        return total

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
        search, work = self._search(request)
        found = search.rowset()
        self._note("rows", request, work, len(found))
        search.require_complete()
        return found

    def save(self, name: str, rows: RowSet | pd.DataFrame | str) -> RowSet:
        """Keeps a set of records in the store under a name, in place of the set that had it; gives the set.

        From then on ``rows="name"`` means it in every question, here and in other processes, until ``forget``.

        Raises:
            SettingsError: the name is not made of letters (a-z), digits, ``_``, ``-``, ``.`` and spaces.
            StoreError: the set cannot be written.
        """
        self._state.check_open()
        found = as_rowset(rows, self._state.catalog, self._saved)
        self._saved.write(name, found)
        return found

    def forget(self, name: str) -> None:
        """Deletes a saved set; the records stay."""
        self._state.check_open()
        self._saved.remove(name)

    @property
    def saved(self) -> Mapping[str, RowSet]:
        """The saved sets by name, as the store holds them at each look; also what other processes saved."""
        self._state.check_open()
        return self._saved

    @property
    def selection(self) -> RowSet:
        """The set saved as "selection", which is what was last picked in a view; empty where there is none."""
        return self.saved.get(SELECTION, RowSet({}, self._state.catalog.name))

    def histogram(
        self,
        query: str = "",
        by: str | None = None,
        split: str | None = None,
        **options: Unpack[Options],
    ) -> Histogram:
        """Matching records over time, in buckets of ``by`` ("1m", "1h"; None: about 60), split by a field's values.

        Records without a time are in no bucket.
        """
        return self._histogram(self._request(query, options), by, split)

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
        request = self._request(query, options)
        search, work = self._search(request)
        result = facet_counts(search, field, limit, self._state.field_names())
        self._note("facets", request, work)
        search.require_complete()
        return result

    def patterns(self, query: str = "", limit: int | None = 50, **options: Unpack[Options]) -> pd.DataFrame:
        """What kinds of messages there are among the matching records, the most frequent first.

        Every record belongs to one pattern: its message's first line with what varies replaced by ``<*>``, ``<ip>``,
        ``<time>``, ``<path>`` or ``<url>``.  The patterns depend on the matching records only, and without a limit
        their counts add up to ``logs.count(query)``.

        Columns: ``pattern``; ``count``; ``first`` and ``last`` time (NaT without any); ``example``, the text of the
        earliest record; ``histogram``, a list of counts over the time span of all matches (``attrs`` has the buckets'
        ``starts`` and their ``width`` in seconds); ``query``, for the pattern's words; ``rows``, its RowSet, looked up
        when it is used, while the dataset is open.

        Raises:
            QueryTimeout: they could not be told within ``timeout``.
        """
        if limit is not None and limit < 0:
            raise QueryError(f"limit={limit} is negative: give a number of patterns, or None for all")
        search, _ = self._search(self._request(query, options))
        return pattern_table(search, limit, self._state.options.timezone, self._state.check_open)

    def diff(
        self,
        query_a: str = "",
        query_b: str = "",
        *,
        after: tuple[object, object] | None = None,
        before: tuple[object, object] | None = None,
        fields: Sequence[str] | None = None,
        patterns: bool = True,
        limit: int | None = 20,
        **options: Unpack[Options],
    ) -> pd.DataFrame:
        """What distinguishes the records of a from those of b: the field values and patterns whose shares differ most.

        ``logs.diff("level:error", last="1h")`` holds the errors against everything;
        ``logs.diff(before=("10:00", "11:00"), after=("11:00", "12:00"))`` holds what came after against what was
        before (a is after, b is before), for the records of ``query_a`` in one and of ``query_b`` in the other.

        ``fields`` names those to compare (None: all with at most 1,000 different values that neither query names; []:
        none), ``patterns`` whether to compare patterns, which are made of both sides together.

        Columns: ``field`` ("pattern" for patterns) and ``value``; ``change``: new (only in a), vanished (only in b),
        changed (G² > 15.14: by chance once in 10,000), same; ``count_a``, ``count_b``; ``share_a``, ``share_b`` of
        each side's records; ``lift``, how many times as frequent in a as in b; ``g2``, the log-likelihood ratio that
        rows are sorted by; ``query``, which finds such records (of a pattern: those with its words).

        Raises:
            QueryError: a field is unknown, or a time range is no pair.
            QueryTimeout: it could not be told within ``timeout``.
        """
        if limit is not None and limit < 0:
            raise QueryError(f"limit={limit} is negative: give a number of rows, or None for all")
        of_a, of_b = ranges(options, after, before)
        a, _ = self._search(self._request(query_a, of_a))
        b, _ = self._search(self._request(query_b, of_b), a.snapshot)
        return diff_table(a, b, fields, patterns, self._state.field_names(), limit)

    def group(self, by: str, query: str = "", *, limit: int | None = 100, **options: Unpack[Options]) -> Sessions:
        """Sessions: all records that share an id with one of the hits, grouped by it, in order of time.

        ``logs.group(by="request_id", query="level:error")`` gives the whole story of every request that failed.
        ``query`` and the options limit the hits; a session has all the dataset's records with its id.  The sessions
        with the newest records come first, ``limit`` of them.

        Raises:
            QueryError: no record has the field ``by``.
            QueryTimeout: they could not be told within ``timeout``.
        """
        if limit is not None and limit < 0:
            raise QueryError(f"limit={limit} is negative: give a number of sessions, or None for all")
        request = self._request(query, options)
        search, _ = self._search(request)

        def having(field: str) -> Search:
            every = replace(request, query=Query("exists", field=field), rows=None)
            return self._search(every, search.snapshot)[0]

        def hits(rows: RowSet) -> Hits:
            return self.search("", rows=rows, order="oldest", limit=None)

        timezone = self._state.options.timezone
        return group_hits(search, having, by, self._state.field_names(), limit, hits, timezone)

    @property
    def fields(self) -> pd.DataFrame:
        """Every field: name, type, coverage (share of records that have it), distinct (about how many values)."""
        return field_table(self._state.snapshot())

    def report(self) -> pd.DataFrame:
        """How every source was read, a row each: see :func:`sawlog.engine.aggregate.report_table`."""
        self._state.check_open()
        return report_table(self._state)

    def complete(
        self, text: str, cursor: int | None = None, limit: int = 10, **options: Unpack[Options]
    ) -> list[Suggestion]:
        """What may stand at the cursor: recent queries, fields, values, words and operators, at most 32.

        Words and values are counted among the records that the rest of the query, the time range and ``rows`` leave,
        most frequent first; see docs/completion.md for what is exact.

        Args:
            text: a query, or the beginning of one; any text.
            cursor: a position in ``text``, in characters; None: its end.
            limit: how many suggestions at the most.
            options: as everywhere; ``timeout`` is 0.035 seconds unless given.
        """
        request = self._request("", options)
        return complete(self._state, text, cursor, limit, request, lambda r, seen: self._search(r, seen)[0])

    def explain(self, query: str = "", *, analyze: bool = False, **options: Unpack[Options]) -> Explanation:
        """How a query is answered: per partition the executor, what it was expected to give, what it gave, the time.

        With ``analyze=True`` the first page is made too, and rewrites of the query are tried: those that give the
        same records for less work are suggested.
        """
        request = self._request(query, options)
        search, _ = self._search(request)
        explanation = explain(search, request)
        if not analyze:
            return explanation
        hits = self.search(query, **options)

        def again(other: Query) -> Search:
            return self._search(replace(request, query=other), search.snapshot)[0]

        return analyse(explanation, hits, tuple(suggestions(search, hits, again)))

    def slow(self) -> pd.DataFrame:
        """The dataset's slow-query log, newest first: questions that took longer than the setting ``slow_seconds``.

        Columns: ``time``, ``what`` was asked, ``query``, ``seconds``, ``total`` (records that match), ``phases``.
        """
        self._state.check_open()
        return self._state.slow.table()

    def load(self) -> PoolStatus:
        """How busy the search threads are, how long searches wait for one, and what to do if that is too long."""
        self._state.check_open()
        return self._state.pool.status()

    def _note(self, what: str, request: Request, work: Work, total: int | None = None) -> None:
        """Writes what took long into the slow-query log."""
        seconds = time.perf_counter() - request.began
        if seconds >= self._state.settings.slow_seconds:
            self._state.slow.add(what, request.text, seconds, total, {"parse": request.took, **work.took})

    def _request(self, query: str, options: Options | None = None) -> Request:
        self._state.check_open()
        return Request.parse(
            query, self._state.field_names(), self._state.options.timezone, self._state.catalog, self._saved, options
        )

    def _search(self, request: Request, snapshot: Snapshot | None = None) -> tuple[Search, Work]:
        work = Work(CancelToken(request.timeout, self._token))
        seen = snapshot or self._state.snapshot()
        return Search(seen, request.query, self._state.pool, work, request.rows, self._state.optimizer()), work

    def _ordering(self, request: Request, snapshot: Snapshot) -> Ordering:
        """The order of all matches: made once for what a dataset holds, kept as long as memory allows."""
        key = ("order", identity(snapshot), request.query, request.rows)
        found = self._state.cache.get(key)
        if found is None:
            found = Ordering(self._search(request.untimed(), snapshot)[0])
            self._state.cache.put(key, found, found.nbytes)
        assert isinstance(found, Ordering)
        return found

    def _histogram(self, request: Request, by: str | None, split: str | None) -> Histogram:
        search, work = self._search(request)
        result = histogram_of(search, by, split, self._state.options.timezone, request.text)
        self._note("histogram", request, work)
        search.require_complete()
        return result

    def _context(self, snapshot: Snapshot, keys: Sequence[tuple[str, int]], before: int, after: int) -> pa.Table:
        if snapshot.pieces:
            self._build.wait()  # neighbours are looked up in the index
            snapshot = self._state.snapshot()
        return neighbours(snapshot, keys, before, after)
