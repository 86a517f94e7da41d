"""The query language: text in, tree and remarks out.  No text is refused.

What is not an operator in its place is text to be found.  So a run of words cut from a log line parses, and matches
the line: words ask for their tokens, and a formula of AND and OR over words that are all there is true.  What could
make it false is decided thus:

- ``AND``, ``OR``, ``NOT`` are operators in capitals and with operands only; AND binds tighter than OR; a space is AND.
- ``-`` excludes where a word begins and something to exclude follows at once.  ``-``, ``--flag`` and numbers like
  ``-1`` and ``-0.5ms`` are text.
- A log line may hold ``-x``, ``NOT x``, ``t?me``, two paths like ``/a+ b/``, or ``user:x`` among other words, all the
  same.  A query with one of these therefore also matches every record that contains the query's text as it stands (case
  and amount of white space ignored), and a diagnostic says so.  It is not added where nothing is mistakable: for
  ``-(x)``, for ``user:x`` with at most one other word or with AND or OR, and in a query with a time, ``*:*``,
  ``raw:x``, or a field with more than a bare word after it (``>5``, ``"x"``, ``[1 TO 2]``, ``in(x)`` ...).
- ``/`` begins a regex where a word begins, if the next unescaped ``/`` and flags end a word, and there is no space
  within the slashes at either end, nor ``*``, ``+`` or ``?`` at the first (``/* done */`` is a comment). ``/var/log/x``
  is none; and where ``/tmp/`` is taken for one, it matches itself. With blanks inside and without a sign of a regex,
  like ``\\d``, ``.*`` or ``^``, it is text if it does not compile, and mistakable, as above, if it does not match
  itself; with one, it is mistakable among words only.
- ``(`` groups where a word begins, and ``)`` where one ends, if they have each other; inside a word they are text.
- Quotes that are not closed are text; between quotes everything is text.
- Only a colon after the name of a known field makes a field, and only with its value next to it: ``level: x`` is text.
  Between the parentheses of ``host:(a b)`` a space means OR, for no value is two; in ``message`` it means AND.
- A text without letter or digit (``---``, ``[]``, a lone ``*``) asks for nothing.  Stars work at the edges of words.

Errors are raised for what cannot have a meaning: a regex that does not compile, an unknown unit or level after
``>=``, an inverted range, ``$name`` without values.
"""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from sawlog.query import habits
from sawlog.query.ast import ALL, Query
from sawlog.query.diagnostics import Diagnostic
from sawlog.query.fields import TEXT_FIELDS, FieldNames
from sawlog.query.lexer import Lexeme, Lexer
from sawlog.query.literals import literal
from sawlog.query.matching import escape
from sawlog.query.simplify import normalise
from sawlog.query.stretches import Clock
from sawlog.query.typed import read_pieces

#: A longer text is no query; it is searched as text.
MAX_QUERY = 1 << 16
_MAX_VERBATIM = 1000
_WORDS_OF_A_LINE = 2
# What Python calls white space; for Rust the separators U+001C to U+001F are none.
_SPACE = r"[\s\x1c-\x1f]+"


@dataclass(frozen=True)
class Parsed:
    """What a text means.

    Attributes:
        query: the tree, in normal form (:func:`sawlog.query.simplify.normalise`).
        diagnostics: remarks, by place.  Of what looks pasted from a log only how doubts were settled is said.
        lasting: it means the same at any time.
    """

    query: Query
    diagnostics: tuple[Diagnostic, ...] = ()
    lasting: bool = True


