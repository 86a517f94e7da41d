"""Completion of queries: what may follow, ranked by how frequent it is among the records that are asked for."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa

from sawlog.engine.request import Request
from sawlog.engine.state import DatasetState
from sawlog.engine.values import field_values
from sawlog.errors import SawlogError
from sawlog.execute.run import Search
from sawlog.execute.snapshot import Snapshot
from sawlog.execute.token_counts import TokenCounts, token_counts
from sawlog.execute.top_terms import TopTerms, learn, top_terms
from sawlog.execute.work import Work
from sawlog.ingest.sources import sample_source
from sawlog.ingest.unit import Piece
from sawlog.model.progress import CancelToken
from sawlog.model.schema import LEVEL, NUMBERS
from sawlog.query.ast import Query
from sawlog.query.completion import (
    BINARY,
    COMPARISONS,
    OPERATORS,
    TIMES,
    Target,
    target,
)
from sawlog.query.fields import FieldNames
from sawlog.query.simplify import normalise
from sawlog.query.spelling import field_matches, name_text, value_text
from sawlog.query.tokens import DOTTED_I, DOTTED_I_LOWER
from sawlog.storage.history import Asked
from sawlog.storage.prefixes import TOP

SuggestionKind = Literal["recent", "field", "value", "term", "operator"]

#: Seconds after which counting begins nothing more, if it is not told otherwise: who types waits no longer than 0.05.
SECONDS = 0.03

#: How many recent queries, and field names beside words, there are at the most.
_RECENT, _FIELDS = 3, 3

#: One of so many places is kept for names that only contain what is typed, and one for recent queries.
_LESS_LIKELY = 4

#: A query asked this long ago counts half as much as one asked now, in seconds.
_HALF_LIFE = 86_400.0

#: Sources that are not indexed yet are sampled, at the most so many of them.
_SAMPLED = 16

#: What stands between the parts of a field's name.
_PARTS = re.compile(r"[._\-\s/@]+")


@dataclass(frozen=True)
class Suggestion:
    """What may stand in a place of a query.

    Attributes:
        text: what to put there.
        kind: ``recent`` (a whole query), ``field`` (with its colon), ``value``, ``term`` or ``operator``.
        count: records that match with it, under the rest of the query; of a field the records that have it; None where
            it is not known, or could not be told in time.
        span: what it takes the place of: start and end, in characters of the text.
    """

    text: str
    kind: SuggestionKind
    count: int | None
    span: tuple[int, int]


def complete(
    state: DatasetState,
    text: str,
    cursor: int | None,
    limit: int,
    request: Request,
    search: Callable[[Request, Snapshot], Search],
) -> list[Suggestion]:
    """See :meth:`sawlog.engine.queries.Queries.complete`.

    Args:
        request: of everything, within the time range and the row set that were given.
        search: makes a search of a request on a snapshot.
    """
    limit = min(max(0, limit), TOP)
    at = len(text) if cursor is None else min(max(0, cursor), len(text))
    here = target(text, at, state.field_names(), timezone=state.options.timezone)
    if here.kind == "nothing" or not limit:
        return []
    timeout = SECONDS if request.timeout is None else request.timeout
    query = normalise(Query("and", children=(request.query, here.rest)))
    snapshot = state.snapshot()
    # Its time is for counting: what the first look at a dataset takes, at its fields, is not part of it.
    limited = replace(request, query=query, timeout=timeout, began=time.perf_counter())
    completer = _Completer(state, text, at, here, limited, snapshot, search(limited, replace(snapshot, pieces=())))
    return completer.run(limit)


class _Completer:
    """One completion.

    Args:
        here: what stands at the cursor ``at``.
        request: with the rest of the query.
        search: of what is indexed, for this request.
    """

    def __init__(
        self,
        state: DatasetState,
        text: str,
        at: int,
        here: Target,
        request: Request,
        snapshot: Snapshot,
        search: Search,
    ) -> None:
        self._state, self._text, self._at, self._here, self._request = state, text, at, here, request
        self._snapshot, self._search = snapshot, search

    def run(self, limit: int) -> list[Suggestion]:
        """At most ``limit`` suggestions: what begins with what is typed, then what is less likely meant."""
        match self._here.kind:
            case "time":
                return _times(self._here)[:limit]
            case "phrase":
                return self._terms(limit)[:limit]
            case "value":
                return _shared(self._values(limit), [], self._recent(), limit)
            case _:
                return self._words(limit)

    def _words(self, limit: int) -> list[Suggestion]:
        """Operators, names and words that begin with what is typed, then other names, then recent queries.

        Where nothing is typed at all, what was asked before is the most likely and comes first.
        """
        recent, names = self._recent(), self._fields(limit)
        if not self._text.strip():
            return (recent + names)[:limit]
        typed = self._here.typed.casefold()
        begun = [name for name in names if name.text.casefold().lstrip('"').startswith(typed)]
        likely = _operators(self._here) + begun
        likely += self._terms(limit - len(likely))
        return _shared(likely, names[len(begun) :], recent, limit)

    def _recent(self) -> list[Suggestion]:
        """Whole queries that begin with what is typed: those asked often and lately first."""
        if self._at < len(self._text.rstrip()):
            return []
        typed, whole = self._text[: self._at].casefold().lstrip(), self._text.strip()
        asked = [a for a in self._state.history.asked() if a.text.casefold().startswith(typed) and a.text != whole]
        now = time.time()
        asked.sort(key=lambda a: -_weight(a, now))
        return [Suggestion(a.text, "recent", None, (0, len(self._text))) for a in asked[:_RECENT]]

    def _fields(self, limit: int) -> list[Suggestion]:
        """Names that contain what is typed: those that begin with it, those with a part that does, then the others.

        Among these, those of the most records first.
        """
        here = self._here
        if here.kind != "word" or here.field or here.whole[1] - here.whole[0] != len(here.typed):
            return []
        counts = self._field_counts()
        fitting = [name for name in FieldNames(self._state.field_names()) if field_matches(here.typed, name)]
        typed = here.typed.casefold()
        fitting.sort(key=lambda name: (_depth(name.casefold(), typed), -(counts.get(name) or 0), name))
        chosen = fitting[: max(0, min(limit, _FIELDS) if typed else limit)]
        return [Suggestion(name_text(name), "field", counts.get(name), here.whole) for name in chosen]

    def _field_counts(self) -> dict[str, int]:
        """Indexed records with each field; for the fields that every record has it is not worth telling."""
        counts: Counter[str] = Counter()
        for segment in self._snapshot.segments:
            counts.update({name: stats.count for name, stats in segment.partition.manifest.fields.items()})
            counts["level"] += sum((segment.partition.bitmaps.values(LEVEL) or {}).values())
        return counts

    def _values(self, limit: int) -> list[Suggestion]:
        here = self._here
        found = [
            Suggestion(value_text(here.field, value, here.quoted), "value", count, here.span)
            for value, count in field_values(self._search, here.field, here.prefix, max(0, limit))
        ]
        if not (here.prefix or here.quoted or here.compared):
            found += [Suggestion(sign, "operator", None, here.span) for sign in self._comparisons()]
        return found

    def _comparisons(self) -> tuple[str, ...]:
        fields = [segment.partition.manifest.fields.get(self._here.field) for segment in self._snapshot.segments]
        ordered = self._here.field in ("level", "line") or any(f and f.type in NUMBERS for f in fields)
        return COMPARISONS if ordered else COMPARISONS[-1:]

    def _terms(self, limit: int) -> list[Suggestion]:
        """The most frequent tokens; what is not indexed yet adds what a sample of it holds."""
        here, snapshot = self._here, self._snapshot
        if not here.prefix or limit <= 0:
            return []
        top = top_terms(self._search, here.prefix, limit, self._request.rows, self._state.tables.current(snapshot))
        self._state.tables.prepare(snapshot)
        if not top.sure:
            self._state.learner.start(self._learn)
        if not snapshot.pieces or self._request.query.kind != "all" or self._request.rows is not None:
            return [Suggestion(_typable(token), "term", count, here.span) for token, count in top.terms]
        return self._with_samples(top, limit)

    def _learn(self, token: CancelToken) -> None:
        request, seen = self._request, self._search.snapshot
        learn(Search(seen, request.query, self._state.pool.lane(), Work(token), request.rows), request.rows)

    def _with_samples(self, top: TopTerms, limit: int) -> list[Suggestion]:
        """The most frequent of what is indexed, and of samples of what is not; counted over both."""
        here = self._here
        counts = Counter({token: count or 0 for token, count in top.terms})
        for piece in self._snapshot.pieces[:_SAMPLED]:
            counts.update(self._sampled(piece).beginning_with(here.prefix).counts())
        ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]
        return [Suggestion(_typable(token), "term", count, here.span) for token, count in ranked]

    def _sampled(self, piece: Piece) -> TokenCounts:
        """Tokens of some lines of a source that is not indexed yet."""
        key = ("sampled tokens", piece.source_id, piece.start)
        found = self._state.cache.get(key)
        if found is None:
            try:
                blocks = [block.decode("utf-8", "replace") for block in sample_source(piece.source)]
            except (OSError, SawlogError):
                blocks = []  # the build will say what is wrong with it
            lines = [line for block in blocks for line in block.splitlines()]
            found = TokenCounts([token_counts(pa.array(lines, pa.large_string()), "")])
            self._state.cache.put(key, found, found.nbytes)
        assert isinstance(found, TokenCounts)
        return found


def _shared(
    likely: list[Suggestion], names: list[Suggestion], recent: list[Suggestion], limit: int
) -> list[Suggestion]:
    """At most ``limit`` of them, in this order; what is less likely meant has a share, and what is left."""
    share = limit // _LESS_LIKELY
    found = likely[: limit - min(share, len(names)) - min(share, len(recent))]
    found += names[: limit - len(found) - min(share, len(recent))]
    return found + recent[: limit - len(found)]


def _depth(name: str, typed: str) -> int:
    """How far inside a name what is typed stands: 0 at its begin, 1 at the begin of a part of it, else 2."""
    if name.startswith(typed):
        return 0
    return 1 if any(part.startswith(typed) for part in _PARTS.split(name)) else 2


def _typable(token: str) -> str:
    """A token as it is typed: the one that has no spelling of its own in lower case in capitals."""
    return token.replace(DOTTED_I_LOWER, DOTTED_I)


def _weight(asked: Asked, now: float) -> float:
    """Frequency and recency."""
    return float(asked.times * 0.5 ** (max(0.0, now - asked.last) / _HALF_LIFE))


def _operators(here: Target) -> list[Suggestion]:
    """AND, OR and NOT, where what is typed in capitals begins one."""
    if not here.typed.isupper():
        return []
    fitting = [o for o in OPERATORS if o.startswith(here.typed) and (here.begun or o not in BINARY)]
    return [Suggestion(operator, "operator", None, here.whole) for operator in fitting]


def _times(here: Target) -> list[Suggestion]:
    typed = here.prefix.casefold()
    return [Suggestion(text, "operator", None, here.span) for text in TIMES if text.startswith(typed)]
