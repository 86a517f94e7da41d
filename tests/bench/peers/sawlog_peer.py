"""sawlog, through its public API only; the scan executor, which has no public name, by its one function."""

from __future__ import annotations

import importlib
import mmap
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.corpora import Corpus
from tests.bench.peers.base import PAGE, SUGGESTIONS, Peer, Unsupported
from tests.bench.peers.overhead import milliseconds, typical
from tests.bench.peers.searchers import ask_all
from tests.bench.queries import PageQuery
from tests.bench.questions import Question


class Sawlog(Peer):
    name = "sawlog"
    title = "sawlog"
    note = "detects the format, parses, keeps rows, bitmaps and terms"

    def load(self) -> None:
        self._sawlog: Any = importlib.import_module("sawlog")
        for later in ("sawlog.engine.manager", "pandas"):  # which `import sawlog` leaves for when they are used
            importlib.import_module(later)

    def build(self, corpus: Corpus, directory: Path, threads: int) -> int:
        logs = self._open(corpus, directory, threads)
        records = int(logs.count())
        logs.close()
        return records

    def open(self, corpus: Corpus, directory: Path) -> None:
        self._logs = self._open(corpus, directory, 2)

    def _open(self, corpus: Corpus, directory: Path, threads: int) -> Any:
        return self._sawlog.open(str(corpus.path), store=directory, workers=threads, background=False)

    def page(self, query: PageQuery) -> int:
        hits = self._search(query)
        if query.shown:
            hits.html()
        return int(hits.total)

    def frame(self, query: PageQuery) -> int:
        return len(self._search(query).to_pandas(limit=None))

    def patterns(self) -> int:
        return int(self._logs.patterns().attrs["patterns"])

    def complete(self, prefix: str, word: str, condition: str) -> list[int]:
        typed = " ".join(filter(None, (condition, word, prefix)))
        # Names and recent queries come first; with them there are still ten words.
        found = self._logs.complete(typed, limit=SUGGESTIONS + 6)
        counts = [s.count if s.count is not None else -1 for s in found if s.kind == "term"]
        return counts[:SUGGESTIONS]

    def settle(self) -> None:
        self._logs._state.tables.wait()

    def count(self, query: PageQuery) -> int:
        return int(self._logs.count(query.text))

    def histogram(self, query: PageQuery) -> int:
        return int(self._logs.histogram(query.text, by="1h").total)

    def facet(self, query: PageQuery) -> int:
        return int(self._logs.facets("level", query.text)["count"].sum())

    def regex_count(self, pattern: str, literal: str) -> int:
        return int(self._logs.count(f"/{pattern}/"))

    def searchers(self, questions: Sequence[Question], searchers: int, beside: Sequence[Question]) -> list[float]:
        """The seconds of each answer: see :func:`tests.bench.peers.searchers.ask_all`."""
        return ask_all(self._answer, questions, searchers, beside)

    def _answer(self, question: Question) -> None:
        if question.kind == "histogram":
            self._logs.histogram(question.text)
        else:
            self._logs.search(question.text, limit=PAGE)

    def overhead(self) -> dict[str, object]:
        """The typical query, and milliseconds by step: see :mod:`tests.bench.peers.overhead`."""
        text = typical(self._logs)
        return {"query": text, "milliseconds": milliseconds(self._logs, text)}

    def _search(self, query: PageQuery) -> Any:
        if not query.hour:
            return self._logs.search(query.text, limit=PAGE)
        start = datetime.fromisoformat(f"{query.hour}:00:00").replace(tzinfo=UTC)
        return self._logs.search(query.text, start=start, end=start + timedelta(hours=1), limit=PAGE)

    def close(self) -> None:
        self._logs.close()


def seconds_to_scan(path: Path, query: str, runs: int) -> tuple[list[float], int]:
    """Scan a mapped file on one core ``runs`` times after one to warm up; seconds of each, and the matches.

    Raises:
        Unsupported: this platform has no scanner for the query.
    """
    scan = importlib.import_module("sawlog.execute.bytescan")
    node = importlib.import_module("sawlog.query.parser").parse(query).query
    scanner = scan.compile_scanner((node,))
    if scanner is None:
        raise Unsupported(query)
    seconds: list[float] = []
    found = 0
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        for _ in range(runs + 1):
            began = time.perf_counter()
            ends, _ = scanner.ends(data)
            seconds.append(time.perf_counter() - began)
            found = len(ends)
    return seconds[1:], found
