"""The executors: each runs one step of a plan on one partition and says which rows match."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from pyroaring import BitMap

from sawlog.execute.fields import FieldReader, columns_of
from sawlog.execute.frame import Frame
from sawlog.execute.work import Work
from sawlog.model.rowset import bitmap_of, to_numpy
from sawlog.model.schema import LEVEL, LINE, MESSAGE, RAW, SOURCE, field_column
from sawlog.query.ast import Query
from sawlog.query.compare import compare_matches
from sawlog.storage.partition import Partition
from sawlog.storage.rows import NOTHING, SEPARATOR, strip_separator

#: Fields that are columns of every partition, of too many values for bitmaps.
_WITHOUT_BITMAPS = frozenset({"message", "raw", "line", "timestamp"})

#: Candidate rows that are fetched and matched at a time.
_SLICE = 16_384

#: Batches that are scanned together.
_GROUP = 16

#: A wildcard that fits in so many rows is scanned for, which then is faster than taking them out of the text index.
_MANY = 65_536


@dataclass(frozen=True)
class RowMatches:
    """What every executor returns.  Candidates are verified before a NOT and before anyone sees them."""

    partition: str
    rows: BitMap
    confirmed: bool = True


class Executor(Protocol):
    """Finds the rows of a partition that match a node; deleted rows may be among them."""

    def rows(self, partition: Partition, node: Query, work: Work) -> RowMatches: ...


class TermExecutor:
    """Answers text trees from the text index: exact, but for rows with a token too long for it."""

    def rows(self, partition: Partition, node: Query, work: Work) -> RowMatches:
        if node.kind == "wildcard":
            found = partition.terms.newest(node, _MANY, check=work.check)
            if len(found) == _MANY:  # how many rows it fits is not known before
                return ScanExecutor().rows(partition, node, work)
        else:
            found = partition.terms.rows(node, work.check)
        work.add("postings", len(found))
        if any(n.kind in ("wildcard", "fuzzy") for n in node.walk()):
            work.add("tokens", partition.tokens)
        rows = bitmap_of(found)
        giants = BitMap(partition.manifest.giants)
        if giants:
            rows = (rows - giants) | ScanExecutor().among(partition, node, giants, work)
        return RowMatches(partition.id, rows)


class BitmapExecutor:
    """Answers field comparisons from stored bitmaps: each distinct value is compared once."""

    def rows(self, partition: Partition, node: Query, work: Work) -> RowMatches:
        column = bitmap_column(node.field)
        found = BitMap()
        for value in matching_values(partition, node) or ():
            work.add("bitmaps")
            found |= partition.bitmaps.rows(column, value)
        return RowMatches(partition.id, found)


class ScanExecutor:
    """Answers anything by looking at the rows themselves."""

    def rows(self, partition: Partition, node: Query, work: Work) -> RowMatches:
        """Scans every batch."""
        found = BitMap()
        for start in range(0, partition.rows.batches, _GROUP):
            indexes = range(start, min(start + _GROUP, partition.rows.batches))
            hits = self._scan(partition, node, indexes, work, keep=False)
            if len(hits):
                found |= bitmap_of(hits)
        return RowMatches(partition.id, found)

    def edge(
        self, partition: Partition, node: Query, limit: int, oldest: bool, budget: int, work: Work
    ) -> npt.NDArray[np.int64] | None:
        """The last (or first) ``limit`` living rows that match, in that order: scans from the edge until it has them.

        None if ``budget`` batches did not hold so many: matches are rarer there than in the whole partition.
        """
        batches, alive = partition.rows.batches, partition.alive if partition.deleted else None
        found: list[npt.NDArray[np.int64]] = []
        count = 0
        for number, index in enumerate(range(batches) if oldest else range(batches - 1, -1, -1)):
            if number == budget:
                return None
            hits = self._scan(partition, node, range(index, index + 1), work, keep=True)
            if alive is not None:
                hits = np.fromiter((row for row in hits.tolist() if row in alive), np.int64)
            found.append(hits if oldest else hits[::-1])
            count += len(hits)
            if count >= limit:
                break
        return np.concatenate([np.empty(0, np.int64), *found])[:limit]

    def _scan(self, partition: Partition, node: Query, indexes: range, work: Work, keep: bool) -> npt.NDArray[np.int64]:
        """The matching rows of some consecutive batches."""
        needed = columns_of(node)
        # One column that every partition has tells how many rows there are.
        columns = tuple(dict.fromkeys((*needed, RAW if needs_text(node) else LINE)))
        table = partition.rows.read(_counted(indexes, work), columns, keep).combine_chunks()
        separated = table.column(RAW).combine_chunks() if RAW in columns else pa.nulls(len(table), pa.large_string())
        if MESSAGE in needed:
            table = strip_separator(table)
        mask = Frame(separated, field_reader(partition, table), work.check).mask(node)
        return np.flatnonzero(mask) + partition.rows.bounds(indexes[0])[0]

    def among(self, partition: Partition, node: Query, candidates: BitMap, work: Work) -> BitMap:
        """Which of these rows match; decodes the batches that hold them and no other."""
        with work.phase("verify"):
            return self._among(partition, node, candidates, work)

    def _among(self, partition: Partition, node: Query, candidates: BitMap, work: Work) -> BitMap:
        found = BitMap()
        columns = (*columns_of(node), RAW)
        everything = to_numpy(candidates)
        for start in range(0, len(everything), _SLICE):
            work.check()
            rows = everything[start : start + _SLICE]
            table = partition.rows.take(rows, columns)
            work.add("verified", len(rows))
            separated = pa.compute.binary_join_element_wise(table.column(RAW).combine_chunks(), SEPARATOR, NOTHING)
            mask = Frame(separated, field_reader(partition, table), work.check).mask(node)
            found |= bitmap_of(rows[mask])
        return found


def _counted(batches: range, work: Work) -> Iterator[int]:
    """These batches, each noted when it has been read; raises Stopped before the next where the work must end."""
    for index in batches:
        work.check()
        yield index
        work.add("batches")


def field_reader(partition: Partition, table: pa.Table) -> FieldReader:
    return FieldReader(table, partition.paths, partition.line_bases)


def needs_text(node: Query) -> bool:
    """Scanning for the node reads the records' text."""
    return any(
        n.kind in ("term", "phrase", "wildcard", "fuzzy", "regex") or n.field in ("message", "raw") for n in node.walk()
    )


