"""Builds: inline or with workers the records are the same; what dies is tried again; small partitions are merged."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import TINY, Reference, found, unindexed, write_log

from sawlog.engine.state import DatasetState
from sawlog.errors import BuildCancelled, BuildError, StoreError
from sawlog.ingest import builder as builder_module
from sawlog.ingest import merge
from sawlog.ingest.builder import StreamingIndexBuilder
from sawlog.ingest.process import WorkerProcess
from sawlog.ingest.unit import Unit
from sawlog.query.ast import ALL
from sawlog.settings import Settings

#: Two workers, however little there is.
WORKERS = replace(TINY, inline_bytes=0, workers=2, partition_bytes=10_000)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("corpus")
    write_log(directory / "a.log", log_bytes("application", 51, 180))
    write_log(directory / "b.log", log_bytes("access", 52, 70, dirty=True))
    return directory


def builder(state: DatasetState) -> StreamingIndexBuilder:
    state.directory.mkdir(parents=True, exist_ok=True)
    return StreamingIndexBuilder(state.directory, state.catalog, state.options, state.settings, state.replace_catalog)


def check_against_the_files(state: DatasetState) -> None:
    """Every byte is in one record, at its offset and line; the index finds what the files hold."""
    by_file: dict[str, list[tuple[Any, ...]]] = {}
    for record in Reference(state).all():
        by_file.setdefault(str(record[0]), []).append(record)
    for path, records in by_file.items():
        data = Path(path).read_bytes()
        position = 0
        for _, line, offset, length, _, _, _, raw in records:
            assert offset == position
            assert line == data[:offset].count(b"\n") + 1
            assert data[offset : offset + length].decode("utf-8", "replace").rstrip("\r\n") == raw.rstrip("\r\n")
            position += length
        assert position == len(data)


def hired_workers(monkeypatch: pytest.MonkeyPatch) -> list[WorkerProcess]:
    """The worker processes that builds start from now on."""
    hired: list[WorkerProcess] = []

    class Kept(WorkerProcess):
        def __init__(self, dataset: Path, settings: Settings) -> None:
            super().__init__(dataset, settings)
            hired.append(self)

    monkeypatch.setattr(builder_module, "WorkerProcess", Kept)
    return hired


def test_workers_build_what_one_process_builds(directory: Path, tmp_path: Path) -> None:
    states = [unindexed(directory, tmp_path / str(k), settings) for k, settings in enumerate((TINY, WORKERS))]
    expected = found(states[0], ALL)
    for state in states:
        builder(state).run()
        assert len(state.catalog.partitions) > 2
        assert not state.snapshot().pieces
        check_against_the_files(state)
        assert found(state, ALL) == expected


def test_a_worker_that_dies_is_replaced_and_nothing_is_lost(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = unindexed(directory, tmp_path, WORKERS)
    killed: list[int] = []
    real = WorkerProcess.perform

    def perform(self: WorkerProcess, unit: Unit, handle: Callable[[str, Mapping[str, Any]], None]) -> None:
        def kill_once(event: str, body: Mapping[str, Any]) -> None:
            handle(event, body)
            if not killed:
                killed.append(self._process.pid)
                os.kill(self._process.pid, signal.SIGKILL)

        real(self, unit, kill_once)

    monkeypatch.setattr(WorkerProcess, "perform", perform)
    builder(state).run()
    assert killed
    assert state.catalog.state == "ready"
    check_against_the_files(state)


def test_a_unit_that_kills_every_worker_fails_the_build_and_keeps_the_rest(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = unindexed(directory, tmp_path, replace(WORKERS, workers=1))
    real = WorkerProcess.perform

    def perform(self: WorkerProcess, unit: Unit, handle: Callable[[str, Mapping[str, Any]], None]) -> None:
        if unit.id == 1:
            self.kill()
        real(self, unit, handle)

    monkeypatch.setattr(WorkerProcess, "perform", perform)
    build = builder(state)
    with pytest.raises(BuildError, match="open again to resume"):
        build.run()
    assert build.progress.phase == "failed"
    assert "status -9" in build.progress.message
    assert state.catalog.partitions
    monkeypatch.undo()
    builder(state).run()
    check_against_the_files(state)


def test_a_workers_error_is_the_builds(directory: Path, tmp_path: Path) -> None:
    state = unindexed(directory, tmp_path, WORKERS)
    build = builder(state)
    (state.directory / "partitions").write_text("in the way")
    with pytest.raises(StoreError, match="cannot write"):
        build.run()
    assert build.progress.phase == "failed"


def test_cancel_from_another_thread_ends_the_workers(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = unindexed(directory, tmp_path, WORKERS)
    build = builder(state)
    real = build._handle

    def handle(unit: Unit, event: str, body: Mapping[str, Any]) -> None:
        real(unit, event, body)
        if event == "sealed":
            build.cancel()

    monkeypatch.setattr(build, "_handle", handle)
    hired = hired_workers(monkeypatch)
    with pytest.raises(BuildCancelled):
        build.run()
    assert hired
    assert all(worker._process.poll() is not None for worker in hired)
    assert build.progress.phase == "cancelled"
    monkeypatch.undo()
    builder(state).run()
    check_against_the_files(state)


def test_workers_make_room_for_new_ones_so_that_they_do_not_grow(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = unindexed(directory, tmp_path, WORKERS)
    hired = hired_workers(monkeypatch)
    performed: list[int] = []
    real = WorkerProcess.perform

    def perform(self: WorkerProcess, *arguments: Any) -> None:
        performed.append(self._process.pid)
        real(self, *arguments)

    monkeypatch.setattr(WorkerProcess, "perform", perform)
    monkeypatch.setattr(builder_module, "_RENEWED_AFTER", 1)
    builder(state).run()
    assert len(performed) == len(set(performed)) > WORKERS.workers
    assert all(worker._process.poll() is not None for worker in hired)
    check_against_the_files(state)


def test_small_partitions_are_merged_and_keep_their_records(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = unindexed(directory, tmp_path, replace(TINY, partition_bytes=4_000))
    builder(state).run()
    before, partitions = found(state, ALL), state.catalog.partitions
    assert len(partitions) > 5
    monkeypatch.setattr(merge, "_MANY", 3)
    large = DatasetState(state.directory, state.catalog, state.options, replace(TINY, partition_bytes=1 << 20))
    builder(large).run()
    assert len(large.catalog.partitions) == 1
    assert not {p.id for p in partitions} & {p.id for p in large.catalog.partitions}
    assert found(large, ALL) == before
    check_against_the_files(large)
    assert found(state, ALL) == before, "who looked before still sees the old partitions"


def test_an_input_of_nothing_is_ready_at_once(tmp_path: Path) -> None:
    write_log(tmp_path / "logs" / "empty.log", b"")
    state = unindexed(tmp_path / "logs", tmp_path, Settings())
    build = builder(state)
    build.run()
    assert build.progress.fraction == 1
    assert state.catalog.state == "ready"
    assert not state.catalog.partitions
