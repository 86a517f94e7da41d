"""A sealed partition, open for reading: rows, terms and bitmaps behind one object."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap, BitMap64

from sawlog.model.rowset import LineSet, RowSet, Within, bitmap_of, interval, offsets_between, offsets_of, to_numpy
from sawlog.model.schema import LINE, OFFSET, SOURCE
from sawlog.storage.bitmaps import BitmapReader
from sawlog.storage.manifest import Manifest, check_content, check_sizes
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
        """Raises StoreError where a file is not as large as when the partition was sealed."""
        found = Manifest.load(self.directory)
        check_sizes(self.directory, found.files)
        return found

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
        table = self.rows.take(to_numpy(rows), (SOURCE, OFFSET))
        owner, offset = table.column(SOURCE).to_numpy(), table.column(OFFSET).to_numpy()
        offsets: dict[str, BitMap64] = {}
        for index in np.unique(owner):
            source = self.manifest.ranges[index].source
            offsets[source] = offsets.get(source, BitMap64()) | offsets_of(offset[owner == index])
        return RowSet(offsets, dataset)

    def rows_of(self, wanted: Within) -> BitMap:
        """The partition's rows that a set of records holds."""
        found = BitMap()
        for index, span in enumerate(self.manifest.ranges):
            if isinstance(wanted, LineSet):
                found |= self._beginning_on(wanted, index)
                continue
            chosen = offsets_between(wanted.offsets(span.source), span.start, span.end)
            if len(chosen):
                offsets, rows = self.source_rows(index)
                places = np.searchsorted(offsets, chosen)
                there = places < len(offsets)
                there[there] = offsets[places[there]] == chosen[there]
                found |= bitmap_of(rows[places[there]])
        return found - self.deleted

    def _beginning_on(self, wanted: LineSet, index: int) -> BitMap:
        """The rows of a range that begin on some lines of its source."""
        base = self.line_bases[index]
        chosen = wanted.lines(self.manifest.ranges[index].source)
        chosen &= interval(base + 1, base + self.manifest.ranges[index].lines + 1)
        if not chosen:
            return BitMap()
        _, rows = self.source_rows(index)
        lines = self.rows.column(LINE).to_numpy()[rows].astype(np.int64)
        return bitmap_of(rows[np.isin(lines, to_numpy(chosen).astype(np.int64) - base)])

    def source_rows(self, index: int) -> tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]:
        """A range's living records in the order of its source: their offsets there, and their rows."""
        key = (self.view, "offsets", index)
        found = self.cache.get(key)
        if found is None:
            rows = np.flatnonzero(self.rows.column(SOURCE).to_numpy() == index)
            offsets = self.rows.column(OFFSET).to_numpy()[rows]
            order = np.argsort(offsets, kind="stable")
            if self.deleted:
                order = order[[row not in self.deleted for row in rows[order].tolist()]]
            found = offsets[order], rows[order]
            self.cache.put(key, found, rows.nbytes * 2)
        assert isinstance(found, tuple)
        return found

    def close(self) -> None:
        """Lets go of the mapped files."""
        if "rows" in self.__dict__:
            self.rows.close()

    def verify(self) -> None:
        """Raises StoreError where a file is not, byte for byte, what was sealed; reads all of them."""
        for name, sealed in self.manifest.files.items():
            check_content(self.directory / name, sealed)