def bitmap_column(field: str) -> str:
    """The column whose bitmaps would answer for a field."""
    return {"level": LEVEL, "source": SOURCE}.get(field) or field_column(field)


def bitmap_values(partition: Partition, field: str) -> Mapping[str, int] | None:
    """The keys of a field's bitmaps with their rows counted; None where the partition has no bitmaps of it."""
    return None if field in _WITHOUT_BITMAPS else partition.bitmaps.values(bitmap_column(field))


def matching_values(partition: Partition, node: Query) -> list[str] | None:
    """The bitmap keys of a comparison's values; None where the partition has no bitmaps of that field."""
    if node.kind not in ("compare", "exists") or node.field in _WITHOUT_BITMAPS:
        return None
    column = bitmap_column(node.field)
    values = bitmap_values(partition, node.field)
    if values is None:
        return [] if column not in partition.rows.schema.names else None
    if node.kind == "exists":
        return list(values)
    key = (partition.view, "values", node)
    found = partition.cache.get(key)
    if found is None:
        typed = typed_values(partition, column, values)
        found = [value for value, as_typed in typed.items() if compare_matches(node, as_typed)]
        partition.cache.put(key, found, 256 + 64 * len(found))
    assert isinstance(found, list)
    return found


def typed_values(partition: Partition, column: str, keys: Mapping[str, int]) -> dict[str, object]:
    """Each key as the value that the column holds."""
    if column == SOURCE:
        return {key: partition.paths[int(key)] for key in keys}
    kind = partition.rows.schema.field(column).type
    if pa.types.is_integer(kind):
        return {key: int(key) for key in keys}
    if pa.types.is_boolean(kind):
        return {key: key == "true" for key in keys}
    return {key: key for key in keys}
