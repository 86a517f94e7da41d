"""A worker process: ``python -m sawlog.ingest.worker``.  Units come in and events go out as JSON lines.

Started as a module, so that it works from a plain script without a ``__main__`` guard, from a notebook, and from a
thread of the Jupyter server.  It ends when its standard input closes: a killed builder leaves no orphan.
"""

from __future__ import annotations

import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

# Parallelism is over partitions: a worker uses one thread for columns, and one for the text index.
os.environ.setdefault("POLARS_MAX_THREADS", "1")

from sawlog.errors import SawlogError
from sawlog.formats.custom import from_spec
from sawlog.formats.registry import register
from sawlog.ingest.unit import Unit
from sawlog.ingest.work import UnitWork
from sawlog.settings import Settings

#: Builds give way: a search that runs beside them is what somebody waits for.
_NICE = 10


def main() -> None:
    if hasattr(os, "nice"):
        os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the builder decides
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not break the protocol
    tasks: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    while (task := tasks.get()) is not None:
        _perform(task, replies)


def _listen(tasks: queue.SimpleQueue[Mapping[str, Any] | None]) -> None:
    for line in sys.stdin:
        tasks.put(json.loads(line))
    # The builder is gone or wants no more.  Unsealed work is worth nothing without it.
    os._exit(0)


def _perform(task: Mapping[str, Any], replies: Any) -> None:
    def emit(event: str, body: Mapping[str, Any]) -> None:
        replies.write(json.dumps({"event": event, **body}) + "\n")

    try:
        for spec in task["formats"]:
            register(from_spec(spec), replace=True)
        unit = Unit.from_json(task["unit"])
        UnitWork(unit, Path(task["dataset"]), Settings(**task["settings"]), emit, lambda: False).run()
    except SawlogError as error:
        emit("failed", {"error": type(error).__name__, "message": str(error)})
    else:
        emit("done", {})


if __name__ == "__main__":
    main()
