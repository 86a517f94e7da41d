"""What the fault tests share: processes that build and can be killed, and the proof that nothing was lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

ROOT = Path(__file__).resolve().parents[2]

#: Small partitions and workers even for small inputs, so that a build has many moments to be hit in.
SMALL = {"SAWLOG_PARTITION_BYTES": str(128 << 10), "SAWLOG_INLINE_BYTES": "0"}

Records = list[tuple[int, int, str]]


def make_sample_log(lines: int, name: str = "app", start: int = 0) -> bytes:
    """Log lines, each with a word that no other line has (``app123``), with a traceback here and there."""
    parts: list[str] = []
    for number in range(start, start + lines):
        second = number // 5
        stamp = f"2026-03-17 {second // 3600 % 24:02}:{second // 60 % 60:02}:{second % 60:02},{number % 1000:03}"
        level = ("INFO", "INFO", "WARN", "ERROR")[number % 4]
        parts.append(f"{stamp} {level} [worker-{number % 7}] com.example.Service {name}{number} took {number % 97} ms")
        if number % 50 == 0:
            parts.append("java.lang.IllegalStateException: closed\n\tat com.example.Service.run(Service.java:12)")
    return "".join(f"{part}\n" for part in parts).encode()


def whole_table(logs: Any) -> pa.Table:
    """All records as users get them, in the order of their sources and offsets."""
    table = logs.search("").to_arrow(limit=None)
    return table.sort_by([("source", "ascending"), ("offset", "ascending")])


def check_nothing_lost(logs: Any, data: bytes, encoding: str = "utf-8") -> Records:
    """The records of a dataset with one source are its bytes, each exactly once; the report adds up.

    ``data`` is what the source holds after decompression.
    """
    table = whole_table(logs)
    offsets = table["offset"].to_pylist()
    raws = table["raw"].to_pylist()
    assert logs.count() == len(offsets)
    assert offsets == sorted(set(offsets))
    assert offsets[:1] == ([0] if data else [])
    for start, end, raw in zip(offsets, [*offsets[1:], len(data)][: len(offsets)], raws, strict=True):
        assert raw == without_line_ending(data[start:end]).decode(encoding, "replace")
    lines = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    [report] = logs.report().to_dict("records")
    assert (report["lines"], report["bytes"]) == (lines, len(data))
    assert report["records"] == len(offsets)
    assert report["records"] + report["lines_joined"] == lines
    return list(zip(offsets, table["line"].to_pylist(), raws, strict=True))


def without_line_ending(data: bytes) -> bytes:
    if data.endswith(b"\r\n"):
        return data[:-2]
    return data.removesuffix(b"\n")


def environment(**changes: str) -> dict[str, str]:
    paths = os.pathsep.join(filter(None, [str(ROOT / "kernel_lib"), os.environ.get("PYTHONPATH", "")]))
    return {**os.environ, "PYTHONPATH": paths, **SMALL, **changes}


@pytest.fixture
def sample_log() -> Callable[..., bytes]:
    return make_sample_log


@pytest.fixture
def table_of() -> Callable[..., pa.Table]:
    return whole_table


@pytest.fixture
def assert_nothing_lost() -> Callable[..., Records]:
    return check_nothing_lost


@pytest.fixture
def small_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of the child processes, in this process too."""
    for name, value in SMALL.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def start_script() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a Python script in a process group of its own; whatever is left of it is killed after the test."""
    started: list[subprocess.Popen[str]] = []

    def start(
        script: str, *arguments: object, settings: Mapping[str, str] | None = None, prefix: Sequence[str] = ()
    ) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*prefix, sys.executable, "-c", script, *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
            env=environment(**(settings or {})),
            start_new_session=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()
