"""Where a cursor stands in Python source: in a string, as which argument of which call.  Source is read, never run.

It reads what is typed so far, which seldom compiles, so it reads characters: strings, comments, brackets and commas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_PREFIX = re.compile(r"(?i)(?<![\w.])([rbuft]{1,2})$")
_CALLEE = re.compile(r"([^\W\d]\w*(?:\s*\.\s*[^\W\d]\w*)*)\s*$")
_KEYWORD = re.compile(r"(?:^|[(,])\s*([^\W\d]\w*)\s*=\s*$")
_OPENING, _CLOSING = "([{", ")]}"


@dataclass(frozen=True)
class Argument:
    """The string that a cursor stands in.

    Attributes:
        callee: the dotted name of what is called: ``logs.search``.
        position: how many arguments stand before this one; -1 where it is given by name.
        keyword: its name, "" where it is given by its place.
        start: where the string's content begins in the source.
        text: the content up to the cursor, escapes decoded.
        places: for each character of ``text``, and its end, where it stands in the source.
        quote: what closes the string.
        raw: backslashes stand for themselves.
    """

    callee: str
    position: int
    keyword: str
    start: int
    text: str
    places: tuple[int, ...]
    quote: str
    raw: bool

    def written(self, text: str) -> str | None:
        """``text`` as it stands in this string's source; None where it cannot."""
        if not text.isprintable():
            return None
        if self.raw:
            return None if self.quote[0] in text or text.endswith("\\") else text
        return text.replace("\\", "\\\\").replace(self.quote[0], "\\" + self.quote[0])


@dataclass
class _Bracket:
    callee: str
    start: int  # of the argument that is open
    commas: int = 0


def argument_at(source: str, cursor: int) -> Argument | None:
    """The string argument of a call that the cursor stands in; None where it stands anywhere else."""
    brackets: list[_Bracket] = []
    at = 0
    while at < cursor:
        char = source[at]
        if char == "#":
            at = _line_end(source, at)
        elif char in "\"'":
            quote = char * 3 if source.startswith(char * 3, at) else char
            prefix = _PREFIX.search(source[max(0, at - 3) : at])
            signs = prefix[1].lower() if prefix else ""
            begin = at + len(quote)
            end = _string_end(source, begin, quote)
            if end is None or end + len(quote) > cursor:
                before = source[: at - len(signs)]
                inside = begin <= cursor and (end is None or cursor <= end)
                return _argument(source, before, begin, cursor, quote, signs, brackets) if inside else None
            at = end + len(quote)
            continue
        elif char in _OPENING:
            callee = _CALLEE.search(source[:at]) if char == "(" else None
            brackets.append(_Bracket("".join(callee[1].split()) if callee else "", at + 1))
        elif char in _CLOSING and brackets:
            brackets.pop()
        elif char == "," and brackets:
            brackets[-1].commas += 1
            brackets[-1].start = at + 1
        at += 1
    return None


def _argument(
    source: str, before: str, begin: int, cursor: int, quote: str, signs: str, brackets: list[_Bracket]
) -> Argument | None:
    if not brackets or not brackets[-1].callee or set(signs) & set("bft"):
        return None
    bracket = brackets[-1]
    ahead = before[bracket.start - 1 :]
    keyword = _KEYWORD.search(ahead)
    if not keyword and ahead[1:].strip():
        return None  # part of an expression
    text, places = _decoded(source, begin, cursor, raw="r" in signs)
    position = -1 if keyword else bracket.commas
    name = keyword[1] if keyword else ""
    return Argument(bracket.callee, position, name, begin, text, places, quote, "r" in signs)


def _line_end(source: str, at: int) -> int:
    end = source.find("\n", at)
    return len(source) if end < 0 else end


def _string_end(source: str, begin: int, quote: str) -> int | None:
    """Where a string's closing quote stands; a line's end closes an open one; None at the end of the source."""
    at = begin
    while at < len(source):
        if source[at] == "\\":
            at += 2
        elif source.startswith(quote, at) or (source[at] == "\n" and len(quote) == 1):
            return at
        else:
            at += 1
    return None


def _decoded(source: str, begin: int, cursor: int, raw: bool) -> tuple[str, tuple[int, ...]]:
    """The content of a string up to the cursor.  Only escaped quotes and backslashes are decoded."""
    text: list[str] = []
    places: list[int] = []
    at = begin
    while at < cursor:
        places.append(at)
        escaped = not raw and source[at] == "\\" and at + 1 < cursor and source[at + 1] in "\\\"'"
        text.append(source[at + escaped])
        at += 1 + escaped
    return "".join(text), (*places, at)