def parse(
    text: str,
    fields: Collection[str] = (),
    now_ns: int | None = None,
    timezone: str = "UTC",
    values: Mapping[str, Collection[object]] | None = None,
    numbers: Collection[str] = (),
) -> Parsed:
    """Read a query.

    Args:
        text: the query; any text.
        fields: names of the dataset's fields, besides the ones that are always known.
        now_ns: what ``@today`` and ``@-15m`` are relative to, UTC nanoseconds; default: now.
        timezone: of times without a zone, an IANA name.
        values: collections for ``user:in($name)``.
        numbers: those of the fields of which every value is known to be a number.

    Raises:
        QueryError: a clause without meaning, with its span (see the module's docstring).
        SettingsError: the time zone is unknown.
    """
    if len(text) > MAX_QUERY:
        remark = Diagnostic(0, len(text), "This is too long for a query, so all of it is taken as text.", "warning")
        return Parsed(_words(text), (remark,))
    lexer, lexemes = read_lexemes(text, fields, now_ns, timezone, values, numbers)
    tree = _TreeBuilder(lexemes).build()
    reading = read_pieces(lexer, lexemes)
    found = [*lexer.diagnostics, *habits.remarks(reading)] if reading else []
    if doubts := _doubts(lexer, lexemes, tree):
        tree = _or_verbatim(tree, text)
        # What was written otherwise than it is meant comes first: set right, there may be no doubt left.
        if not any(remark.severity == "warning" for remark in found):
            found += [_doubt(text, span) for span in doubts]
    remarks = tuple(sorted(found, key=lambda remark: (remark.start, remark.end)))
    query = normalise(tree)
    return Parsed(query, remarks, not lexer.clock.asked)


def read_lexemes(
    text: str,
    fields: Collection[str] = (),
    now_ns: int | None = None,
    timezone: str = "UTC",
    values: Mapping[str, Collection[object]] | None = None,
    numbers: Collection[str] = (),
) -> tuple[Lexer, list[Lexeme]]:
    """The lexemes of a query as they will be combined, and what was noticed on the way; arguments as of :func:`parse`.

    Raises:
        QueryError, SettingsError: as :func:`parse`.
    """
    clock = Clock(time.time_ns() if now_ns is None else now_ns, timezone)
    lexer = Lexer(text, FieldNames(fields, numbers), clock, values or {})
    return lexer, _demote(_pair(lexer.run(), lexer.diagnostics), lexer.diagnostics)


def _words(text: str) -> Query:
    """All words of the text, each as its tokens."""
    leaves = (literal(found[0], found.span()) for found in re.finditer(r"\S+", text))
    return normalise(Query("and", children=tuple(leaf for leaf in leaves if leaf), span=(0, len(text))))


def _doubts(lexer: Lexer, lexemes: list[Lexeme], tree: Query) -> list[tuple[int, int]]:
    """Spans of operators that may be text of a log line, and would make the query miss that line."""
    leaves = [item.leaf for item in lexemes if item.kind == "leaf" and item.leaf]
    words = sum(leaf.kind not in ("compare", "exists", "time") for leaf in leaves)
    typed = words < _WORDS_OF_A_LINE or any(item.kind in ("and", "or") for item in lexemes)
    # Nobody asks on purpose for what cannot be, like ``NOT level:error level:error``.
    if lexer.sure or (lexer.plain_fields and typed and normalise(tree).kind != "none"):
        return []
    negations = [(item.start, item.end) for item in lexemes if item.kind == "not" and not item.sure]
    return sorted([*negations, *lexer.mistakable, *lexer.plain_fields, *([] if typed else lexer.regexes)])


def _or_verbatim(tree: Query, text: str) -> Query:
    span = (0, len(text))
    tokens = literal(text, span)
    if tokens is None:
        return tree
    verbatim = _SPACE.join(map(escape, text.split()))
    exact = Query("regex", value=verbatim, flags="i", span=span)
    as_text = Query("and", children=(tokens, exact), span=span) if len(verbatim) <= _MAX_VERBATIM else tokens
    return Query("or", children=(tree, as_text), span=span)


def _doubt(text: str, span: tuple[int, int]) -> Diagnostic:
    word = text[slice(*span)]
    name, colon, value = word.partition(":")
    if colon and value and not word.startswith("/"):
        message = "A field is compared; records that contain the query's text as it stands are found as well."
        return Diagnostic(*span, f"{message}  Quote the value to compare only.", fix=f'{name}:"{value}"')
    if word in ("-", "NOT"):
        message = f"{word} excludes what follows; records that contain the query's text as it stands are found as well."
        return Diagnostic(*span, f"{message}  Write -(...) to exclude without exception.")
    if word.startswith("/"):
        message = "This is a regex; records that contain the query's text as it stands are found as well."
        return Diagnostic(*span, f"{message}  Write raw:{word} for the regex alone.", fix=f"raw:{word}")
    message = f"{word} is a pattern for one word; records that contain the query's text as it stands are found as well."
    return Diagnostic(*span, f"{message}  Write raw:{word} for the pattern alone.", fix=f"raw:{word}")


