"""polars: the lines in memory as one string column, then a regex filter."""

from __future__ import annotations

from functools import reduce
from operator import and_
from pathlib import Path

import polars as pl
from tests.bench.corpora import Corpus
from tests.bench.peers.base import PAGE, FasterOf, Peer
from tests.bench.queries import PageQuery, stamped


class PolarsScan(Peer):
    name = "polars"
    title = "polars scan"
    note = (
        "all lines in memory with hour and level (parsed for it, free); newest = last lines; the faster of a "
        "whole-word regex and a case-sensitive literal, which is a smaller question"
    )

    def open(self, corpus: Corpus, directory: Path) -> None:
        lines = pl.read_lines(corpus.clean)["line"]
        self._lines = pl.concat([stamped(lines), lines.rename("body").to_frame()], how="horizontal")
        self._faster: FasterOf[PageQuery, pl.Expr] = FasterOf((_regexes, _substrings))

    def page(self, query: PageQuery) -> int:
        return self._faster.run(query, self._page)

    def _page(self, predicate: pl.Expr) -> int:
        matches = self._lines.lazy().filter(predicate).select("body").collect()
        matches.tail(PAGE).to_dicts()
        return matches.height

    def frame(self, query: PageQuery) -> int:
        return self._faster.run(query, lambda predicate: len(self._lines.filter(predicate).to_pandas()))

    def count(self, query: PageQuery) -> int:
        return self._faster.run(query, self._count)

    def _count(self, predicate: pl.Expr) -> int:
        return int(self._lines.lazy().filter(predicate).select(pl.len()).collect().item())

    def histogram(self, query: PageQuery) -> int:
        return self._faster.run(query, lambda predicate: self._grouped("hour", predicate))

    def facet(self, query: PageQuery) -> int:
        return self._faster.run(query, lambda predicate: self._grouped("level", predicate))

    def _grouped(self, column: str, predicate: pl.Expr) -> int:
        groups = self._lines.lazy().filter(predicate).group_by(column).len().sort(column).collect()
        return int(groups.drop_nulls()["len"].sum())

    def regex_count(self, pattern: str, literal: str) -> int:
        lines = self._lines.get_column("body")
        if literal:  # filtering first is faster than both conditions in one filter
            lines = lines.filter(lines.str.contains(literal, literal=True))
        return int(lines.str.contains(pattern).sum())


def _regexes(query: PageQuery) -> pl.Expr:
    if query.level:
        return (pl.col("hour") == query.hour) & (pl.col("level") == query.level)
    return reduce(and_, (pl.col("body").str.contains(pattern) for pattern in query.patterns))


def _substrings(query: PageQuery) -> pl.Expr:
    if query.level:
        return _regexes(query)
    texts = [" ".join(query.words)] if query.phrase else query.words
    return reduce(and_, (pl.col("body").str.contains(text, literal=True) for text in texts))
