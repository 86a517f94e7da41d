"""Tokens counted in texts themselves: where only a few records matter, or no index knows them yet.

Counts are data frames of ``token`` and ``count``: counting them in Python would hold up whoever types meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl
import pyarrow as pa
from pyroaring import BitMap

from sawlog.model.rowset import to_numpy
from sawlog.model.schema import RAW
from sawlog.query.tokens import words
from sawlog.storage.partition import Partition
from sawlog.storage.prefixes import MAX_SUGGESTED

#: Rows that are fetched and counted at a time.
_SLICE = 8_192

#: Behind every token with a prefix, when it follows the prefix.
_LAST = "\U0010ffff"

_SCHEMA = pl.Schema({"token": pl.String, "count": pl.Int64})


def token_counts(texts: pa.Array | pa.ChunkedArray, prefix: str) -> pl.DataFrame:
    """In how many of the texts each token with a prefix (of folded letters and digits) stands."""
    series = pl.Series("token", texts, dtype=pl.String)
    ascii_only = series.str.len_bytes() == series.str.len_chars()
    found: list[pl.Series] = []
    if prefix.isascii():
        # In ASCII without underscores, what \b calls a border is the border of a token.
        spaced = series.filter(ascii_only).str.to_lowercase().str.replace_all("_", " ", literal=True)
        runs = spaced.str.extract_all(rf"\b{prefix}[0-9a-z]{'*' if prefix else '+'}").list.unique()
        found.append(runs.explode(empty_as_null=False))
    for text in series.filter(~ascii_only).to_list():
        found.append(pl.Series("token", [t for t in set(words(text)) if t.startswith(prefix)], dtype=pl.String))
    tokens = pl.concat(found) if found else pl.Series("token", [], dtype=pl.String)
    counted = tokens.value_counts(name="count").cast(_SCHEMA)
    return counted.filter(pl.col("token").str.len_bytes() <= MAX_SUGGESTED)


def row_tokens(
    partition: Partition, rows: BitMap, prefix: str, check: Callable[[], None] = lambda: None
) -> TokenCounts:
    """In how many of a partition's rows each token with the prefix stands; reads the rows.

    ``check`` is called now and then, to raise where this must end.
    """
    found: list[pl.DataFrame] = []
    numbers = to_numpy(rows)
    for start in range(0, len(numbers), _SLICE):
        check()
        table = partition.rows.take(numbers[start : start + _SLICE], (RAW,))
        found.append(token_counts(table.column(RAW), prefix))
    return TokenCounts(found)


class TokenCounts:
    """Counted tokens, in their order; the counts of several frames are added up."""

    def __init__(self, frames: Sequence[pl.DataFrame]) -> None:
        every = pl.concat(frames) if frames else pl.DataFrame(schema=_SCHEMA)
        added = every.group_by("token").agg(pl.col("count").sum()) if len(frames) > 1 else every
        self._frame = added.sort("token")

    def __len__(self) -> int:
        return len(self._frame)

    @property
    def nbytes(self) -> int:
        """What they take in memory, about."""
        return 256 + int(self._frame.estimated_size())

    def beginning_with(self, prefix: str) -> TokenCounts:
        """Those with a prefix; copies nothing."""
        tokens = self._frame.get_column("token")
        start, stop = (int(tokens.search_sorted(edge, side="left")) for edge in (prefix, prefix + _LAST))
        found = TokenCounts.__new__(TokenCounts)
        found._frame = self._frame.slice(start, stop - start)
        return found

    def most_frequent(self, limit: int) -> list[tuple[str, int]]:
        """So many of them, most frequent first."""
        return self._frame.top_k(limit, by="count").rows()

    def counts(self) -> Counter[str]:
        """All of them."""
        return Counter(dict(self._frame.iter_rows()))

    def count(self, token: str) -> int:
        """The count of one; 0 where it is not among them."""
        tokens = self._frame.get_column("token")
        at = int(tokens.search_sorted(token, side="left"))
        return int(self._frame.item(at, "count")) if at < len(tokens) and tokens[at] == token else 0

    def of(self, tokens: Sequence[str]) -> Counter[str]:
        """The counts of these."""
        chosen = self._frame.filter(pl.col("token").is_in(pl.Series(tokens, dtype=pl.String).implode()))
        return Counter(dict(chosen.iter_rows()))


def batches_of(partition: Partition, rows: BitMap) -> int:
    """How many batches must be decoded to read these rows."""
    starts = np.asarray(partition.manifest.batch_starts)
    return len(np.unique(np.searchsorted(starts, to_numpy(rows), side="right")))
