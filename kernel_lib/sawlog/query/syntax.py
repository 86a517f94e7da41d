"""A query's text as coloured tokens: what each part of it was read as."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from sawlog.errors import QueryError
from sawlog.query.diagnostics import Diagnostic
from sawlog.query.fields import FieldNames
from sawlog.query.lexer import Lexeme
from sawlog.query.parser import MAX_QUERY, parse, read_lexemes

TokenKind = Literal[
    "operator", "field", "value", "term", "phrase", "wildcard", "regex", "fuzzy", "time", "paren", "error"
]


@dataclass(frozen=True)
class SyntaxToken:
    """Characters ``start`` to ``end`` of the text, and what they were read as.  A ``field`` includes its colon."""

    start: int
    end: int
    kind: TokenKind


@dataclass(frozen=True)
class Syntax:
    """Tokens in order, not overlapping, and the remarks on the text.  What no token covers is not searched for."""

    tokens: tuple[SyntaxToken, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_syntax(
    text: str,
    fields: Collection[str] = (),
    now_ns: int | None = None,
    timezone: str = "UTC",
    numbers: Collection[str] = (),
) -> Syntax:
    """How a text is read; arguments as of :func:`sawlog.query.parser.parse`.

    A part without meaning is one token of kind ``error``, with the reason as a remark.
    """
    if len(text) > MAX_QUERY:
        return Syntax((), parse(text).diagnostics)
    try:
        diagnostics = parse(text, fields, now_ns, timezone, numbers=numbers).diagnostics
        _, lexemes = read_lexemes(text, fields, now_ns, timezone)
    except QueryError as error:
        start, end = (error.start, max(error.end, error.start + 1)) if error.query == text else (0, len(text))
        reason = str(error).partition("\n")[0]
        return Syntax((SyntaxToken(start, min(end, len(text)), "error"),), (Diagnostic(start, end, reason, "warning"),))
    names = FieldNames(fields)
    return Syntax(tuple(token for lexeme in lexemes for token in _tokens(text, lexeme, names)), diagnostics)


def _tokens(text: str, lexeme: Lexeme, names: FieldNames) -> Iterator[SyntaxToken]:
    start, end = lexeme.start, lexeme.end
    if lexeme.kind in ("and", "or", "not"):
        yield SyntaxToken(start, end, "operator")
    elif lexeme.kind in ("open", "close"):
        if end - start > 1:
            yield SyntaxToken(start, end - 1, "field")
        yield SyntaxToken(end - 1, end, "paren")
    elif lexeme.leaf is not None:
        after = _after_name(text, start, end, lexeme.leaf.field, names)
        if after > start:
            yield SyntaxToken(start, after, "field")
        if after < end:
            in_field = after > start or bool(lexeme.leaf.field)
            yield SyntaxToken(after, end, "value" if in_field else _KINDS.get(lexeme.leaf.kind, "wildcard"))


#: Any other leaf is a word with stars in it.
_KINDS: dict[str, TokenKind] = {
    "term": "term",
    "phrase": "phrase",
    "regex": "regex",
    "fuzzy": "fuzzy",
    "time": "time",
    "all": "operator",
}


def _after_name(text: str, start: int, end: int, field: str, names: FieldNames) -> int:
    """Where the value of ``name:value`` begins; ``start`` where no field's name stands there."""
    closing = '":' if text.startswith('"', start) else ":"
    skipped = len(closing) - 1
    place = text.find(closing, start + 1, end)
    while place >= 0 and place + len(closing) < end:
        known = names.find(text[start + skipped : place].replace('\\"', '"'))
        if known is not None and field in (known, ""):
            return place + len(closing)
        place = text.find(closing, place + 1, end)
    return start