def _pair(lexemes: list[Lexeme], diagnostics: list[Diagnostic]) -> list[Lexeme]:
    """Only parentheses that have each other and something between them."""
    kept: list[Lexeme] = []
    opened: list[int] = []
    for item in lexemes:
        if item.kind == "open":
            opened.append(len(kept))
        elif item.kind == "close":
            start = opened.pop()
            if start == len(kept) - 1:
                del kept[start:]
                continue
        kept.append(item)
    for start in reversed(opened):
        item = kept.pop(start)
        message = "This parenthesis is not closed at the end of a word, so it is taken as text."
        diagnostics.append(Diagnostic(item.start, item.end, message, "warning"))
    return kept


def _demote(lexemes: list[Lexeme], diagnostics: list[Diagnostic]) -> list[Lexeme]:
    """Operators without operands become the words that they are."""
    size = len(lexemes)
    begins = [False] * (size + 1)  # whether an operand begins at this lexeme
    for index in range(size - 1, -1, -1):
        kind = lexemes[index].kind
        begins[index] = kind in ("leaf", "open") or (kind == "not" and begins[index + 1])
    kept: list[Lexeme] = []
    for index, item in enumerate(lexemes):
        operand_before = bool(kept) and kept[-1].kind in ("leaf", "close")
        if item.sure and not (index + 1 < size and lexemes[index + 1].start == item.end):
            item = replace(item, sure=False)  # its parenthesis turned out to be text
        if item.kind in ("and", "or", "not") and not (begins[index + 1] and (operand_before or item.kind == "not")):
            if item.leaf is not None:
                message = "There is nothing to combine on one side, so this is taken as a word."
                diagnostics.append(Diagnostic(item.start, item.end, message))
                kept.append(replace(item, kind="leaf"))
            continue
        kept.append(item)
    return kept


class _TreeBuilder:
    """Recursive descent over paired lexemes with operands; as deep as the lexer lets groups nest."""

    def __init__(self, lexemes: list[Lexeme]) -> None:
        self.lexemes, self.at = lexemes, 0

    def build(self) -> Query:
        return self._either(field="") if self.lexemes else ALL

    def _kind(self) -> str:
        return self.lexemes[self.at].kind if self.at < len(self.lexemes) else "close"

    def _take(self) -> Lexeme:
        self.at += 1
        return self.lexemes[self.at - 1]

    def _either(self, field: str) -> Query:
        branches = [self._all(field)]
        while self._kind() == "or":
            self._take()
            branches.append(self._all(field))
        return _join("or", branches)

    def _all(self, field: str) -> Query:
        """Operands next to each other, or with AND between; of a field's values those next to each other are OR."""
        clauses, joined = [[self._unary()]], False
        while self._kind() not in ("or", "close"):
            if joined := self._kind() == "and":
                self._take()
            operand = self._unary()
            next_to = not joined and field and field not in TEXT_FIELDS
            if next_to and operand.kind != "not" and clauses[-1][0].kind != "not":
                clauses[-1].append(operand)
            else:
                clauses.append([operand])
        return _join("and", [_join("or", clause) for clause in clauses])

    def _unary(self) -> Query:
        first = self.lexemes[self.at]
        negated = False
        while self._kind() == "not":
            self._take()
            negated = not negated
        item = self._take()
        if item.kind == "open":
            operand = self._either(item.field)
            end = self._take().end
        else:
            operand, end = item.leaf or ALL, item.end
        return Query("not", children=(operand,), span=(first.start, end)) if negated else operand


def _join(kind: str, branches: list[Query]) -> Query:
    if len(branches) == 1:
        return branches[0]
    span = (branches[0].span[0], branches[-1].span[1])
    return Query(kind, children=tuple(branches), span=span)  # type: ignore[arg-type]
