"""What can be asked of a dataset, beyond searches: patterns, comparisons, sessions, sets, completions, plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Unpack

from sawlog.engine.complete import Suggestion, complete
from sawlog.engine.diff import diff_table, ranges
from sawlog.engine.explain import Explanation, analyse, explain
from sawlog.engine.patterns import pattern_table
from sawlog.engine.request import Options, as_rowset
from sawlog.engine.searches import Searches
from sawlog.engine.sessions import group_hits
from sawlog.engine.sets import SELECTION
from sawlog.engine.suggest import suggestions
from sawlog.engine.summaries import field_table, report_table
from sawlog.execute.pool import PoolStatus
from sawlog.execute.run import Search
from sawlog.model import arguments
from sawlog.model.rowset import LineSet, RowSet
from sawlog.query.ast import Query
from sawlog.query.fields import FieldNames
from sawlog.results.hits import Hits
from sawlog.results.sessions import Sessions
from sawlog.storage.prefixes import TOP

if TYPE_CHECKING:
    import pandas as pd


#: Hits of the page that an explanation makes, as many as a search makes unless told otherwise.
_PAGE = 100


class Queries(Searches):
    """Everything that a dataset can be asked."""

    def save(self, name: str, rows: RowSet | pd.DataFrame | str) -> RowSet:
        """Keeps a set of records in the store under a name, in place of the set that had it; gives the set.

        From then on ``rows="name"`` means it in every question, here and in other processes, until ``forget``.

        Raises:
            SettingsError: the name is not made of letters (a-z), digits, ``_``, ``-``, ``.`` and spaces.
            StoreError: the set cannot be written.
        """
        self._state.check_open()
        found = self._exactly(rows)
        self._saved.write(name, found)
        return found

    def _exactly(self, rows: RowSet | pd.DataFrame | str | None) -> RowSet:
        """The records that ``rows=`` means, also where it names them by their lines."""
        found = as_rowset(rows, self._state.catalog, self._saved)
        return self.rows(rows=rows) if isinstance(found, LineSet) else found

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

    def patterns(
        self, query: str = "", limit: int | None = 50, *, of: RowSet | None = None, **options: Unpack[Options]
    ) -> pd.DataFrame:
        """What kinds of messages there are among the matching records, the most frequent first.

        Every record belongs to one pattern: its message's first line with what varies replaced by ``<*>``, ``<ip>``,
        ``<time>``, ``<path>`` or ``<url>``.  The patterns depend on the matching records only, and without a limit
        their counts add up to ``logs.count(query)``.

        Columns: ``pattern``; ``count``; ``first`` and ``last`` time (NaT without any); ``example``, the text of the
        earliest record; ``histogram``, a list of counts over the time span of all matches (``attrs`` has the buckets'
        ``starts`` and their ``width`` in seconds); ``query``, for the pattern's words; ``rows``, its RowSet, looked up
        when it is used, while the dataset is open.

        ``of`` leaves those patterns that some of the matching records belong to, counted among all matches.

        Raises:
            QueryTimeout: they could not be told within ``timeout``.
        """
        limit = arguments.limit(limit, "patterns")
        request = self._request(query, options)
        search, _ = self._search(request)
        chosen = None
        if of is not None:
            rows = of if request.rows is None else of & self._exactly(options["rows"])
            chosen = self._search(replace(request, rows=rows), search.snapshot)[0]
        timezone, check_open = self._state.options.timezone, self._state.check_open
        return search.whole(lambda: pattern_table(search, limit, timezone, check_open, chosen))

    def diff(
        self,
        query_a: str = "",
        query_b: str = "",
        *,
        after: tuple[object, object] | None = None,
        before: tuple[object, object] | None = None,
        fields: str | Sequence[str] | None = None,
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
        limit = arguments.limit(limit, "rows")
        of_a, of_b = ranges(options, after, before)
        a, _ = self._search(self._request(query_a, of_a))
        b, _ = self._search(self._request(query_b, of_b), a.snapshot)
        known = self._state.field_names()
        if fields is not None:
            allowed = "names of fields, or None for those with few values"
            names = arguments.texts("fields", fields, allowed)
            fields = [FieldNames(known).require("fields", name) for name in names]
        return a.whole(lambda: diff_table(a, b, fields, patterns, known, limit))

    def group(self, by: str, query: str = "", *, limit: int | None = 100, **options: Unpack[Options]) -> Sessions:
        """Sessions: all records that share an id with one of the hits, grouped by it, in order of time.

        ``logs.group(by="request_id", query="level:error")`` gives the whole story of every request that failed.
        ``query`` and the options limit the hits; a session has all the dataset's records with its id.  The sessions
        with the newest records come first, ``limit`` of them.

        Raises:
            QueryError: no record has the field ``by``.
            QueryTimeout: they could not be told within ``timeout``.
        """
        limit = arguments.limit(limit, "sessions")
        request = self._request(query, options)
        field = FieldNames(self._state.field_names()).require("by", by)
        search, _ = self._search(request)

        def having(field: str) -> Search:
            every = replace(request, query=Query("exists", field=field), rows=None)
            return self._search(every, search.snapshot)[0]

        def hits(rows: RowSet) -> Hits:
            return self.search("", rows=rows, order="oldest", limit=None)

        timezone = self._state.options.timezone
        return search.whole(lambda: group_hits(search, having, field, limit, hits, timezone))

    @property
    def fields(self) -> pd.DataFrame:
        """Every field: name, type, coverage (share of records that have it), distinct (about how many values)."""
        return field_table(self._state.snapshot())

    def report(self) -> pd.DataFrame:
        """How every source was read, a row each: see :func:`sawlog.engine.summaries.report_table`."""
        self._state.check_open()
        return report_table(self._state)

    @property
    def problems(self) -> dict[str, str]:
        """Why files could not be read, or not to their end, by their paths; all that could be read is searched.

        Files that are gone are none of them.
        """
        self._state.check_open()
        catalog = self._state.catalog
        found = {
            str(source.source["path"]): source.error for source in catalog.sources if source.error and not source.gone
        }
        return found | {p.path: p.message for p in catalog.problems if not p.skipped}

    def complete(
        self, text: str, cursor: int | None = None, limit: int | None = 10, **options: Unpack[Options]
    ) -> list[Suggestion]:
        """What may stand at the cursor: recent queries, fields, values, words and operators, at most 32.

        Words and values are counted among the records that the rest of the query, the time range and ``rows`` leave,
        most frequent first; see docs/completion.md for what is exact.

        Args:
            text: a query, or the beginning of one; any text.
            cursor: a position in ``text``, in characters; None: its end.
            limit: how many suggestions at the most; None: as many as there can be.
            options: as everywhere; ``timeout`` is 0.03 seconds unless given.
        """
        arguments.text("text", text, "the query to complete")
        limit = arguments.limit(limit, "suggestions")
        if cursor is not None:
            cursor = arguments.whole("cursor", cursor, "a position in the text, or None for its end")
        request = self._request("", options)
        most = TOP if limit is None else limit
        return complete(self._state, text, cursor, most, request, lambda r, seen: self._search(r, seen)[0])

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
        page = search.page(_PAGE)  # not from memory, where it may be: the explanation is of the work
        hits = self._hits(request, search, search.work, page, explanation.total, search.table)

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
