"""The merged completion table of many partitions: ``python -m sawlog.storage.prefix_merge DATASET ID...``.

Lists the most frequent tokens of every *heavy* prefix: one that more than :data:`HEAVY` dictionary entries of the
covered partitions begin with.  Whoever is among the best of a prefix is among the best of each longer prefix that it
has.  Hence, for any prefix, heavy or not:

* what is listed is at least as frequent as what is not, so ``limit`` listed tokens are the best ones;
* where fewer than :data:`TOP` are listed the prefix is not heavy, and the dictionaries can be walked.

It runs in a process of its own, so that it stops no search; every step holds one partition's dictionary, or the tokens
of all partitions that begin with the same byte.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa
import pyarrow.ipc

from sawlog.storage.catalog import PARTITIONS
from sawlog.storage.partition import TERMS
from sawlog.storage.prefixes import MAX_SUGGESTED, TOP, write_table
from sawlog.storage.terms import TermReader

#: The directory of a dataset's merged tables; in it a table is a file ``*.arrow``.
COMPLETION = "completion"

#: Prefixes with more dictionary entries than this are listed; walking so many takes a millisecond.
HEAVY = 1_024

_NICE = 10

#: No merge takes so long.
_ABANDONED_SECONDS = 3_600

#: Arrow's own strings, not polars' views: their bytes lie in the order of the tokens.
_PLAIN = pl.CompatLevel.oldest()


def merge_prefixes(dataset: Path, ids: Sequence[str]) -> Path:
    """Writes the merged table of the partitions ``ids``, none of which has deleted rows; returns its path."""
    directory = dataset / COMPLETION
    directory.mkdir(exist_ok=True)
    old = _leftovers(directory)
    listed: dict[str, int] = {}
    terms: dict[str, int] = {}
    best: list[tuple[str, int]] = []
    with tempfile.TemporaryDirectory(dir=directory, prefix=".") as spool:
        spilled = [_spill(dataset / PARTITIONS / id / TERMS, Path(spool) / f"{k}.arrow") for k, id in enumerate(ids)]
        for group in _groups(spilled):
            terms[""] = terms.get("", 0) + int(group["parts"].sum())
            best += group.head(TOP).select("token", "count").iter_rows()
            for prefixes, leaders in _levels(group):
                terms.update(prefixes.iter_rows())
                listed.update(leaders.iter_rows())
        if terms.get("", 0) > HEAVY:
            listed.update(sorted(best, key=lambda pair: (-pair[1], pair[0]))[:TOP])
        else:
            terms.clear()
        written = Path(spool) / "table.arrow"
        write_table(written, listed.items(), covered=ids, terms=terms)
        path = directory / f"{uuid.uuid4().hex[:16]}.arrow"
        os.replace(written, path)
    for table in old:
        table.unlink(missing_ok=True)
    return path


def _leftovers(directory: Path) -> list[Path]:
    """The tables that a new one replaces; what a merge left that was killed is removed at once."""
    for path in directory.glob(".*"):
        if time.time() - path.stat().st_mtime > _ABANDONED_SECONDS:
            shutil.rmtree(path, ignore_errors=True)
    return list(directory.glob("*.arrow"))


def _spill(terms: Path, path: Path) -> pa.Table:
    """A partition's dictionary as a mapped file, in the order of its tokens."""
    found = TermReader(terms).terms("")
    frame = pl.DataFrame(
        {
            "token": pl.Series([token for token, _ in found], dtype=pl.String),
            "count": pl.Series([count for _, count in found], dtype=pl.Int64),
        }
    )
    del found
    table = frame.filter(pl.col("token").str.len_bytes() <= MAX_SUGGESTED).sort("token").to_arrow(compat_level=_PLAIN)
    table = table.combine_chunks()
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()


def _first_bytes(dictionary: pa.Table) -> npt.NDArray[np.uint8]:
    if not dictionary.num_rows:
        return np.empty(0, np.uint8)
    tokens = dictionary.column("token").chunk(0)
    _, offsets, data = tokens.buffers()
    first: npt.NDArray[np.uint8] = np.frombuffer(data, np.uint8)[np.frombuffer(offsets, np.int64)[: len(tokens)]]
    return first


def _groups(dictionaries: Sequence[pa.Table]) -> Iterator[pl.DataFrame]:
    """Tokens by their first byte: ``token``, ``count`` and ``parts`` (dictionaries that have it), best first."""
    firsts = [_first_bytes(dictionary) for dictionary in dictionaries]
    for byte in np.unique(np.concatenate([np.empty(0, np.uint8), *firsts])).tolist():
        pieces = []
        for dictionary, first in zip(dictionaries, firsts, strict=True):
            low = int(np.searchsorted(first, byte, side="left"))
            pieces.append(dictionary.slice(low, int(np.searchsorted(first, byte, side="right")) - low))
        tokens = pl.DataFrame(pa.concat_tables(pieces))
        merged = tokens.group_by("token").agg(pl.col("count").sum(), pl.len().cast(pl.Int64).alias("parts"))
        yield merged.sort(["count", "token"], descending=[True, False])


def _levels(group: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    """For each length the heavy prefixes with their dictionary entries, and their best tokens with their counts."""
    left, length = group.with_columns(pl.col("token").str.len_chars().alias("chars")), 1
    while left.height:
        cut = left.filter(pl.col("chars") >= length).with_columns(pl.col("token").str.head(length).alias("prefix"))
        left = cut.with_columns(pl.col("parts").sum().over("prefix").alias("terms")).filter(pl.col("terms") > HEAVY)
        if left.height:
            yield (
                left.select("prefix", "terms").unique(),
                left.group_by("prefix", maintain_order=True).head(TOP).select("token", "count"),
            )
        length += 1


def main() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICE)
    print(merge_prefixes(Path(sys.argv[1]), sys.argv[2:]))


if __name__ == "__main__":
    main()
