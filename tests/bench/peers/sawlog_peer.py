"""sawlog, through its public API only; the scan executor, which has no public name, by its one function."""

from __future__ import annotations

import importlib
import mmap
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.bench.corpora import Corpus
from tests.bench.peers.base import PAGE, Peer, Unsupported
from tests.bench.queries import PageQuery


class Sawlog(Peer):
    name = "sawlog"
    title = "sawlog"
    note = "detects the format, parses, keeps rows, bitmaps and terms"

    def load(self) -> None:
        self._sawlog: Any = importlib.import_module("sawlog")
        importlib.import_module("sawlog.engine")  # which `import sawlog` leaves for later

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
        hits.html()
        return int(hits.total)

    def frame(self, query: PageQuery) -> int:
        return len(self._search(query).to_pandas(limit=None))

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
