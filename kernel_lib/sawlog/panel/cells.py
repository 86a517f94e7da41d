"""What is asked in the panel, as the source of a notebook's cell."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sawlog.panel.scope import Scope
from sawlog.panel.wire.params import CodeAsk


def code(scope: Scope, asked: CodeAsk) -> dict[str, Any]:
    """The cell that asks the same: complete, with every text as a Python literal."""
    store = {"store": scope.store} if scope.store else {}
    opened = _call("sawlog.open", name=scope.name, **store)
    return {"code": f"import sawlog\n\nlogs = {opened}\n{_question(asked)}\n"}


def _question(asked: CodeAsk) -> str:
    given = {name: getattr(asked, name) for name in ("start", "end", "rows")}
    limits = {name: found for name, found in given.items() if found}
    text = asked.query.strip()  # a completion ends with a blank
    query = (text,) if text else ()
    order = {"order": asked.order} if asked.order != "newest" else {}
    if asked.what == "histogram":
        shape = {name: found for name, found in (("by", asked.by), ("split", asked.split)) if found}
        return f"{_call('logs.histogram', *query, **shape, **limits)}.plot()"
    if asked.what == "frame":
        return f"frame = {_call('logs.search', *query, limit=asked.limit, **order, **limits)}.to_pandas()\nframe"
    limit = {} if asked.limit is None else {"limit": asked.limit}
    return _call("logs.search", *query, **limit, **order, **limits)


def _call(function: str, *arguments: object, **named: object) -> str:
    # repr() escapes quotes, line ends, control and direction characters: what is shown is what runs.
    parts = [*(repr(each) for each in arguments), *(f"{name}={found!r}" for name, found in named.items())]
    return f"{function}({', '.join(parts)})"


ANSWERS: dict[str, Callable[[Scope, Any], dict[str, Any]]] = {"code": code}
