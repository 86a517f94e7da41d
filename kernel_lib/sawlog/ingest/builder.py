"""StreamingIndexBuilder: from planned units to a ready catalog, in parallel; stopped or killed, it can be resumed."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sawlog.errors import BuildCancelled, BuildError, SawlogError
from sawlog.ingest.changes import complete, failed
from sawlog.ingest.merge import merge_small
from sawlog.ingest.planning import expected, remaining, units
from sawlog.ingest.process import WorkerProcess
from sawlog.ingest.unit import Piece, ReadOptions, Unit
from sawlog.ingest.work import UnitWork
from sawlog.model.progress import CancelToken, Progress
from sawlog.settings import Settings
from sawlog.storage.catalog import Catalog, PartitionEntry

#: A unit whose worker died is tried again so often, in a new worker.
_ATTEMPTS = 2

#: Source bytes after which a worker process makes room for a new one, so that a build of any length stays as small as a
#: short one: it grows by a twelfth over four partitions, and a new one starts in a twentieth of the time they take.
_RENEWED_AFTER = 400 << 20


class StreamingIndexBuilder:
    """Builds what a dataset's catalog still lacks.

    Each unit of work becomes sealed partitions, and each sealed partition is in the catalog at once: searchable, and
    kept whatever happens next.  So a build that is cancelled, fails or is killed is resumed by running another.

    Args:
        directory: the dataset's; the caller holds its write lock.
        catalog: as it is on disk, with the sources to read.
        options, settings: how to read, and with how much.
        on_change: told of each new catalog, on the thread that made it.
    """

    def __init__(
        self,
        directory: Path,
        catalog: Catalog,
        options: ReadOptions,
        settings: Settings,
        on_change: Callable[[Catalog], None] = lambda catalog: None,
    ) -> None:
        self.directory, self.options, self.settings = directory, options, settings
        self.catalog = catalog
        self._on_change = on_change
        self._token = CancelToken()
        self._lock = threading.Lock()
        self._started = time.monotonic()
        self._units: dict[int, tuple[int, int]] = {}  # unit -> bytes and records so far
        self._total = 0
        self._phase = Progress()
        self._sealed = 0
        self._failure: SawlogError | None = None
        self._workers: set[WorkerProcess] = set()

    @property
    def progress(self) -> Progress:
        """How far the build is; monotonic, and 100 % only when everything is sealed."""
        with self._lock:
            done = sum(b for b, _ in self._units.values())
            records = sum(r for _, r in self._units.values())
            seconds = self._phase.seconds if self._phase.finished else time.monotonic() - self._started
            return self._phase.to(
                bytes_done=self._total if self._phase.phase == "done" else min(done, self._total),
                bytes_total=self._total,
                records=records,
                seconds=seconds,
                partitions=self._sealed,
            )

    def cancel(self) -> None:
        """Stops the build soon; what is sealed stays, and the next build resumes."""
        self._token.cancel()
        with self._lock:
            workers = list(self._workers)
        for worker in workers:
            worker.kill()

    def run(self) -> None:
        """Builds until everything is sealed.

        Raises:
            BuildCancelled: :meth:`cancel` was called.
            SawlogError: DiskFullError, StoreError, or BuildError for a worker that died twice on the same unit.
        """
        try:
            self._run()
        except BaseException as error:
            cancelled = self._token.cancelled
            self._finish("cancelled" if cancelled else "failed", "" if cancelled else str(error))
            if cancelled:
                raise BuildCancelled(
                    "the build was cancelled; what was sealed stays, and the next open resumes it"
                ) from None
            raise
        self._finish("done")

    def _run(self) -> None:
        pieces = remaining(self.catalog)
        self._total = sum(piece.bytes for piece in pieces)
        self._enter("indexing")
        if self._total <= self.settings.inline_bytes:
            for unit in units(pieces, self.options, self.settings):
                self._build_here(unit)
        else:
            self._build_in_workers(pieces)
        self._enter("merging")
        merge_small(self.directory, lambda: self.catalog, self.settings, self._commit, lambda: self._token.cancelled)
        if self._token.cancelled:
            raise BuildCancelled
        self._commit(lambda catalog: catalog.change(state="ready"))

    def _build_here(self, unit: Unit) -> None:
        UnitWork(
            unit,
            self.directory,
            self.settings,
            lambda event, body: self._handle(unit, event, body),
            lambda: self._token.cancelled,
        ).run()
        if self._token.cancelled:
            raise BuildCancelled

    def _build_in_workers(self, pieces: list[Piece]) -> None:
        # Workers take half a second to start: as long as it takes to recognise formats and find where to split.
        workers = [self._hire() for _ in range(min(self.settings.effective_workers(), expected(pieces, self.settings)))]
        waiting: queue.SimpleQueue[Unit] = queue.SimpleQueue()
        try:
            for unit in units(pieces, self.options, self.settings):
                waiting.put(unit)
        except BaseException:
            for worker in workers:
                self._dismiss(worker)
            raise
        threads = [
            threading.Thread(target=self._serve, args=(waiting, worker), name="sawlog-worker") for worker in workers
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._token.cancelled:
            raise BuildCancelled
        if self._failure is not None:
            raise self._failure

    def _serve(self, waiting: queue.SimpleQueue[Unit], hired: WorkerProcess) -> None:
        """One worker's thread: takes units until none is left, or one fails for good."""
        worker: WorkerProcess | None = hired
        built = 0
        try:
            while not self._token.cancelled and self._failure is None:
                try:
                    unit = waiting.get_nowait()
                except queue.Empty:
                    return
                for attempt in range(_ATTEMPTS):
                    worker = worker or self._hire()
                    try:
                        worker.perform(unit, lambda event, body, unit=unit: self._handle(unit, event, body))  # type: ignore[misc]
                        built += unit.bytes
                        break
                    except BuildError:
                        self._dismiss(worker)
                        worker = None
                        if attempt + 1 == _ATTEMPTS or self._token.cancelled:
                            raise
                        # What it sealed is in the catalog: the second attempt does the rest.
                        unit = replace(unit, pieces=self._left_of(unit))
                if worker is not None and built >= _RENEWED_AFTER:
                    self._dismiss(worker)
                    worker, built = None, 0
        except SawlogError as error:
            self._failure = self._failure or error
        except Exception as error:
            self._failure = self._failure or BuildError(f"the build failed: {error!r}")
        finally:
            if worker is not None:
                self._dismiss(worker)

    def _hire(self) -> WorkerProcess:
        worker = WorkerProcess(self.directory, self.settings)
        with self._lock:
            self._workers.add(worker)
        if self._token.cancelled:
            worker.kill()
        return worker

    def _dismiss(self, worker: WorkerProcess) -> None:
        with self._lock:
            self._workers.discard(worker)
        worker.close()

    def _left_of(self, unit: Unit) -> tuple[Any, ...]:
        """The unit's pieces without what is sealed of them."""
        with self._lock:
            catalog = self.catalog
        left = []
        for piece in unit.pieces:
            if catalog.source(piece.source_id).complete and piece.end is None:
                continue
            inside = [s for s in catalog.covered(piece.source_id) if s.start >= piece.start]
            inside = [s for s in inside if piece.end is None or s.end <= piece.end]
            start = max((s.end for s in inside), default=piece.start)
            if piece.end is None or start < piece.end:
                last_ns = next((s.last_ns for s in inside if s.end == start), piece.previous_ns)
                left.append(replace(piece, start=start, previous_ns=last_ns))
        return tuple(left)

    def _handle(self, unit: Unit, event: str, body: Mapping[str, Any]) -> None:
        if event == "progress":
            with self._lock:
                bytes_before, records_before = self._units.get(unit.id, (0, 0))
                self._units[unit.id] = max(bytes_before, body["bytes"]), max(records_before, body["records"])
        elif event == "sealed":
            entry = PartitionEntry.from_json(body["entry"])
            self._commit(lambda catalog: catalog.change(partitions=(*catalog.partitions, entry)))
            with self._lock:
                self._sealed += 1
        elif event == "source" and body["ended"]:
            self._commit(
                lambda catalog: complete(catalog, body["id"], body["format"], body["error"], body["fingerprint"])
            )
        elif event == "source" and body["error"]:
            self._commit(lambda catalog: failed(catalog, body["id"], body["error"]))

    def _commit(self, change: Callable[[Catalog], Catalog]) -> None:
        with self._lock:
            changed = change(self.catalog)
            changed.save(self.directory)
            self.catalog = changed
        self._on_change(changed)

    def _enter(self, phase: str) -> None:
        with self._lock:
            self._phase = self._phase.to(phase=phase)

    def _finish(self, phase: str, message: str = "") -> None:
        with self._lock:
            self._phase = self._phase.to(phase=phase, message=message, seconds=time.monotonic() - self._started)
