"""A bare tantivy-py loop: one text field with positions, nothing stored, one writer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.bench.corpora import Corpus
from tests.bench.peers.base import PAGE, SUGGESTIONS, Peer, Unsupported, lines_of
from tests.bench.queries import PageQuery

HEAP_BYTES = 512_000_000


class BareTantivy(Peer):
    name = "tantivy"
    title = "bare tantivy-py loop, `Document(body=line)`"
    note = "positions, not stored, default analyzer, one writer with the same number of threads; gives no text back"

    def load(self) -> None:
        import tantivy

        self._tantivy: Any = tantivy

    def build(self, corpus: Corpus, directory: Path, threads: int) -> int:
        index = self._tantivy.Index(self._schema(), path=str(directory))
        writer = index.writer(heap_size=HEAP_BYTES, num_threads=threads)
        rows = self._feed(writer, corpus.clean)
        writer.commit()
        writer.wait_merging_threads()
        return rows

    def _schema(self) -> Any:
        return self._tantivy.SchemaBuilder().add_text_field("body", stored=False, index_option="position").build()

    def _feed(self, writer: Any, path: Path) -> int:
        document, add, rows = self._tantivy.Document, writer.add_document, 0
        for line in lines_of(path):
            add(document(body=line))
            rows += 1
        return rows

    def open(self, corpus: Corpus, directory: Path) -> None:
        self._index = self._tantivy.Index.open(str(directory))
        self._searcher = self._index.searcher()

    def page(self, query: PageQuery) -> int:
        if not query.words:
            raise Unsupported
        text = f'"{" ".join(query.words)}"' if query.phrase else " AND ".join(query.words)
        found = self._searcher.search(self._index.parse_query(text, ["body"]), limit=PAGE, count=True)
        return int(found.count)

    def complete(self, prefix: str, word: str, condition: str) -> list[int]:
        if condition:
            raise Unsupported
        query = self._index.parse_query(word, ["body"]) if word else None
        found = self._searcher.terms_with_prefix("body", prefix, filter_query=query, limit=SUGGESTIONS)
        return [count for _, count in found]


class TypedTantivy(BareTantivy):
    name = "tantivy-typed"
    title = "bare tantivy-py loop, `add_text`"

    def _feed(self, writer: Any, path: Path) -> int:
        document, add, rows = self._tantivy.Document, writer.add_document, 0
        for line in lines_of(path):
            row = document()
            row.add_text("body", line)
            add(row)
            rows += 1
        return rows


class JsonTantivy(BareTantivy):
    name = "tantivy-json"
    title = "bare tantivy-py loop, `add_json`"

    def _feed(self, writer: Any, path: Path) -> int:
        add, encode, rows = writer.add_json, json.dumps, 0
        for line in lines_of(path):
            add(encode({"body": line}))
            rows += 1
        return rows
