"""In which order are files read?  Directories naturally (2 before 10), rotated sets oldest first."""

from __future__ import annotations

import re

_PACKED = re.compile(r"(?:\.(?:gz|bz2|xz|zst|zstd|zip|tgz|tar|tbz2|txz))+$", re.IGNORECASE)
_DATED = re.compile(
    r"(?:^|[-._])(?P<year>(?:19|20)[0-9]{2})(?P<separator>[-_.]?)(?P<month>0[1-9]|1[0-2])(?P=separator)"
    r"(?P<day>0[1-9]|[12][0-9]|3[01])(?P<rest>(?:[-_.T:]?[0-9]{1,18})*)(?=$|[-._])"
)
_NUMBERED = re.compile(r"\.(?P<number>[0-9]{1,5})(?P<extension>\.[A-Za-z][A-Za-z0-9]*)?$")
_NUMBERS = re.compile(r"[0-9]+")
_RUNS = re.compile(r"([^0-9]*)([0-9]{0,18})")

Natural = tuple[tuple[str, int], ...]
Rank = tuple[int, tuple[int, ...]]


def natural_key(text: str) -> Natural:
    """Sorts ``node2`` before ``node10``."""
    return tuple((letters, int(digits or -1)) for letters, digits in _RUNS.findall(text) if letters or digits)


def rotation_of(name: str) -> tuple[str, Rank]:
    """The rotated set that a file name belongs to, and its place there: a lower rank is older.

    ``app.log.2.gz`` < ``app.log.1`` < ``app.log``; ``app-20240101.log`` < ``app-20240102.log`` < ``app.log``.
    A bare number counts backwards, as in logrotate; a number behind a date counts forwards, as in logback.
    """
    name = _PACKED.sub("", name)
    if dated := _DATED.search(name):
        parts = [dated["year"], dated["month"], dated["day"], *_NUMBERS.findall(dated["rest"])]
        return name[: dated.start()] + name[dated.end() :], (0, tuple(map(int, parts)))
    if numbered := _NUMBERED.search(name):
        return name[: numbered.start()] + (numbered["extension"] or ""), (1, (-int(numbered["number"]),))
    return name, (2, ())


def reading_order(path: str) -> tuple[tuple[Natural, ...], Natural, Rank, Natural]:
    """The sort key of a path as shown to the user, with ``/`` between its parts."""
    *folders, name = path.replace("\\", "/").split("/")
    stem, rank = rotation_of(name)
    return tuple(map(natural_key, folders)), natural_key(stem), rank, natural_key(name)
