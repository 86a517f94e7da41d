"""The slow-query log of a dataset: what took long, kept in the store for whoever looks later."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sawlog.errors import StoreError

if TYPE_CHECKING:
    import pandas as pd

#: Its name in the dataset's directory; a line of JSON a query: time, what, query, seconds, phases, total.
SLOW_LOG = "slow.jsonl"

#: Above this many bytes, the older half goes.
_MOST = 1 << 20

_COLUMNS = ("time", "what", "query", "seconds", "total", "phases")


class SlowLog:
    """Appends to and reads the slow-query log; several processes may."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / SLOW_LOG

    def add(self, what: str, query: str, seconds: float, total: int | None, phases: Mapping[str, float]) -> None:
        """Notes a query.  A log that cannot be written fails no search."""
        line = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "what": what,
            "query": query[:4_000],
            "seconds": round(seconds, 4),
            "total": total,
            "phases": {name: round(took, 4) for name, took in phases.items()},
        }
        with suppress(OSError):
            with open(self._path, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
                size = file.tell()
            if size > _MOST:
                self._halve()

    def _halve(self) -> None:
        data = self._path.read_bytes()
        kept = data[data.index(b"\n", len(data) // 2) + 1 :]
        fresh = self._path.with_name(f".{SLOW_LOG}-{os.getpid()}")
        fresh.write_bytes(kept)
        fresh.replace(self._path)

    def table(self) -> pd.DataFrame:
        """The noted queries, newest first.

        Raises:
            StoreError: the log cannot be read.
        """
        import pandas as pd

        try:
            text = self._path.read_text(encoding="utf-8", errors="replace") if self._path.exists() else ""
        except OSError as error:
            raise StoreError(f"the slow-query log {self._path} cannot be read: {error.strerror}") from error
        rows = [row for row in map(_parsed, text.splitlines()) if row is not None]
        frame = pd.DataFrame(rows[::-1], columns=list(_COLUMNS))
        return frame.assign(time=pd.to_datetime(frame["time"], utc=True, format="ISO8601"))


def _parsed(line: str) -> dict[str, Any] | None:
    """A line of the log; None for one that a crash or another process cut."""
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and "time" in row else None
