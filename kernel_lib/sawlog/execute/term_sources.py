"""Where the counts of tokens come from, so that the best ones over all partitions can be told without counting all.

A source knows the counts of some tokens with a prefix, or what they are at most; a bound for all others; and, for a
price, the exact count of any token.  The threshold algorithm in :mod:`sawlog.execute.top_terms` needs no more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Protocol

from pyroaring import BitMap

from sawlog.execute.executors import TermExecutor
from sawlog.execute.known_tokens import Counted, Walked
from sawlog.execute.partition_run import remember_rows, remembered_rows
from sawlog.execute.token_counts import TokenCounts, row_tokens
from sawlog.execute.work import Stopped, Work
from sawlog.query.ast import Query
from sawlog.storage.partition import Partition
from sawlog.storage.prefixes import MAX_SUGGESTED, TOP, PrefixTable, suggestible
from sawlog.storage.terms import supports

#: What a kept entry of a count takes in memory, about.
_ENTRY_BYTES = 100

#: What walking one dictionary entry takes, and one whose rows are held against those of a query; and how many times
#: fewer entries each letter of a prefix leaves, about.
_ENTRY_SECONDS, _MATCHED_SECONDS, _FANOUT = 1.5e-6, 4.5e-6, 6

#: What looking up a token takes, and taking a posting out of the index; what counting a token that stands beside others
#: takes at least, and for each posting, about.
_LOOK_UP_SECONDS, _POSTING_SECONDS, _COUNT_SECONDS, _MATCH_SECONDS = 1.5e-6, 1.2e-6, 3e-5, 2e-8


class Source(Protocol):
    """Counts of the tokens with one prefix in some records."""

    @property
    def upper(self) -> Mapping[str, int]:
        """What tokens count at most here; what they count where ``exact``."""

    @property
    def bound(self) -> int:
        """What a token that is not in ``upper`` counts at most."""

    @property
    def exact(self) -> bool:
        """``upper`` holds counts."""

    def count(self, token: str) -> int:
        """The exact count of a token."""

    def seconds(self, token: str) -> float:
        """What counting a token takes, about."""

    def deepen(self) -> Source:
        """A source of the same records that knows every token: its bound is 0.  Raises Stopped for lack of time."""


class Listed:
    """All living rows of some partitions, of whose tokens the most frequent ones are listed.

    Args:
        entries: about how many dictionary entries there are with the prefix.
    """

    exact = True

    def __init__(
        self,
        partitions: Sequence[Partition],
        prefix: str,
        listed: Mapping[str, int],
        bound: int,
        work: Work,
        entries: int,
    ) -> None:
        self._partitions, self._prefix, self._work, self._entries = partitions, prefix, work, entries
        self._gone = Counter[str]()
        for partition in partitions:
            self._gone += gone_tokens(partition)
        self.bound = bound
        self.upper = {token: count - self._gone[token] for token, count in listed.items()}

    def count(self, token: str) -> int:
        known = self.upper.get(token)
        if known is None:
            self._work.add("looked up", len(self._partitions))
            known = sum(partition.terms.doc_freq(token) for partition in self._partitions) - self._gone[token]
        return known

    def seconds(self, token: str) -> float:
        return 0.0 if token in self.upper else _LOOK_UP_SECONDS * len(self._partitions)

    def deepen(self) -> Source:
        return walked(self._partitions, self._prefix, self._work, self._entries)


class Filtered:
    """Some rows of one partition, too many to be read: counts are intersections of row sets.

    Args:
        within: the rows.
        above: the unfiltered source of the partition, whose counts are upper bounds.
    """

    exact = False

    def __init__(self, partition: Partition, within: BitMap, above: Source, work: Work) -> None:
        self._partition, self._within, self._above, self._work = partition, within, above, work
        most = len(within)
        self.bound = min(above.bound, most)
        self.upper = {token: min(count, most) for token, count in above.upper.items()}

    def count(self, token: str) -> int:
        if self._above.count(token) == 0:
            return 0
        return int(term_rows(self._partition, token, self._work).intersection_cardinality(self._within))

    def seconds(self, token: str) -> float:
        if remembered_rows(self._partition, Query("term", value=token)) is not None:
            return 0.0
        return _POSTING_SECONDS * self._partition.terms.doc_freq(token)

    def deepen(self) -> Filtered:
        return Filtered(self._partition, self._within, self._above.deepen(), self._work)


class Matched:
    """The rows of one partition that match a tree which its text index answers alone; ``entries`` as in Listed."""

    exact = False

    def __init__(
        self,
        partition: Partition,
        tree: Query,
        prefix: str,
        listed: Mapping[str, int],
        bound: int,
        work: Work,
        entries: int,
    ) -> None:
        self._partition, self._tree, self._prefix, self._work = partition, tree, prefix, work
        self._entries = entries
        most = partition.terms.count(tree)
        self.bound = min(bound, most)
        self.upper = {token: min(count, most) for token, count in listed.items()}

    def count(self, token: str) -> int:
        self._work.add("counted")
        both = Query("and", children=(self._tree, Query("term", value=token)))
        return self._partition.terms.count(both)

    def seconds(self, token: str) -> float:
        return _COUNT_SECONDS + _MATCH_SECONDS * self._partition.terms.doc_freq(token)

    def deepen(self) -> Source:
        return matched(self._partition, self._tree, self._prefix, self._work, self._entries)


class Without:
    """A source less some of its records, whose tokens are known."""

    exact = True

    def __init__(self, whole: Source, gone: TokenCounts, work: Work) -> None:
        self._whole, self._gone, self._rest = whole, gone, Counted(gone, work)
        self._work = work
        self.bound = whole.bound
        less = gone.of(list(whole.upper))
        self.upper = {token: count - less[token] for token, count in whole.upper.items()}

    def count(self, token: str) -> int:
        return self._whole.count(token) - self._rest.count(token)

    def seconds(self, token: str) -> float:
        return self._whole.seconds(token) + self._rest.seconds(token)

    def deepen(self) -> Without:
        return Without(self._whole.deepen(), self._gone, self._work)


def listed(partition: Partition, prefix: str, limit: int, work: Work, entries: int) -> Source | None:
    """The living rows of one partition; None where the tokens with the prefix are too many for the time that is left.

    Args:
        limit: how many tokens are asked for.
        entries: about how many dictionary entries have the prefix.
    """
    table = partition.prefixes
    if table is not None:
        found = table.top(prefix)
        if len(found) >= limit or not table.floor:
            bound = found[-1][1] if len(found) == TOP else table.floor
            return Listed((partition,), prefix, dict(found), bound, work, entries)
    if not affordable(work, entries):
        return None
    # The most frequent are enough to begin with: making Python's texts of all costs more than walking them.
    found = partition.terms.terms(prefix, TOP)
    work.add("walked")
    bound = found[-1][1] if len(found) == TOP else 0
    return Listed((partition,), prefix, {t: n for t, n in found if suggestible(t)}, bound, work, entries)


def merged(table: PrefixTable, partitions: Sequence[Partition], prefix: str, work: Work) -> Source:
    """The living rows of the partitions that a merged table covers."""
    found, entries = table.top(prefix), table.terms(prefix)
    if len(found) == TOP or entries:
        return Listed(partitions, prefix, dict(found), found[-1][1] if len(found) == TOP else 0, work, entries)
    return walked(partitions, prefix, work, 0)


def walked(partitions: Sequence[Partition], prefix: str, work: Work, entries: int) -> Source:
    """Every token of some partitions' living rows, out of their dictionaries.

    Raises:
        Stopped: it would take longer than there is time.
    """
    found: Counter[str] = Counter()
    for partition in partitions:
        if not affordable(work, entries // len(partitions)):
            raise Stopped("walking the dictionaries takes too long")
        tokens = dict(partition.terms.terms(prefix))
        work.add("walked")
        work.add("tokens", len(tokens))
        found.update(tokens)
        found.subtract({token: count for token, count in gone_tokens(partition).items() if token in tokens})
    return Walked([(token, count) for token, count in found.most_common() if count > 0], work)


def matched(partition: Partition, tree: Query, prefix: str, work: Work, entries: int) -> Source:
    """Every token of the rows that match a tree (see :func:`answers_alone`).

    Raises:
        Stopped: it would take longer than there is time.
    """
    if not affordable(work, entries, _MATCHED_SECONDS):
        raise Stopped("walking the dictionary takes too long")
    found = partition.terms.terms(prefix, within=tree)
    work.add("walked")
    work.add("tokens", len(found))
    return Walked(found, work)


def affordable(work: Work, entries: int, seconds: float = _ENTRY_SECONDS) -> bool:
    """Whether so many dictionary entries can be walked, which nothing interrupts, in the time that is left."""
    return work.affords(entries * seconds)


def expected_entries(partition: Partition, prefix: str, table: PrefixTable | None) -> int:
    """About how many dictionary entries of a partition have the prefix."""
    if table is not None and table.covered:
        return table.terms(prefix) // len(table.covered)
    return int(partition.tokens // _FANOUT ** min(4, len(prefix)))


def answers_alone(partition: Partition, tree: Query) -> bool:
    """Whether the text index alone knows which rows match.

    Not where rows are deleted; and where one holds a token too long for the index, only for words, whose matches do
    not depend on it.
    """
    if partition.deleted or not supports(tree):
        return False
    words = all(node.kind in ("term", "and", "or", "not") for node in tree.walk())
    short = words and all(len(str(node.value)) <= MAX_SUGGESTED for node in tree.walk() if node.kind == "term")
    return short or not partition.manifest.giants


def gone_tokens(partition: Partition) -> Counter[str]:
    """In how many deleted rows each token stands: what the dictionary counts too many."""
    if not partition.deleted:
        return Counter()
    key = (partition.view, "gone tokens")
    found = partition.cache.get(key)
    if found is None:
        found = row_tokens(partition, partition.deleted, "").counts()
        partition.cache.put(key, found, _ENTRY_BYTES * len(found))
    assert isinstance(found, Counter)
    return found


def term_rows(partition: Partition, token: str, work: Work) -> BitMap:
    """The rows with a token, kept in the memory cache."""
    node = Query("term", value=token)
    found = remembered_rows(partition, node, use=True)
    if found is None:
        found = TermExecutor().rows(partition, node, work).rows
        remember_rows(partition, node, found)
    return found
