"""What distinguishes the records of one search from those of another: field values and patterns, by significance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from sawlog.engine.aggregate import facet_counts
from sawlog.engine.labelled import labelled
from sawlog.engine.request import Options
from sawlog.engine.summaries import field_table
from sawlog.errors import QueryError
from sawlog.execute.run import Search
from sawlog.model.values import as_text
from sawlog.patterns.label import assign
from sawlog.patterns.words import words_query
from sawlog.query.ast import Query
from sawlog.query.printer import to_text

if TYPE_CHECKING:
    import pandas as pd

Floats = npt.NDArray[np.float64]

#: What the column ``field`` says of a pattern.
PATTERN = "pattern"

#: G² above which a share counts as changed: one in 10,000 tables without a difference exceeds it.
SIGNIFICANT = 15.14

#: Fields of more different values than this are compared only when they are named.
_MAX_DISTINCT = 1_000

COLUMNS = ["field", "value", "change", "count_a", "count_b", "share_a", "share_b", "lift", "g2", "query"]


def ranges(
    options: Options, after: tuple[object, object] | None, before: tuple[object, object] | None
) -> tuple[Options, Options]:
    """The options of both sides: as given, or with the two time ranges.

    Raises:
        QueryError: only one of the ranges is there, it is no pair, or another range is given besides.
    """
    if after is None and before is None:
        return options, options
    for name, pair in (("after", after), ("before", before)):
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise QueryError(f"{name}={pair!r}: give both before= and after=, each a pair like ('10:00', '11:00')")
    twice = [name for name in ("start", "end", "last") if options.get(name) is not None]
    if twice:
        raise QueryError(f"{twice[0]}= and after= both say which times are compared: give one of them")
    assert after is not None and before is not None
    low, high = dict(options), dict(options)
    low["start"], low["end"] = after
    high["start"], high["end"] = before
    return Options(**low), Options(**high)  # type: ignore[typeddict-item]


def diff_table(
    a: Search, b: Search, fields: Sequence[str] | None, patterns: bool, known: Sequence[str], limit: int | None
) -> pd.DataFrame:
    """See :meth:`sawlog.engine.queries.Queries.diff`."""
    import pandas as pd

    total_a, total_b = a.count(), b.count()
    rows: list[tuple[str, object, int, int]] = []
    for name in _chosen(a, b, known) if fields is None else fields:
        of_a, of_b = _alike(_facets(a, name), _facets(b, name))
        rows += [(name, value, of_a.get(value, 0), of_b.get(value, 0)) for value in dict.fromkeys((*of_a, *of_b))]
    values = len(rows)
    if patterns:
        rows += [(PATTERN, text, x, y) for text, x, y in _pattern_counts(a, b)]
    for search in (a, b):
        search.require_complete()
    table = pd.DataFrame(rows, columns=["field", "value", "count_a", "count_b"])
    in_a, in_b = table["count_a"].to_numpy(np.float64), table["count_b"].to_numpy(np.float64)
    share_a, share_b = in_a / max(total_a, 1), in_b / max(total_b, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = np.where(share_a == share_b, 1.0, share_a / share_b)
    g2 = log_likelihood(in_a, total_a, in_b, total_b)
    change = np.select([in_b == 0, in_a == 0, g2 >= SIGNIFICANT], ["new", "vanished", "changed"], "same")
    table = table.assign(share_a=share_a, share_b=share_b, lift=lift, g2=g2, change=change)
    # The rest of the order makes it the same whatever order the values were counted in.
    keys = table.assign(_text=table["value"].astype(str), _minus=-table["g2"])
    first = keys.sort_values(["_minus", "field", "_text"]).index[:limit]
    # Queries are dear to write: only those of the rows that are shown, which may be few of very many.
    queries = [_field_query(*rows[at][:2]) if at < values else words_query(str(rows[at][1])) for at in first]
    ordered = table.loc[first].assign(query=queries)[COLUMNS]
    ordered.attrs = {"records_a": total_a, "records_b": total_b}
    return ordered.reset_index(drop=True)


def log_likelihood(count_a: Floats, total_a: int, count_b: Floats, total_b: int) -> Floats:
    """G² of the 2 x 2 tables of records with and without something, in a and in b; 0 where the shares are equal.

    Dunning, "Accurate methods for the statistics of surprise and coincidence" (1993).  Under no difference it follows
    chi-square with one degree of freedom, so 3.84 is exceeded once in 20, 10.83 once in 1,000 tables.
    """
    total = total_a + total_b
    if not total:
        return np.zeros_like(count_a)
    both = count_a + count_b
    result = np.zeros_like(count_a)
    for seen, row, column in (
        (count_a, total_a, both),
        (count_b, total_b, both),
        (total_a - count_a, total_a, total - both),
        (total_b - count_b, total_b, total - both),
    ):
        expected = row * column / total
        some = seen > 0
        result[some] += 2 * seen[some] * np.log(seen[some] / expected[some])
    return np.maximum(result, 0.0)


def _chosen(a: Search, b: Search, known: Sequence[str]) -> list[str]:
    """The fields that a comparison looks at when it is told none.

    Those with few different values; not those that a side was chosen by, which would come first and say nothing.
    """
    table = field_table(a.snapshot)
    named = {node.field for search in (a, b) for node in search.query.walk()}
    many = set(table.loc[table["distinct"] > _MAX_DISTINCT, "name"])
    return [name for name in dict.fromkeys(("level", *known)) if name not in many | named]


def _facets(search: Search, field: str) -> Mapping[object, int]:
    table = facet_counts(search, field, None)
    return dict(zip(table["value"].tolist(), table["count"].tolist(), strict=True))


def _alike(*counted: Mapping[object, int]) -> list[Mapping[object, int]]:
    """Counts by value, as text everywhere if one of them had to be: it had texts beside numbers, or only texts."""
    kinds = {type(value) for values in counted for value in values}
    if kinds <= {int, float} or len(kinds) == 1:
        return list(counted)
    return [{as_text(value): count for value, count in values.items()} for values in counted]


def _field_query(field: str, value: object) -> str:
    return to_text(Query("compare", field=field, op="eq", value=as_text(value)))


def _pattern_counts(a: Search, b: Search) -> list[tuple[str, int, int]]:
    """The patterns of both taken together, and how many records of each are theirs."""
    of_a, of_b = labelled(a), labelled(b)
    found, names = assign([part.labels for part in (*of_a, *of_b)])

    def counted(codes: Sequence[npt.NDArray[np.int32]]) -> list[int]:
        total = sum((np.bincount(c, minlength=len(names)) for c in codes), np.zeros(len(names), np.int64))
        return [int(count) for count in total]

    return list(zip(names, counted(found[: len(of_a)]), counted(found[len(of_a) :]), strict=True))
