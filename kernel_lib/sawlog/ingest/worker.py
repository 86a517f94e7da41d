"""A worker process: ``python -m sawlog.ingest.worker``.  Units come in and events go out as JSON lines.

Started as a module, so that it works from a plain script without a ``__main__`` guard, from a notebook, and from a
thread of the Jupyter server.  It ends when its standard input closes: a killed builder leaves no orphan.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import queue
import signal
import sys
import threading
from collections.abc import Mapping
from importlib.abc import MetaPathFinder
from typing import Any


class _NoPandas(MetaPathFinder):
    """pyarrow imports pandas, if it is there, when it first makes an array; a worker never needs it."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("pandas is not used in workers: its import would double their start-up")


#: Builds give way, as far as can be: a search that runs beside them is what somebody waits for.
_NICE = 19


def main() -> None:
    # Parallelism is over partitions: a worker uses one thread for columns, and one for the text index.
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    sys.meta_path.insert(0, _NoPandas())
    if hasattr(os, "nice"):
        os.nice(_NICE)
    from sawlog.ingest.work import perform  # behind these, which decide how its libraries start

    gc.disable()  # a build's objects make no cycles: looking for some took a tenth of the time that rows are fed in
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the builder decides
    replies = os.fdopen(os.dup(sys.stdout.fileno()), "w", buffering=1)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # a library that prints must not break the protocol
    tasks: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    while (task := tasks.get()) is not None:
        perform(task, replies)
        gc.collect()
        _give_back()


def _give_back() -> None:
    """What is free goes back to the system, so that pieces of it do not add up from partition to partition."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # only glibc has it
        trim(0)


def _listen(tasks: queue.SimpleQueue[Mapping[str, Any] | None]) -> None:
    for line in sys.stdin:
        tasks.put(json.loads(line))
    # The builder is gone or wants no more.  Unsealed work is worth nothing without it.
    os._exit(0)


if __name__ == "__main__":
    main()
