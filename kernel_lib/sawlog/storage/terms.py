"""The text index of a partition: which rows hold which tokens.  The only module that imports tantivy."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import tantivy

from sawlog.errors import StoreError
from sawlog.query.ast import Query
from sawlog.query.matching import wildcard_regex
from sawlog.query.tokens import spaced
from sawlog.storage.reading import Reading

_TEXT = "text"
_ANALYZER = "words"

#: Tantivy drops tokens of more bytes than this; records that hold one are kept as always-verified rows.
MAX_TOKEN_BYTES = 65_530

#: How the file of an index's dictionary ends, and the bytes that a token takes in it, about.
DICTIONARY, TOKEN_BYTES = ".term", 8

#: More than a partition can fill, so that its index is one segment; what is taken is what its text needs.
_HEAP_BYTES = 2_000_000_000

#: Rows that are taken out of an index at a time, and into how many such slices all are cut at the most: each finds the
#: rows before it again.
_SLICE, _MOST_SLICES = 32_768, 16

#: ASCII letters to lower case, digits as they are, everything else to a space.
_SPACED = bytes(ord(chr(b).lower()) if b < 128 and chr(b).isalnum() else 32 for b in range(256))

#: What tantivy says where it cannot make a lock.
_LOCK_FAILED = "Failed to acquire Lockfile"

_INDEXED = frozenset({"term", "phrase", "wildcard", "fuzzy", "and", "or", "not", "all", "none"})


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field(_TEXT, stored=False, tokenizer_name=_ANALYZER, index_option="position")
    return builder.build()


def _register(index: tantivy.Index) -> None:
    # Texts come with their tokens folded and spaced.  The default analyzer would also drop those of over 40 bytes.
    index.register_tokenizer(_ANALYZER, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())


def supports(node: Query) -> bool:
    """Whether the text index alone answers this tree, exactly."""
    return all(n.kind in _INDEXED and not n.slop for n in node.walk())


class TermWriter:
    """Writes the text index of one partition, from its last row to its first.

    One thread and one segment: document 0 is the last row, document 1 the one before it.  So rows need no field of
    their own, and the first documents of a query are its newest rows.
    """

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True)
        self._index = tantivy.Index(_schema(), path=str(directory))
        _register(self._index)
        self._writer = self._index.writer(_HEAP_BYTES, 1)
        self._rows = 0

    def prepend(self, texts: pa.Array) -> None:
        """Adds the rows before those added so far; ``texts`` is a large_string array in row order."""
        document, add = tantivy.Document, self._writer.add_document
        spaced = _spaced(texts)
        for text in reversed(spaced):
            doc = document()
            doc.add_text(_TEXT, text)
            add(doc)
        self._rows += len(spaced)

    def close(self) -> None:
        """Commits; the directory is complete after this.

        Raises:
            StoreError: the index became several segments, so that its documents are not the rows in order.
        """
        self._writer.commit()
        self._writer.wait_merging_threads()
        self._index.reload()
        searcher = self._index.searcher()
        if searcher.num_docs != self._rows or searcher.num_segments > 1:
            raise StoreError(
                f"the text index of a partition of {self._rows:,} records did not fit into one segment: "
                "set SAWLOG_PARTITION_BYTES lower and open again"
            )


def _spaced(texts: pa.Array) -> list[str]:
    """Each text as its folded tokens with spaces between them: what the index's analyzer takes."""
    _, offsets, data = texts.buffers()
    bounds = np.frombuffer(offsets, np.int64)[texts.offset : texts.offset + len(texts) + 1]
    body = b"" if data is None else data.slice(int(bounds[0]), int(bounds[-1] - bounds[0])).to_pybytes()
    bounds = np.ascontiguousarray(bounds - bounds[0])
    ready = pa.LargeStringArray.from_buffers(len(texts), pa.py_buffer(bounds), pa.py_buffer(body.translate(_SPACED)))
    found: list[str] = ready.to_pylist()
    if not body.isascii():
        for row in foreign_records(np.frombuffer(body, np.uint8), bounds[:-1]).tolist():
            found[row] = spaced(texts[row].as_py())
    return found


