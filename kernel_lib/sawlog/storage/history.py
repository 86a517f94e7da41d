"""What was asked of a dataset lately: one JSON line a query, written by any number of processes, never in their way."""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HISTORY = "history.jsonl"

#: A longer query is not kept; a file over this size is cut down to its last queries.
_MAX_QUERY, _MAX_BYTES, _KEPT = 1_000, 128 << 10, 200


@dataclass(frozen=True)
class Asked:
    """A query that was asked.

    Attributes:
        text: as typed.
        times: how often.
        last: when last, in seconds since 1970.
    """

    text: str
    times: int
    last: float


class History:
    """The queries asked of one dataset.

    A line is appended in one write, which does not mix with other processes'; what is damaged all the same is skipped.
    Where the store cannot be written nothing is kept: a search must not fail for its history.
    """

    def __init__(self, dataset: Path) -> None:
        self._path = dataset / HISTORY
        self._last = ""
        self._read: tuple[object, tuple[Asked, ...]] | None = None

    def add(self, text: str) -> None:
        """Keeps a query; what was asked just before, and what is blank or very long, is not kept again."""
        text = text.strip()
        if not text or text == self._last or len(text) > _MAX_QUERY:
            return
        self._last = text
        line = json.dumps({"query": text, "at": round(time.time(), 3)}) + "\n"
        with suppress(OSError):
            descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                os.write(descriptor, line.encode())
                size = os.fstat(descriptor).st_size
            finally:
                os.close(descriptor)
            if size > _MAX_BYTES:
                self._cut()

    def asked(self) -> Sequence[Asked]:
        """Every query that is kept, the latest first."""
        try:
            status = self._path.stat()
            version = (status.st_ino, status.st_size, status.st_mtime_ns)
            if self._read is None or self._read[0] != version:
                self._read = version, tuple(_summary(self._path.read_text("utf-8", "replace")))
        except OSError:
            return ()
        return self._read[1]

    def _cut(self) -> None:
        """Rewrites the file without what is old; a line that another process adds meanwhile may be lost."""
        kept = self._path.read_bytes()[-_MAX_BYTES // 2 :].splitlines(keepends=True)[1:][-_KEPT:]
        temporary = self._path.with_name(f".{HISTORY}-{uuid.uuid4().hex[:8]}")
        try:
            temporary.write_bytes(b"".join(kept))
            temporary.chmod(0o600)
            os.replace(temporary, self._path)
        finally:
            temporary.unlink(missing_ok=True)


def _summary(text: str) -> list[Asked]:
    found: dict[str, Asked] = {}
    for line in text.splitlines():
        try:
            entry = json.loads(line)
            query, at = str(entry["query"]), float(entry["at"])
        except (ValueError, KeyError, TypeError):
            continue
        known = found.pop(query, None)
        found[query] = Asked(query, 1 + (known.times if known else 0), at)
    return list(found.values())[::-1]
