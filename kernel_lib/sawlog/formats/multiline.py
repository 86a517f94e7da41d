"""Which lines continue the record before them.

A line that no format matches continues a record where its own look, and that of a few lines before it, say so:
indentation; frames of Java, .NET, Node, PHP, Ruby; Python tracebacks; goroutine dumps; panics of Rust; crashes of
Elixir's processes; the end of pretty-printed JSON.  Any other is a record of its own.  The decision on a line never
depends on anything before its record's first line, and only that on a blank line on what follows it, so records come
out the same however a file is cut into chunks at record starts, as long as a blank line is not a chunk's last.
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.formats.bytecolumn import Bools, Int64s
from sawlog.formats.lines import Lines
from sawlog.model.schema import MAX_RECORD_BYTES, MAX_RECORD_LINES

Kinds = npt.NDArray[np.uint8]


class Kind(IntEnum):
    """What a line looks like."""

    START = 0  # a format matched it
    PLAIN = 1
    INDENTED = 2
    BLANK = 3  # empty; white space only is INDENTED
    FRAME = 4  # belongs to a stack trace, and only there
    CHAIN = 5  # what Python prints between two tracebacks
    TRACEBACK = 6
    HEAD = 7  # an exception's name and message
    GO_HEAD = 8
    GO_LINE = 9
    CLOSER = 10  # closing brackets
    CAUSE = 11  # what Rust prints behind a blank line and before causes or frames
    PANIC = 12  # Rust's place of a panic; the message is the next line
    CRASH = 13  # an Elixir exception
    STATE = 14  # what an Elixir process was at, behind the frames


# In order: the first that matches decides.
_LOOKS: tuple[tuple[Kind, str], ...] = (
    (
        Kind.FRAME,
        r"at [\w.$<>/@-]+.*\(.*\)|Caused by: |Suppressed: |\.\.\. \d+ (?:more|common frames omitted)"
        r"|--- End of (?:inner exception )?stack trace"
        r"|Stack trace:$|\[stacktrace\]$"
        r"|#\d+ (?:\{main\}|\[internal function\]: .*|(?:[A-Za-z]:|phar:/)?[/\\].*\(\d+\): .*)$"
        r"|(?:from )?(?:[^:]+\.(?:rb|ru|rake|erb|haml|slim)|<internal:[\w/-]+>):\d+:in [`'][^`']*'$"
        r"|stack backtrace:$|note: (?:run with `RUST_BACKTRACE=|Some details are omitted, run with `RUST_BACKTRACE=)",
    ),
    (Kind.CAUSE, r"Caused by:$|Stack backtrace:$"),
    (Kind.PANIC, r"thread '.*' (?:\(\d+\) )?panicked at .+:\d+:\d+:$"),
    (Kind.CRASH, r"\*\* \((?:EXIT|exit|throw|stop|[A-Z]\w*(?:\.[A-Z]\w*)*)(?: from #PID<[\d.]+>)?\) "),
    (Kind.STATE, r"Last message(?: \(from #PID<[\d.]+>\))?: |State: |Client #PID<[\d.]+> is "),
    (Kind.TRACEBACK, r"Traceback \(most recent call last\):|\+ Exception Group Traceback"),
    (Kind.CHAIN, r"During handling of the above exception|The above exception was the direct cause"),
    (Kind.GO_HEAD, r"panic: |fatal error: |goroutine \d+ \[.*\]:$"),
    (
        Kind.GO_LINE,
        r"created by [\w./]|panic\([^()]*\)$|\[signal |exit status \d+$|r(?:[a-ds]|\d|flags|ip)\w* +0x[0-9a-f]+$"
        r"|[\w./-]+(?:\.\(\*?[\w.\[\]]+\))?\.[\w.\[\]]+\([^()]*\)$",
    ),
    (
        Kind.HEAD,
        r"(?:[A-Za-z_$][\w$]*[./])*(?:[A-Z][\w$]*(?:Exception|Error|Throwable|Failure|Fault|Interrupt|Exit)"
        r"|Exception|Error|Throwable)(?:\$\w+)?(?::|$)"
        r"|Exception in thread \"|Unhandled [Ee]xception",
    ),
    (Kind.CLOSER, r'"?[}\])]+[,;]? ?$'),
)
_ANY_LOOK = f"^(?:{'|'.join(pattern for _, pattern in _LOOKS)})"


def classify(lines: Lines, texts: pl.Series, matched: Bools) -> Kinds:
    """What each line looks like; ``texts`` are the lines' strings, ``matched`` those that a format matched."""
    first = lines.first_bytes()
    kinds = np.full(len(lines), Kind.PLAIN, np.uint8)
    kinds[(first == 32) | (first == 9)] = Kind.INDENTED
    kinds[lines.ends == lines.starts] = Kind.BLANK
    kinds[matched] = Kind.START
    rows = np.flatnonzero(kinds == Kind.PLAIN)
    if not rows.size:
        return kinds
    candidates = texts if len(rows) == len(texts) else texts.gather(rows)
    rows = rows[candidates.str.contains(_ANY_LOOK).to_numpy()]
    if not rows.size:
        return kinds
    texts = texts.gather(rows)
    for kind, pattern in _LOOKS:
        looks = texts.str.contains(f"^(?:{pattern})").to_numpy()
        kinds[rows[looks & (kinds[rows] == Kind.PLAIN)]] = kind
    return kinds


