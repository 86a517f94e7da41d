"""What a client asks, read from its message and checked: a wrong type never goes further than here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

#: The largest integer that JavaScript and JSON agree on.
MAX_COUNT = (1 << 53) - 1
MAX_QUERY = 1 << 16
_MAX_TIME, _MAX_NAME, _MAX_PATH, _MAX_FIELD = 100, 100, 4_096, 1_000

RecordId = tuple[str, int]


def is_text(found: str) -> bool:
    """The string is one of Unicode: JSON can spell halves of surrogate pairs, which no file holds."""
    return found.isascii() or not any("\ud800" <= character <= "\udfff" for character in found)


class RequestError(ValueError):
    """A message that is no request; says what is wrong with it."""


class Params:
    """The parameters of a request.  Every method raises RequestError where one is not as it should be."""

    def __init__(self, given: object) -> None:
        if not isinstance(given, Mapping):
            raise RequestError("params is no object")
        self._given = given

    def text(self, name: str, most: int, *, least: int = 0) -> str:
        found = self.optional_text(name, most, least=least)
        if found is None:
            raise RequestError(f"params.{name} is missing: give a string")
        return found

    def optional_text(self, name: str, most: int, *, least: int = 0) -> str | None:
        found = self._given.get(name)
        if found is None:
            return None
        if not isinstance(found, str):
            raise RequestError(f"params.{name} is no string")
        if not is_text(found):
            raise RequestError(f"params.{name} holds half a surrogate pair")
        if not least <= len(found) <= most:
            raise RequestError(f"params.{name} has {len(found):,} characters: give {least} to {most:,}")
        return found

    def count(self, name: str, least: int, most: int, default: int | None = None) -> int:
        found = self._given.get(name, default)
        if type(found) is float and found.is_integer():
            found = int(found)
        if type(found) is not int:
            raise RequestError(f"params.{name} is no whole number")
        if not least <= found <= most:
            raise RequestError(f"params.{name} is {found}: give {least} to {most}")
        return found

    def optional_count(self, name: str, least: int, most: int) -> int | None:
        return None if self._given.get(name) is None else self.count(name, least, most)

    def seconds(self, name: str) -> float | None:
        found = self._given.get(name)
        if found is None:
            return None
        if type(found) not in (int, float) or not 0 < found < float("inf"):
            raise RequestError(f"params.{name} is no number of seconds above 0")
        return float(found)

    def flag(self, name: str) -> bool:
        found = self._given.get(name, False)
        if not isinstance(found, bool):
            raise RequestError(f"params.{name} is neither true nor false")
        return found

    def choice(self, name: str, choices: tuple[str, ...], default: str | None = None) -> str:
        found = self._given.get(name, default)
        if found not in choices:
            raise RequestError(f"params.{name} is none of {', '.join(choices)}")
        return str(found)

    def names(self, name: str, most: int) -> tuple[str, ...]:
        found = self._given.get(name)
        if not isinstance(found, list) or len(found) > most:
            raise RequestError(f"params.{name} is no list of at most {most} strings")
        if not all(isinstance(each, str) and 0 < len(each) <= _MAX_FIELD and is_text(each) for each in found):
            raise RequestError(f"params.{name} holds something else than the names of fields")
        return tuple(found)

    def record(self, name: str) -> RecordId:
        return _record(self._given.get(name), f"params.{name}")

    def optional_record(self, name: str) -> RecordId | None:
        return None if self._given.get(name) is None else self.record(name)

    def records(self, name: str, most: int) -> list[RecordId] | None:
        if name not in self._given:
            raise RequestError(f"params.{name} is missing: give record ids, or null for all matches")
        found = self._given[name]
        if found is None:
            return None
        if not isinstance(found, list) or len(found) > most:
            raise RequestError(f"params.{name} is no list of at most {most:,} record ids")
        return [_record(each, f"params.{name}") for each in found]


def _record(found: object, name: str) -> RecordId:
    if isinstance(found, list) and len(found) == 2:
        source, offset = found
        if isinstance(source, str) and source and is_text(source) and type(offset) is int and 0 <= offset <= MAX_COUNT:
            return source, offset
    raise RequestError(f"{name} is no record id: give [source id, offset]")


@dataclass(frozen=True)
class Ask:
    """What limits a question."""

    query: str
    start: str | None
    end: str | None
    rows: str | None
    timeout: float | None

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(**cls._common(params))

    @staticmethod
    def _common(params: Params) -> dict[str, Any]:
        return {
            "query": params.text("query", MAX_QUERY),
            "start": params.optional_text("start", _MAX_TIME),
            "end": params.optional_text("end", _MAX_TIME),
            "rows": params.optional_text("rows", _MAX_NAME, least=1),
            "timeout": params.seconds("timeout"),
        }


@dataclass(frozen=True)
class SearchAsk(Ask):
    order: str
    offset: int
    limit: int

    @classmethod
    def read(cls, params: Params) -> Self:
        order = params.choice("order", ("newest", "oldest"), "newest")
        offset = params.count("offset", 0, MAX_COUNT, 0)
        return cls(**cls._common(params), order=order, offset=offset, limit=params.count("limit", 0, 500))


@dataclass(frozen=True)
class HistogramAsk(Ask):
    by: str | None
    split: str | None

    @classmethod
    def read(cls, params: Params) -> Self:
        by, split = params.optional_text("by", 50), params.optional_text("split", _MAX_FIELD)
        return cls(**cls._common(params), by=by, split=split)


@dataclass(frozen=True)
class FacetsAsk(Ask):
    fields: tuple[str, ...]
    limit: int

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(**cls._common(params), fields=params.names("fields", 20), limit=params.count("limit", 1, 100))


@dataclass(frozen=True)
class PatternsAsk(Ask):
    limit: int
    record: RecordId | None

    @classmethod
    def read(cls, params: Params) -> Self:
        record = params.optional_record("record")
        return cls(**cls._common(params), limit=params.count("limit", 1, 200, 50), record=record)


@dataclass(frozen=True)
class ExplainAsk(Ask):
    analyze: bool

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(**cls._common(params), analyze=params.flag("analyze"))


@dataclass(frozen=True)
class SelectAsk(Ask):
    ids: list[RecordId] | None

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(**cls._common(params), ids=params.records("ids", 10_000))


@dataclass(frozen=True)
class CodeAsk(Ask):
    what: str
    limit: int | None
    order: str
    by: str | None
    split: str | None

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(
            **cls._common(params),
            what=params.choice("what", ("search", "histogram", "frame")),
            limit=params.optional_count("limit", 1, MAX_COUNT),
            order=params.choice("order", ("newest", "oldest"), "newest"),
            by=params.optional_text("by", 50),
            split=params.optional_text("split", _MAX_FIELD),
        )


@dataclass(frozen=True)
class Nothing:
    """An op without parameters."""

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls()


@dataclass(frozen=True)
class OpenAsk:
    path: str
    name: str | None

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(params.text("path", _MAX_PATH, least=1), params.optional_text("name", 255, least=1))


@dataclass(frozen=True)
class ParseAsk:
    query: str

    @classmethod
    def read(cls, params: Params) -> Self:
        return cls(params.text("query", MAX_QUERY))


@dataclass(frozen=True)
class RecordAsk:
    id: RecordId
    start: int
    length: int
    query: str

    @classmethod
    def read(cls, params: Params) -> Self:
        start, length = params.count("start", 0, MAX_COUNT), params.count("length", 1, 100_000)
        return cls(params.record("id"), start, length, params.optional_text("query", MAX_QUERY) or "")


@dataclass(frozen=True)
class ContextAsk:
    id: RecordId
    before: int
    after: int
    query: str

    @classmethod
    def read(cls, params: Params) -> Self:
        before, after = params.count("before", 0, 50), params.count("after", 0, 50)
        return cls(params.record("id"), before, after, params.optional_text("query", MAX_QUERY) or "")


@dataclass(frozen=True)
class CompleteAsk:
    text: str
    cursor: int
    start: str | None
    end: str | None
    limit: int

    @classmethod
    def read(cls, params: Params) -> Self:
        start, end = params.optional_text("start", _MAX_TIME), params.optional_text("end", _MAX_TIME)
        cursor, limit = params.count("cursor", 0, MAX_COUNT), params.count("limit", 1, 100, 10)
        return cls(params.text("text", MAX_QUERY), cursor, start, end, limit)
