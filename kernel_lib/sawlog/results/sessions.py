"""Sessions: records grouped by an id that they share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sawlog.errors import QueryError
from sawlog.model.values import as_text
from sawlog.results.style import STYLE
from sawlog.results.tables import html_table, text_table
from sawlog.results.units import format_seconds, plural

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from sawlog.model.rowset import RowSet
    from sawlog.results.hits import Hits

#: Sessions that a view shows.
_SHOWN = 60


class Sessions:
    """Groups of records with one id each, the one with the newest record first.  Iterates over the ids.

    Attributes:
        by: the field that holds the id.
        total: how many sessions there are, whatever the limit.
        rows: the records of all of them, as a set.
    """

    def __init__(
        self,
        *,
        by: str,
        table: pl.DataFrame,
        total: int,
        rows: RowSet,
        known: Callable[[str], bool],
        hits: Callable[[str], Hits],
        timezone: str,
    ) -> None:
        """``table`` has the columns id, records, first, last (UTC nanoseconds or null), hits and levels."""
        self.by, self.total, self.rows, self.timezone = by, total, rows, timezone
        self._table, self._known, self._hits = table, known, hits

    def __len__(self) -> int:
        return self._table.height

    def __iter__(self) -> Iterator[str]:
        return iter(self._table["id"].to_list())

    def hits(self, id: object) -> Hits:
        """All records of a session, oldest first.

        Raises:
            QueryError: none of the hits had this id.
        """
        text = as_text(id)
        if not self._known(text):
            raise QueryError(f"no session has {self.by} {id!r}: the ids are in the column 'id' of to_pandas()")
        return self._hits(text)

    def to_pandas(self) -> pd.DataFrame:
        """A row each: id, records, hits (of the query), first, last, duration, levels (records by level)."""
        import pandas as pd

        table = self._table
        times = {
            name: pd.Series(pd.to_datetime(table[name].to_list(), unit="ns", utc=True)).dt.tz_convert(self.timezone)
            for name in ("first", "last")
        }
        return pd.DataFrame(
            {
                "id": pd.Series(table["id"].to_list(), dtype=object),
                "records": table["records"].to_numpy(),
                "hits": table["hits"].to_numpy(),
                **times,
                "duration": times["last"] - times["first"],
                "levels": pd.Series(table["levels"].to_list(), dtype=object),
            }
        )

    def _shown(self) -> list[dict[str, object]]:
        frame = self.to_pandas().head(_SHOWN).rename(columns={"id": self.by})
        frame["duration"] = frame["duration"].map(lambda d: "" if d != d else format_seconds(d.total_seconds()))
        return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]

    def _head(self) -> str:
        rest = "" if self.total <= min(len(self), _SHOWN) else f", the newest {min(len(self), _SHOWN)} of them"
        return f"{plural(self.total, 'session')} by {self.by}{rest}"

    def __repr__(self) -> str:
        return "\n".join(part for part in (self._head(), text_table(self._shown())) if part)

    def _repr_html_(self) -> str:
        from sawlog.results.highlight import escape_html

        head = f'<div class="sawlog-head"><b>{escape_html(self._head())}</b></div>'
        return f'{STYLE}<div class="sawlog">{head}{html_table(self._shown())}</div>'
