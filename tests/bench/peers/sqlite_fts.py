"""SQLite FTS5 over the bare text."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.bench.corpora import Corpus
from tests.bench.peers.base import PAGE, SUGGESTIONS, Peer, Unsupported, lines_of
from tests.bench.queries import PageQuery


class SqliteFts(Peer):
    name = "sqlite"
    title = "SQLite FTS5"
    note = "normal table (text kept, so that it can show a page), unicode61, journal and sync off; one thread by nature"
    slow = True

    def build(self, corpus: Corpus, directory: Path, threads: int) -> int:
        connection = self._connect(directory)
        for pragma in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-262144"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("CREATE VIRTUAL TABLE log USING fts5(body)")
        connection.executemany("INSERT INTO log(body) VALUES (?)", ((line,) for line in lines_of(corpus.clean)))
        connection.commit()
        rows = int(connection.execute("SELECT max(rowid) FROM log").fetchone()[0])
        connection.close()
        return rows

    def open(self, corpus: Corpus, directory: Path) -> None:
        self._connection = self._connect(directory)

    def page(self, query: PageQuery) -> int:
        if not query.words:
            raise Unsupported
        match = f'"{" ".join(query.words)}"' if query.phrase else " AND ".join(query.words)
        newest = "SELECT highlight(log, 0, '<mark>', '</mark>') FROM log WHERE log MATCH ? ORDER BY rowid DESC LIMIT ?"
        self._connection.execute(newest, (match, PAGE)).fetchall()
        return int(self._connection.execute("SELECT count(*) FROM log WHERE log MATCH ?", (match,)).fetchone()[0])

    def complete(self, prefix: str, word: str, condition: str) -> list[int]:
        if word or condition:
            raise Unsupported
        self._connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocab USING fts5vocab(main, log, row)")
        best = "SELECT doc FROM temp.vocab WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT ?"
        return [doc for (doc,) in self._connection.execute(best, (prefix, prefix + "\U0010ffff", SUGGESTIONS))]

    def close(self) -> None:
        self._connection.close()

    @staticmethod
    def _connect(directory: Path) -> sqlite3.Connection:
        return sqlite3.connect(directory / "log.sqlite")
