"""Patterns are checked once: a bounded, counted cache of compiled regexes, and what a pattern may cost.

The reference regex engine is Rust's ``regex`` as polars carries it: its matching time is linear in the text, so what
a hostile pattern can exhaust is the compiler.  Its own size limit (10 MB) holds; pattern length and repetition counts
are bounded before it sees the pattern, so the refusal says what to do.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sawlog.errors import QueryError

MAX_PATTERN = 4096
MAX_REPEAT = 1000
#: Flags that may follow ``/pattern/``: ignore case, multi-line anchors, dot matches newline, swapped greed, verbose.
FLAGS = "imsUx"

T = TypeVar("T")
_REPEAT = re.compile(r"(?<!\\[xuUpPb])\{\s*(\d+)\s*(?:,\s*(\d*)\s*)?\}")
_ERROR = re.compile(r"^error: (.+)$", re.MULTILINE)
_CARET = re.compile(r"^(\d+:)?( *)(\^+)", re.MULTILINE)


@dataclass(frozen=True)
class CacheCounts:
    """What a cache did since it was made; ``hits + misses`` is the number of lookups."""

    hits: int
    misses: int
    evictions: int
    entries: int


class RegexCache(Generic[T]):
    """Least-recently-used cache of what patterns compile to (any engine's object); thread-safe.

    A pattern that is asked for by several threads at once is compiled once.
    """

    def __init__(self, compile_pattern: Callable[[str], T], max_entries: int = 256) -> None:
        if max_entries < 1:
            raise ValueError("max_entries must be at least 1")
        self._compile, self._max = compile_pattern, max_entries
        self._entries: OrderedDict[Hashable, T] = OrderedDict()
        self._lock = threading.Lock()
        self._hits = self._misses = self._evictions = 0

    def get(self, pattern: str) -> T:
        """The compiled ``pattern``; what the compiler raises is passed on and not kept."""
        with self._lock:
            if pattern in self._entries:
                self._hits += 1
                self._entries.move_to_end(pattern)
                return self._entries[pattern]
            self._misses += 1
            compiled = self._compile(pattern)
            self._entries[pattern] = compiled
            if len(self._entries) > self._max:
                self._entries.popitem(last=False)
                self._evictions += 1
            return compiled

    def counts(self) -> CacheCounts:
        with self._lock:
            return CacheCounts(self._hits, self._misses, self._evictions, len(self._entries))

    def clear(self) -> None:
        """Forget all patterns; the counts stay."""
        with self._lock:
            self._entries.clear()


@dataclass(frozen=True)
class PatternFault:
    """Why a pattern does not compile, and which of its characters say so."""

    message: str
    start: int
    end: int


def rust_pattern(pattern: str, flags: str = "") -> str:
    """The pattern as Rust takes it, in a non-capturing group, safe to stand in a larger one."""
    if not flags:
        return f"(?:{pattern})"
    # A verbose pattern may end in a comment, which only a newline ends.
    return f"(?{flags}:{pattern}{chr(10) if 'x' in flags else ''})"


def _examine(pattern: str) -> PatternFault | None:
    import polars as pl

    try:
        pattern.encode()
        pl.Series([""]).str.contains(pattern)
    except UnicodeEncodeError as error:
        return PatternFault("a lone surrogate is no character", error.start, error.end)
    except pl.exceptions.ComputeError as error:
        return _fault(str(error), pattern)
    return None


def _fault(report: str, pattern: str) -> PatternFault:
    """Reads the engine's report: the pattern, a line of carets below it, and a line ``error: ...``."""
    caret, reason = _CARET.search(report), _ERROR.search(report)
    if not caret or not reason:
        text = "it is too large when compiled" if "size limit" in report else report.partition("\n\n")[0]
        return PatternFault(text, 0, len(pattern))
    line_start, indent = 0, 4
    if "\n" in pattern:  # then the report numbers the lines, "12: " before each
        above = report[: caret.start()].rstrip("\n").rpartition("\n")[2]
        number, _, _ = above.partition(":")
        indent = len(number) + 2
        lines = pattern.split("\n")
        line = int(number) - 1 if number.strip().isdigit() else 0
        line_start = sum(len(text) + 1 for text in lines[:line])
    start = line_start + max(0, len(caret[2]) - indent)
    return PatternFault(reason[1], min(start, len(pattern)), min(start + len(caret[3]), len(pattern)))


#: Verdicts on patterns, shared by all queries of the process.
CHECKED: RegexCache[PatternFault | None] = RegexCache(_examine, max_entries=1024)


def find_fault(pattern: str, flags: str = "") -> PatternFault | None:
    """Why ``pattern`` cannot be used, or None if it can.  The span counts characters of ``pattern``."""
    if len(pattern) > MAX_PATTERN:
        return PatternFault(f"it is longer than {MAX_PATTERN} characters", MAX_PATTERN, len(pattern))
    for found in _REPEAT.finditer(pattern):
        if any(count and (len(count) > 9 or int(count) > MAX_REPEAT) for count in found.groups()):
            return PatternFault(f"it repeats more than {MAX_REPEAT} times", found.start(), found.end())
    # Not in a group, which ``a)(b`` would close.
    prefix = f"(?{flags})" if flags else ""
    fault = CHECKED.get(prefix + pattern)
    if fault is None:
        return None
    return PatternFault(fault.message, max(0, fault.start - len(prefix)), max(0, fault.end - len(prefix)))


def check_pattern(pattern: str, flags: str = "", *, query: str = "", offset: int = 0) -> None:
    """Accept a pattern, or say what is wrong with it.

    Args:
        query, offset: the query's text and where in it the pattern begins, for the error's span.

    Raises:
        QueryError: the pattern does not compile, or would cost too much.
    """
    if unknown := set(flags) - set(FLAGS):
        raise QueryError(f"Unknown regex flag {sorted(unknown)[0]!r}: use {', '.join(FLAGS)}.", query, offset, offset)
    if fault := find_fault(pattern, flags):
        message = f"The regex {pattern[:80]!r} cannot be used: {fault.message}. Quote the text to search it literally."
        raise QueryError(message, query, offset + fault.start, offset + fault.end)
