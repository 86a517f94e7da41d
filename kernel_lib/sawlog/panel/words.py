"""Questions about the text of a query: its tokens and remarks, and how it may go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sawlog.panel.scope import Scope
from sawlog.panel.wire.params import CompleteAsk, ParseAsk
from sawlog.panel.wire.text import Utf16

if TYPE_CHECKING:
    from sawlog.query.diagnostics import Diagnostic


def parse(scope: Scope, asked: ParseAsk) -> dict[str, Any]:
    """What each part of a query was read as."""
    syntax = scope.view.syntax(asked.query)
    text = Utf16(asked.query)
    return {
        "tokens": [
            {"start": text.unit(token.start), "end": text.unit(token.end), "kind": token.kind}
            for token in syntax.tokens
        ],
        "diagnostics": diagnostics_message(syntax.diagnostics, asked.query),
    }


def complete(scope: Scope, asked: CompleteAsk) -> dict[str, Any]:
    """How a query may go on at the cursor."""
    text = Utf16(asked.text)
    cursor = text.character(asked.cursor)
    found = scope.queries.complete(asked.text, cursor, asked.limit, start=asked.start or None, end=asked.end or None)
    return {
        "suggestions": [
            {
                "text": each.text,
                "kind": each.kind,
                "count": each.count,
                "start": text.unit(each.span[0]),
                "end": text.unit(each.span[1]),
            }
            for each in found
        ]
    }


def diagnostics_message(found: Iterable[Diagnostic], query: str) -> list[dict[str, Any]]:
    """Remarks on a query as they are sent."""
    text = Utf16(query)
    return [
        {"start": text.unit(each.start), "end": text.unit(each.end), "message": each.message, "fix": each.fix}
        for each in found
    ]


ANSWERS: dict[str, Callable[[Scope, Any], dict[str, Any]]] = {"parse": parse, "complete": complete}
