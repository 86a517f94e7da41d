"""What may follow ``field:``.

=========================================  ============================================================
``f:word`` ``f:"some text"``               the whole value, case ignored (``message``, ``raw``: tokens)
``f:/api/*`` ``f:glob("a b*")``            the whole value with ``*`` and ``?``
``f:>5`` ``f:>=1.5s`` ``f:[1 TO 9}``       a range; ``*`` is an open end; quoted bounds compare as text
``f:*``                                    the record has the field
``f:10.0.0.0/8``                           an IP address of the network
``f:/^re.*x$/i`` ``f:re("pattern","i")``   a regex found in the value; ``/.../`` needs a sign: ``^$+|([{`` or ``.*``
``f:in(a, "b c")`` ``f:in($name)``         one of the values; ``$name`` takes them from Python
=========================================  ============================================================
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sawlog.errors import QueryError
from sawlog.model.schema import LEVELS
from sawlog.model.values import as_text
from sawlog.query.ast import Query
from sawlog.query.fields import TEXT_FIELDS, canonical_level
from sawlog.query.literals import literal, of_tokens, read_slop, read_word
from sawlog.query.matching import node_regex
from sawlog.query.quantity import Quantity, read_quantity
from sawlog.query.regex_cache import check_pattern
from sawlog.query.scanner import Scanner
from sawlog.query.stretches import Bounds, Clock, time_node
from sawlog.query.tokens import words

_OPERAND = r'"(?:[^"\\]|\\[\s\S])*"|[^\s"\]}]+'
_RANGE = re.compile(rf"([\[{{])\s*({_OPERAND})\s+TO\s+({_OPERAND})\s*([\]}}])")
_ARGUMENT = re.compile(r'\s*("(?:[^"\\]|\\[\s\S])*"|[^\s",()]+)\s*(?:,|$)')
#: What a regex between slashes must have, to be told from a path.
REGEX_SIGN = re.compile(r"[\\^$|()\[\]{}+]|\.[*?]")
_ESCAPE = re.compile(r"\\[nrt]")  # how JSON logs spell the white space after "Name:", so no value begins here
_NETWORK = re.compile(r"[0-9A-Fa-f:.]+/\d{1,3}")


def unquote(text: str) -> str:
    r"""Between quotes ``\"`` is a quote and ``\\`` a backslash; any other backslash stands for itself."""
    return re.sub(r'\\(["\\])', r"\1", text)


def python_values(values: Collection[object]) -> frozenset[str]:
    """Values of a Python collection as the text that a query compares; None, NaN, NaT and NA are no values."""
    plain = (_plain(value) for value in values)
    return frozenset(as_text(value) for value in plain if value is not None and _is_itself(value))


def _plain(value: Any) -> Any:
    """Python's own object of a scalar of NumPy or Arrow."""
    return value.item() if hasattr(value, "item") else value.as_py() if hasattr(value, "as_py") else value


def _is_itself(value: object) -> bool:
    try:
        return bool(value == value)
    except (TypeError, ValueError):  # NA of pandas is neither true nor false
        return False


