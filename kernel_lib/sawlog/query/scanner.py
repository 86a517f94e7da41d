"""Where words, quotes and regexes end in the text of a query; knows nothing of what they mean."""

from __future__ import annotations

import re
from typing import NamedTuple

from sawlog.query.regex_cache import FLAGS

# Neither a space nor what repeats something begins a regex: /* done */ is a comment.
_REGEX = re.compile(rf"/((?![\s/*+?])(?:[^/\\\n]|\\[^\n])+)(?<!\s)/([{FLAGS}]*)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\[\s\S])*)"')

# Each group that is not closed costs a walk to the end of the text.
_MAX_OPEN_GROUPS = 50


class Quoted(NamedTuple):
    """A quoted text: what stands between the quotes as typed, and the place after the closing one."""

    text: str
    end: int


class Regex(NamedTuple):
    """``/pattern/flags``: ``\\/`` in the pattern is read as a slash, flags are sorted."""

    pattern: str
    flags: str
    start: int
    end: int


class Scanner:
    """Looks forward in ``text``; a position is an index of a character."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._unquoted_from = len(text)
        self._open_groups = 0

    def at_border(self, at: int, depth: int) -> bool:
        """Whether a word may end here: at a space, the end, or the ``)`` of one of ``depth`` open groups."""
        return at >= len(self.text) or self.text[at].isspace() or (self.text[at] == ")" and depth > 0)

    def closes(self, at: int) -> bool:
        """Whether the ``)`` here may close a group: nothing of a word follows it."""
        return self.at_border(at + 1, depth=1)

    def word_end(self, at: int, depth: int) -> int:
        """Where the word that begins here ends; its own balanced parentheses belong to it."""
        inner = 0
        for index in range(at, len(self.text)):
            char = self.text[index]
            if char.isspace():
                return index
            if char == "(":
                inner += 1
            elif char == ")" and inner:
                inner -= 1
            elif char == ")" and depth and self.closes(index):
                return index
        return len(self.text)

    def quoted(self, at: int) -> Quoted | None:
        """The quoted text that begins here; ``\\"`` does not close it."""
        if at >= self._unquoted_from or not self.text.startswith('"', at):
            return None
        found = _QUOTED.match(self.text, at)
        if found:
            return Quoted(found[1], found.end())
        # No quote from here on is closed; remembered, or many open ones would cost their number squared.
        self._unquoted_from = at
        return None

    def regex(self, at: int, depth: int) -> Regex | None:
        """The regex that begins here, if the whole word is one."""
        found = _REGEX.match(self.text, at)
        if not found or not self.at_border(found.end(), depth):
            return None
        pattern = re.sub(r"\\(.)", lambda pair: "/" if pair[1] == "/" else pair[0], found[1])
        return Regex(pattern, "".join(sorted(set(found[2]))), found.start(1), found.end())

    def group_end(self, at: int) -> int | None:
        """The place after the ``)`` that closes the ``(`` here; quoted texts are skipped."""
        if self._open_groups >= _MAX_OPEN_GROUPS:
            return None
        depth, index = 0, at
        while index < len(self.text):
            char = self.text[index]
            if char == '"' and (quoted := self.quoted(index)):
                index = quoted.end
                continue
            depth += (char == "(") - (char == ")")
            index += 1
            if not depth:
                return index
        self._open_groups += 1
        return None
