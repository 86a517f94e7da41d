"""Records as messages: ``hit`` and ``record.result`` of ``channel.schema.json``."""

from __future__ import annotations

from collections.abc import Mapping
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


def hit_message(hit: HitLike, shown: Excerpt) -> dict[str, Any]:
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
        "fields": fields({**_message(hit), **hit.fields}),
    }


def _message(hit: HitLike) -> dict[str, str]:
    """The message as a field, where it was taken out of the text: what a text ends with is read there."""
    return {} if hit.raw.rstrip().endswith(hit.message.rstrip()) else {"message": hit.message}


def record_message(shown: Excerpt) -> dict[str, Any]:
    """A slice of a record's text."""
    return {"text": shown.text, "start": shown.start, "total": shown.total, "spans": shown.spans}
