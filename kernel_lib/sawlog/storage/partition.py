"""A sealed partition, open for reading: rows, terms and bitmaps behind one object."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from sawlog.errors import StoreError
from sawlog.model.rowset import RowSet, bitmap_of, interval, to_numpy
from sawlog.model.schema import LINE, SOURCE
from sawlog.storage.bitmaps import BitmapReader
from sawlog.storage.manifest import MANIFEST, Manifest, checksum
from sawlog.storage.memory import MemoryCache
from sawlog.storage.prefixes import PREFIXES, PrefixTable
from sawlog.storage.rows import RowReader
from sawlog.storage.terms import DICTIONARY, TOKEN_BYTES, TermReader
from sawlog.storage.vocabulary import VOCABULARY, Vocabulary

ROWS, TERMS, BITMAPS = "rows.arrow", "terms", "bitmaps"


class Partition:
    """One immutable partition.  Shared by threads; its parts are opened when first used.

    Args:
        directory: where it lies.
        cache: the dataset's memory cache.
        deleted: rows that a later build has replaced; they take no part in any answer.
        line_bases: for each of the manifest's ranges, the physical lines of its source before it.
        paths: for each of the manifest's ranges, its source as shown to the user.
    """

    def __init__(
        self,
        directory: Path,
        cache: MemoryCache,
        deleted: BitMap | None = None,
        line_bases: Sequence[int] = (),
        paths: Sequence[str] = (),
    ) -> None:
        self.directory, self.cache = directory, cache
        self.deleted = deleted or BitMap()
        self.line_bases, self.paths = tuple(line_bases), tuple(paths)

    @property
    def id(self) -> str:
        return self.directory.name

    @cached_property
    def view(self) -> tuple[str, int]:
        """The partition as its sources are called and counted now, less the rows that are deleted by now.

        What is remembered of it holds under this name.  Rows once deleted stay so: their number tells which they are.
        """
        return self.id, hash((self.paths, self.line_bases, len(self.deleted)))

    @cached_property
    def manifest(self) -> Manifest:
        return Manifest.load(self.directory)

    @cached_property
    def rows(self) -> RowReader:
        return RowReader(self.directory / ROWS, self.manifest.batch_starts, self.manifest.records, self.cache)

    @cached_property
    def terms(self) -> TermReader:
        return TermReader(self.directory / TERMS)

    @cached_property
    def bitmaps(self) -> BitmapReader:
        return BitmapReader(self.directory / BITMAPS)

    @cached_property
    def prefixes(self) -> PrefixTable | None:
        """Its most frequent tokens; None where they were not listed when it was sealed."""
        return PrefixTable(self.directory / PREFIXES) if PREFIXES in self.manifest.files else None

    def words(self, wildcard: str) -> tuple[str, ...] | None:
        """The tokens that a wildcard fits, in byte order; None where they are not listed, or too many.

        Rows with a token too long for the text index may hold others.
        """
        if VOCABULARY not in self.manifest.files or self.manifest.giants:
            return None
        key = (self.id, "vocabulary")
        found = self.cache.get(key)
        if found is None:
            found = Vocabulary(self.directory / VOCABULARY)
            self.cache.put(key, found, found.nbytes)
        assert isinstance(found, Vocabulary)
        return found.fitting(wildcard)

    @property
    def records(self) -> int:
        """Rows, deleted ones included: the partition's row numbers are 0 to records - 1."""
        return self.manifest.records

    @cached_property
    def tokens(self) -> int:
        """About how many distinct tokens its text holds, by the size of the dictionary."""
        return sum(size for name, (size, _) in self.manifest.files.items() if name.endswith(DICTIONARY)) // TOKEN_BYTES

    @property
    def source_ids(self) -> list[str]:
        """For each of the manifest's ranges, its source's id."""
        return [span.source for span in self.manifest.ranges]

    @cached_property
    def alive(self) -> BitMap:
        """The rows that are not deleted."""
        return interval(0, self.records) - self.deleted

    def rows_between(self, start: int | None, end: int | None) -> tuple[int, int]:
        """The run of rows with start <= time < end, as (first, stop): two binary searches.

        Records without a time are in no time range.
        """
        times = self.rows.times()
        first = np.searchsorted(times, np.iinfo(np.int64).min + 1 if start is None else start, side="left")
        stop = len(times) if end is None else np.searchsorted(times, end, side="left")
        return int(first), max(int(first), int(stop))

    def rowset(self, rows: BitMap, dataset: str) -> RowSet:
        """These rows as a set of records."""
        if not rows:
            return RowSet({}, dataset)
        table = self.rows.take(to_numpy(rows), (SOURCE, LINE))
        owner = table.column(SOURCE).to_numpy()
        line = table.column(LINE).to_numpy().astype(np.int64)
        lines: dict[str, BitMap] = {}
        for index in np.unique(owner):
            numbers = line[owner == index] + self.line_bases[index]
            source = self.manifest.ranges[index].source
            lines[source] = lines.get(source, BitMap()) | bitmap_of(numbers)
        return RowSet(lines, dataset)

    def rows_of(self, wanted: RowSet) -> BitMap:
        """The partition's rows that a set of records holds."""
        found = BitMap()
        for index, span in enumerate(self.manifest.ranges):
            base = self.line_bases[index]
            lines = wanted.lines(span.source) & interval(base + 1, base + span.lines + 1)
            if lines:
                numbers, rows = self.source_lines(index)
                found |= bitmap_of(rows[np.isin(numbers, to_numpy(lines).astype(np.int64) - base)])
        return found - self.deleted

    def source_lines(self, index: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """The first lines of a range's living records, counted from the range's start, ascending; and their rows."""
        key = (self.view, "lines", index)
        found = self.cache.get(key)
        if found is None:
            rows = np.flatnonzero(self.rows.column(SOURCE).to_numpy() == index)
            numbers = self.rows.column(LINE).to_numpy()[rows].astype(np.int64)
            order = np.argsort(numbers, kind="stable")
            if self.deleted:
                order = order[[row not in self.deleted for row in rows[order].tolist()]]
            found = numbers[order], rows[order]
            self.cache.put(key, found, rows.nbytes * 2)
        assert isinstance(found, tuple)
        return found

    def close(self) -> None:
        """Lets go of the mapped files."""
        if "rows" in self.__dict__:
            self.rows.close()

    def verify(self) -> None:
        """Compares every file with the checksum in the manifest.

        Raises:
            StoreError: names the first file that differs.
        """
        for name, (size, digest) in self.manifest.files.items():
            path = self.directory / name
            if not path.exists() or path.stat().st_size != size or checksum(path) != digest:
                raise StoreError(f"{path} is damaged: drop the dataset and index again")

    @property
    def size_on_disk(self) -> int:
        """Bytes of all its files."""
        manifest = (self.directory / MANIFEST).stat().st_size
        return manifest + sum(size for size, _ in self.manifest.files.values())
