"""What a list says of a record whose text tells little at a glance, such as JSON: its message, then its fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from sawlog.panel.wire.hits import Pair, Summary, is_decoded
from sawlog.panel.wire.text import Utf16, excerpt

if TYPE_CHECKING:
    from sawlog.query.ast import Query
    from sawlog.results.hits import Hit

#: Characters of a message that are searched for its first match; and shown, so many of them before that match.
_SEARCHED, _MESSAGE, _LEAD = 100_000, 1_000, 200

#: Fields of a record that are looked at; characters of a value, and of all names and values together, that are shown.
_FIELDS, _VALUE, _PAIRS = 200, 200, 600

#: Characters at the end of a text that tell whether it is JSON.
_END = 4


def summaries(hits: Sequence[Hit], query: Query) -> list[Summary | None]:
    """The summary of each record; None of one whose text is shown as it is."""
    # Here, so that a server starts without the engine.
    from sawlog.model.schema import MESSAGE
    from sawlog.model.values import as_text
    from sawlog.results.spans import Highlighter

    structured = {place: hit for place, hit in enumerate(hits) if is_decoded(hit) or _is_json(hit)}
    if not structured:
        return [None] * len(hits)
    highlighter = Highlighter(query)
    messages = [hit.message[:_SEARCHED] if is_decoded(hit) else "" for hit in structured.values()]
    in_messages = highlighter.spans(messages, [{MESSAGE: message} for message in messages])
    # Records of a page have many values in common: each is searched once.
    values = list(dict.fromkeys(pair for hit in structured.values() for pair in _fields(hit)))
    texts = [as_text(value)[:_VALUE] for _, value in values]
    # Each with its own field alone: what the query says of another one is not marked in it.
    in_values = highlighter.spans(texts, [{name: value} for name, value in values])
    pairs = {
        pair: Pair(pair[0], text, Utf16(text).spans(spans))
        for pair, text, spans in zip(values, texts, in_values, strict=True)
    }
    named = {node.field for node in query.walk()}
    made = {
        place: Summary(excerpt(message, spans, _MESSAGE, _LEAD), _first([pairs[pair] for pair in _fields(hit)], named))
        for (place, hit), message, spans in zip(structured.items(), messages, in_messages, strict=True)
    }
    return [made.get(place) for place in range(len(hits))]


def _is_json(hit: Hit) -> bool:
    """It says an object of JSON, none of whose keys is the message; in an array, a comma stands behind it."""
    return bool(hit.fields) and hit.message[:1] == "{" and hit.message[-_END:].rstrip(", ").endswith("}")


def _fields(hit: Hit) -> Iterable[tuple[str, Any]]:
    return islice(hit.fields.items(), _FIELDS)


def _first(pairs: Sequence[Pair], named: set[str]) -> list[Pair]:
    """The pairs that have room: those first that the query names, or that match it, then in the record's order."""
    shown: list[Pair] = []
    room = _PAIRS
    for pair in sorted(pairs, key=lambda pair: pair.name not in named and not pair.spans):
        if room <= 0:
            break
        shown.append(pair)
        room -= len(pair.name) + len(pair.value)
    return shown
