"""The matcher that IPython asks for completions: of query strings, and of the magics' cells.

It looks names up in the user's namespace and evaluates nothing: no call, no property, no ``__getattr__``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult, context_matcher

from sawlog.engine.complete import Suggestion
from sawlog.engine.queries import Queries
from sawlog.errors import SawlogError
from sawlog.notebook.datasets import find_dataset
from sawlog.notebook.strings import Argument, argument_at
from sawlog.query.spelling import field_matches

IDENTIFIER = "sawlog.queries"

#: Before IPython's own matchers, so that theirs do not add files and dictionary keys to a query.
_PRIORITY = 100

#: What arguments of a dataset's methods hold: by their place, and by their name.
_QUERY, _FIELD = "query", "field"
_ARGUMENTS: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {
    **dict.fromkeys(
        ("search", "count", "rows", "explain", "patterns", "follow"),
        ((_QUERY,), {"query": _QUERY}),
    ),
    "histogram": ((_QUERY, "", _FIELD), {"query": _QUERY, "split": _FIELD}),
    "facets": ((_FIELD, _QUERY), {"field": _FIELD, "query": _QUERY}),
    "complete": ((_QUERY,), {"text": _QUERY}),
}

#: Field names that are offered at the most.
_NAMES = 32

_CELL_MAGIC = re.compile(r"%%logs\b([^\n]*)\n([\s\S]*)")
_LINE_MAGIC = re.compile(r"\s*%logs\s+(\S+)\s([\s\S]*)")


def make_matcher(namespace: Mapping[str, Any]) -> Callable[[CompletionContext], SimpleMatcherResult]:
    """A matcher over a namespace, for ``IPCompleter.custom_matchers``."""

    @context_matcher(identifier=IDENTIFIER, priority=_PRIORITY)  # type: ignore[untyped-decorator]
    def sawlog_queries(context: CompletionContext) -> SimpleMatcherResult:
        lines = context.full_text.split("\n")
        cursor = sum(len(line) + 1 for line in lines[: context.cursor_line]) + context.cursor_position
        try:
            return _of_magic(namespace, context.full_text, cursor) or _of_call(namespace, context.full_text, cursor)
        except SawlogError:  # a dataset that was closed, a store that cannot be read: nobody can be told here
            return _nothing()

    return sawlog_queries  # type: ignore[no-any-return]


def _nothing() -> SimpleMatcherResult:
    return SimpleMatcherResult(completions=[], matched_fragment="", suppress=False, ordered=True)


def _of_call(namespace: Mapping[str, Any], source: str, cursor: int) -> SimpleMatcherResult:
    argument = argument_at(source, cursor)
    if argument is None:
        return _nothing()
    owner, _, method = argument.callee.rpartition(".")
    places, names = _ARGUMENTS.get(method, ((), {}))
    role = names.get(argument.keyword, "") if argument.keyword else dict(enumerate(places)).get(argument.position, "")
    dataset = _looked_up(namespace, owner) if role else None
    if dataset is None:
        return _nothing()
    found = dataset.complete(argument.text) if role == _QUERY else _field_names(dataset, argument.text)
    return _result(found, argument, source, cursor)


def _looked_up(namespace: Mapping[str, Any], dotted: str) -> Queries | None:
    """The dataset that a dotted name stands for."""
    first, *rest = dotted.split(".")
    found = namespace.get(first)
    for name in rest:
        found = inspect.getattr_static(found, name, None)
    return found if isinstance(found, Queries) else None


def _field_names(dataset: Queries, typed: str) -> list[Suggestion]:
    """Fields whose names contain what is typed; without their colons."""
    everything = [s for s in dataset.complete("", limit=_NAMES) if s.kind == "field"]
    named = [replace(s, text=s.text.removesuffix(":").strip('"'), span=(0, len(typed))) for s in everything]
    fitting = [s for s in named if field_matches(typed, s.text)]
    return sorted(fitting, key=lambda s: not s.text.casefold().startswith(typed.casefold()))


def _result(found: Sequence[Suggestion], argument: Argument, source: str, cursor: int) -> SimpleMatcherResult:
    """Suggestions as replacements of the source from one common place to the cursor."""
    begin = min((suggestion.span[0] for suggestion in found), default=len(argument.text))
    completions = []
    for suggestion in found:
        written = argument.written(argument.text[begin : suggestion.span[0]] + suggestion.text)
        if written is not None:
            completions.append(SimpleCompletion(text=written, type=_shown(suggestion)))
    fragment = source[argument.places[begin] : cursor]
    return SimpleMatcherResult(completions=completions, matched_fragment=fragment, suppress=True, ordered=True)


def _shown(suggestion: Suggestion) -> str:
    """What stands beside a completion."""
    return suggestion.kind if suggestion.count is None else f"{suggestion.kind} {suggestion.count:,}"


def _of_magic(namespace: Mapping[str, Any], source: str, cursor: int) -> SimpleMatcherResult | None:
    """Completions in the cell of ``%%logs`` and the line of ``%logs``; None where the cursor is in neither."""
    cell = _CELL_MAGIC.fullmatch(source)
    start = source.rfind("\n", 0, cursor) + 1
    stop = source.find("\n", start)
    line = _LINE_MAGIC.fullmatch(source[start : len(source) if stop < 0 else stop])
    if cell and cursor >= cell.start(2):
        begin, words = cell.start(2), cell[1].split()
        name = words[0] if words and not words[0].startswith("-") else ""
    elif line and cursor >= start + line.start(2):
        begin, name = start + line.start(2), line[1]
    else:
        return None
    dataset = find_dataset(namespace, name)
    if dataset is None:
        return _nothing()
    text = source[begin:cursor]
    places = tuple(range(begin, cursor + 1))
    whole = Argument("", 0, "", begin, text, places, "\0", raw=True)
    return _result(dataset.complete(text), whole, source, cursor)
