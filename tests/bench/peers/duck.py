"""DuckDB: the text loaded into a table, then `regexp_matches` or `contains`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
from tests.bench.corpora import Corpus
from tests.bench.peers.base import PAGE, FasterOf, Peer
from tests.bench.queries import PageQuery, stamped

#: A condition and its values.
Where = tuple[str, list[str]]

#: Reads a clean twin line by line: the delimiter is a control character that no line has.
READ_LINES = (
    "read_csv('{path}', delim='\x1f', quote='', escape='', header=false, auto_detect=false, "
    "columns={{'body': 'VARCHAR'}}, max_line_size=16000000, strict_mode=false)"
)


class DuckDb(Peer):
    name = "duckdb"
    title = "DuckDB"
    note = (
        "in memory, with row number, hour and level (parsed for it, free); newest = last lines; the faster of a "
        "whole-word regex and a case-sensitive `contains`, which is a smaller question"
    )

    def load(self) -> None:
        import duckdb

        self._duckdb: Any = duckdb

    def build(self, corpus: Corpus, directory: Path, threads: int) -> int:
        with self._duckdb.connect(str(directory / "log.duckdb"), config={"threads": threads}) as connection:
            source = READ_LINES.format(path=corpus.clean)
            connection.execute(f"CREATE TABLE log AS SELECT coalesce(body, '') AS body FROM {source}")
            return int(connection.execute("SELECT count(*) FROM log").fetchone()[0])

    def open(self, corpus: Corpus, directory: Path) -> None:
        self._connection = self._duckdb.connect(config={"threads": 2})
        lines = pl.read_lines(corpus.clean)["line"]
        parsed = pl.concat([stamped(lines), lines.rename("body").to_frame()], how="horizontal").with_row_index("line")
        self._connection.register("parsed", parsed.to_arrow())
        self._connection.execute("CREATE TABLE log AS SELECT * FROM parsed")
        self._connection.unregister("parsed")
        self._faster: FasterOf[PageQuery, Where] = FasterOf((_regexes, _substrings))

    def page(self, query: PageQuery) -> int:
        return self._faster.run(query, self._page)

    def _page(self, where: Where) -> int:
        condition, values = where
        newest = f"SELECT body FROM log WHERE {condition} ORDER BY line DESC LIMIT {PAGE}"
        self._connection.execute(newest, values).fetchall()
        return self._count(where)

    def frame(self, query: PageQuery) -> int:
        return self._faster.run(query, self._frame)

    def _frame(self, where: Where) -> int:
        condition, values = where
        return len(self._connection.execute(f"SELECT * FROM log WHERE {condition}", values).df())

    def count(self, query: PageQuery) -> int:
        return self._faster.run(query, self._count)

    def _count(self, where: Where) -> int:
        condition, values = where
        return int(self._connection.execute(f"SELECT count(*) FROM log WHERE {condition}", values).fetchone()[0])

    def histogram(self, query: PageQuery) -> int:
        return self._faster.run(query, lambda where: self._grouped("hour", where))

    def facet(self, query: PageQuery) -> int:
        return self._faster.run(query, lambda where: self._grouped("level", where))

    def _grouped(self, column: str, where: Where) -> int:
        condition, values = where
        groups = f"SELECT {column}, count(*) FROM log WHERE {condition} GROUP BY {column} ORDER BY {column}"
        return sum(count for value, count in self._connection.execute(groups, values).fetchall() if value is not None)

    def regex_count(self, pattern: str, literal: str) -> int:
        return self._count(("contains(body, ?) AND regexp_matches(body, ?)", [literal, pattern]))

    def close(self) -> None:
        self._connection.close()


def _regexes(query: PageQuery) -> Where:
    if query.level:
        return "hour = ? AND level = ?", [query.hour, query.level]
    return " AND ".join("regexp_matches(body, ?)" for _ in query.patterns), list(query.patterns)


def _substrings(query: PageQuery) -> Where:
    if query.level:
        return _regexes(query)
    texts = [" ".join(query.words)] if query.phrase else list(query.words)
    return " AND ".join("contains(body, ?)" for _ in texts), texts
