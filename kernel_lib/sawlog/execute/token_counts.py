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
    """Counted tokens; the counts of several frames are added up."""

    def __init__(self, frames: Sequence[pl.DataFrame]) -> None:
        every = pl.concat(frames) if frames else pl.DataFrame(schema=_SCHEMA)
        self._frame = every.group_by("token").agg(pl.col("count").sum()) if len(frames) > 1 else every

    @property
    def nbytes(self) -> int:
        """What they take in memory, about."""
        return 256 + int(self._frame.estimated_size())

    def beginning_with(self, prefix: str) -> Counter[str]:
        """Those with a prefix."""
        chosen = self._frame.filter(pl.col("token").str.starts_with(prefix)) if prefix else self._frame
        return Counter(dict(chosen.iter_rows()))


def batches_of(partition: Partition, rows: BitMap) -> int:
    """How many batches must be decoded to read these rows."""
    starts = np.asarray(partition.manifest.batch_starts)
    return len(np.unique(np.searchsorted(starts, to_numpy(rows), side="right")))
