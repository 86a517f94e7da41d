"""From messages to numbers: each message's template, and for templates from many places, each one's pattern.

All of it depends on the set of messages only: not on their order, nor on the portions in which they come.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.patterns.cluster import cluster, encode
from sawlog.patterns.mask import ANY, CUT, coarse, refine

Codes = npt.NDArray[np.int32]

#: More distinct templates than this are not held: all are cut after so many words, fewer and fewer, until they fit.
MAX_TEMPLATES = 250_000
CUTS = (0, 24, 12, 6, 3, 1)


@dataclass(frozen=True)
class Labels:
    """The templates of some messages.

    Attributes:
        codes: each message's place in ``templates``; shape (messages,).
        templates: String, distinct; every one occurs.
        cut: how many of ``CUTS`` were needed, 0 for none.
    """

    codes: Codes
    templates: pl.Series
    cut: int = 0

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes + int(self.templates.estimated_size())

    def of(self, rows: npt.NDArray[np.integer]) -> Labels:
        """The labels of some of the messages."""
        codes = self.codes[rows]
        used = np.flatnonzero(np.bincount(codes, minlength=len(self.templates)))
        places = np.zeros(len(self.templates), np.int32)
        places[used] = np.arange(len(used), dtype=np.int32)
        return Labels(places[codes], self.templates.gather(used.astype(np.uint32)), self.cut)


def label(portions: Iterable[pl.Series]) -> Labels:
    """The templates of messages that come in portions, each a String Series without nulls."""
    found: list[Codes] = []
    distinct: list[pl.Series] = []
    offset = 0
    for messages in portions:
        codes, names = encode(coarse(messages))
        found.append(codes + np.int32(offset))
        distinct.append(names)
        offset += len(names)
    if not found:
        return Labels(np.empty(0, np.int32), pl.Series(dtype=pl.String))
    merged, names = encode(pl.concat(distinct))
    refined, templates = encode(refine(names))
    return _fitted(Labels(refined[merged[np.concatenate(found)]], templates))


def _fitted(labels: Labels) -> Labels:
    while len(labels.templates) > MAX_TEMPLATES and labels.cut < len(CUTS):
        labels = _shortened(labels, labels.cut + 1)
    return labels


def _shortened(labels: Labels, cut: int) -> Labels:
    """The same after the ``cut``-th cut; after the last one nothing is left of any template."""
    if cut == labels.cut:
        return labels
    if cut < len(CUTS):
        longer = rf"(?s)\A(\S+(?: \S+){{{CUTS[cut] - 1}}}) .*"
        texts = labels.templates.str.replace(longer, "${1} " + CUT)
    else:
        texts = pl.repeat(ANY, len(labels.templates), dtype=pl.String, eager=True)
    places, templates = encode(texts)
    return Labels(places[labels.codes], templates, cut)


def assign(parts: Sequence[Labels]) -> tuple[list[Codes], list[str]]:
    """The patterns of messages whose templates were found in several places.

    Returns:
        For each part the pattern of each of its messages, as a place in the list of patterns; and that list, sorted.
    """
    cut = max((part.cut for part in parts), default=0)
    while True:
        shorter = [_shortened(part, cut) for part in parts]
        codes, templates = encode(pl.concat([pl.Series(dtype=pl.String), *(part.templates for part in shorter)]))
        if len(templates) <= MAX_TEMPLATES or cut == len(CUTS):
            break
        cut += 1
    patterns = cluster(templates)
    names = patterns.unique().sort()
    ranks = pl.DataFrame({"pattern": names}).with_row_index("place")
    places = patterns.to_frame("pattern").join(ranks, on="pattern", how="left", maintain_order="left")["place"]
    of_template = places.to_numpy().astype(np.int32)[codes]
    ends = np.cumsum([len(part.templates) for part in shorter], dtype=np.int64)
    starts = ends - [len(part.templates) for part in shorter] if len(ends) else ends
    found = [of_template[a:b][part.codes] for a, b, part in zip(starts, ends, shorter, strict=True)]
    return found, names.to_list()
