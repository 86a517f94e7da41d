"""Timing and memory: statistics of repeated runs, and the peak memory of a tree of processes."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

SAMPLE_SECONDS = 0.05


@dataclass(frozen=True)
class Stat:
    """Repeated measurements of one thing, in one unit (``s``, ``B``, ``B/s``, ``x``)."""

    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def to_json(self) -> dict[str, object]:
        low, high = min(self.values), max(self.values)
        return {"unit": self.unit, "median": self.median, "min": low, "max": high, "values": list(self.values)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Stat:
        return cls(data["unit"], tuple(data["values"]))

    def scaled(self, factor: float, unit: str) -> Stat:
        return Stat(unit, tuple(value * factor for value in self.values))

    def rate(self, amount: float, unit: str = "B/s") -> Stat:
        """Of ``amount`` done in each of these times."""
        return Stat(unit, tuple(amount / value for value in self.values))


def interleaved(tasks: dict[str, Callable[[], float]], runs: int) -> dict[str, Stat]:
    """Run every task ``runs`` times, in turns, so that the machine's drift hits all of them alike.

    Each task returns the seconds it took.  The order is reversed every other round.
    """
    names = list(tasks)
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for run in range(runs):
        for name in names if run % 2 == 0 else names[::-1]:
            seconds[name].append(tasks[name]())
    return {name: Stat("s", tuple(values)) for name, values in seconds.items()}


@dataclass(frozen=True)
class Memory:
    """Bytes.  ``total``: proportional set size, mapped file pages included (the kernel can drop those at any time).

    ``anonymous``: the part of it that no file backs, which is what an allocation limit or the OOM killer counts.
    """

    total: int = 0
    anonymous: int = 0


class TreeMemory:
    """Samples the memory of a process and all its descendants every 50 ms; ``peak`` is the largest sum seen.

    Read from ``smaps_rollup`` (PSS) on Linux.  Elsewhere psutil's USS stands for both figures.
    """

    source = "PSS of smaps_rollup" if Path("/proc/self/smaps_rollup").exists() else "USS"

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.peak = Memory()

    def __enter__(self) -> TreeMemory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            began = time.perf_counter()
            now = self.sample()
            self.peak = Memory(max(self.peak.total, now.total), max(self.peak.anonymous, now.anonymous))
            self._stop.wait(max(0.0, SAMPLE_SECONDS - (time.perf_counter() - began)))

    def sample(self) -> Memory:
        try:
            processes = [self._process, *self._process.children(recursive=True)]
        except psutil.Error:
            return Memory()
        found = [_process_memory(process) for process in processes]
        return Memory(sum(memory.total for memory in found), sum(memory.anonymous for memory in found))


def _process_memory(process: psutil.Process) -> Memory:
    try:
        if TreeMemory.source == "USS":
            unique = process.memory_full_info().uss
            return Memory(unique, unique)
        kilobytes = dict.fromkeys(("Pss:", "Pss_Anon:"), 0)
        for line in Path(f"/proc/{process.pid}/smaps_rollup").read_text().splitlines():
            key, *rest = line.split()
            if key in kilobytes:
                kilobytes[key] = int(rest[0])
        return Memory(kilobytes["Pss:"] * 1024, kilobytes["Pss_Anon:"] * 1024)
    except (OSError, psutil.Error):  # it ended meanwhile
        return Memory()


def bytes_on_disk(paths: Sequence[Path]) -> int:
    """The sizes of all files below the paths."""
    total = 0
    for path in paths:
        files = path.rglob("*") if path.is_dir() else [path]
        total += sum(file.stat().st_size for file in files if file.is_file())
    return total
