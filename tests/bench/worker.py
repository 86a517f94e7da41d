"""A peer in a process of its own: the server side (``python -m tests.bench.worker PEER``) and the client side.

Requests and answers are JSON, one a line.  Times are taken inside the worker, so the pipe costs nothing.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench.corpora import ROOT, Corpus
from tests.bench.measure import Memory, TreeMemory
from tests.bench.peers.base import Peer, Unsupported
from tests.bench.queries import PageQuery


class WorkerFailed(Exception):
    """The peer raised, or its process died; the message has its traceback's end."""


def environment() -> dict[str, str]:
    """Of every process that is measured: the library from this checkout, two threads for whoever asks."""
    paths = [str(ROOT / "kernel_lib"), str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, paths)), "POLARS_MAX_THREADS": "2"}


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
        answer = self._call("page", query=asdict(query))
        return float(answer["seconds"]), int(answer["value"])

    def frame(self, query: PageQuery) -> tuple[float, int]:
        """Seconds and the height."""
        answer = self._call("frame", query=asdict(query))
        return float(answer["seconds"]), int(answer["value"])

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
        case "page":
            return peer.page(_query(request["query"]))
        case "frame":
            return peer.frame(_query(request["query"]))
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
