"""What a caller asked, understood: the parsed query with its time range, row set and timeout."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np
import polars as pl
import pyarrow as pa

from sawlog.engine.sets import SavedSets
from sawlog.errors import QueryError
from sawlog.model import arguments
from sawlog.model.rowset import LineSet, RowSet, Within, bitmap_of, offsets_of
from sawlog.query.ast import Query
from sawlog.query.diagnostics import Diagnostic
from sawlog.query.parser import Parsed
from sawlog.query.simplify import normalise
from sawlog.query.times import MIN_NS, parse_duration, parse_time
from sawlog.storage.catalog import Catalog

if TYPE_CHECKING:
    import pandas as pd


class Options(TypedDict, total=False):
    """What goes with any question: times, rows, values, a timeout.  See :class:`sawlog.engine.searches.Searches`."""

    start: object
    end: object
    last: object
    rows: RowSet | pd.DataFrame | str | None
    values: Mapping[str, Iterable[object]] | None
    timeout: float | None


@dataclass(frozen=True)
class Request:
    """A query ready to be planned.

    Attributes:
        text: what the user wrote.
        query: its normalised tree, the time range included.
        diagnostics: what the parser has to say about the text.
        rows: the only records that count, or None for all.
        timeout: in seconds, or None.
        took: seconds that parsing took.
        began: when it was asked, by ``time.perf_counter``.
        from_now: the time range is a length of time back from now.
    """

    text: str
    query: Query
    diagnostics: tuple[Diagnostic, ...] = ()
    rows: Within | None = None
    timeout: float | None = None
    took: float = 0.0
    began: float = 0.0
    from_now: bool = False

    @classmethod
    def parse(
        cls,
        text: str,
        parsed: Callable[[str, int, Mapping[str, Collection[object]]], Parsed],
        timezone: str,
        catalog: Catalog,
        saved: SavedSets,
        options: Options | None = None,
    ) -> Request:
        """Understands a question.

        Args:
            parsed: what a text means, relative times as of a time in UTC nanoseconds, with the values of its names.

        Raises:
            QueryError: the query, the time range, ``rows``, ``values`` or ``timeout`` has no meaning.
            TypeError: there is no such option.
        """
        began = time.perf_counter()
        given: Options = options or {}
        unknown = sorted(given.keys() - Options.__annotations__.keys())
        if unknown:
            raise TypeError(f"{unknown[0]}= is not known here: there are {', '.join(Options.__annotations__)}")
        if not isinstance(text, str):
            raise QueryError(f"the query is {text!r}: give a string, for example logs.search('timeout')")
        rows, timeout = given.get("rows"), given.get("timeout")
        if timeout is not None:
            allowed = "seconds as a number, 0 or more, or None for no limit"
            timeout = arguments.seconds("timeout", timeout, allowed)
        now_ns = time.time_ns()
        meant = parsed(text, now_ns, _named(given.get("values")))
        query = meant.query
        bounds = _bounds(given.get("start"), given.get("end"), given.get("last"), now_ns, timezone)
        if bounds != (None, None):
            query = normalise(Query("and", children=(query, Query("time", value=bounds))))
        within = None if rows is None else as_rowset(rows, catalog, saved)
        from_now = given.get("last") is not None and given.get("end") is None
        return cls(text, query, meant.diagnostics, within, timeout, time.perf_counter() - began, began, from_now)

    def untimed(self) -> Request:
        """The same without a timeout: what follows up a search is to be complete."""
        return replace(self, timeout=None)


def _named(values: object) -> dict[str, Collection[object]]:
    """The collections that ``in($name)`` may mean, by their names.

    Raises:
        QueryError: it is no mapping of names to collections.
    """
    named = values if isinstance(values, Mapping) else {} if values is None else {"": values}
    found: dict[str, Collection[object]] = {}
    for name, each in named.items():
        if not isinstance(name, str) or not name or not isinstance(each, Iterable) or isinstance(each, str | bytes):
            raise QueryError(
                f"values={arguments.shown(values)}: give collections by name, as values={{'names': [...]}}"
            )
        found[name] = list(each)
    return found


def _bounds(start: object, end: object, last: object, now_ns: int, timezone: str) -> tuple[int | None, int | None]:
    if last is not None:
        if start is not None:
            raise QueryError("last= and start= both say where the time range begins: give one of them")
        until = now_ns if end is None else parse_time(end, now_ns, timezone, end=True)
        low: int | None = max(MIN_NS, until - parse_duration(last))
    else:
        low = None if start is None else parse_time(start, now_ns, timezone, end=False)
    high = None if end is None else parse_time(end, now_ns, timezone, end=True)
    if low is not None and high is not None and low > high:
        raise QueryError(f"the time range ends before it begins: start={start!r}, end={end!r}")
    return low, high


def as_rowset(rows: object, catalog: Catalog, saved: SavedSets) -> Within:
    """The records meant by a RowSet, the name of a saved one, or a table with ``source`` (path), ``line``, ``offset``.

    Without ``offset`` a table means all records that begin on its lines.

    Raises:
        QueryError: none of these, the columns are missing, no set is saved under this name, or the set is of another
            dataset.
    """
    if isinstance(rows, RowSet | str):
        found = saved.find(rows) if isinstance(rows, str) else rows
        if found.is_foreign(catalog.name, (state.id for state in catalog.sources)):
            raise QueryError(
                f"rows= is a set of {len(found):,} records of the dataset {found.dataset!r}, none of whose files is in "
                f"{catalog.name!r}: use it there, or make one here with logs.rows()"
            )
        return found
    frame = _as_polars(rows)
    if frame is None or not {"source", "line"} <= set(frame.columns):
        raise QueryError(
            f"rows= is a {type(rows).__name__}: give a RowSet from logs.rows(), the name of a saved one, or a "
            "DataFrame with the columns 'source' and 'line', such as hits.to_pandas() gives"
        )
    # Where a file took the place of another, its path means the one that is there.
    ids = {str(state.source["path"]): state.id for state in sorted(catalog.sources, key=lambda s: not s.gone)}
    exact = "offset" in frame.columns and not frame.get_column("offset").null_count()
    named = frame.select("source", number=_whole_numbers(frame.get_column("offset" if exact else "line")))
    numbers = {
        ids[str(path)]: group.get_column("number").to_numpy()
        for (path,), group in named.group_by("source")
        if str(path) in ids
    }
    if exact:
        return RowSet({source: offsets_of(found[found >= 0]) for source, found in numbers.items()}, catalog.name)
    most = np.iinfo(np.uint32).max
    return LineSet({source: bitmap_of(found[(found > 0) & (found <= most)]) for source, found in numbers.items()})


def _whole_numbers(column: pl.Series) -> pl.Series:
    """A column that names records, as Int64.

    Raises:
        QueryError: a row of it holds none.
    """
    if not (column.dtype.is_numeric() or column.dtype in (pl.String, pl.Null)):
        raise QueryError(f"rows= has a column {column.name!r} of {column.dtype}: give whole numbers")
    whole = column.cast(pl.Int64, strict=False)
    fits = whole.is_not_null() & (whole == column) if column.dtype.is_float() else whole.is_not_null()
    if not fits.all():
        row = int(fits.not_().arg_max() or 0)
        raise QueryError(
            f"rows= has the {column.name} {arguments.shown(column[row])} in row {row}: give whole numbers (rows that a "
            "join has no match for have none: leave them out)"
        )
    return whole


def _as_polars(rows: object) -> pl.DataFrame | None:
    wanted = ("source", "line", "offset")
    if isinstance(rows, pl.LazyFrame):
        rows = rows.select(c for c in wanted if c in rows.collect_schema().names()).collect()
    if isinstance(rows, pl.DataFrame):
        return rows.select(c for c in wanted if c in rows.columns)
    if hasattr(rows, "__arrow_c_stream__") and not hasattr(rows, "iloc"):  # pandas keeps what is none apart
        with suppress(ValueError, TypeError):  # a column without others
            rows = pa.table(rows)
    if isinstance(rows, pa.Table):
        found = pl.from_arrow(rows.select([c for c in wanted if c in rows.column_names]))
        return found if isinstance(found, pl.DataFrame) else None
    table: Any = rows  # pandas is not imported for this: whoever has a DataFrame of it has imported it
    columns = set(getattr(table, "columns", ()))
    if not {"source", "line"} <= columns:
        return None
    if twice := next((name for name in wanted if name in columns and table[name].ndim > 1), None):
        raise QueryError(f"rows= has several columns {twice!r}: give a DataFrame with one of them")
    source = pl.Series("source", [str(path) for path in table["source"]], pl.String)
    return pl.DataFrame([source, *(_of_pandas(table[name], name) for name in ("line", "offset") if name in columns)])


def _of_pandas(column: Any, name: str) -> pl.Series:
    """Numbers as such, anything else as text; null where pandas says that there is none."""
    values = column.to_list() if column.notna().all() else column.astype(object).where(column.notna(), None).to_list()
    try:
        return pl.Series(name, values)
    except TypeError:
        return pl.Series(name, [None if value is None else str(value) for value in values])
