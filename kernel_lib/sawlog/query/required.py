"""Which tokens must a record have for a regex to match it?  A sound, incomplete analysis of Rust regex syntax.

What it does not understand counts as "could be anything", so the answer may be too weak, never wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from sawlog.query.tokens import GAP_CLASS, TOKEN_CLASS, fold, is_token_text

_MAX_ALTERNATIVES = 64
_MAX_COPIES = 32
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "f": "\f", "v": "\v", "a": "\a"}
_QUANTIFIER = re.compile(r"\{\s*(\d+)\s*(,?)\s*(\d*)\s*\}")
_CODE_POINT = re.compile(r"[xuU]\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})")
_ZERO_WIDTH = re.compile(r"b\{[a-z-]+\}|[bB<>]")
_GROUP = re.compile(r"\?(?:P?<[^>]+>|([A-Za-z]*)(?:-([A-Za-z]*))?([:)]))")
_PROPERTY = re.compile(r"[pP](?:\{[^}]*\}|.)")


@dataclass(frozen=True)
class Fragment:
    """A run of characters inside one lower-cased token; ``?`` in ``text`` stands for any one character.

    ``starts`` and ``ends`` say whether the run surely begins, or ends, its token.
    """

    text: str
    starts: bool
    ends: bool

    @property
    def term(self) -> str | None:
        """The complete token, if it is known to the last character."""
        return self.text if self.starts and self.ends and "?" not in self.text else None

    @property
    def wildcard(self) -> str:
        """The tokens that hold the run, as the value of a wildcard node."""
        return f"{'' if self.starts else '*'}{self.text}{'' if self.ends else '*'}"


def required_literals(pattern: str, flags: str = "") -> tuple[frozenset[Fragment], ...]:
    """What every record that ``pattern`` matches must have, as a conjunction of alternatives.

    Each frozenset is a clause: at least one of its fragments is in some token of the record.  Empty: nothing is
    known, every record is a candidate.  The pattern is taken to compile (see :mod:`sawlog.query.regex_cache`).
    """
    if "x" in flags:
        return ()
    reader = _Reader(pattern, "i" in flags)
    try:
        elements = reader.alternation()
        if reader.at < len(pattern):
            return ()
    except (_UnknownSyntaxError, RecursionError):
        return ()
    return tuple(dict.fromkeys(_clauses(elements, after_gap=False, before_gap=False)))


class _UnknownSyntaxError(Exception):
    pass


@dataclass(frozen=True)
class _Choice:
    """One of several branches."""

    branches: list[list[_Element]] = field(default_factory=list)


# A character of a token (lower-case, "?" for any one), a certain border, or an unknown stretch.
_GAP, _ANY = "gap", "any"
_Element = str | _Choice


class _Reader:
    """Recursive-descent reader of a pattern into elements."""

    def __init__(self, pattern: str, ignore_case: bool) -> None:
        self.text, self.at, self.ignore_case = pattern, 0, ignore_case

    def alternation(self) -> list[_Element]:
        branches: list[list[_Element]] = [[]]
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                self.at += 1
                branches.append([])
            else:
                branches[-1] += self._quantified(self._atom())
        if len(branches) == 1:
            return branches[0]
        return [_GAP] if all(branch == [_GAP] for branch in branches) else [_Choice(branches)]

    def _quantified(self, atom: list[_Element]) -> list[_Element]:
        while self.at < len(self.text):
            char = self.text[self.at]
            if char in "*?":
                self.at += 1
                atom = [_ANY]
            elif char == "+":
                self.at += 1
                atom = atom if atom == [_GAP] else [*atom, _ANY]
            elif char == "{":
                atom = self._counted(atom)
            else:
                break
        return atom

    def _counted(self, atom: list[_Element]) -> list[_Element]:
        found = _QUANTIFIER.match(self.text, self.at)
        if not found:
            raise _UnknownSyntaxError
        self.at = found.end()
        low, exact = int(found[1]), not found[2] or found[1] == found[3]
        if low == 0:
            return [_ANY]
        if exact and low * len(atom) <= _MAX_COPIES:
            return atom * low
        return atom if atom == [_GAP] else [*atom, _ANY]

    def _atom(self) -> list[_Element]:
        char = self.text[self.at]
        if char == "(":
            return self._group()
        if char == "[":
            return [self._class()]
        self.at += 1
        if char == "\\":
            return self._escape()
        if char == ".":
            return [_ANY]
        return [_GAP] if char in "^$" else self._literal(char)

    def _literal(self, char: str) -> list[_Element]:
        if not is_token_text(char):
            return [_GAP]
        lower = fold(char)
        if self.ignore_case and not _folds_plainly(char):
            return ["?"]
        return list(lower)

    def _group(self) -> list[_Element]:
        self.at += 1
        outside = self.ignore_case
        if self.text.startswith("?", self.at):
            found = _GROUP.match(self.text, self.at)
            if not found:
                raise _UnknownSyntaxError
            self.at = found.end()
            on, off = found[1] or "", found[2] or ""
            if "x" in on + off or "u" in off:
                raise _UnknownSyntaxError
            self.ignore_case = (outside or "i" in on) and "i" not in off
            if found[3] == ")":  # (?i): up to the end of the group around it
                return []
        inside = self.alternation()
        if not self.text.startswith(")", self.at):
            raise _UnknownSyntaxError
        self.at += 1
        self.ignore_case = outside
        return inside

    def _escape(self) -> list[_Element]:
        char = self.text[self.at]
        if found := _CODE_POINT.match(self.text, self.at):
            self.at = found.end()
            return self._literal(chr(int(next(filter(None, found.groups())), 16)))
        if found := _PROPERTY.match(self.text, self.at) or _ZERO_WIDTH.match(self.text, self.at):
            self.at = found.end()
            return [_ANY]
        self.at += 1
        if char in "sAz":
            return [_GAP]
        if char == "d":
            return ["?"]
        if char.isalnum() and char not in _ESCAPED:
            return [_ANY]
        return self._literal(_ESCAPED.get(char, char))

    def _class(self) -> _Element:
        for known, element in ((GAP_CLASS, _GAP), (TOKEN_CLASS, "?")):
            if self.text.startswith(known, self.at):
                self.at += len(known)
                return element
        body = self._class_body()
        if body.startswith("^") or any(mark in body for mark in ("[", "&&", "--", "~~")):
            return _ANY
        kinds: set[_Element] = set()
        reader = _Reader(body, self.ignore_case)
        while reader.at < len(body):
            kinds |= reader._class_member()
        return next(iter(kinds)) if len(kinds) == 1 else _ANY if kinds & {_GAP, _ANY} else "?"

    def _class_body(self) -> str:
        start = at = self.at + 1
        depth = 1
        if self.text.startswith("^", at):
            at += 1
        if self.text.startswith("]", at):  # the first one stands for itself
            at += 1
        while depth:
            if at >= len(self.text):
                raise _UnknownSyntaxError
            char = self.text[at]
            depth += (char == "[") - (char == "]")
            at += 2 if char == "\\" else 1
        self.at = at
        return self.text[start : at - 1]

    def _class_member(self) -> set[_Element]:
        low = self._class_char()
        if low is None or not self.text.startswith("-", self.at) or self.at + 1 == len(self.text):
            return {_ANY} if low is None else self._kind(low)
        self.at += 1
        high = self._class_char()
        if high is None or ord(high) - ord(low) > 128:
            return {_ANY}
        return {kind for point in range(ord(low), ord(high) + 1) for kind in self._kind(chr(point))}

    def _class_char(self) -> str | None:
        """The next single character of a class; None for a set like ``\\w``, of which nothing is known."""
        char = self.text[self.at]
        self.at += 1
        if char != "\\":
            return char
        if found := _CODE_POINT.match(self.text, self.at):
            self.at = found.end()
            return chr(int(next(filter(None, found.groups())), 16))
        if found := _PROPERTY.match(self.text, self.at):
            self.at = found.end()
            return None
        char = self.text[self.at]
        self.at += 1
        # For the purpose here a white-space or digit stands for all of them: no letter folds to it.
        return {"s": " ", "d": "0"}.get(char) or _ESCAPED.get(char) or (None if char.isalnum() else char)

    def _kind(self, char: str) -> set[_Element]:
        elements = self._literal(char)
        # A digit may stand for all digits.
        return {"?"} if len(elements) > 1 or char.isdigit() else set(elements)


def _folds_plainly(char: str) -> bool:
    """Whether all characters that ``(?i)`` takes for ``char`` have one lower-case form in the index."""
    return char not in "sS" if char.isascii() else char.lower() == char.upper() == char.casefold()


def _clauses(elements: list[_Element], *, after_gap: bool, before_gap: bool) -> list[frozenset[Fragment]]:
    clauses: list[frozenset[Fragment]] = []
    run, starts = "", False
    for index, element in enumerate([*elements, _GAP if before_gap else _ANY]):
        if isinstance(element, str) and element not in (_GAP, _ANY):
            run, starts = run + element, starts if run else after_gap
            after_gap = False
            continue
        if run.strip("?"):
            clauses.append(frozenset({Fragment(run, starts, element == _GAP)}))
        run = ""
        if isinstance(element, _Choice):
            follows_gap = after_gap
            next_gap = elements[index + 1] == _GAP if index + 1 < len(elements) else before_gap
            clauses += _choice_clause(element, follows_gap, next_gap)
        after_gap = element == _GAP
    return clauses


def _choice_clause(choice: _Choice, after_gap: bool, before_gap: bool) -> Iterable[frozenset[Fragment]]:
    """One clause that holds whichever branch matched: the best clause of each branch, joined."""
    joined: set[Fragment] = set()
    for branch in choice.branches:
        clauses = _clauses(branch, after_gap=after_gap, before_gap=before_gap)
        if not clauses:
            return []
        joined |= max(clauses, key=_selectivity)
    return [frozenset(joined)] if len(joined) <= _MAX_ALTERNATIVES else []


def _selectivity(clause: AbstractSet[Fragment]) -> tuple[bool, int, int]:
    known = [len(fragment.text.replace("?", "")) for fragment in clause]
    return all(fragment.term for fragment in clause), min(known), -len(known)
