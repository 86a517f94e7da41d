"""Hits without repetition: of those that say the same, the newest one, and how many they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np
import polars as pl
import pyarrow as pa

from sawlog.errors import QueryError
from sawlog.model.arguments import shown, text
from sawlog.model.arrow import array_of
from sawlog.model.schema import FIELD_PREFIX, LEVEL, MESSAGE, OFFSET, RAW, SOURCE, TIMESTAMP, field_column, field_name
from sawlog.model.tables import message_series
from sawlog.patterns.label import assign, label
from sawlog.results.style import STYLE
from sawlog.results.tables import html_table, text_table
from sawlog.results.times import digits, format_time
from sawlog.results.units import plural

if TYPE_CHECKING:
    import pandas as pd

    from sawlog.results.hits import Hit, Hits

#: Records that a view shows, and characters of each.
_SHOWN, _WIDTH = 60, 160


class Deduped(Sequence["Hit"]):
    """Hits of which no two say the same, in the order of the search.

    Attributes:
        counts: how many records each stands for.
        total: how many records all of them stand for: the hits of the search.
    """

    def __init__(self, hits: Hits, counts: Sequence[int]) -> None:
        self._hits, self.counts, self.total = hits, tuple(counts), sum(counts)

    def __len__(self) -> int:
        return len(self._hits)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> Deduped: ...
    def __getitem__(self, index: int | slice) -> Hit | Deduped:
        return Deduped(self._hits[index], self.counts[index]) if isinstance(index, slice) else self._hits[index]

    def to_arrow(self) -> pa.Table:
        """As :meth:`Hits.to_arrow`, with the column ``count`` before the others."""
        return self._hits.to_arrow().add_column(0, "count", array_of(np.array(self.counts, np.int64)))

    def to_polars(self) -> pl.DataFrame:
        """As :meth:`Hits.to_polars`, with the column ``count`` before the others."""
        frame = pl.from_arrow(self.to_arrow())
        assert isinstance(frame, pl.DataFrame)
        return frame

    def to_pandas(self) -> pd.DataFrame:
        """As :meth:`Hits.to_pandas`, with the column ``count`` before the others."""
        frame = self._hits.to_pandas()
        frame.insert(0, "count", self.counts)
        return frame

    def _shown(self) -> list[dict[str, object]]:
        hits = self._hits[:_SHOWN]
        decimals = digits(hit.timestamp_ns for hit in hits)
        return [
            {
                "count": count,
                "newest": format_time(hit.timestamp_ns, self._hits.timezone, decimals),
                "level": hit.level,
                "at": f"{hit.source.rsplit('/', 1)[-1]}:{hit.line}",
                "text": hit.raw if len(hit.raw) <= _WIDTH else f"{hit.raw[:_WIDTH]}…",
            }
            for hit, count in zip(hits, self.counts[:_SHOWN], strict=True)
        ]

    def _head(self) -> str:
        rest = f", the first {_SHOWN} of them" if len(self) > _SHOWN else ""
        return f"{plural(self.total, 'record')} that say {plural(len(self), 'thing')}{rest}"

    def __repr__(self) -> str:
        return "\n".join(part for part in (self._head(), text_table(self._shown())) if part)

    def _repr_html_(self) -> str:
        return (
            f'{STYLE}<div class="sawlog"><div class="sawlog-head"><b>{self._head()}</b></div>'
            f"{html_table(self._shown())}</div>"
        )


def representatives(table: pa.Table, by: str | None) -> tuple[pa.Table, list[int]]:
    """Of the records with one value or pattern the newest, in the table's order, and how many they are.

    Args:
        table: a resolved table.
        by: a field; None for the pattern of the message.  A record without the field stands for itself.

    Raises:
        QueryError: none of the records has such a field.
    """
    if not table.num_rows:
        return table, []
    order = {name: pl.Series(table.column(name)) for name in (TIMESTAMP, SOURCE, OFFSET)}
    frame = pl.DataFrame({**order, "key": _keys(table, by)}).with_row_index("place")
    alone = pl.when(pl.col("key").is_null()).then("place")
    newest = frame.sort(TIMESTAMP, SOURCE, OFFSET, nulls_last=False).group_by("key", alone.alias("alone"))
    kept = newest.agg(pl.col("place").last(), pl.len().alias("count")).sort("place")
    return table.take(array_of(kept["place"].to_numpy())), kept["count"].to_list()


def _keys(table: pa.Table, by: str | None) -> pl.Series:
    if by is None:
        (codes,), _ = assign([label([message_series(table)])])
        return pl.Series(codes)
    text("by", by, "the name of a field, or None for the patterns of messages")
    if by == MESSAGE:
        return message_series(table)
    column = by if by in (LEVEL, SOURCE, RAW, TIMESTAMP) else field_column(by)
    if column not in table.column_names:
        own = sorted(c.removeprefix(FIELD_PREFIX) for c in table.column_names if field_name(c))
        near = ", ".join([LEVEL, SOURCE, *own][:30])
        raise QueryError(f"none of the hits has a field {shown(by)}; there are: {near}")
    return pl.Series(table.column(column))
