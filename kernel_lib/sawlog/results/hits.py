"""The answer to a search: its records as objects, tables, text, HTML and a chart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import pyarrow as pa

from sawlog.errors import SettingsError
from sawlog.model import arguments, schema
from sawlog.model.arrow import array_of
from sawlog.model.tables import message_texts
from sawlog.results import frames
from sawlog.results.spans import Highlighter, Span

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go
    import polars as pl

    from sawlog.query.ast import Query
    from sawlog.query.diagnostics import Diagnostic
    from sawlog.results.context import Context
    from sawlog.results.dedupe import Deduped
    from sawlog.results.histogram import Histogram

#: How many rows to give: the page (the search's own limit), so many, or None for every match.
Limit = int | Literal["page"] | None

_CHUNK = 256

#: Columns that a hit has as they are.
_WHOLE = (
    *(schema.LEVEL, schema.RAW, schema.SOURCE, schema.SOURCE_ID),
    *(schema.LINE, schema.OFFSET, schema.LENGTH, schema.LINES),
)


@dataclass(frozen=True)
class Hit:
    """One matching record.

    Attributes:
        timestamp_ns: UTC nanoseconds since 1970, or None where no stamp stands before the record in its source.
        level: one of ``model.schema.LEVELS``, or None.
        message: the record's text without its stamp, level and the like.
        raw: the record's text, without its final line ending.
        source: the path it was read from, a member of an archive included.
        line: 1-based number of its first line in the source.
        offset: of its first byte in the (decompressed) source; ``length`` bytes, ``lines`` physical lines.
        source_id: names the source in row sets, whatever its path is now.
        fields: what the format found in it, without those that it lacks.
    """

    timestamp_ns: int | None
    level: str | None
    message: str = field(repr=False)
    raw: str
    source: str
    line: int
    offset: int
    length: int = field(repr=False)
    lines: int = field(repr=False)
    source_id: str = field(repr=False)
    fields: dict[str, Any] = field(hash=False, repr=False)
    _highlighter: Highlighter = field(repr=False, compare=False)

    @property
    def timestamp(self) -> pd.Timestamp | None:
        """The time, aware, UTC, exact to the nanosecond."""
        if self.timestamp_ns is None:
            return None
        import pandas as pd

        return pd.Timestamp(self.timestamp_ns, unit="ns", tz="UTC")

    @property
    def values(self) -> dict[str, Any]:
        """Everything a query's ``field:`` can name, by that name."""
        return {**self.fields, schema.LEVEL: self.level, schema.SOURCE: self.source, schema.MESSAGE: self.message}

    @cached_property
    def spans(self) -> tuple[Span, ...]:
        """(start, end) of each match, in characters of ``raw``, in order, not overlapping."""
        return tuple(self._highlighter.spans([self.raw], [self.values])[0])

    def _repr_html_(self) -> str:
        from sawlog.results.html import hit_html

        return hit_html(self)


