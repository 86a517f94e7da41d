"""The pieces of a query as other tools would tell them apart, and whether somebody typed it or pasted it from a log."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sawlog.errors import QueryError
from sawlog.query.ast import Query
from sawlog.query.lexer import Lexeme, Lexer
from sawlog.query.stretches import Clock

#: What people type is short: words beside fields, quotes and operators, and characters in all.
_MAX_WORDS, _MAX_TEXT = 7, 300
#: So many ``name=value`` or ``name: value`` in a row, and nothing that combines them, are a line of a log.
_PAIRS_OF_A_LINE = 3
#: Words that nobody types: with a stamp, punctuation that goes on to the next word, a key and its value, an escape.
_WORD_OF_A_LINE = re.compile(r"[,;:\]}>]$|^[\[{<]|=|\d:\d\d|^\d{4}[-/]\d\d|\w\[\d+\]|\\")

_SIGNS_OF_A_LINE = frozenset(("[", "]", "{", "}", ";", "->", "=>"))

#: A field's name, an operator and a value, as other tools have them.
_COMPARISON = re.compile(
    r"""(?P<no>!?)(?P<name>[A-Za-z_@][\w.@-]*)
    (?P<op>\s*(?:==|!=|<>|>=|<=|=|>|<)\s*|\s*:\s*(?:>=|<=|>|<|==|=)\s*|\s*:\s+|\s+:\s*)
    (?P<value>"[^"]*"|'[^']*'|[^\s()|&"',;=<>]+)(?=[\s)|&]|\Z)""",
    re.VERBOSE,
)
#: Operators, here and in other tools.
_OPERATORS: dict[str, Literal["AND", "OR", "NOT"]] = {
    **dict.fromkeys(("AND", "and", "&&"), "AND"),
    **dict.fromkeys(("OR", "or", "||"), "OR"),
    **dict.fromkeys(("NOT", "not", "!", "-"), "NOT"),
}

Kind = Literal["clause", "comparison", "text", "word", "blank", "open", "close", "operator"]


@dataclass(frozen=True)
class Piece:
    """A lexeme, as far as the rules tell them apart.

    ``clause``: what a field, a time or a group's value was read as; ``comparison``: what another tool would read so;
    ``text``: between quotes or slashes; ``blank``: without letter or digit.
    """

    kind: Kind
    start: int
    end: int
    text: str
    leaf: Query | None = None

    @property
    def marked(self) -> bool:
        """Nobody takes it for a word of a sentence."""
        return self.kind in ("clause", "comparison", "text", "open", "close")

    @property
    def operator(self) -> Literal["AND", "OR", "NOT", ""]:
        """What it is in some query language."""
        return _OPERATORS.get(self.text, "") if self.kind in ("operator", "word", "blank") else ""

    @property
    def plain(self) -> bool:
        """A word like any other."""
        return self.kind == "word" and not self.operator


def read_pieces(lexer: Lexer, lexemes: Sequence[Lexeme]) -> Reading | None:
    """The pieces of a query that was read so; None where it looks like a piece of a log."""
    if len(lexer.text) > _MAX_TEXT:
        return None
    reading = Reading(lexer, lexemes)
    return None if reading.of_a_line else reading


class Reading:
    """The pieces of a query; rules are asked at the place of each."""

    def __init__(self, lexer: Lexer, lexemes: Sequence[Lexeme]) -> None:
        self.lexer, self.text, self.names = lexer, lexer.text, lexer.names
        blanks = [Piece("blank", start, end, self.text[start:end]) for start, end in lexer.wordless]
        pieces = sorted([*map(self._piece, lexemes), *blanks], key=lambda piece: piece.start)
        self.comparisons: dict[int, re.Match[str]] = {}
        self.pieces: list[Piece] = []
        for piece in pieces:
            if self.pieces and piece.start < self.pieces[-1].end:
                continue
            if piece.kind == "word" and (found := self._comparison(piece.start, pieces)):
                self.comparisons[piece.start] = found
                piece = Piece("comparison", *found.span(), found[0])
            self.pieces.append(piece)

    def _piece(self, lexeme: Lexeme) -> Piece:
        text = self.text[lexeme.start : lexeme.end]
        if lexeme.leaf is None or lexeme.kind != "leaf":
            kind: Kind = "open" if lexeme.kind == "open" else "close" if lexeme.kind == "close" else "operator"
        elif lexeme.leaf.kind in ("compare", "exists", "time", "all"):
            kind = "word" if text in _OPERATORS else "clause"
        else:
            kind = "text" if text.startswith('"') or lexeme.leaf.kind == "regex" else "word"
        return Piece(kind, lexeme.start, lexeme.end, text, lexeme.leaf)

    def _comparison(self, at: int, pieces: Sequence[Piece]) -> re.Match[str] | None:
        found = _COMPARISON.match(self.text, at)
        if not found or self.names.find(found["name"]) is None:
            return None
        inside = [piece for piece in pieces if found.start("value") <= piece.start < found.end()]
        if any(piece.kind in ("clause", "operator", "open", "close") for piece in inside):
            return None
        return found

    @property
    def of_a_line(self) -> bool:
        """Whether it holds what is found in logs and typed by nobody."""
        return any(
            (piece.plain and not self.empty_field(piece) and _WORD_OF_A_LINE.search(piece.text))
            or (piece.kind == "clause" and piece.text.endswith((",", ";")))
            or piece.text in _SIGNS_OF_A_LINE
            for piece in self.pieces
        )

    @property
    def asked(self) -> bool:
        """Whether it may be a question as a whole, and not words or half a quotation out of a sentence."""
        plain = [piece.text for piece in self.pieces if piece.plain and not self.empty_field(piece)]
        if len(plain) > _MAX_WORDS or any('"' in (word[0], word[-1]) for word in plain):
            return False
        combined = any(piece.operator in ("AND", "OR") for piece in self.pieces)
        row = len(self.comparisons) >= _PAIRS_OF_A_LINE and not combined
        return not row and all(map(self._combines, range(len(self.pieces))))

    def _combines(self, place: int) -> bool:
        """Whether what stands here has something on both sides, if it is an AND or OR."""
        if self.pieces[place].operator not in ("AND", "OR"):
            return True
        before, after = self.at(place - 1), self.at(place + 1)
        if before is None or before.kind == "open" or after is None or after.kind == "close":
            return False
        return not before.operator and after.operator in ("", "NOT")

    def empty_field(self, piece: Piece) -> str | None:
        """The field whose name and colon are all of a word."""
        return self.names.find(piece.text[:-1]) if piece.text.endswith(":") else None

    @property
    def alternating(self) -> bool:
        """Nothing but words with operators between them, like ``timeout or exhausted``."""
        return len(self.pieces) % 2 == 1 and all(
            piece.operator in ("AND", "OR") if place % 2 else piece.plain for place, piece in enumerate(self.pieces)
        )

    def alone(self, place: int) -> bool:
        """Whether no other word of a sentence stands beside."""
        return not any(piece.plain for piece in self.pieces[:place] + self.pieces[place + 1 :])

    def at(self, place: int) -> Piece | None:
        return self.pieces[place] if 0 <= place < len(self.pieces) else None

    def reads(self, fix: str) -> bool:
        """Whether ``fix`` is read as nothing but fields and operators."""
        lexer = Lexer(fix, self.names, Clock(0, self.lexer.clock.timezone), {})
        try:
            lexemes = lexer.run()
        except QueryError:
            return False
        leaves = [lexeme.leaf for lexeme in lexemes if lexeme.kind == "leaf"]
        return all(leaf is not None and leaf.kind in ("compare", "exists", "time") for leaf in leaves)