def continuations(kinds: Kinds) -> Bools:
    """Which lines continue the one before; never the first."""
    n = len(kinds)
    if not n:
        return np.zeros(0, np.bool_)
    joined: Bools = (kinds == Kind.INDENTED) | (kinds == Kind.FRAME) | (kinds == Kind.CHAIN) | (kinds == Kind.CAUSE)
    rest = np.flatnonzero(~joined & (kinds != Kind.START) & (kinds != Kind.PLAIN))
    if rest.size or bool((kinds == Kind.TRACEBACK).any()):
        _join_by_context(kinds, joined)
    joined[0] = False
    return joined


def _join_by_context(kinds: Kinds, joined: Bools) -> None:
    before = np.concatenate([[np.uint8(Kind.PLAIN)], kinds[:-1]])
    before_that = np.concatenate([[np.uint8(Kind.PLAIN)], before[:-1]])
    index = np.arange(len(kinds))

    def last(mask: Bools) -> Int64s:
        """Index of the last line before each where ``mask``; -1: none."""
        upto: Int64s = np.maximum.accumulate(np.where(mask, index, -1))
        return np.concatenate([np.full(1, -1), upto[:-1]])

    unindented_at = last(kinds != Kind.INDENTED)
    unindented = np.where(unindented_at >= 0, kinds[unindented_at], np.uint8(Kind.PLAIN))

    follows_start = before == Kind.START
    after = np.concatenate([kinds[1:], [np.uint8(Kind.PLAIN)]])
    # Spring and Tomcat leave a line free before the exception.
    gap = (kinds == Kind.BLANK) & follows_start & (after == Kind.HEAD)
    joined |= gap | ((kinds == Kind.HEAD) & (follows_start | np.concatenate([[False], gap[:-1]])))
    chained = (before == Kind.CHAIN) | ((before == Kind.BLANK) & (before_that == Kind.CHAIN))
    joined |= (kinds == Kind.TRACEBACK) & ((unindented == Kind.START) | chained)

    raised = (before == Kind.INDENTED) & (unindented == Kind.TRACEBACK)
    raised &= ~np.isin(kinds, (Kind.START, Kind.INDENTED, Kind.BLANK, Kind.TRACEBACK))
    joined |= raised
    after_raised = np.concatenate([[False], raised[:-1]])
    joined |= (kinds == Kind.BLANK) & ((before == Kind.CHAIN) | after_raised)

    in_dump = np.isin(kinds, (Kind.GO_HEAD, Kind.GO_LINE, Kind.BLANK))
    breaks = ~in_dump & ~np.isin(kinds, (Kind.INDENTED, Kind.FRAME, Kind.CHAIN))
    joined |= in_dump & (last(kinds == Kind.GO_HEAD) > last(breaks))
    joined |= (kinds == Kind.GO_HEAD) & follows_start

    joined |= (kinds == Kind.BLANK) & (after == Kind.CAUSE)
    joined |= (before == Kind.PANIC) & (kinds != Kind.START) & (kinds != Kind.PANIC)

    crash = np.isin(kinds, (Kind.CRASH, Kind.STATE, Kind.INDENTED))
    joined |= (kinds == Kind.CRASH) & follows_start
    joined |= (kinds == Kind.STATE) & (last(kinds == Kind.CRASH) > last(~crash))

    joined |= (kinds == Kind.CLOSER) & np.isin(before, (Kind.INDENTED, Kind.CLOSER, Kind.FRAME))


def record_starts(kinds: Kinds, source: Int64s) -> Int64s:
    """Indices of the lines that start a record; the first line always does.

    Args:
        kinds: of n lines.
        source: n + 1 byte offsets of the lines.  No record of several lines exceeds MAX_RECORD_LINES or
            MAX_RECORD_BYTES: what follows starts a new one.
    """
    starts = np.flatnonzero(~continuations(kinds))
    ends = np.append(starts[1:], len(kinds))
    lengths = source[ends] - source[starts]
    large = (ends - starts > MAX_RECORD_LINES) | ((lengths > MAX_RECORD_BYTES) & (ends - starts > 1))
    if not bool(large.any()):
        return starts
    pieces: list[Int64s] = []
    done = 0
    for record in np.flatnonzero(large).tolist():
        pieces.append(starts[done:record])
        pieces.append(_cut(int(starts[record]), int(ends[record]), kinds, source))
        done = record + 1
    pieces.append(starts[done:])
    return np.concatenate(pieces)


def _cut(start: int, end: int, kinds: Kinds, source: Int64s) -> Int64s:
    """Starts within a record that is too large.  Behind each cut, lines are judged as if the file began there."""
    out = [start]
    while True:
        limit = int(np.searchsorted(source, source[start] + MAX_RECORD_BYTES, side="right")) - 1
        limit = max(start + 1, min(limit, start + MAX_RECORD_LINES))
        if limit >= end and start == out[0]:
            return np.array(out)
        window = np.flatnonzero(~continuations(kinds[start : min(limit, end)]))[1:] + start
        if start == out[0]:
            window = window[:0]  # up to the first cut, the record is known to be one
        if window.size:
            out.extend(int(line) for line in window)
            start = out[-1]
            if limit >= end:
                return np.array(out)
        elif limit >= end:
            return np.array(out)
        else:
            start = limit
            out.append(start)