class Hits(Sequence[Hit]):
    """The answer to a search: a page of records, and the way to all of them.

    Attributes:
        query: the tree that was searched for; ``text`` is what the user wrote.
        total: how many records match, whatever the limit; exact unless ``timed_out``.
        timed_out: the search ended early, and what it found until then is here.
        took: seconds by phase.
        timezone: IANA name of the zone that views show times in; data is in UTC.
        diagnostics: remarks on ``text``, by place: what was understood otherwise than it may be meant, each with
            ``start``, ``end`` (characters of ``text``), ``message`` and ``fix`` (what to write there, or None).
    """

    def __init__(
        self,
        *,
        query: Query,
        text: str,
        page: pa.Table,
        total: int,
        timed_out: bool,
        took: dict[str, float],
        fetch: Callable[[], pa.Table],
        context: Callable[[Sequence[tuple[str, int]], int, int], pa.Table],
        histogram: Callable[[], Histogram],
        timezone: str = "UTC",
        stretch: Callable[[int, int], pa.Table] | None = None,
        diagnostics: tuple[Diagnostic, ...] = (),
    ) -> None:
        """``page`` and what ``fetch`` and ``context`` return have the columns of ``model.schema``, ``source`` as paths.

        ``fetch()`` gives every match in the search's order.  ``context(keys, before, after)`` gives, for the records
        whose (source_id, offset) are ``keys``, them and their neighbours in the source; each once, in any order.
        ``stretch(offset, limit)`` gives a part of what ``fetch()`` gives; without it, that is where it is cut out.
        """
        self.query, self.text, self.total, self.timed_out, self.took = query, text, total, timed_out, took
        self.timezone, self.diagnostics = timezone, diagnostics
        self._page, self._fetch, self._context, self._histogram = page, fetch, context, histogram
        self._stretch = stretch
        self._chunk: tuple[int, list[Hit]] = (-1, [])

    def __len__(self) -> int:
        return int(self._page.num_rows)

    @cached_property
    def _highlighter(self) -> Highlighter:
        return Highlighter(self.query)

    def __iter__(self) -> Iterator[Hit]:
        for start in range(0, len(self), _CHUNK):
            yield from records(self._page.slice(start, _CHUNK), self._highlighter)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Hits: ...
    def __getitem__(self, index: int | slice) -> Hit | Hits:
        if isinstance(index, slice):
            return self._with_page(self._page.take(array_of(np.arange(*index.indices(len(self)), dtype=np.int64))))
        position = index + len(self) if index < 0 else index
        if not 0 <= position < len(self):
            raise IndexError(f"hit {index} of {len(self)}: the page holds no such hit")
        number, chunk = self._chunk
        if number != position // _CHUNK:
            number = position // _CHUNK
            chunk = list(records(self._page.slice(number * _CHUNK, _CHUNK), self._highlighter))
            self._chunk = number, chunk
        return chunk[position - number * _CHUNK]

    @property
    def complete(self) -> bool:
        """The page holds every match."""
        return len(self) == self.total and not self.timed_out

    def to_arrow(self, limit: Limit = "page") -> pa.Table:
        """The matches as an Arrow table: timestamp, level, message, source, line, offset, fields, raw.

        Args:
            limit: ``"page"``: the rows that the search's own limit allowed; None: **every** match; or so many.
        """
        return frames.result_table(self._rows(limit))

    def to_polars(self, limit: Limit = "page") -> pl.DataFrame:
        """The matches as a polars DataFrame; see :meth:`to_arrow`."""
        import polars as pl

        frame = pl.from_arrow(self.to_arrow(limit))
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_pandas(self, limit: Limit = "page") -> pd.DataFrame:
        """The matches as a pandas DataFrame; see :meth:`to_arrow`.  Integer fields are ``Int64``: gaps are ``<NA>``."""
        return frames.to_pandas(self.to_arrow(limit))

    def all(self) -> Hits:
        """The same answer with every match on its page."""
        return self if self.complete else self._with_page(self._rows(None))

    def window(self, offset: int, limit: int) -> Hits:
        """The same answer with the matches from number ``offset`` on, at most ``limit``, on its page.

        For views that scroll: the order of all matches is kept in memory, so that no match before ``offset`` is read.
        Past the last match the page is empty.

        Raises:
            QueryTimeout: the matches could not all be found within the search's timeout.
        """
        offset, limit = (_records(name, value) for name, value in (("offset", offset), ("limit", limit)))
        if offset + limit <= len(self) or self.complete:
            return self._with_page(self._page.slice(min(offset, len(self)), limit))
        stretch = self._stretch
        return self._with_page(self._fetch().slice(offset, limit) if stretch is None else stretch(offset, limit))

    def context(self, before: int = 3, after: int = 3) -> Context:
        """The records around each hit of the page in its source, merged where they overlap.

        They are looked up in the index.  What a store that may only be read lacks is not among them: such a hit stands
        alone.
        """
        from sawlog.results.context import Context

        before, after = (_records(name, value) for name, value in (("before", before), ("after", after)))
        keys = [(hit.source_id, hit.offset) for hit in self]
        around = self._context(keys, before, after) if keys else self._page
        return Context(list(self), list(records(around, self._highlighter)), self._highlighter, self.timezone)

    def dedupe(self, by: str | None = None) -> Deduped:
        """All matches without repetition: one of each pattern, or of each value of a field, the newest, with a count.

        A record without the field ``by`` stands for itself.

        Raises:
            QueryError: none of the matches has such a field.
        """
        from sawlog.results.dedupe import Deduped, representatives

        page, counts = representatives(self._rows(None), by)
        return Deduped(self._with_page(page), counts)

    def histogram(self) -> Histogram:
        """All matches over time, by level."""
        return self._histogram()

    def plot(self) -> go.Figure:
        """A plotly figure of all matches over time, by level."""
        return self.histogram().plot()

    def html(self) -> str:
        """What a notebook shows: a table with the matches marked.  Carries its own style, needs no script."""
        from sawlog.results.html import hits_html

        return hits_html(self)

    def _repr_html_(self) -> str:
        return self.html()

    def __repr__(self) -> str:
        from sawlog.results.plain import hits_text

        return hits_text(self)

    def _with_page(self, page: pa.Table) -> Hits:
        return Hits(
            query=self.query,
            text=self.text,
            page=page,
            total=self.total,
            timed_out=self.timed_out,
            took=self.took,
            fetch=self._fetch,
            context=self._context,
            histogram=self._histogram,
            timezone=self.timezone,
            stretch=self._stretch,
            diagnostics=self.diagnostics,
        )

    def _rows(self, limit: Limit) -> pa.Table:
        if isinstance(limit, str) and limit == "page":
            return self._page
        if limit is not None:
            allowed = "a number of rows, 0 or more, None for every match, or 'page'"
            limit = arguments.whole("limit", limit, allowed, error=SettingsError)
        enough = self.complete or (limit is not None and limit <= len(self))
        table = self._page if enough else self._fetch()
        return table if limit is None else table.slice(0, min(limit, table.num_rows))


def _records(name: str, value: object) -> int:
    return arguments.whole(name, value, "a number of records, 0 or more", error=SettingsError)


def records(table: pa.Table, highlighter: Highlighter) -> Iterator[Hit]:
    """The rows of a page as objects."""
    columns = {
        "timestamp_ns": table[schema.TIMESTAMP].cast(pa.int64()).to_pylist(),
        "message": message_texts(table),
        **{name: table[name].to_pylist() for name in _WHOLE},
    }
    names = [name for name in table.column_names if schema.field_name(name) is not None]
    keys = [name.removeprefix(schema.FIELD_PREFIX) for name in names]
    fields = zip(*(table[name].to_pylist() for name in names), strict=True) if names else iter([()] * table.num_rows)
    for fixed, values in zip(zip(*columns.values(), strict=True), fields, strict=True):
        found = {key: value for key, value in zip(keys, values, strict=True) if value is not None}
        yield Hit(**dict(zip(columns, fixed, strict=True)), fields=found, _highlighter=highlighter)
