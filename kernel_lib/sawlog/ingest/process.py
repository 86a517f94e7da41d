"""A worker process as the builder sees it: units in, events out, killed when it must stop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from sawlog import errors
from sawlog.errors import BuildError
from sawlog.formats.registry import registered
from sawlog.ingest.unit import Unit
from sawlog.settings import Settings

#: A worker's allocators keep freed memory for the next chunk, and take huge pages where they can: first touches of
#: fresh pages are a tenth of a build's work otherwise.  glibc's serves the text index and Arrow from one heap, so that
#: what one thread has freed serves another, and a build stays as small however long it takes; jemalloc serves polars,
#: and gives pages back after a second.  Other C libraries ignore the variables.
_ALLOCATORS = {
    "GLIBC_TUNABLES": ":".join(
        f"glibc.malloc.{name}={value}"
        for name, value in (
            ("arena_max", 1),
            ("hugetlb", 1),
            ("mmap_threshold", 4_000_000_000),
            ("trim_threshold", 4_000_000_000),
        )
    ),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:1000,muzzy_decay_ms:1000",
}


class WorkerProcess:
    """Starts one worker; use from one thread (``kill`` from any)."""

    def __init__(self, dataset: Path, settings: Settings) -> None:
        self.dataset, self.settings = dataset, settings
        package = str(Path(__file__).parents[2])  # the directory that holds the package sawlog
        path = os.pathsep.join([package, *filter(None, [os.environ.get("PYTHONPATH")])])
        # Errors go to a file: a pipe that nobody reads would fill up and stop the worker.
        self._stderr = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the worker
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sawlog.ingest.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env={**_ALLOCATORS, **os.environ, "PYTHONPATH": path},
            text=True,
        )

    def perform(self, unit: Unit, handle: Callable[[str, Mapping[str, Any]], None]) -> None:
        """Has the worker do a unit; ``handle`` is told every event.

        Raises:
            SawlogError: what the worker says is wrong.
            BuildError: the worker died.
        """
        task = {
            "unit": unit.to_json(),
            "dataset": str(self.dataset),
            "settings": asdict(self.settings),
            "formats": [format.spec() for format in registered() if format.spec() is not None],
        }
        assert self._process.stdin is not None and self._process.stdout is not None
        try:
            self._process.stdin.write(json.dumps(task) + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._died(unit) from None
        for line in self._process.stdout:
            try:
                body = json.loads(line)
            except ValueError:  # cut short: it died while it wrote
                break
            event = body.pop("event")
            if event == "done":
                return
            if event == "failed":
                kind = getattr(errors, body["error"], BuildError)
                raise kind(body["message"])
            handle(event, body)
        raise self._died(unit)

    def _died(self, unit: Unit) -> BuildError:
        code = self._process.wait()
        self._stderr.seek(0)
        last = self._stderr.read()[-2_000:].strip() or "no message"
        what = ", ".join(p.source.path for p in unit.pieces[:3])
        return BuildError(
            f"a worker process ended with status {code} while it read {what}: {last}\n"
            "what was sealed before stays searchable; open again to resume"
        )

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Ends the worker; safe to call at any time."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._stderr.close()
