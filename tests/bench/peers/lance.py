"""LanceDB full-text search over the bare text."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
from tests.bench.corpora import Corpus
from tests.bench.peers.base import PAGE, Peer, Unsupported, lines_of
from tests.bench.queries import PageQuery

_BATCH = 50_000


class LanceFts(Peer):
    name = "lancedb"
    title = "LanceDB FTS"
    note = "table of Arrow batches and an FTS index with positions, no stemming, no stop words; best 100, not newest"
    slow = True

    def load(self) -> None:
        import lancedb
        from lancedb.index import FTS
        from lancedb.query import FullTextOperator, MatchQuery, PhraseQuery

        self._lancedb: Any = lancedb
        self._fts: Any = FTS
        self._match: Any = MatchQuery
        self._phrase: Any = PhraseQuery
        self._and: Any = FullTextOperator.AND

    def build(self, corpus: Corpus, directory: Path, threads: int) -> int:
        schema = pa.schema([pa.field("body", pa.string())])

        def batches() -> Iterator[pa.RecordBatch]:
            lines = lines_of(corpus.clean)
            while part := list(islice(lines, _BATCH)):
                yield pa.record_batch([pa.array(part, pa.string())], schema=schema)

        database = self._lancedb.connect(str(directory))
        table = database.create_table("log", data=pa.RecordBatchReader.from_batches(schema, batches()))
        table.create_index(
            "body",
            config=self._fts(
                with_position=True, stem=False, remove_stop_words=False, ascii_folding=False, num_workers=threads
            ),
        )
        return int(table.count_rows())

    def open(self, corpus: Corpus, directory: Path) -> None:
        self._table = self._lancedb.connect(str(directory)).open_table("log")

    def page(self, query: PageQuery) -> int:
        if not query.words:
            raise Unsupported
        text = " ".join(query.words)
        asked = self._phrase(text, "body") if query.phrase else self._match(text, "body", operator=self._and)
        return int(self._table.search(asked, query_type="fts").limit(PAGE).to_arrow().num_rows)