def foreign_records(data: npt.NDArray[np.uint8], starts: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The records that hold a byte outside ASCII, ascending; ``starts`` are their first bytes."""
    where = np.flatnonzero(data >= 0x80)
    return np.unique(np.searchsorted(starts, where, side="right") - 1) if len(where) else np.empty(0, np.int64)


def _opened(directory: Path) -> tantivy.Index:
    """The index in a directory, which may be one that cannot be written to."""
    try:
        return tantivy.Index.open(str(directory))
    except ValueError as error:
        if _LOCK_FAILED not in str(error):
            raise
    # Tantivy locks the index even to read it; what is sealed needs no lock.  It keeps the files that it has opened.
    with tempfile.TemporaryDirectory(prefix="sawlog-") as writable:
        for path in directory.iterdir():
            if path.suffix != ".lock":
                os.symlink(path.resolve(), os.path.join(writable, path.name))
        return tantivy.Index.open(writable)


class TermReader:
    """Reads the text index of one partition.  Immutable; shared by threads (tantivy releases the GIL).

    Raises:
        StoreError: it cannot be read.
    """

    def __init__(self, directory: Path) -> None:
        self._reading = Reading(directory)
        with self._reading:
            index = _opened(directory)
            _register(index)
            self._schema = index.schema
            self._searcher = index.searcher()
        self._last = self._searcher.num_docs - 1

    def doc_freq(self, token: str) -> int:
        """Rows that hold the token; costs one look-up in the dictionary."""
        with self._reading:
            return self._searcher.doc_freq(_TEXT, token)

    def count(self, node: Query) -> int:
        """Rows that match a tree (see :func:`supports`)."""
        if node.kind == "term":
            return self.doc_freq(str(node.value))
        return int(self._search(self._translate(node), limit=1, count=True).count)

    def rows(self, node: Query, check: Callable[[], None] = lambda: None) -> npt.NDArray[np.int64]:
        """All rows that match a tree, in no order.  ``check`` is called between slices of them, and may raise."""
        return np.concatenate([np.empty(0, np.int64), *self._slices(node, self._last + 1, check)])

    def newest(
        self, node: Query, limit: int, oldest: bool = False, check: Callable[[], None] = lambda: None
    ) -> npt.NDArray[np.int64]:
        """The last (or first) ``limit`` rows that match a tree, in that order; ``check`` as in :meth:`rows`."""
        if oldest:
            return np.sort(self.rows(node, check))[:limit]
        return np.concatenate([np.empty(0, np.int64), *self._slices(node, limit, check)])

    def _slices(self, node: Query, limit: int, check: Callable[[], None]) -> Iterator[npt.NDArray[np.int64]]:
        """Rows in the order of their documents: of equal scores the lowest documents, the newest rows, come first.

        What tantivy found becomes Python objects while no other thread can run, hence slices.
        """
        query = tantivy.Query.const_score_query(self._translate(node), 1.0)
        size = max(_SLICE, (self._last + 1) // _MOST_SLICES)
        for start in range(0, max(1, limit), size):
            check()
            wanted = max(1, min(size, limit - start))
            found = self._search(query, limit=wanted, offset=start).hits
            yield self._rows_of(found)
            if len(found) < wanted:
                break

    def ranked(self, node: Query, limit: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """The most relevant rows by BM25 within this partition, best first, and their scores."""
        hits = self._search(self._translate(node), limit=max(1, limit)).hits
        return self._rows_of(hits), np.fromiter((score for score, _ in hits), np.float64, len(hits))

    def _rows_of(self, hits: Sequence[tuple[Any, tantivy.DocAddress]]) -> npt.NDArray[np.int64]:
        return self._last - np.fromiter((address.doc for _, address in hits), np.int64, len(hits))

    def terms(self, prefix: str, limit: int | None = None, within: Query | None = None) -> list[tuple[str, int]]:
        """Tokens that begin with a prefix with their doc freqs, most frequent first.

        Walks all of them whatever the limit.  ``within``: only rows that match this tree (see :func:`supports`) count.
        """
        chosen = None if within is None else self._translate(within)
        with self._reading:
            found = self._searcher.terms_with_prefix(_TEXT, prefix, filter_query=chosen, limit=limit)
        return found if within is None else [(token, count) for token, count in found if count]

    def _search(self, query: tantivy.Query, limit: int, offset: int = 0, count: bool = False) -> Any:
        with self._reading:
            return self._searcher.search(query, limit=limit, offset=offset, count=count)

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
