"""How the tokens of each partition are counted under a query: from lists, dictionaries, records, or row sets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from pyroaring import BitMap

from sawlog.execute.known_tokens import Counted
from sawlog.execute.run import Search
from sawlog.execute.snapshot import Segment
from sawlog.execute.term_sources import (
    Filtered,
    Listed,
    Matched,
    Source,
    Without,
    affordable,
    answers_alone,
    expected_entries,
    listed,
    matched,
    merged,
)
from sawlog.execute.token_counts import TokenCounts, batches_of, row_tokens
from sawlog.model.rowset import Within, bitmap_of, to_numpy
from sawlog.query.ast import ALL, Query
from sawlog.query.simplify import normalise
from sawlog.storage.partition import Partition
from sawlog.storage.prefixes import TOP, PrefixTable
from sawlog.storage.rows import BATCH_ROWS

#: Batches that may be decoded to read the records of a filter, over all partitions.
_READ_BATCHES = 96

#: Dictionary entries of a partition up to which counting all of them under a filter beats counting candidates.
_WALKED = 20_000

#: Records of a filter that are looked at to guess which tokens are frequent in it.
_SAMPLE_ROWS, _SAMPLE_BATCHES = 512, 4

#: Records of a filter, or the others, that are read to remember all of their tokens; for one partition.
_LEARNED_ROWS = 200_000


@dataclass(frozen=True)
class _Learned:
    """All tokens of the records of a filter; ``others``: of the records that it leaves out."""

    counts: TokenCounts
    others: bool


class Chooser:
    """Chooses the source of each partition's counts.  Used by several threads.

    Attributes:
        guesses: tokens that were frequent in samples, with about how often they occur.
    """

    def __init__(
        self, search: Search, prefix: str, limit: int, within: Within | None = None, table: PrefixTable | None = None
    ) -> None:
        self._search, self._prefix, self._limit, self._work = search, prefix, limit, search.work
        self._within, self._table = within, table
        self._batches = max(4, _READ_BATCHES // max(1, len(search.segments)))
        self.guesses: Counter[str] = Counter()

    def sources(self) -> list[Source]:
        """Sources that count every indexed record which matches, once."""
        if self._search.query.kind == "none":
            return []
        covered = self._covered()
        found: list[Source] = []
        if covered and self._table is not None:
            found.append(merged(self._table, covered, self._prefix, self._work))
        names = {partition.id for partition in covered}
        if len(names) < len(self._search.segments):
            for chosen in self._search.each(lambda s: [] if s.partition.id in names else [self._source(s)]):
                found += chosen
        return found

    def _covered(self) -> list[Partition]:
        """The partitions that the merged table speaks for under this query: all that it covers, or none."""
        names = set() if self._table is None else set(self._table.covered)
        inside = [s for s in self._search.segments if s.partition.id in names and self._takes_all(s)]
        return [s.partition for s in inside] if len(inside) == len(names) else []

    def frequent(self) -> list[str]:
        """Tokens that are frequent in the dataset as a whole, by the tables: what may be better than nothing."""
        tables = [self._table] if self._table is not None else [s.partition.prefixes for s in self._search.segments]
        counts: Counter[str] = Counter()
        for table in tables:
            counts.update(dict(table.top(self._prefix)) if table is not None else {})
        return [token for token, _ in counts.most_common()]

    def _takes_all(self, segment: Segment) -> bool:
        return self._within is None and _without_covering_time(self._search.query, segment).kind == "all"

    def _source(self, segment: Segment) -> Source:
        partition = segment.partition
        if self._takes_all(segment):
            return self._listed(partition)
        tree = _without_covering_time(self._search.query, segment)
        if self._within is None and answers_alone(partition, tree):
            entries = self._entries(partition)
            if entries <= _WALKED or (self._table is None and affordable(self._work, entries)):
                return matched(partition, tree, self._prefix, self._work, entries)
            candidates, bound = self._candidates(partition)
            return Matched(partition, tree, self._prefix, candidates, bound, self._work, entries)
        return self._of_rows(segment)

    def _entries(self, partition: Partition) -> int:
        return expected_entries(partition, self._prefix, self._table)

    def _listed(self, partition: Partition) -> Source:
        entries = self._entries(partition)
        found = listed(partition, self._prefix, self._limit, self._work, entries)
        if found is not None:
            return found
        self._guess(partition, partition.alive)
        return Listed((partition,), self._prefix, {}, partition.records, self._work, entries)

    def _candidates(self, partition: Partition) -> tuple[Mapping[str, int], int]:
        """Tokens with what they count at most in a partition, and a bound for the others."""
        if self._table is None:
            source = self._listed(partition)
            return source.upper, source.bound
        found = self._table.top(self._prefix)  # what is counted over all partitions is a bound for each
        return dict(found), found[-1][1] if len(found) == TOP else 0

    def _of_rows(self, segment: Segment) -> Source:
        partition, key = segment.partition, self._key(segment)
        learned = partition.cache.get(key)
        if isinstance(learned, _Learned):
            self._work.add("cached")
            known = learned.counts.beginning_with(self._prefix)
            if learned.others:
                return Without(self._listed(partition), known, self._work)
            return Counted(known, self._work)
        rows = self._search.run_on(segment).rows()
        if self._few(partition, rows):
            return Counted(self._read(partition, rows), self._work)
        others = partition.alive - rows
        if self._few(partition, others):
            return Without(self._listed(partition), self._read(partition, others), self._work)
        self._guess(partition, rows)
        return Filtered(partition, rows, self._listed(partition), self._work)

    def _key(self, segment: Segment) -> tuple[object, ...]:
        partition = segment.partition
        return (partition.view, "tokens", self._search.query, self._within)

    def learn(self, segment: Segment) -> None:
        """Reads the records that match, or those that do not, and remembers all their tokens, where that pays."""
        partition = segment.partition
        tree = _without_covering_time(self._search.query, segment)
        alone = self._within is None and answers_alone(partition, tree)
        key = self._key(segment)
        if self._takes_all(segment) or alone or partition.cache.get(key) is not None:
            return
        rows = self._search.run_on(segment).rows()
        rest = partition.alive - rows
        chosen, others = (rest, True) if len(rest) < len(rows) else (rows, False)
        if len(chosen) <= _LEARNED_ROWS:
            counts = row_tokens(partition, chosen, "", self._work.check)
            partition.cache.put(key, _Learned(counts, others), counts.nbytes)

    def _few(self, partition: Partition, rows: BitMap) -> bool:
        """Whether the rows lie in so few batches that reading them is the quickest way to count."""
        possible = len(rows) <= self._batches * BATCH_ROWS
        return possible and (len(rows) <= self._batches or batches_of(partition, rows) <= self._batches)

    def _read(self, partition: Partition, rows: BitMap) -> TokenCounts:
        self._work.add("read", len(rows))
        return row_tokens(partition, rows, self._prefix, self._work.check)

    def _guess(self, partition: Partition, rows: BitMap) -> None:
        sample = _sample(partition, rows)
        weight = len(rows) / len(sample)
        counted = self._read(partition, sample).counts()
        self.guesses.update({token: round(count * weight) for token, count in counted.items()})


def _without_covering_time(query: Query, segment: Segment) -> Query:
    """The query as it is for a partition all of whose records lie in a time range that it asks for."""
    parts = query.children if query.kind == "and" else (query,)
    kept = tuple(part for part in parts if not (part.kind == "time" and _inside(part, segment)))
    if len(kept) == len(parts):
        return query
    return normalise(Query("and", children=kept)) if kept else ALL


def _inside(node: Query, segment: Segment) -> bool:
    assert isinstance(node.value, tuple)
    start, end = node.value
    if segment.start is None or segment.end is None or segment.partition.manifest.untimed:
        return False
    return (start is None or start <= segment.start) and (end is None or segment.end < end)


def _sample(partition: Partition, rows: BitMap) -> BitMap:
    """Some of the rows: the first ones from some batches spread over the partition."""
    starts, numbers = np.asarray(partition.manifest.batch_starts), to_numpy(rows)
    picked = BitMap()
    for at in np.linspace(0, len(numbers) - 1, _SAMPLE_BATCHES, dtype=np.int64).tolist():
        run = numbers[at : at + _SAMPLE_ROWS // _SAMPLE_BATCHES]
        owners = np.searchsorted(starts, run, side="right")
        picked |= bitmap_of(run[owners == owners[0]])
    return picked
