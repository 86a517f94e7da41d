"""Records as messages: ``hit`` and ``record.result`` of ``channel.schema.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from sawlog.panel.wire.text import Excerpt
from sawlog.panel.wire.values import fields, stamp


class HitLike(Protocol):
    """What is shown of a record; ``sawlog.results.hits.Hit`` is one."""

    @property
    def timestamp_ns(self) -> int | None: ...
    @property
    def level(self) -> str | None: ...
    @property
    def source(self) -> str: ...
    @property
    def source_id(self) -> str: ...
    @property
    def line(self) -> int: ...
    @property
    def lines(self) -> int: ...
    @property
    def offset(self) -> int: ...
    @property
    def length(self) -> int: ...
    @property
    def message(self) -> str: ...
    @property
    def raw(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Pair:
    """A field and its value as text, with the matches in the value in code units."""

    name: str
    value: str
    spans: list[list[int]]


@dataclass(frozen=True)
class Summary:
    """What a list says of a record in place of its text; ``message`` is empty where it has none."""

    message: Excerpt
    fields: list[Pair]


def hit_message(hit: HitLike, shown: Excerpt, summary: Summary | None) -> dict[str, Any]:
    """A record with a window of its text."""
    return {
        "id": [hit.source_id, hit.offset],
        "timestamp": stamp(hit.timestamp_ns),
        "level": hit.level,
        "source": hit.source,
        "line": hit.line,
        "lines": hit.lines,
        "offset": hit.offset,
        "length": hit.length,
        "text": shown.text,
        "textStart": shown.start,
        "textTotal": shown.total,
        "spans": shown.spans,
        "summary": None if summary is None else _summary(summary),
        "fields": fields({**({"message": hit.message} if is_decoded(hit) else {}), **hit.fields}),
    }


def is_decoded(hit: HitLike) -> bool:
    """The message was taken out of the text: else it is what the text ends with, and is read there."""
    return not hit.raw.rstrip().endswith(hit.message.rstrip())


def record_message(shown: Excerpt) -> dict[str, Any]:
    """A slice of a record's text."""
    return {"text": shown.text, "start": shown.start, "total": shown.total, "spans": shown.spans}


def _summary(summary: Summary) -> dict[str, Any]:
    pairs = [{"name": pair.name, "value": pair.value, "spans": pair.spans} for pair in summary.fields]
    return {"message": record_message(summary.message), "fields": pairs}
