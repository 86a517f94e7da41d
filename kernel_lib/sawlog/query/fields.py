"""Which names are fields, and the one field with an order of its own: the level."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import get_close_matches

from sawlog.errors import QueryError
from sawlog.model import arguments
from sawlog.model.schema import COMMON, LEVELS, LINE

#: Fields whose value is text to be searched by tokens rather than compared as a whole.
TEXT_FIELDS = ("message", "raw")

#: Names that must stand in quotes before their colon, since without them they would be read as something else.
QUOTED_NAME = re.compile(r'[\s":()]|^-')

#: Fields that an error names where there are many.
_LISTED = 30

_LEVEL_ALIASES = {
    **{level: level for level in LEVELS},
    **dict.fromkeys(("verbose", "finest", "finer"), "trace"),
    **dict.fromkeys(("fine", "dbg"), "debug"),
    **dict.fromkeys(("information", "informational", "inf"), "info"),
    **dict.fromkeys(("warn", "wrn"), "warning"),
    **dict.fromkeys(("err", "severe"), "error"),
    **dict.fromkeys(("crit", "fatal"), "critical"),
    **dict.fromkeys(("emerg", "panic"), "emergency"),
}


def canonical_level(text: str) -> str | None:
    """``"WARN"`` -> ``"warning"``; None where the text names no level."""
    return _LEVEL_ALIASES.get(text.strip().lower())


def severity(level: str) -> int | None:
    """The position of a level in the order of severity, least severe first; None for no level."""
    canonical = canonical_level(level)
    return None if canonical is None else LEVELS.index(canonical)


class FieldNames:
    """The known field names: found by exact spelling first, else without regard to case.

    Attributes:
        numbers: those of which every value is a number.
    """

    def __init__(self, fields: Collection[str] = (), numbers: Collection[str] = ()) -> None:
        self.numbers = frozenset((LINE, *numbers))
        self._exact = dict.fromkeys((*COMMON, *fields))
        self._folded: dict[str, str] = {}
        for name in self._exact:
            self._folded.setdefault(name.casefold(), name)
        self.longest = max(map(len, self._exact))

    def __iter__(self) -> Iterator[str]:
        return iter(self._exact)

    def find(self, text: str) -> str | None:
        """The field that ``text`` names, as the dataset spells it."""
        return text if text in self._exact else self._folded.get(text.casefold())

    def require(self, argument: str, value: object) -> str:
        """The field that an argument names.

        Raises:
            QueryError: none, or one that no record has; the message lists near names, or which there are.
        """
        text = arguments.text(argument, value, "the name of a field")
        found = self.find(text)
        if found is None:
            near = [self._folded[name] for name in get_close_matches(text.casefold(), self._folded)]
            hint = f"did you mean {', '.join(near)}? logs.fields lists all" if near else f"there are: {self._listed()}"
            raise QueryError(f"no record has a field {arguments.shown(text)}; {hint}")
        return found

    def _listed(self) -> str:
        names = sorted(self, key=str.casefold)
        more = len(names) - _LISTED
        return ", ".join(names[:_LISTED]) + (f", and {more} more: see logs.fields" if more > 0 else "")
