"""The most frequent tokens with a prefix among the records that match a query: exact, for little work.

Candidates are what the sources list.  They are counted in the order of what they can count at most, until no other can
be better than the ones that were counted; only if even then an unlisted token could be better are dictionaries walked.
Where time is short, what it does not suffice for is left out or not counted, and the answer says so.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from heapq import heappush, heappushpop, nlargest
from operator import itemgetter

from sawlog.execute.run import Search
from sawlog.execute.term_choice import Chooser
from sawlog.execute.term_sources import Source
from sawlog.execute.work import Stopped, Work
from sawlog.model.rowset import Within
from sawlog.storage.prefixes import PrefixTable

#: So many candidates that cannot be counted in time show that there is no use in trying others.
_SKIPPED = 256


@dataclass(frozen=True)
class TopTerms:
    """Tokens with their exact counts, most frequent first, then by name.

    A count is None where time did not suffice for it; then a sample says how frequent the token is.

    Attributes:
        sure: these are the most frequent tokens, counted.
    """

    terms: tuple[tuple[str, int | None], ...]
    sure: bool = True


def top_terms(
    search: Search, prefix: str, limit: int, within: Within | None = None, table: PrefixTable | None = None
) -> TopTerms:
    """The ``limit`` most frequent tokens of the indexed records that match the search's query.

    Args:
        prefix: of the tokens, folded as the index does.
        limit: at most :data:`sawlog.storage.prefixes.TOP`.
        within: the row set of the search.
        table: a merged table of some partitions of the snapshot.
    """
    chooser = Chooser(search, prefix, limit, within, table)
    with search.work.phase("terms"):
        try:
            sources = chooser.sources()
        except Stopped:
            sources = []
            search.complete = False
        ranking = _Ranking(chooser.guesses, limit, search.work)
        sure = search.complete and ranking.run(sources) and search.complete
        if not search.complete:
            ranking.guess(sources)
    terms = ranking.best(search.complete)
    if not sure and not terms:
        terms = tuple((token, None) for token in chooser.frequent()[:limit])
    return TopTerms(terms, sure)


def learn(search: Search, within: Within | None = None) -> None:
    """Reads what makes later completions under the search's query exact and quick, and keeps it in the memory cache."""
    chooser = Chooser(search, "", 1, within)
    for segment in search.segments:
        with suppress(Stopped):
            chooser.learn(segment)


class _Ranking:
    """The threshold algorithm.

    Args:
        guesses: about how often tokens occur that were seen in samples.
    """

    def __init__(self, guesses: Counter[str], limit: int, work: Work) -> None:
        self._guesses, self._limit, self._work = guesses, limit, work
        self._likely = [token for token, _ in guesses.most_common(2 * limit)]
        self._counted: dict[str, int] = {}
        self._skipped: dict[str, int] = {}

    def run(self, sources: Sequence[Source]) -> bool:
        """Counts what is needed; whether no other token can be more frequent than the best of what was counted."""
        try:
            if self._count(sources):
                return True
            if self._skipped:  # there is no time for more
                return False
            return self._count([source.deepen() if source.bound else source for source in sources])
        except Stopped:
            return False

    def guess(self, sources: Sequence[Source]) -> None:
        """Takes what tokens count at the most in those sources that there was time for as what they count."""
        most = self._upper(sources, 0)
        self._counted = dict(nlargest(2 * self._limit, most.items(), key=itemgetter(1)))

    def best(self, complete: bool) -> tuple[tuple[str, int | None], ...]:
        """The most frequent tokens; those that could not be counted in the place where a guess puts them, or behind."""
        known: dict[str, int | None] = {t: n if complete else None for t, n in self._counted.items() if n > 0}
        about = {t: n for t, n in self._counted.items() if n > 0}
        for token in self._likely:
            if token not in self._counted:
                known[token], about[token] = None, self._guesses[token]
        ranked = sorted(about, key=lambda token: (-about[token], token))
        ranked += sorted(self._skipped.keys() - about.keys(), key=lambda token: (-self._skipped[token], token))
        return tuple((token, known.get(token)) for token in ranked[: self._limit])

    def _count(self, sources: Sequence[Source]) -> bool:
        unlisted = sum(source.bound for source in sources)
        most = self._upper(sources, unlisted)
        best: list[int] = []
        for count in self._counted.values():
            _keep(best, count, self._limit)
        self._skipped.clear()
        likely = dict.fromkeys(self._likely)
        for token in (*likely, *sorted(most.keys() - likely.keys(), key=lambda token: -most[token])):
            if token in self._counted:
                continue
            if len(best) == self._limit and most[token] <= best[0]:
                if token in likely:
                    continue
                break
            if not self._affords(sources, token):
                self._skipped[token] = most[token]
                if len(self._skipped) == _SKIPPED:
                    break
                continue
            self._counted[token] = sum(_exactly(source, token) for source in sources)
            _keep(best, self._counted[token], self._limit)
        return not self._skipped and unlisted <= (best[0] if len(best) == self._limit else 0)

    def _upper(self, sources: Sequence[Source], unlisted: int) -> dict[str, int]:
        """What each candidate counts at most over all sources."""
        most = dict.fromkeys(self._guesses, unlisted)
        for source in sources:
            for token, count in source.upper.items():
                most[token] = most.get(token, unlisted) + count - source.bound
        return most

    def _affords(self, sources: Sequence[Source], token: str) -> bool:
        return self._work.affords(sum(source.seconds(token) for source in sources))


def _exactly(source: Source, token: str) -> int:
    if source.exact:
        known = source.upper.get(token)
        if known is not None:
            return known
        if not source.bound:
            return 0
    return source.count(token)


def _keep(best: list[int], count: int, limit: int) -> None:
    """Keeps the ``limit`` largest counts in a heap."""
    if len(best) < limit:
        heappush(best, count)
    else:
        heappushpop(best, count)
