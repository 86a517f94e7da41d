"""From templates to patterns: templates that differ in few words only, each of many values, become one.

Unlike online parsers, which decide by the order in which lines arrive, this looks at the whole table of distinct
templates at once, so the outcome depends on nothing but that table.  Templates are compared only with those of the same
punctuation and number of words.  Such a family is cut top down along the word position with the fewest different words
(those are the words that tell messages apart) until in what is left every position is either the same in all or so
varied that it must be a variable, and enough is the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.patterns.mask import ANY

Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

#: A position with this many different words is a variable where at least as many words around it are the same.
VARIED = 16

#: The same where one of the words has a variable part already: names of states have no digits, names of things do.
NUMBERED = 6

#: The same for two variables a word that is the same.
HIGHLY_VARIED = 60

_WORD = r"""[^\s=:,;()\[\]{}"'|]+"""
_PLACEHOLDER = r"^(?:<(?:\*|url|path|time|ip)>)+$"

#: What a part of a word may end with, or begin with, that all values of a variable share.
_JOINTS = "./\\_-@$#+~%"


def cluster(templates: pl.Series) -> pl.Series:
    """The pattern of each template.

    Args:
        templates: String, without nulls.

    Returns:
        String, of the same height: the template with its variable words replaced.  Equal templates get equal patterns,
        and neither order nor repetition matters.
    """
    table = templates.unique().to_frame("template").with_columns(gaps=pl.col("template").str.replace_all(_WORD, "\0"))
    # Most templates are alone with their punctuation.
    table = table.filter(pl.len().over("gaps") >= NUMBERED).sort("gaps")
    merged = table.select("template", pattern=pl.Series(_merged(table["template"], table["gaps"]), dtype=pl.String))
    frame = templates.to_frame("template").join(merged, on="template", how="left", maintain_order="left")
    return frame.select(pl.coalesce("pattern", "template")).to_series()


def _merged(templates: pl.Series, gaps: pl.Series) -> list[str]:
    """The pattern of each template; those of one family stand together."""
    words = templates.str.extract_all(_WORD)
    counts = words.list.len().cast(pl.Int64).to_numpy()
    codes, names = encode(words.explode(empty_as_null=False))
    variable = names.str.contains(_PLACEHOLDER).to_numpy()
    numbered = names.str.contains(ANY, literal=True).to_numpy()
    starts = np.concatenate([[0], np.cumsum(counts)])
    families, skeletons = encode(gaps)
    edges = np.flatnonzero(np.diff(families, prepend=-1, append=-1))
    patterns, texts = templates.to_list(), names.to_list()
    for first, stop, skeleton in zip(edges[:-1].tolist(), edges[1:].tolist(), skeletons, strict=True):
        if not counts[first]:
            continue
        matrix = codes[starts[first] : starts[stop]].reshape(stop - first, -1)
        for rows, varying in _variables(matrix, variable, numbered):
            text = _pattern(matrix[rows], varying, texts, skeleton.split("\0"))
            for row in rows.tolist():
                patterns[first + row] = text
    return patterns


def encode(values: pl.Series) -> tuple[Codes, pl.Series]:
    """Each value's place among the distinct values, and those."""
    encoded = values.to_arrow(compat_level=pl.CompatLevel.oldest()).dictionary_encode()
    return encoded.indices.to_numpy(), pl.Series(encoded.dictionary, dtype=pl.String)


def _variables(matrix: Codes, variable: Flags, numbered: Flags) -> Iterator[tuple[Codes, Codes]]:
    """Rows that become one pattern, and the columns that vary in it.

    Args:
        matrix: words of a family's templates, shape (templates, words).
        variable: whether a word is a placeholder, by its code; ``numbered``: whether it holds one.
    """
    waiting = [np.arange(len(matrix), dtype=np.int32)]
    while waiting:
        rows = waiting.pop()
        part = matrix[rows]
        ordered = np.sort(part, axis=0)
        distinct = 1 + (ordered[1:] != ordered[:-1]).sum(axis=0)
        varying = np.flatnonzero(distinct > 1)
        same = int((~variable[part[0, distinct == 1]]).sum())
        needed = np.where(numbered[part[:, varying]].any(axis=0), NUMBERED, VARIED)
        few, many = len(varying) <= same, len(varying) <= 2 * same
        if (few and (distinct[varying] >= needed).all()) or (many and distinct[varying].min() >= HIGHLY_VARIED):
            yield rows, varying.astype(np.int32)
            continue
        column = part[:, varying[distinct[varying].argmin()]]
        order = np.argsort(column, kind="stable")
        edges = np.flatnonzero(np.diff(column[order])) + 1
        waiting += [group for group in np.split(rows[order], edges) if len(group) >= NUMBERED]


def _pattern(words: Codes, varying: Codes, texts: Sequence[str], gaps: Sequence[str]) -> str:
    """The text of merged templates: what all values of a variable begin and end with stays."""
    shown = [texts[code] for code in words[0].tolist()]
    for column in varying.tolist():
        values = [texts[code] for code in np.unique(words[:, column]).tolist()]
        shown[column] = _common_start(values) + ANY + _common_start([v[::-1] for v in values])[::-1]
    return gaps[0] + "".join(word + gap for word, gap in zip(shown, gaps[1:], strict=True))


def _common_start(values: Sequence[str]) -> str:
    """What all values begin with, up to the last joint, where a rest remains of each."""
    low, high = min(values), max(values)
    same = next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), min(len(low), len(high)))
    return low[: 1 + max(low.rfind(joint, 0, same) for joint in _JOINTS)]
