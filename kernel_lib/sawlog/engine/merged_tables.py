"""The merged completion table of an open dataset: which one there is, and when a new one is worth making."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sawlog.errors import StoreError
from sawlog.execute.snapshot import Snapshot
from sawlog.storage.partition import Partition
from sawlog.storage.prefix_merge import COMPLETION
from sawlog.storage.prefixes import PrefixTable

#: Fewer distinct tokens than this, over all partitions, are walked as quickly as a table is read.
_FEW_TOKENS = 10_000

#: So many partitions that the table does not know, or a share of the tokens, make it worth making anew.
_MANY_UNKNOWN, _UNKNOWN_SHARE = 8, 4


class MergedTables:
    """Chooses and makes the merged table.  Thread-safe."""

    def __init__(self, dataset: Path) -> None:
        self._directory, self._dataset = dataset / COMPLETION, dataset
        self._lock = threading.Lock()
        self._loaded: dict[Path, PrefixTable] = {}
        self._tried: frozenset[str] = frozenset()
        self._process: subprocess.Popen[bytes] | None = None

    def current(self, snapshot: Snapshot) -> PrefixTable | None:
        """The table that covers most of the snapshot's partitions, and no partition that is gone."""
        live = {segment.partition.id for segment in snapshot.segments}
        usable = [table for table in self._tables() if live.issuperset(table.covered)]
        return max(usable, key=lambda table: len(table.covered), default=None)

    def _tables(self) -> Sequence[PrefixTable]:
        try:
            paths = {path for path in self._directory.iterdir() if path.suffix == ".arrow"}
        except OSError:
            return ()
        with self._lock:
            for path in self._loaded.keys() - paths:
                del self._loaded[path]
            for path in paths - self._loaded.keys():
                with suppress(StoreError):
                    self._loaded[path] = PrefixTable(path)
            return list(self._loaded.values())

    def prepare(self, snapshot: Snapshot) -> None:
        """Starts making a table in a process of its own, if one is missing; returns at once."""
        wanted = self._wanted(snapshot)
        if not wanted:
            return
        with self._lock:
            running = self._process is not None and self._process.poll() is None
            if running or wanted == self._tried:
                return
            self._tried = wanted
            path = os.pathsep.join([str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])])
            with suppress(OSError):  # then completion goes on without the table
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "sawlog.storage.prefix_merge", str(self._dataset), *sorted(wanted)],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    env={**os.environ, "PYTHONPATH": path},
                )

    def _wanted(self, snapshot: Snapshot) -> frozenset[str]:
        """The partitions that a new table should cover; none where the one there is will do."""
        partitions = [segment.partition for segment in snapshot.segments]
        if snapshot.pieces or _tokens(partitions) < _FEW_TOKENS:
            return frozenset()
        table = self.current(snapshot)
        known = set() if table is None else set(table.covered)
        unknown = [partition for partition in partitions if partition.id not in known]
        if len(partitions) == 1 and partitions[0].prefixes is not None:
            return frozenset()
        enough = len(unknown) < _MANY_UNKNOWN and _tokens(unknown) * _UNKNOWN_SHARE < _tokens(partitions)
        if not unknown or (table is not None and enough):
            return frozenset()
        return frozenset(partition.id for partition in partitions if not partition.deleted)

    def wait(self, timeout: float | None = None) -> None:
        """Waits until the table that is being made is there, at the most ``timeout`` seconds."""
        process = self._process
        if process is not None:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout)

    def close(self) -> None:
        """Stops making a table."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()


def _tokens(partitions: Sequence[Partition]) -> int:
    return sum(partition.tokens for partition in partitions)
