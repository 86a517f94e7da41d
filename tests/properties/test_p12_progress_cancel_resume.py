"""P12: progress only grows and ends at 100 %; cancelled at any step and resumed, the index is that of one run."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import TINY, Record, found, unindexed, write_log

from sawlog.engine.state import DatasetState
from sawlog.errors import BuildCancelled
from sawlog.ingest import builder as builder_module
from sawlog.ingest.builder import StreamingIndexBuilder
from sawlog.ingest.reader import PieceReader
from sawlog.ingest.unit import Unit
from sawlog.model.progress import Progress
from sawlog.query.ast import ALL, Query

#: One source of several units, one small one, and a compressed one that becomes several partitions.
SETTINGS = replace(TINY, partition_bytes=9_000)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("corpus")
    write_log(directory / "a.log", log_bytes("application", 31, 220))
    write_log(directory / "b.log", log_bytes("syslog", 32, 30, dirty=True))
    write_log(directory / "c.log.gz", gzip.compress(log_bytes("access", 33, 160)))
    return directory


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PieceReader.__init__, "__defaults__", (4_000,))


class Stopping(StreamingIndexBuilder):
    """Is cancelled at its ``at``-th event, and keeps its progress at each."""

    def __init__(self, state: DatasetState, at: int = -1) -> None:
        catalog = state.catalog
        super().__init__(state.directory, catalog, state.options, state.settings, state.replace_catalog)
        self.seen: list[Progress] = [self.progress]
        self._at = at

    def _handle(self, unit: Unit, event: str, body: Mapping[str, Any]) -> None:
        if len(self.seen) == self._at:
            self.cancel()
        super()._handle(unit, event, body)
        self.seen.append(self.progress)


def fresh(directory: Path, store: Path) -> DatasetState:
    state = unindexed(directory, store, SETTINGS)
    state.directory.mkdir(parents=True)
    return state


def check_progress(seen: list[Progress]) -> None:
    for before, after in pairwise(seen):
        assert after.bytes_done >= before.bytes_done
        assert after.records >= before.records
        assert after.partitions >= before.partitions
        assert after.fraction >= before.fraction
    assert all(0 <= p.bytes_done <= p.bytes_total and 0 <= p.fraction < 1 for p in seen[1:-1])


@pytest.fixture(scope="module")
def whole(directory: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Record], int]:
    """The records of a build in one run, and how many events it has."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(PieceReader.__init__, "__defaults__", (4_000,))
        state = fresh(directory, tmp_path_factory.mktemp("whole"))
        builder = Stopping(state)
        builder.run()
    builder.seen.append(builder.progress)
    check_progress(builder.seen)
    assert builder.progress.fraction == 1
    assert builder.progress.phase == "done"
    assert builder.progress.bytes_done == builder.progress.bytes_total > 0
    assert len(state.catalog.partitions) > 4
    assert state.catalog.state == "ready"
    assert builder.progress.records == state.catalog.records
    return found(state, ALL), len(builder.seen)


def test_what_is_built_is_what_was_there(directory: Path, whole: tuple[list[Record], int], tmp_path: Path) -> None:
    assert found(unindexed(directory, tmp_path), ALL) == whole[0]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 0.95])
def test_cancelled_at_any_step_and_resumed(
    share: float, directory: Path, whole: tuple[list[Record], int], tmp_path: Path
) -> None:
    records, events = whole
    state = fresh(directory, tmp_path)
    builder = Stopping(state, max(1, int(share * events)))
    with pytest.raises(BuildCancelled, match="resumes"):
        builder.run()
    assert builder.progress.phase == "cancelled"
    assert builder.progress.fraction < 1
    check_progress(builder.seen)
    assert state.catalog.state == "building"
    assert found(state, ALL) == records, "what is not indexed is scanned"
    assert found(state, Query("term", value="timeout")) == [r for r in records if "timeout" in str(r[-1])]
    kept = {p.id for p in state.catalog.partitions}
    resumed = Stopping(state)
    resumed.run()
    check_progress(resumed.seen)
    assert resumed.progress.fraction == 1
    assert kept <= {p.id for p in state.catalog.partitions}, "what was sealed is not built again"
    assert found(state, ALL) == records
    assert state.catalog.records == len(records)


def test_units_that_are_sealed_in_any_order_leave_holes_that_are_filled(
    directory: Path, whole: tuple[list[Record], int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = fresh(directory, tmp_path)
    units = builder_module.units
    monkeypatch.setattr(builder_module, "units", lambda *arguments: units(*arguments)[::-1])
    with pytest.raises(BuildCancelled):
        Stopping(state, whole[1] - 5).run()  # while it reads what lies before the rest of its source
    holes = [p for p in state.snapshot().pieces if p.end is not None]
    assert holes
    assert found(state, ALL) == whole[0]
    Stopping(state).run()
    assert not state.snapshot().pieces
    assert found(state, ALL) == whole[0]


def test_cancelled_again_and_again(directory: Path, whole: tuple[list[Record], int], tmp_path: Path) -> None:
    state = fresh(directory, tmp_path)
    rounds = 0
    while state.catalog.state != "ready":
        builder = Stopping(state, 9)  # each round has time for a partition, hardly more
        try:
            builder.run()
        except BuildCancelled:
            rounds += 1
        assert rounds < 30
    assert rounds > 1
    assert found(state, ALL) == whole[0]


def test_a_build_that_is_cancelled_before_it_starts_does_nothing(directory: Path, tmp_path: Path) -> None:
    state = fresh(directory, tmp_path)
    builder = Stopping(state)
    builder.cancel()
    with pytest.raises(BuildCancelled):
        builder.run()
    assert not state.catalog.partitions
