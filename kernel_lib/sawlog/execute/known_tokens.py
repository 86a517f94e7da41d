"""Sources of counts (see :mod:`sawlog.execute.term_sources`) in which every token with the prefix is known.

There may be tens of thousands of them, and making Python's objects of all would take longer than who types waits: so
ranking begins with the most frequent ones, which mostly are all it needs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sawlog.execute.token_counts import TokenCounts
from sawlog.execute.work import Stopped, Work
from sawlog.storage.prefixes import suggestible

#: So many of a source's tokens are ranked first.
_BEST = 256

#: What making Python's objects of a token takes, and looking one up in a data frame.
_OBJECT_SECONDS, _LOOK_UP_SECONDS = 3e-7, 2e-5


class Known:
    """Tokens with their counts."""

    bound, exact = 0, True

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.upper = counts

    def count(self, token: str) -> int:
        return self.upper.get(token, 0)

    def seconds(self, token: str) -> float:
        return 0.0

    def deepen(self) -> Known:
        return self


class Counted:
    """Tokens counted in records; those behind the most frequent ones are looked up."""

    exact = True

    def __init__(self, counts: TokenCounts, work: Work) -> None:
        best = counts.most_frequent(_BEST)
        self.upper, self._counts, self._work = dict(best), counts, work
        self.bound = best[-1][1] if len(counts) > _BEST else 0

    def count(self, token: str) -> int:
        found = self.upper.get(token)
        return self._counts.count(token) if found is None else found

    def seconds(self, token: str) -> float:
        return 0.0 if token in self.upper else _LOOK_UP_SECONDS

    def deepen(self) -> Known:
        _require(self._work, len(self._counts))
        return Known(self._counts.counts())


class Walked:
    """All tokens that a walk of dictionaries gave, most frequent first; those that may be suggested count."""

    exact = True

    def __init__(self, tokens: Sequence[tuple[str, int]], work: Work) -> None:
        self.upper, self._tokens, self._work = _suggestible(tokens[:_BEST]), tokens, work
        self.bound = tokens[_BEST - 1][1] if len(tokens) > _BEST else 0
        self._every: Mapping[str, int] | None = None

    def count(self, token: str) -> int:
        found = self.upper.get(token)
        return self._all().get(token, 0) if found is None else found

    def seconds(self, token: str) -> float:
        return 0.0 if token in self.upper or self._every is not None else _OBJECT_SECONDS * len(self._tokens)

    def deepen(self) -> Known:
        _require(self._work, len(self._tokens))
        return Known(self._all())

    def _all(self) -> Mapping[str, int]:
        if self._every is None:
            self._every = _suggestible(self._tokens)
        return self._every


def _suggestible(tokens: Sequence[tuple[str, int]]) -> dict[str, int]:
    return {token: count for token, count in tokens if suggestible(token)}


def _require(work: Work, tokens: int) -> None:
    if not work.affords(tokens * _OBJECT_SECONDS):
        raise Stopped("going through all tokens takes too long")
