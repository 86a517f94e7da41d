"""What is being completed where the cursor stands in a query, and what the rest of the query means.

The rest is what holds in the completed word's place: of ``level:error (timeout OR conn|`` it is ``level:error``.  It is
found by parsing the text with a word put in that nobody types, and walking down the tree to it.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from sawlog.errors import QueryError
from sawlog.query.ast import ALL, Query
from sawlog.query.fields import TEXT_FIELDS, FieldNames
from sawlog.query.parser import MAX_QUERY, parse
from sawlog.query.scanner import Scanner
from sawlog.query.simplify import normalise
from sawlog.query.tokens import fold, tokenize
from sawlog.query.values import REGEX_SIGN

Kind = Literal["word", "phrase", "value", "time", "nothing"]

#: Operators that a word may become, and those that need something to their left.
OPERATORS, BINARY = ("AND", "OR", "NOT"), ("AND", "OR")

#: What may follow an ``@``.
TIMES = ("today", "yesterday", "-15m", "-1h", "-24h", "-7d", "last 15m", "last 1h", "last 24h", "last 7d")

#: What may follow the colon of a field besides a value.
COMPARISONS = (">=", "<=", ">", "<", "*")

_STAND_IN = "qzcompletedwordzq"
_SIGNS = re.compile(r"[<>]=?")
_LAST = re.compile(r"@last\s+\S*")
_LIST = re.compile(r"in\(\s*")


@dataclass(frozen=True)
class Target:
    """What stands at a cursor.

    Attributes:
        kind: ``word``: a token, a field's name or an operator; ``phrase``: a token behind others that it must follow;
            ``value``: of ``field``; ``time``: what follows an ``@``; ``nothing``: a regex, a wildcard, a closed quote.
        prefix: what is typed of it, up to the cursor; of a word and a phrase the token, folded.
        span: what a suggestion takes the place of, in characters.
        field: of a value, as the dataset spells it.
        typed: of a word all that is typed of it, up to the cursor, and ``whole`` where that begins and ends.
        quoted: the value stands between quotes.
        compared: the sign in front of the value: ``>=`` ...
        begun: something that a binary operator could follow stands before it.
        rest: what must hold besides, in normal form.
    """

    kind: Kind
    prefix: str = ""
    span: tuple[int, int] = (0, 0)
    field: str = ""
    typed: str = ""
    whole: tuple[int, int] = (0, 0)
    quoted: bool = False
    compared: str = ""
    begun: bool = False
    rest: Query = ALL


def target(
    text: str, cursor: int, fields: Collection[str] = (), now_ns: int | None = None, timezone: str = "UTC"
) -> Target:
    """What is completed at ``cursor``, an index of ``text`` between its characters; any text.

    A rest that has no meaning (a regex that does not compile yet) asks for nothing.
    """
    cursor = min(max(0, cursor), len(text))
    if len(text) > MAX_QUERY:
        return Target("nothing", span=(cursor, cursor))
    reader = _Reader(text, cursor, FieldNames(fields))
    found = reader.run()
    before, after = text[: found.replaced[0]], text[found.replaced[1] :]
    after += ")" * (len(reader.groups) - after.count(")"))  # what is typed up to now has no other half yet
    try:
        now_ns = time.time_ns() if now_ns is None else now_ns
        rest = _rest(before, found.ahead, after, fields, now_ns, timezone)
    except QueryError:
        rest = ALL
    return replace(found.target, begun=bool(before.strip(" (-")), rest=rest)


@dataclass(frozen=True)
class _Found:
    """A target, the part of the text that the stand-in takes the place of, and tokens that go before it."""

    target: Target
    replaced: tuple[int, int]
    ahead: tuple[str, ...] = ()


class _Reader:
    """Reads words from left to right until the one at the cursor, as the lexer would read them."""

    def __init__(self, text: str, cursor: int, names: FieldNames) -> None:
        self.text, self.cursor, self.names = text, cursor, names
        self.scanner = Scanner(text)
        self.groups: list[str] = []

    def run(self) -> _Found:
        at = 0
        while at < self.cursor:
            step = self._step(at)
            if isinstance(step, _Found):
                return step
            at = max(step, at + 1)
        end = self._word_end(self.cursor) if self.groups and self.groups[-1] else self.cursor
        return self._word(self.cursor, self.cursor, end)

    def _step(self, at: int) -> int | _Found:
        """The place after what begins here, or what is being completed in it."""
        text, char = self.text, self.text[at]
        if char.isspace():
            return at + 1
        if char == "(":
            self.groups.append(self.groups[-1] if self.groups else "")
            return at + 1
        if char == ")":
            if self.groups:
                self.groups.pop()
            return at + 1
        if char == "-" and at + 1 < len(text) and not text[at + 1].isspace():
            return at + 1
        if char == "@":
            return self._time(at)
        field = self.groups[-1] if self.groups else ""
        if char == '"' and not (name := self._name(at)):
            return self._quoted(at, at, field)
        if char == "/" and (regex := self.scanner.regex(at, len(self.groups))):
            return regex.end if regex.end < self.cursor else self._nothing(at, regex.end)
        if not field and (name := self._name(at)):
            known, after = name
            return self._clause(known, at, after) if after <= self.cursor else self._word(at, self.cursor, after)
        return self._clause(field, at, at) if field else self._bare(at)

    def _name(self, at: int) -> tuple[str, int] | None:
        """The known field whose name and colon stand here, and the place after the colon."""
        if self.text[at] == '"':
            quoted = self.scanner.quoted(at)
            end = quoted.end if quoted else at
            known = self.names.find(quoted.text) if quoted and self.text.startswith(":", end) else None
            return (known, end + 1) if known else None
        stop, best = at, None
        limit = self._word_end(at)
        while (stop := self.text.find(":", stop, min(limit, at + self.names.longest + 2))) >= 0:
            if known := self.names.find(self.text[at:stop]):
                best = known, stop + 1
            stop += 1
        return best

    def _word_end(self, at: int) -> int:
        return max(at, self.scanner.word_end(at, len(self.groups)))

    def _bare(self, at: int) -> int | _Found:
        end = self._word_end(at)
        return end if end < self.cursor else self._word(at, self.cursor, end)

    def _word(self, at: int, cursor: int, end: int) -> _Found:
        """A bare word, or nothing yet; only its token at the cursor is completed."""
        field = self.groups[-1] if self.groups else ""
        if field:
            return self._value(field, at, at, end, "")
        if re.search(r"[*?~]", self.text[at:cursor]):
            return self._nothing(at, end)
        return self._token("word", at, at, cursor, end, (at, end))

    def _token(self, kind: Kind, at: int, start: int, cursor: int, end: int, replaced: tuple[int, int]) -> _Found:
        """The token that ends at the cursor, of the text from ``start`` to ``end``."""
        tokens = tokenize(self.text[start:cursor])
        typed, ahead = "", tuple(token.text for token in tokens)
        begin = cursor
        if tokens and tokens[-1].end == cursor - start:
            typed, ahead, begin = tokens[-1].text, ahead[:-1], start + tokens[-1].start
        stop = cursor
        for token in tokenize(self.text[begin:end])[:1]:
            stop = begin + token.end if token.start == 0 and typed else cursor
        found = Target(kind, typed, (begin, stop), typed=self.text[at:cursor], whole=(at, end))
        return _Found(found, replaced, ahead)

    def _quoted(self, at: int, start: int, field: str) -> int | _Found:
        """A quoted text that begins at ``at``, of a clause that begins at ``start``."""
        quoted = self.scanner.quoted(at)
        if quoted and quoted.end <= self.cursor:
            return quoted.end
        stop = quoted.end - 1 if quoted else self.cursor
        if field and field not in TEXT_FIELDS:
            found = Target("value", self.text[at + 1 : self.cursor], (at + 1, stop), field, quoted=True)
            return _Found(found, (start, quoted.end if quoted else stop))
        return self._token("phrase", at + 1, at + 1, self.cursor, stop, (start, quoted.end if quoted else stop))

    def _clause(self, field: str, start: int, at: int) -> int | _Found:
        """The value of a field, which begins at ``at``; the clause begins at ``start``."""
        text = self.text
        if text.startswith("(", at) and at < self.cursor and start != at:
            self.groups.append(field)
            return at + 1
        if text.startswith('"', at) and at < self.cursor:
            return self._quoted(at, start, field)
        if listed := _LIST.match(text, at):
            return self._listed(field, start, at, listed.end())
        regex = self.scanner.regex(at, len(self.groups)) if at < self.cursor else None
        if regex and (field == "raw" or REGEX_SIGN.search(regex.pattern)):
            return regex.end if regex.end < self.cursor else self._nothing(start, regex.end)
        end = self._word_end(at)
        if end < self.cursor:
            return end
        if at < self.cursor and text[at] in "[{":
            return self._nothing(start, end)
        sign = _SIGNS.match(text, at, self.cursor)
        begin = sign.end() if sign else at
        return self._value(field, start, begin, end, sign[0] if sign else "")

    def _listed(self, field: str, start: int, at: int, inside: int) -> int | _Found:
        """The last value of ``in(a, b``."""
        end = self.scanner.group_end(at + 2)
        if end is not None and end <= self.cursor:
            return end
        if inside > self.cursor:
            return self._nothing(start, self._word_end(at))
        begin = max(inside, self.text.rfind(",", inside, self.cursor) + 1)
        begin += len(self.text[begin : self.cursor]) - len(self.text[begin : self.cursor].lstrip())
        stop = next((k for k in range(self.cursor, len(self.text)) if self.text[k] in ",) \t\n"), len(self.text))
        quoted = self.text.startswith('"', begin) and begin < self.cursor
        begin += quoted
        found = Target("value", self.text[begin : self.cursor], (begin, stop), field, quoted=quoted)
        return _Found(found, (start, len(self.text) if end is None else end))

    def _value(self, field: str, start: int, begin: int, end: int, sign: str) -> _Found:
        if field in TEXT_FIELDS:
            return self._token("phrase", begin, begin, self.cursor, end, (start, end))
        if re.search(r"[*?]", self.text[begin : self.cursor]):
            return self._nothing(start, end)
        found = Target("value", self.text[begin : self.cursor], (begin, end), field, compared=sign)
        return _Found(found, (start, end))

    def _time(self, at: int) -> int | _Found:
        end = at + 1
        while end < len(self.text) and not (self.text[end].isspace() or self.text[end] == ")"):
            quoted = self.scanner.quoted(end)
            end = quoted.end if quoted else end + 1
        if last := _LAST.match(self.text, at):
            end = max(end, last.end())
        if end < self.cursor:
            return end
        prefix = self.text[at + 1 : self.cursor]
        return _Found(Target("time", prefix, (at + 1, end)), (at, end))

    def _nothing(self, start: int, end: int) -> _Found:
        return _Found(Target("nothing", span=(self.cursor, self.cursor)), (start, end))


def _rest(
    before: str, ahead: tuple[str, ...], after: str, fields: Collection[str], now_ns: int, timezone: str
) -> Query:
    stand_in = _STAND_IN
    while stand_in in fold(before + after):
        stand_in += "q"
    tree = parse(f"{before}{stand_in}{after}", fields, now_ns, timezone).query
    return normalise(Query("and", children=(*_beside(tree, stand_in), *_adjacent(ahead))))


def _adjacent(tokens: tuple[str, ...]) -> Iterable[Query]:
    if tokens:
        yield Query("term", value=tokens[0]) if len(tokens) == 1 else Query("phrase", value=tokens)


def _beside(node: Query, stand_in: str) -> list[Query]:
    """What is joined by AND with the way down to the stand-in."""
    for child in node.children:
        if _holds(child, stand_in):
            others = [other for other in node.children if other is not child] if node.kind == "and" else []
            return others + _beside(child, stand_in)
    return []


def _holds(node: Query, stand_in: str) -> bool:
    return any(leaf.kind != "regex" and stand_in in str(leaf.value) for leaf in node.walk())
