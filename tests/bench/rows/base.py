"""What a row of the results is, and what all rows share: corpora, finished indexes, and the care for failing peers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import corpora, queries, questions
from tests.bench.corpora import Corpus
from tests.bench.measure import Memory, Stat, bytes_on_disk, interleaved
from tests.bench.peers.base import Unsupported
from tests.bench.queries import Queries
from tests.bench.questions import Questions
from tests.bench.worker import Worker, WorkerFailed

SAWLOG = "sawlog"
THREADS = 2
SLOW_RUNS = 3
#: Peers without an index.
SCANNERS = ("duckdb", "polars", "rg")
#: Those of them that read a whole corpus into memory, which takes minutes for the largest.
LOADING = ("duckdb", "polars")


@dataclass(frozen=True)
class Row:
    """One line of the table.

    ``ratio`` is how many times better than the peer named in ``against`` (above 1: better), whatever the unit.
    ``ok`` is None where sawlog was not measured.
    """

    key: str
    what: str
    must: str
    measured: Stat | None
    peers: dict[str, Stat]
    ratio: float | None
    against: str
    ok: bool | None
    note: str = ""

    def to_json(self) -> dict[str, object]:
        return {
            **self.__dict__,
            "measured": self.measured and self.measured.to_json(),
            "peers": {name: stat.to_json() for name, stat in self.peers.items()},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Row:
        peers = {name: Stat.from_json(stat) for name, stat in data["peers"].items()}
        return cls(**{**data, "measured": data["measured"] and Stat.from_json(data["measured"]), "peers": peers})


@dataclass(frozen=True)
class Built:
    """A finished index, and what its one build cost while memory was sampled."""

    directory: Path
    seconds: float
    rows: int
    bytes: int
    memory: Memory


@dataclass
class Context:
    """The settings of a run, and what its rows have made so far."""

    scratch: Path
    sizes: tuple[int, ...] = (1, 4, 16)
    runs: int = 5
    quick: bool = False
    failures: list[str] = field(default_factory=list)
    totals: dict[str, dict[str, int]] = field(default_factory=dict)
    say: Callable[[str], None] = print
    _built: dict[tuple[str, str], Built | None] = field(default_factory=dict)
    _loaded: dict[tuple[str, str], Worker] = field(default_factory=dict)

    @property
    def largest(self) -> int:
        return max(self.sizes)

    def ci(self, times: int) -> Corpus:
        """The CI logs; in a quick run, or without them, the generated log stands in."""
        if self.quick or not corpora.have_ci_logs():
            return self.ids()
        return corpora.ci(times, self.scratch)

    def ids(self) -> Corpus:
        return corpora.ids(self.scratch, corpora.QUICK_LINES if self.quick else corpora.IDS_LINES)

    def queries(self, corpus: Corpus) -> Queries:
        return queries.choose(corpus, self.scratch)

    def questions(self, corpus: Corpus) -> Questions:
        return questions.ask(corpus, self.scratch)

    def fresh(self, name: str) -> Path:
        """An empty directory for an index."""
        path = self.scratch / "indexes" / name.replace(" ", "-")
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
        return path

    def built(self, peer: str, corpus: Corpus) -> Built | None:
        """The peer's finished index of a corpus, made at the first call; None where the peer fails."""
        key = (peer, corpus.name)
        if key not in self._built:
            directory = self.fresh(f"{peer}-{corpus.name}")
            self.say(f"  building {peer} on {corpus.name} once, sampling memory")
            try:
                with Worker(peer, sample_memory=True) as worker:
                    seconds, rows = worker.build(corpus, directory, THREADS)
            except (Unsupported, WorkerFailed) as error:
                self.failed(error)
                self._built[key] = None
                return None
            self._built[key] = Built(directory, seconds, rows, bytes_on_disk([directory]), worker.memory)
        return self._built[key]

    def opened(self, peers: Iterable[str], corpus: Corpus) -> dict[str, Worker]:
        """Running workers that have the corpus open, of the peers that can; close them with :meth:`close`.

        Those that load it stay open until :meth:`end`, for the groups that come after.
        """
        workers: dict[str, Worker] = {}
        for peer in peers:
            worker = self._loaded.get((peer, corpus.name)) or self._open(peer, corpus)
            if worker is None:
                continue
            workers[peer] = worker
            if peer in LOADING:
                self._loaded[peer, corpus.name] = worker
        return workers

    def _open(self, peer: str, corpus: Corpus) -> Worker | None:
        directory = self.scratch
        if peer not in SCANNERS:
            built = self.built(peer, corpus)
            if built is None:
                return None
            directory = built.directory
        worker = Worker(peer)
        try:
            worker.open(corpus, directory)
        except (Unsupported, WorkerFailed) as error:
            self.failed(error)
            worker.__exit__()
            return None
        return worker

    def reopen(self, worker: Worker, corpus: Corpus) -> None:
        """Close and open the peer's index again, in the same process: of what was asked before nothing is kept."""
        built = self.built(worker.peer, corpus)
        assert built is not None, "it was open"
        worker.close_peer()
        worker.open(corpus, built.directory)

    def close(self, workers: dict[str, Worker]) -> None:
        """End these workers, but for those that stay loaded."""
        for worker in workers.values():
            if worker not in self._loaded.values():
                worker.__exit__()

    def end(self) -> None:
        """End the workers that stayed loaded."""
        for worker in self._loaded.values():
            worker.__exit__()
        self._loaded.clear()

    def measure(self, tasks: dict[str, Callable[[], float]], runs: int | None = None) -> dict[str, Stat]:
        """Interleaved runs of the tasks after one to warm up; a task that fails then is left out and noted.

        A quick run takes the times of the warm-up.
        """
        warm_up: dict[str, Stat] = {}
        for name, task in tasks.items():
            try:
                warm_up[name] = Stat("s", (task(),))
            except (Unsupported, WorkerFailed) as error:
                self.failed(error)
        return warm_up if self.quick else interleaved({name: tasks[name] for name in warm_up}, runs or self.runs)

    def failed(self, error: Exception) -> None:
        if isinstance(error, WorkerFailed) and str(error) not in self.failures:
            self.failures.append(str(error))
            self.say(f"  ! {error}")


def faster_than_all(measured: Stat | None, peers: dict[str, Stat]) -> tuple[float | None, str, bool | None]:
    """For times: the ratio to the fastest peer, its name, and whether sawlog beats them all."""
    if measured is None or not peers:
        return None, "", None
    best = min(peers, key=lambda name: peers[name].median)
    ratio = peers[best].median / measured.median
    return ratio, best, ratio > 1


def seconds(stat: Stat | None) -> float:
    return stat.median if stat else float("nan")
