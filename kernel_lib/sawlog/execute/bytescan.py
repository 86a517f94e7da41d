"""Scanning bytes at memory speed: which records of a buffer can match a text node?

Hyperscan (Vectorscan) runs over the buffer as it lies, without splitting it into lines first.  It works on bytes, the
reference regex engine on Unicode, so what it yields are candidates: on ASCII text the two agree, and a record with
other bytes is a candidate wherever they could disagree.  Where there is no wheel for the platform, ``compile_scanner``
gives None and everything is left to the reference engine.
"""

from __future__ import annotations

import array
import re
import threading
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from sawlog.query.ast import Query

try:
    import hyperscan
except ImportError:  # no wheel for this platform
    hyperscan = None  # type: ignore[assignment,unused-ignore]

Offsets = npt.NDArray[np.int64]

#: More matches than this in one call, and the scan is done again with a pattern that knows token borders.
_FREQUENT = 512

#: Constructs that mean something else to Hyperscan, or nothing: class set operations, nested classes, word-edge
#: assertions, Unicode classes and escapes, and repetitions that would compile into something huge.
_FOREIGN = re.compile(
    r"&&|--|~~|\[[^\]\\]*\[(?!:)|\\b\{|\\[pPuUx<>zAGKQE]|\(\?[^:imsP<]|\{\d{3,}|\{\d*,\d{3,}|\(\?[a-z]*[ux]"
)


class Pattern(NamedTuple):
    """What to look for: Hyperscan's expression, and whether case matters."""

    expression: bytes
    caseless: bool


class Scanner:
    """Finds where patterns end in a buffer.  Shared by threads; each has scratch space of its own."""

    def __init__(self, patterns: tuple[Pattern, ...]) -> None:
        self._database = hyperscan.Database()
        flags = [hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_CASELESS if p.caseless else 0) for p in patterns]
        self._database.compile(
            expressions=[p.expression for p in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=flags,
        )
        self._local = threading.local()

    def ends(self, data: Any, limit: int | None = None) -> Offsets | None:
        """Offsets behind the last byte of each match, ascending, with repeats; None for more than ``limit``."""
        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = hyperscan.Scratch(self._database)
        found = array.array("q")
        append = found.append

        def on_match(pattern: int, start: int, end: int, flags: int, context: object) -> bool | None:
            append(end)
            return None

        def on_bounded(pattern: int, start: int, end: int, flags: int, context: object) -> bool | None:
            append(end)
            return len(found) > limit or None  # type: ignore[operator]

        try:
            self._database.scan(data, on_match if limit is None else on_bounded, scratch=scratch)
        except hyperscan.ScanTerminated:
            return None
        return np.frombuffer(found, dtype=np.int64)


class NodeScanner:
    """Candidates for text nodes, any of which a record must match: by a loose pattern each, by a strict one if many.

    ``exact``: on ASCII records the strict pattern needs no confirmation.
    """

    def __init__(self, loose: tuple[Pattern, ...], strict: tuple[Pattern, ...], exact: bool) -> None:
        self._loose, self.exact = Scanner(loose), exact
        self._strict = Scanner(strict) if strict != loose else self._loose

    def ends(self, data: Any) -> tuple[Offsets, bool]:
        """Match ends, and whether they are exact on ASCII records."""
        if self._strict is not self._loose:
            found = self._loose.ends(data, _FREQUENT)
            if found is not None:
                return found, False
        found = self._strict.ends(data)
        assert found is not None
        return found, self.exact


@lru_cache(maxsize=256)
def compile_scanner(nodes: tuple[Query, ...]) -> NodeScanner | None:
    """A scanner for these nodes together, or None where they, or the platform, do not allow one."""
    if hyperscan is None:
        return None
    patterns = [_patterns(node) for node in nodes]
    if any(p is None for p in patterns):
        return None
    known = [p for p in patterns if p is not None]
    try:
        return NodeScanner(
            tuple(loose for loose, _, _ in known), tuple(strict for _, strict, _ in known), all(e for _, _, e in known)
        )
    except hyperscan.HyperscanError:
        return None  # a pattern that it cannot compile, or only into something too large


def _patterns(node: Query) -> tuple[Pattern, Pattern, bool] | None:
    """The loose and the strict pattern of a node, and whether the strict one is exact on ASCII records."""
    match node.kind:
        case "term":
            return _token_patterns((str(node.value),))
        case "phrase" if isinstance(node.value, tuple) and node.value and not node.slop:
            return _token_patterns(node.value)
        case "phrase" if isinstance(node.value, tuple) and node.value:
            longest = max(node.value, key=len)
            return _token_patterns((longest,), exact=False)
        case "wildcard":
            return _wildcard_patterns(str(node.value))
        case "regex":
            pattern = str(node.value)
            if not pattern.isascii() or _FOREIGN.search(pattern) or set(node.flags) - {"i"}:
                return None
            same = Pattern(pattern.encode(), "i" in node.flags)
            return same, same, False
    return None


def _token_patterns(tokens: tuple[str, ...], exact: bool = True) -> tuple[Pattern, Pattern, bool] | None:
    if not all(token.isascii() for token in tokens):
        return None
    gap = rb"[^0-9A-Za-z]"
    body = (gap + b"+").join(map(_folding, tokens))
    strict = Pattern(rb"(?:^|" + gap + b")" + body + rb"(?:" + gap + b"|$)", True)
    # A gap inside a phrase can be the separator between two records, so only a single token is exact.
    return Pattern(body, True), strict, exact and len(tokens) == 1


def _wildcard_patterns(value: str) -> tuple[Pattern, Pattern, bool] | None:
    literals = [part for part in re.split(r"[*?]", value) if part]
    if not value.isascii() or not literals:
        return None
    # Bytes beyond ASCII may belong to the token, so that no record with such is missed.
    classes = {"*": rb"[0-9A-Za-z\x80-\xff]*", "?": rb"(?:[0-9A-Za-z]|[\x80-\xff]{2,4})"}
    body = b"".join(classes.get(c) or _folding(c) for c in value)
    strict = Pattern(rb"(?:^|[^0-9A-Za-z])" + body + rb"(?:[^0-9A-Za-z]|$)", True)
    return Pattern(_folding(max(literals, key=len)), True), strict, True


def _folding(text: str) -> bytes:
    """ASCII text as an expression for all that folds to it: beyond ASCII, the Kelvin sign alone does, to a k."""
    return text.encode().replace(b"k", rb"(?:k|\xe2\x84\xaa)")


def records_of(ends: Offsets, starts: Offsets) -> npt.NDArray[np.int64]:
    """The records, ascending and without repeats, in which matches end; ``starts`` are the records' first bytes.

    A match's last byte is the one before its end: a border character may be the separator behind the record.
    """
    if not len(ends):
        return np.empty(0, np.int64)
    return np.unique(np.searchsorted(starts, np.maximum(ends - 1, 0), side="right") - 1)
