"""From text to lexemes.  Everything that may be an operator carries its literal reading, for the parser to fall back.

A lexeme is either a finished leaf of the query tree or one of ``( ) AND OR NOT``.  Words without a token ask for
nothing and give no lexeme.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sawlog.query.ast import ALL, Query
from sawlog.query.compare import regex_found
from sawlog.query.diagnostics import Diagnostic, Severity
from sawlog.query.fields import QUOTED_NAME, FieldNames
from sawlog.query.literals import literal, matches_itself, of_tokens, read_slop, read_word
from sawlog.query.regex_cache import check_pattern, find_fault
from sawlog.query.scanner import Scanner
from sawlog.query.stretches import Clock, read_time
from sawlog.query.tokens import is_token_text, words
from sawlog.query.values import FieldReader, unquote

Kind = Literal["leaf", "open", "close", "and", "or", "not"]
MAX_DEPTH = 50

_OPERATORS: dict[str, Kind] = {"AND": "and", "OR": "or", "NOT": "not"}
_OPERATOR = re.compile(r"(AND|OR|NOT)(?=[\s(]|\Z)")
_NEGATIVE_NUMBER = re.compile(r"-\d*[.,]?\d+(?:[eE][+-]?\d+)?[^\W\d_]{0,3}\W*")
#: What a regex has and a path or prose between slashes does not: an escape, ``.*``, a quantified group or class, an
#: anchor at its end.  ``\n`` and ``\t`` are how logs spell white space.
_REGEX_SIGN = re.compile(r"\\[^\w\s]|\\[dDwWsSbBAzpP]|\.[*+?]|[)\]][*+?{]|^\^|\$$")
_NAME = re.compile(r'[^\s:"]*:')
_NAME_IN_QUOTES = re.compile(r'"((?:[^"\\]|\\[\s\S])*)":')


@dataclass(frozen=True)
class Lexeme:
    """One lexeme.

    Attributes:
        leaf: the node of a leaf; of an operator its literal reading, None where it has none.
        field: of an ``open``: the field that its values are of.
        sure: of a NOT: it cannot be text of a log, since it was typed ``-(``.
    """

    kind: Kind
    start: int
    end: int
    leaf: Query | None = None
    field: str = ""
    sure: bool = False


@dataclass
class Lexer:
    """Reads ``text`` once, from left to right; what it noticed besides lexemes is in its attributes.

    Attributes:
        sure: there is syntax that no log text has: a time, ``*:*``, a field with more than a bare word after it.
        plain_fields: spans of ``name:word``, which a log text may have.
        mistakable: spans of wildcards and regexes that do not match themselves, so may have been meant literally.
        regexes: spans of those among them that have the look of a regex, so that only a line with one in it means them
            literally.
        wordless: spans of words without a token, which ask for nothing.
    """

    text: str
    names: FieldNames
    clock: Clock
    values: Mapping[str, Collection[object]]
    lexemes: list[Lexeme] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    sure: bool = False
    plain_fields: list[tuple[int, int]] = field(default_factory=list)
    mistakable: list[tuple[int, int]] = field(default_factory=list)
    regexes: list[tuple[int, int]] = field(default_factory=list)
    wordless: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.scanner = Scanner(self.text)
        self.reader = FieldReader(self.scanner, self.clock, self.values)
        self.open_fields: list[str] = []
        self.quoted_names = [name for name in self.names if QUOTED_NAME.search(name)]

    def run(self) -> list[Lexeme]:
        """All lexemes.

        Raises:
            QueryError: a clause that has no meaning (see :mod:`sawlog.query.values`).
        """
        at, fresh = 0, True
        while at < len(self.text):
            if self.text[at].isspace():
                at, fresh = at + 1, True
                continue
            found = self._close(at) or (self._operator(at) or self._operand(at) if fresh else None)
            at = found or self._word(at, operators=False)
            fresh = self._operand_may_follow(at)
        return self.lexemes

    def _operand_may_follow(self, at: int) -> bool:
        """Whether an operand may begin without a space: after ``(``, ``-`` and ``NOT(``."""
        return bool(self.lexemes) and self.lexemes[-1].end == at and self.lexemes[-1].kind not in ("leaf", "close")

    @property
    def depth(self) -> int:
        return len(self.open_fields)

    @property
    def field(self) -> str:
        """The field of the innermost group of values, "" outside of one."""
        return self.open_fields[-1] if self.open_fields else ""

    def _add(self, kind: Kind, start: int, end: int, leaf: Query | None = None, **more: object) -> int:
        self.lexemes.append(Lexeme(kind, start, end, leaf, **more))  # type: ignore[arg-type]
        return end

    def _operator(self, at: int) -> int | None:
        text = self.text
        if found := _OPERATOR.match(text, at):
            word = found[1]
            return self._add(_OPERATORS[word], at, found.end(), Query("term", value=word.lower(), span=found.span()))
        if text[at] == "(" and self.depth < MAX_DEPTH:
            return self._open(at, at + 1, self.field)
        if text[at] == "-" and self._negates(at):
            return self._add("not", at, at + 1, sure=text.startswith("(", at + 1))
        return None

    def _open(self, at: int, end: int, field: str) -> int:
        self.open_fields.append(field)
        return self._add("open", at, end, field=field)

    def _close(self, at: int) -> int | None:
        if self.text[at] != ")" or not self.depth or not self.scanner.closes(at):
            return None
        self.open_fields.pop()
        return self._add("close", at, at + 1)

    def _negates(self, at: int) -> bool:
        """Whether the ``-`` here stands before something to exclude; ``-1``, ``--flag`` and ``-`` are text."""
        if at + 1 >= len(self.text) or self.text[at + 1].isspace():
            return False
        following = self.text[at + 1]
        if following == '"':
            return self.scanner.quoted(at + 1) is not None
        if following == "/":
            return self.scanner.regex(at + 1, self.depth) is not None
        if following == "@":
            return read_time(self.scanner, at + 1, self.depth, self.clock) is not None
        word = self.text[at : self.scanner.word_end(at, self.depth)]
        if _NEGATIVE_NUMBER.fullmatch(word):
            self._say(at, at + len(word), "This is taken as a negative number.", fix=f"NOT {word[1:]}")
            return False
        return following == "(" or is_token_text(following) or (following in "*?" and bool(words(word)))

    def _operand(self, at: int) -> int:
        text = self.text
        if self.field:
            return self._field_value(self.field, at, at) or self._leaf(self._whole_value(at))
        if text.startswith("*:*", at) and self.scanner.at_border(at + 3, self.depth):
            self.sure = True
            return self._add("leaf", at, at + 3, ALL)
        if (clause := self._field_clause(at)) is not None:
            return clause
        readers = {'"': self._quoted, "/": self._regex, "@": self._time}
        special = readers[text[at]](at) if text[at] in readers else None
        return special or self._word(at, operators=True)

    def _whole_value(self, at: int) -> Query:
        end = max(at + 1, self.scanner.word_end(at, self.depth))
        return Query("compare", self.field, "eq", self.text[at:end], span=(at, end))

    def _leaf(self, node: Query) -> int:
        return self._add("leaf", *node.span, node)

    def _field_clause(self, at: int) -> int | None:
        for name, after in self._candidate_names(at):
            if known := self.names.find(name):
                return self._field_value(known, after, at)
        return None

    def _candidate_names(self, at: int) -> list[tuple[str, int]]:
        """Names that end in a colon here, longest first, each with the place after its colon."""
        if self.text[at] == '"' and self.quoted_names and (quoted := _NAME_IN_QUOTES.match(self.text, at)):
            name = unquote(quoted[1])
            return [(name, quoted.end())] if name in self.quoted_names else []
        candidates: list[tuple[str, int]] = []
        end = at
        while self.text[at] not in '("' and (found := _NAME.match(self.text, end)):
            end = found.end()
            if end - at > self.names.longest + 1:
                break
            candidates.append((self.text[at : end - 1], end))
        return candidates[::-1]

    def _field_value(self, name: str, at: int, start: int) -> int | None:
        if not self.field and self.text.startswith("(", at) and self.depth < MAX_DEPTH:
            end = self.scanner.group_end(at)
            if end is None or not self.scanner.at_border(end, depth=1):
                return None
            self.sure = True
            return self._open(start, at + 1, name)
        node = self.reader.read(name, at, start, self.depth)
        if node is None:
            return None
        if not self.field and _is_plain(node, self.text[at : node.span[1]]):
            self.plain_fields.append(node.span)
        else:
            self.sure = True
        return self._leaf(node)

    def _quoted(self, at: int) -> int | None:
        quoted = self.scanner.quoted(at)
        if quoted is None:
            self._say(at, at + 1, "This quote is not closed, so it is taken as text.", "warning")
            return None
        slop, end = read_slop(self.text, quoted.end)
        if slop and not self.scanner.at_border(end, self.depth):
            slop, end = 0, quoted.end
        node = of_tokens(words(quoted.text), (at, end), slop)
        return self._leaf(node) if node else end

    def _regex(self, at: int) -> int | None:
        regex = self.scanner.regex(at, self.depth)
        if regex is None:
            return None
        several, signed = bool(re.search(r"\s", regex.pattern)), bool(_REGEX_SIGN.search(regex.pattern))
        if several and not signed and find_fault(regex.pattern, regex.flags):
            self._say(at, regex.end, "This is no regular expression, so it is taken as text.")
            return None
        check_pattern(regex.pattern, regex.flags, query=self.text, offset=regex.start)
        if several and not regex_found(regex.pattern, regex.flags, regex.pattern):
            (self.regexes if signed else self.mistakable).append((at, regex.end))  # or two paths of a log line
        return self._leaf(Query("regex", value=regex.pattern, flags=regex.flags, span=(at, regex.end)))

    def _time(self, at: int) -> int | None:
        node = read_time(self.scanner, at, self.depth, self.clock)
        if node is None:
            return None
        self.sure = True
        return self._leaf(node)

    def _word(self, at: int, *, operators: bool) -> int:
        """A bare word; where it does not begin after a space, it is text only."""
        end = max(at + 1, self.scanner.word_end(at, self.depth))
        word, span = self.text[at:end], (at, end)
        node = read_word(word, span) if operators else literal(word, span)
        if node is None:
            if operators:
                self.wordless.append(span)
            return end
        if node.kind == "wildcard" and not matches_itself(str(node.value)):
            self.mistakable.append(span)
        return self._leaf(node)

    def _say(self, start: int, end: int, message: str, severity: Severity = "info", fix: str | None = None) -> None:
        self.diagnostics.append(Diagnostic(start, end, message, severity, fix))


def _is_plain(node: Query, value: str) -> bool:
    """Whether a field's clause is nothing but ``name:word``."""
    return node.op in ("eq", "glob", "cidr", "match") and value[0] != '"' and not value.startswith("glob(")
