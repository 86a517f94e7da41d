"""The text index of a partition: which rows hold which tokens.  The only module that imports tantivy."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import tantivy

from sawlog.errors import StoreError
from sawlog.query.ast import Query
from sawlog.query.matching import wildcard_regex

_TEXT, _ROW = "text", "row"
_ANALYZER = "words"

#: Tantivy drops tokens of more bytes than this; records that hold one are kept as always-verified rows.
MAX_TOKEN_BYTES = 65_530

_INDEXED = frozenset({"term", "phrase", "wildcard", "fuzzy", "and", "or", "not", "all", "none"})


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_TEXT, stored=False, tokenizer_name=_ANALYZER, index_option="position")
    builder.add_unsigned_field(_ROW, fast=True)
    return builder.build()


def _register(index: tantivy.Index) -> None:
    # The default analyzer drops tokens of more than 40 bytes: a SHA-256 would not be found.
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()
    index.register_tokenizer(_ANALYZER, analyzer)


def supports(node: Query) -> bool:
    """Whether the text index alone answers this tree, exactly."""
    return all(n.kind in _INDEXED and not n.slop for n in node.walk())


class TermWriter:
    """Writes the text index of one partition: a single thread, so rows keep their order in one segment."""

    def __init__(self, directory: Path, heap_bytes: int) -> None:
        directory.mkdir(parents=True)
        index = tantivy.Index(_schema(), path=str(directory))
        _register(index)
        self._writer = index.writer(heap_bytes, 1)
        self._row = 0

    def add(self, texts: Sequence[str]) -> None:
        """Adds the next rows' texts."""
        document, add = tantivy.Document, self._writer.add_document
        for row, text in enumerate(texts, self._row):
            doc = document()
            # add_unsigned, since Document(row=5) sends a signed value, which kills the writer.
            doc.add_unsigned(_ROW, row)
            doc.add_text(_TEXT, text)
            add(doc)
        self._row += len(texts)

    def close(self) -> None:
        """Commits; the directory is complete after this."""
        self._writer.commit()
        self._writer.wait_merging_threads()


class TermReader:
    """Reads the text index of one partition.  Immutable; shared by threads (tantivy releases the GIL)."""

    def __init__(self, directory: Path) -> None:
        try:
            index = tantivy.Index.open(str(directory))
        except ValueError as error:
            raise StoreError(
                f"the text index {directory} cannot be opened ({error}): drop the dataset and index again"
            ) from error
        _register(index)
        self._schema = index.schema
        self._searcher = index.searcher()

    def doc_freq(self, token: str) -> int:
        """Rows that hold the token; costs one look-up in the dictionary."""
        return self._searcher.doc_freq(_TEXT, token)

    def count(self, node: Query) -> int:
        """Rows that match a tree (see :func:`supports`)."""
        if node.kind == "term":
            return self.doc_freq(str(node.value))
        result: Any = self._searcher.search(self._translate(node), limit=1, count=True)
        return int(result.count)

    def rows(self, node: Query) -> npt.NDArray[np.uint32]:
        """All rows that match a tree, in no order."""
        query = tantivy.Query.const_score_query(self._translate(node), 1.0)
        hits = self._searcher.search(
            query, limit=max(1, self._searcher.num_docs), count=False, order_by_field=_ROW
        ).hits
        return np.fromiter((key for key, _ in hits), dtype=np.uint32, count=len(hits))

    def newest(self, node: Query, limit: int, oldest: bool = False) -> npt.NDArray[np.uint32]:
        """The last (or first) ``limit`` rows that match a tree, in that order."""
        order = tantivy.Order.Asc if oldest else tantivy.Order.Desc
        found = self._searcher.search(
            self._translate(node), limit=max(1, limit), count=False, order_by_field=_ROW, order=order
        )
        return np.fromiter((key for key, _ in found.hits), dtype=np.uint32, count=len(found.hits))

    def ranked(self, node: Query, limit: int) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.float64]]:
        """The most relevant rows by BM25 within this partition, best first, and their scores."""
        hits = self._searcher.search(self._translate(node), limit=max(1, limit), count=False).hits
        rows = self._searcher.fast_field_values(_ROW, [address for _, address in hits])
        scores = np.fromiter((score for score, _ in hits), np.float64, len(hits))
        return np.asarray(rows, dtype=np.uint32), scores

    def terms(self, prefix: str, limit: int | None = None) -> list[tuple[str, int]]:
        """Tokens that begin with a prefix with their doc freqs, most frequent first."""
        return self._searcher.terms_with_prefix(_TEXT, prefix, limit=limit)

    def _translate(self, node: Query) -> tantivy.Query:
        make, schema = tantivy.Query, self._schema
        value = node.value
        match node.kind:
            case "all":
                return make.all_query()
            case "none":
                return make.empty_query()
            case "term":
                return make.term_query(schema, _TEXT, str(value), index_option="position")
            case "phrase" if isinstance(value, tuple):
                if len(value) == 1:
                    return make.term_query(schema, _TEXT, value[0], index_option="position")
                return make.phrase_query(schema, _TEXT, list(value), slop=0)
            case "wildcard":
                return make.regex_query(schema, _TEXT, wildcard_regex(str(value)))
            case "fuzzy":
                return make.fuzzy_term_query(schema, _TEXT, str(value), distance=node.distance)
            case "and" | "or":
                clauses = [self._clause(child, node.kind == "and") for child in node.children]
                if all(occur == tantivy.Occur.MustNot for occur, _ in clauses):
                    clauses.append((tantivy.Occur.Must, make.all_query()))
                return make.boolean_query(clauses)
            case "not":
                excluded = (tantivy.Occur.MustNot, self._translate(node.children[0]))
                return make.boolean_query([(tantivy.Occur.Must, make.all_query()), excluded])
        raise AssertionError(f"the text index cannot answer {node.kind}")

    def _clause(self, child: Query, conjunction: bool) -> tuple[tantivy.Occur, tantivy.Query]:
        if conjunction and child.kind == "not":  # excludes postings instead of building the complement
            return tantivy.Occur.MustNot, self._translate(child.children[0])
        return tantivy.Occur.Must if conjunction else tantivy.Occur.Should, self._translate(child)
