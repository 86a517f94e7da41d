"""A peer in a process of its own: the server side (``python -m tests.bench.worker PEER``) and the client side.

Requests and answers are JSON, one a line.  Times are taken inside the worker, so the pipe costs nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.corpora import ROOT, Corpus
from tests.bench.measure import Memory, TreeMemory
from tests.bench.peers.base import Peer, Unsupported
from tests.bench.queries import PageQuery
from tests.bench.questions import Question


class WorkerFailed(Exception):
    """The peer raised, or its process died; the message has its traceback's end."""


def environment() -> dict[str, str]:
    """Of every process that is measured: the library from this checkout, two threads for whoever asks."""
    paths = [str(ROOT / "kernel_lib"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    # The peers are installed, and so compiled; a checkout is compiled when it is first imported.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "POLARS_MAX_THREADS": "2"}


class Worker:
    """The client side.  Use as a context manager; ``memory`` has the peak of its tree if sampling was asked for."""

    def __init__(self, peer: str, *, sample_memory: bool = False) -> None:
        self.peer = peer
        self.memory = Memory()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker", peer],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
            env=environment(),
            text=True,
        )
        self._sampler = TreeMemory(self._process.pid) if sample_memory else None

    def __enter__(self) -> Worker:
        if self._sampler:
            self._sampler.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        if self._sampler:
            self._sampler.__exit__()
            self.memory = self._sampler.peak
        assert self._process.stdin and self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def build(self, corpus: Corpus, directory: Path, threads: int) -> tuple[float, int]:
        """Seconds and rows."""
        answer = self._call("build", corpus=_plain(corpus), directory=str(directory), threads=threads)
        return float(answer["seconds"]), int(answer["value"])

    def open(self, corpus: Corpus, directory: Path) -> float:
        return float(self._call("open", corpus=_plain(corpus), directory=str(directory))["seconds"])

    def page(self, query: PageQuery) -> tuple[float, int]:
        """Seconds and the total."""
        return self.ask("page", query)

    def frame(self, query: PageQuery) -> tuple[float, int]:
        """Seconds and the height."""
        return self.ask("frame", query)

    def ask(self, operation: str, query: PageQuery) -> tuple[float, int]:
        """Seconds and what the peer's method of that name gives: page, frame, count, histogram or facet."""
        answer = self._call(operation, query=asdict(query))
        return float(answer["seconds"]), int(answer["value"])

    def regex_count(self, pattern: str, literal: str) -> tuple[float, int]:
        """Seconds and the number of matches."""
        answer = self._call("regex_count", pattern=pattern, literal=literal)
        return float(answer["seconds"]), int(answer["value"])

    def searchers(
        self, questions: Sequence[Question], searchers: int, beside: Sequence[Question] = ()
    ) -> tuple[float, list[float]]:
        """Seconds for all, and of each question."""
        asked, heavy = [asdict(question) for question in questions], [asdict(question) for question in beside]
        answer = self._call("searchers", questions=asked, searchers=searchers, beside=heavy)
        return float(answer["seconds"]), list(answer["value"])

    def overhead(self) -> tuple[str, dict[str, list[float]]]:
        """The query, and milliseconds by step."""
        value = self._call("overhead")["value"]
        return str(value["query"]), dict(value["milliseconds"])

    def patterns(self) -> tuple[float, int]:
        """Seconds and the number of patterns."""
        answer = self._call("patterns")
        return float(answer["seconds"]), int(answer["value"])

    def complete(self, prefix: str, word: str = "", condition: str = "") -> tuple[float, list[int]]:
        """Seconds and the counts of the best tokens."""
        answer = self._call("complete", prefix=prefix, word=word, condition=condition)
        return float(answer["seconds"]), list(answer["value"])

    def settle(self) -> float:
        """Seconds until nothing goes on behind the answers."""
        return float(self._call("settle")["seconds"])

    def close_peer(self) -> None:
        self._call("close")

    def _call(self, operation: str, **arguments: object) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"operation": operation, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise WorkerFailed(f"{self.peer}: the process ended with code {self._process.poll()} during {operation}")
        answer: dict[str, Any] = json.loads(line)
        if answer.get("unsupported"):
            raise Unsupported(f"{self.peer}: {operation}")
        if "error" in answer:
            raise WorkerFailed(f"{self.peer}, {operation}: {answer['error']}")
        return answer


def _plain(corpus: Corpus) -> dict[str, object]:
    return {name: str(value) if isinstance(value, Path) else value for name, value in asdict(corpus).items()}


def _corpus(data: dict[str, Any]) -> Corpus:
    return Corpus(**{**data, **{name: Path(data[name]) for name in ("path", "clean", "clean_once")}})


def _query(data: dict[str, Any]) -> PageQuery:
    return PageQuery(**{**data, "words": tuple(data["words"])})


def _answer(peer: Peer, request: dict[str, Any]) -> object:
    match request["operation"]:
        case "build":
            return peer.build(_corpus(request["corpus"]), Path(request["directory"]), request["threads"])
        case "open":
            peer.open(_corpus(request["corpus"]), Path(request["directory"]))
            return None
        case "page" | "frame" | "count" | "histogram" | "facet" as question:
            return getattr(peer, question)(_query(request["query"]))
        case "regex_count":
            return peer.regex_count(request["pattern"], request["literal"])
        case "searchers":
            asked, heavy = (tuple(Question(**one) for one in request[name]) for name in ("questions", "beside"))
            return peer.searchers(asked, request["searchers"], heavy)
        case "overhead":
            return peer.overhead()
        case "patterns":
            return peer.patterns()
        case "settle":
            peer.settle()
            return None
        case "complete":
            return peer.complete(request["prefix"], request["word"], request["condition"])
        case _:
            peer.close()
            return None


def serve(name: str) -> None:
    """Answer requests on stdin until it closes."""
    from tests.bench.peers.registry import PEERS

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints must not mix with the answers
    peer = PEERS[name]()
    loaded = False
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if not loaded:
                peer.load()
                loaded = True
            began = time.perf_counter()
            value = _answer(peer, request)
            answer = {"seconds": time.perf_counter() - began, "value": value}
        except Unsupported:
            answer = {"unsupported": True}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"[-2_000:]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
