"""Requests and what carries their answers: ``request``, ``cancel``, ``answer``, ``failure`` and ``push``."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sawlog.panel.wire import params
from sawlog.panel.wire.params import MAX_COUNT, Params, RequestError, is_text

CANCEL = "cancel"

Lane = Literal["quick", "search", "deep"]


@dataclass(frozen=True)
class Op:
    """What is known of a question before it is answered.

    Attributes:
        read: makes its parameters of ``params``.
        lane: where it waits for its turn.
        dataset: it is about one.
        writes: it changes something, which takes the right to ``write``.
    """

    read: Callable[[Params], object]
    lane: Lane = "quick"
    dataset: bool = True
    writes: bool = False


OPS: dict[str, Op] = {
    "datasets": Op(params.Nothing.read, dataset=False),
    "open": Op(params.OpenAsk.read, lane="deep", dataset=False, writes=True),
    "build": Op(params.Nothing.read),
    "watch": Op(params.Nothing.read),
    "cancelBuild": Op(params.Nothing.read, lane="deep", writes=True),
    "drop": Op(params.Nothing.read, lane="deep", writes=True),
    "refresh": Op(params.Nothing.read, lane="deep", writes=True),
    "fields": Op(params.Nothing.read),
    "parse": Op(params.ParseAsk.read),
    "search": Op(params.SearchAsk.read, lane="search"),
    "record": Op(params.RecordAsk.read, lane="search"),
    "context": Op(params.ContextAsk.read, lane="search"),
    "histogram": Op(params.HistogramAsk.read, lane="deep"),
    "facets": Op(params.FacetsAsk.read, lane="deep"),
    "complete": Op(params.CompleteAsk.read),
    "patterns": Op(params.PatternsAsk.read, lane="deep"),
    "explain": Op(params.ExplainAsk.read, lane="deep"),
    "select": Op(params.SelectAsk.read, lane="deep", writes=True),
    "sets": Op(params.Nothing.read),
    "code": Op(params.CodeAsk.read),
    "dashboard": Op(params.Nothing.read, lane="deep", dataset=False),
}


@dataclass(frozen=True)
class Request:
    """A question as it was understood.  ``id`` is None in a request by HTTP; ``asked`` is None where op is cancel."""

    id: int | None
    op: str
    dataset: str
    asked: object

    @property
    def kind(self) -> Op:
        return OPS[self.op]


def read_id(message: object) -> int | None:
    """The id of a message that may be no request otherwise, so that its sender learns which one it was."""
    found = message.get("id") if isinstance(message, dict) else None
    return found if type(found) is int and 0 <= found <= MAX_COUNT else None


def read_json(text: str | bytes) -> object:
    """Raises RequestError where the text is no JSON."""
    try:
        return json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise RequestError("the message is no JSON: send one JSON object") from None


def read_request(message: object, *, numbered: bool) -> Request:
    """A message as a request; ``numbered``: it must have an id.

    Raises:
        RequestError: it is none.
    """
    if not isinstance(message, dict):
        raise RequestError("the message is no JSON object")
    id = read_id(message)
    if id is None and (numbered or message.get("id") is not None):
        raise RequestError("id is no whole number of 0 or more")
    op = message.get("op")
    if op == CANCEL and numbered:
        return Request(id, CANCEL, "", None)
    if not isinstance(op, str) or op not in OPS:
        raise RequestError(f"op is none of {', '.join(OPS)}")
    dataset = message.get("dataset")
    if dataset is not None and not (isinstance(dataset, str) and is_text(dataset)):
        raise RequestError("dataset is no string")
    if OPS[op].dataset and not dataset:
        raise RequestError(f"{op} is about a dataset: name it")
    given = message.get("params")
    return Request(id, op, dataset or "", OPS[op].read(Params({} if given is None else given)))


def answer_text(id: int, result: str) -> str:
    """The frame of an answer, around a result that is JSON already."""
    return f'{{"id":{id},"ok":true,"result":{result}}}'


def failure(id: int | None, error: dict[str, Any]) -> dict[str, Any]:
    """The message of an error."""
    return {"id": id, "ok": False, "error": error}


def failure_text(id: int | None, error: dict[str, Any]) -> str:
    """The frame of an error."""
    return encode(failure(id, error))


def push(event: Literal["build", "changed"], dataset: str, result: dict[str, Any]) -> dict[str, Any]:
    """The message of a push."""
    return {"event": event, "dataset": dataset, "result": result}


def push_text(event: Literal["build", "changed"], dataset: str, result: dict[str, Any]) -> str:
    """The frame of a push."""
    return encode(push(event, dataset, result))


def encode(message: dict[str, Any]) -> str:
    """Compact JSON."""
    return json.dumps(message, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")
