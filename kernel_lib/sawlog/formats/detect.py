"""Which format is this file?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sawlog.formats.base import MATCHED, Format, TimeContext
from sawlog.formats.lines import split_lines, substrings
from sawlog.formats.mixed import Mixed
from sawlog.formats.multiline import classify, record_starts
from sawlog.formats.plain import FORMAT as PLAIN
from sawlog.formats.registry import formats

_LINES_A_SAMPLE = 70
_HEAD_LINES = 64
_FEW = 14  # lines that a format must show itself in before it is asked for its share of all

#: A format is taken from these shares of explained lines on; below them, text is plain.
_ENOUGH, _ENOUGH_STAMPS = 0.2, 0.05
#: A more specific format wins from this share of the best one's confidence on.
_NEARLY = 0.8
#: The same against "generic", for all more specific ones together: what they leave is tried with it anyway.
_NEARLY_GENERIC = 0.4
#: Another format is joined to the first where that leaves at least this share of the lines, and the other explains at
#: least this share of those, or enough of all lines.
_LEFT, _EXPLAINS_REST = 0.1, 0.5
_MOST_PARTS = 4


@dataclass(frozen=True)
class Detection:
    """The format found.

    Attributes:
        format: bound to the file's head; several in one where the samples hold several.
        confidence: share, 0 to 1, of the sampled lines that it explains.
        runner_up: name of the second best, or "".
        runner_up_confidence: its share.
    """

    format: Format
    confidence: float
    runner_up: str = ""
    runner_up_confidence: float = 0.0


def detect(samples: Sequence[bytes], hint: str = "") -> Detection:
    """Find the format of a file.

    Args:
        samples: blocks of whole lines from several places of the file, its head first; some 64 KB each.
        hint: the file's name; decides between formats that are equally specific and explain equally much.
    """
    head, lines = _head(samples), _records(samples)
    if not len(lines):
        return Detection(PLAIN, 1.0)
    few = lines.gather(np.unique(np.linspace(0, len(lines) - 1, _FEW).astype(np.int64)))
    scored: list[tuple[Format, float]] = []
    for candidate in formats():
        bound = candidate.bind(head)
        if bound.confidence(few) > 0:
            scored.append((bound, min(1.0, bound.confidence(lines))))
    stamped = [(format, share) for format, share in scored if share >= _needed(format)]
    if not stamped:
        return Detection(PLAIN, 1.0)
    best = max(share for format, share in stamped)
    own = [(format, share) for format, share in stamped if format.specificity > 1]
    if own and _explain(own, lines, _NEARLY_GENERIC * best):
        stamped, best = own, max(share for _, share in own)
    near = [(format, share) for format, share in stamped if share >= _NEARLY * best]
    winner, confidence = max(near, key=lambda entry: (entry[0].specificity, _named_in(entry[0], hint), entry[1]))
    others = [(share, format.name) for format, share in scored if format.name not in (winner.name, PLAIN.name)]
    second = max(others, default=(0.0, ""))
    format = _with_others(winner, lines, scored)
    return Detection(format, confidence if format is winner else format.confidence(lines), second[1], second[0])


def _explain(candidates: Sequence[tuple[Format, float]], lines: pl.Series, share: float) -> bool:
    """Whether the candidates explain this share of the lines: one of them, or all together."""
    if max(alone for _, alone in candidates) >= share:
        return True
    if sum(alone for _, alone in candidates) < share:
        return False
    return Mixed([format for format, _ in candidates]).confidence(lines) >= share


def _needed(format: Format) -> float:
    return _ENOUGH_STAMPS if format.specificity <= 1 else _ENOUGH


def _named_in(format: Format, hint: str) -> bool:
    return any(len(word) > 2 and word in hint.lower() for word in format.name.split("-"))


def _head(samples: Sequence[bytes]) -> pl.Series:
    if not samples:
        return pl.Series("line", [], dtype=pl.String)
    return split_lines(samples[0], True).series().head(_HEAD_LINES)


def _records(samples: Sequence[bytes]) -> pl.Series:
    """First lines of some records of each sample; objects over several lines are whole."""
    pieces = []
    for sample in samples:
        lines = split_lines(sample, True)
        if not len(lines):
            continue
        kinds = classify(lines, lines.series(), np.zeros(len(lines), np.bool_))
        starts = record_starts(kinds, lines.source)
        ends = np.append(starts[1:], len(lines))
        objects = lines.first_bytes()[starts] == ord("{")
        ends = np.where(objects, ends, starts + 1)
        filled = (lines.ends > lines.starts)[starts]
        starts, ends = starts[filled], ends[filled]
        chosen = np.unique(np.linspace(0, len(starts) - 1, _LINES_A_SAMPLE).astype(np.int64)) if starts.size else starts
        pieces.append(substrings(lines.text, lines.starts[starts[chosen]], lines.ends[ends[chosen] - 1]))
    return pl.concat(pieces) if pieces else pl.Series("line", [], dtype=pl.String)


def _with_others(winner: Format, lines: pl.Series, scored: Sequence[tuple[Format, float]]) -> Format:
    """``winner``, joined by what explains most of the lines that it leaves, and so on."""
    if not winner.fallback or winner.explains_all or winner.joins_unmatched:
        return winner
    others = [f for f, _ in scored if f.specificity > 1 and f.fallback and not (f.explains_all or f.joins_unmatched)]
    parts, rest = [winner], _unmatched(winner, lines)
    while len(rest) >= max(_LEFT * len(lines), 3) and len(parts) < _MOST_PARTS:
        candidates = [(f.confidence(rest), f.specificity, -index) for index, f in enumerate(others) if f not in parts]
        share, _, index = max(candidates, default=(0.0, 0, 0))
        if share < min(_EXPLAINS_REST, _ENOUGH * len(lines) / len(rest)):
            break
        parts.append(others[-index])
        rest = _unmatched(parts[-1], rest)
    return Mixed(parts) if len(parts) > 1 else winner


def _unmatched(format: Format, lines: pl.Series) -> pl.Series:
    return lines.filter(~format.parse(lines, TimeContext()).get_column(MATCHED).fill_null(False))