@dataclass(frozen=True)
class FieldReader:
    """Reads the value of a field clause; ``values`` are the collections that ``in($name)`` may name."""

    scanner: Scanner
    clock: Clock
    values: Mapping[str, Collection[object]]

    def read(self, field: str, at: int, start: int, depth: int) -> Query | None:
        """The clause whose value begins at ``at`` and whose span begins at ``start``; None where it is none.

        Raises:
            QueryError: an inverted range, an unknown unit or level, a regex that does not compile, an unknown $name.
        """
        text = self.scanner.text
        if self.scanner.at_border(at, depth):
            return None
        for reader in (self._quoted, self._range, self._function):
            if found := reader(field, at, start, depth):
                return found
        regex = self.scanner.regex(at, depth) if field != "timestamp" else None
        if regex and (field == "raw" or REGEX_SIGN.search(regex.pattern)):
            return self._regex(field, regex.pattern, regex.flags, (start, regex.end), regex.start)
        end = self.scanner.word_end(at, depth)
        operator = next((sign for sign in (">=", "<=", ">", "<") if text.startswith(sign, at)), "")
        if operator:
            return self._compared(field, operator, at + len(operator), (start, end))
        return None if text[at] in '"[{' else self._word(field, text[at:end], (start, end))

    def _quoted(self, field: str, at: int, start: int, depth: int) -> Query | None:
        quoted = self.scanner.quoted(at)
        if not quoted:
            return None
        slop, end = read_slop(self.scanner.text, quoted.end)
        if not self.scanner.at_border(end, depth):
            return None
        span = (start, end)
        if field == "raw":
            return of_tokens(words(quoted.text), span, slop)
        return self._exact(field, unquote(quoted.text), span)

    def _exact(self, field: str, value: str, span: tuple[int, int]) -> Query | None:
        if field == "message":
            tokens = words(value)
            return Query("compare", field, "match", tokens, span=span) if tokens else None
        if field == "timestamp":
            try:
                bounds = self.clock.bounds(lambda zone: zone.compared("", value))
                return time_node(bounds, self.scanner.text, span)
            except QueryError:
                return None
        if field == "level":
            value = canonical_level(value) or value
        return Query("compare", field, "eq", value, span=span)

    def _word(self, field: str, word: str, span: tuple[int, int]) -> Query | None:
        if not word.strip("*"):
            return Query("exists", field, span=span)
        if _ESCAPE.match(word):
            return None
        starred = "*" in word or "?" in word
        if field == "raw":
            return read_word(word, span)
        if field == "message":
            node = read_word(word, span) if starred else None
            if node and node.kind == "wildcard":
                return Query("compare", field, "regex", node_regex(node), span=span)
        elif field != "timestamp":
            if starred:
                return Query("compare", field, "glob", re.sub(r"\*+", "*", word), span=span)
            if network := _network(word):
                return Query("compare", field, "cidr", network, span=span)
        return self._exact(field, word, span)

    def _range(self, field: str, at: int, start: int, depth: int) -> Query | None:
        found = _RANGE.match(self.scanner.text, at)
        if not found or field in TEXT_FIELDS or not self.scanner.at_border(found.end(), depth):
            return None
        opening, low, high, closing = found.groups()
        span = (start, found.end())
        if field == "timestamp":
            after, before = ">=" if opening == "[" else ">", "<=" if closing == "]" else "<"

            def between(zone: Clock) -> Bounds:
                first = self._times(zone, after, low, span)[0] if low != "*" else None
                return first, self._times(zone, before, high, span)[1] if high != "*" else None

            return time_node(self.clock.bounds(between), self.scanner.text, span)
        return self._between(field, low, high, opening == "[", closing == "]", span)

    def _compared(self, field: str, operator: str, at: int, span: tuple[int, int]) -> Query | None:
        quoted = self.scanner.quoted(at)
        operand = self.scanner.text[at : quoted.end if quoted else span[1]]
        if quoted:
            span = (span[0], quoted.end)
        if not operand or field in TEXT_FIELDS:
            return None
        if field == "timestamp":
            return time_node(self._times(self.clock, operator, operand, span), self.scanner.text, span)
        low, high = (operand, "*") if operator[0] == ">" else ("*", operand)
        inclusive = operator.endswith("=")
        return self._between(field, low, high, inclusive, inclusive, span)

    def _between(
        self, field: str, low: str, high: str, with_low: bool, with_high: bool, span: tuple[int, int]
    ) -> Query | None:
        bounds = [self._bound(field, operand, span) for operand in (low, high)]
        if bounds == [None, None]:
            return Query("exists", field, span=span)
        if {type(bound) for bound in bounds} == {Quantity, str}:  # then neither is a number
            bounds = [_text(operand) for operand in (low, high)]
        first, last = bounds
        if first is not None and last is not None and _inverted(field, first, last):
            raise QueryError(f"The range {low} to {high} is inverted: swap its ends.", self.scanner.text, *span)
        # An open end includes nothing, so that equal ranges are equal nodes.
        value = (first, last, with_low and first is not None, with_high and last is not None)
        return Query("compare", field, "range", value, span=span)

    def _bound(self, field: str, operand: str, span: tuple[int, int]) -> Quantity | str | None:
        if operand == "*":
            return None
        if field == "level":
            level = canonical_level(_text(operand))
            if level is None:
                names = ", ".join(LEVELS)
                raise QueryError(f"Unknown level {operand!r}: use one of {names}.", self.scanner.text, *span)
            return level
        if operand.startswith('"'):
            return _text(operand)
        try:
            return read_quantity(operand) or operand
        except QueryError as error:
            raise QueryError(str(error), self.scanner.text, *span) from error

    def _times(self, zone: Clock, operator: str, operand: str, span: tuple[int, int]) -> Bounds:
        try:
            return zone.compared(operator, _text(operand))
        except QueryError as error:
            raise QueryError(str(error), self.scanner.text, *span) from error

    def _function(self, field: str, at: int, start: int, depth: int) -> Query | None:
        text = self.scanner.text
        name = next((name for name in ("in", "re", "glob") if text.startswith(name + "(", at)), None)
        if name is None or field == "timestamp" or (name == "glob" and field == "raw"):
            return None
        opening = at + len(name)
        end = self.scanner.group_end(opening)
        if end is None or not self.scanner.at_border(end, depth):
            return None
        span, inside = (start, end), text[opening + 1 : end - 1].strip()
        if name == "in" and inside.startswith("$"):
            return self._one_of(field, self._named(inside[1:], span), span)
        arguments = _arguments(inside)
        if arguments is None or (name != "in" and not 1 <= len(arguments) <= 2):
            return None
        if name == "in":
            return self._one_of(field, frozenset(arguments), span)
        if name == "glob":
            return Query("compare", field, "glob", re.sub(r"\*+", "*", arguments[0]), span=span)
        flags = "".join(sorted(set(arguments[1]))) if len(arguments) == 2 else ""
        return self._regex(field, arguments[0], flags, span, opening + 2)

    def _one_of(self, field: str, values: frozenset[str], span: tuple[int, int]) -> Query:
        if field == "level":
            values = frozenset(canonical_level(value) or value for value in values)
        if field in TEXT_FIELDS:
            leaves = (literal(value) if field == "raw" else self._exact(field, value, span) for value in sorted(values))
            children = tuple(replace(leaf, span=span) for leaf in leaves if leaf)
            return Query("or", children=children, span=span) if children else Query("none", span=span)
        return Query("compare", field, "in", values, span=span)

    def _named(self, name: str, span: tuple[int, int]) -> frozenset[str]:
        if name not in self.values:
            known = ", ".join(f"${known}" for known in sorted(self.values)) or "none were given"
            message = f"There are no values named ${name}: pass them as values={{{name!r}: ...}} (known: {known})."
            raise QueryError(message, self.scanner.text, *span)
        return python_values(self.values[name])

    def _regex(self, field: str, pattern: str, flags: str, span: tuple[int, int], offset: int) -> Query:
        check_pattern(pattern, flags, query=self.scanner.text, offset=offset)
        if field == "raw":
            return Query("regex", value=pattern, flags=flags, span=span)
        return Query("compare", field, "regex", pattern, flags=flags, span=span)


def _text(operand: str) -> str:
    return unquote(operand[1:-1]) if len(operand) > 1 and operand[0] == operand[-1] == '"' else operand


def _arguments(inside: str) -> list[str] | None:
    """Comma-separated, quoted or bare; None where the text is something else."""
    arguments: list[str] = []
    at = 0
    while at < len(inside):
        found = _ARGUMENT.match(inside, at)
        if not found:
            return None
        arguments.append(_text(found[1]))
        at = found.end()
    return arguments


def _inverted(field: str, low: Quantity | str, high: Quantity | str) -> bool:
    if isinstance(low, Quantity) and isinstance(high, Quantity):
        return low.in_unit_of(field) > high.in_unit_of(field)
    if field == "level":
        return LEVELS.index(str(low)) > LEVELS.index(str(high))
    return str(low).casefold() > str(high).casefold()


def _network(text: str) -> str | None:
    try:
        return str(ipaddress.ip_network(text, strict=False)) if _NETWORK.fullmatch(text) else None
    except ValueError:
        return None
