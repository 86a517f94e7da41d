"""A search that is out of time goes on without what it waits for; what it left behind ends at its next look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import half_indexed, open_logs, search, seen, state_of, write_log
from tests.support.holding import Held, UntilBegun

from sawlog.engine import Dataset
from sawlog.engine.build import Build
from sawlog.engine.queries import Queries
from sawlog.errors import QueryTimeout
from sawlog.execute import executors, fetch
from sawlog.execute.partition_run import PartitionRun
from sawlog.execute.run import Search
from sawlog.execute.work import Work
from sawlog.model.progress import CancelToken
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.query.ast import ALL, Query
from sawlog.settings import Settings
from sawlog.storage import rows
from sawlog.storage.terms import TermReader

SCANNED = "/t.m[aeiou]+t/"


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    directory = tmp_path_factory.mktemp("turns")
    write_log(directory / "logs" / "a.log", log_bytes("application", 3, 400))
    return open_logs(directory / "logs", directory / "store")


@pytest.mark.parametrize("given", [{}, {"order": "oldest"}, {"order": "relevance"}, {"limit": None}])
def test_a_search_does_not_wait_for_a_step_of_its_plan(
    logs: Dataset, monkeypatch: pytest.MonkeyPatch, given: dict[str, Any]
) -> None:
    with Held() as step:
        monkeypatch.setattr(PartitionRun, "_execute", step)
        assert asked(logs, step).search(SCANNED, **given).timed_out
        assert step.begun
        assert not step.waited_for


@pytest.mark.parametrize(
    "ask",
    [
        lambda logs: logs.count(SCANNED),
        lambda logs: logs.rows(SCANNED),
        lambda logs: logs.histogram(SCANNED),
        lambda logs: logs.facets("level", SCANNED),
        lambda logs: logs.patterns(SCANNED),
        lambda logs: logs.diff(SCANNED),
        lambda logs: logs.group("level", SCANNED),
    ],
)
@pytest.mark.parametrize("what", ["a step of a plan", "what is between the partitions"])
def test_an_answer_that_is_whole_or_none_is_not_waited_for(
    logs: Dataset, monkeypatch: pytest.MonkeyPatch, ask: Callable[[Queries], object], what: str
) -> None:
    with Held() as work:
        if what == "a step of a plan":
            monkeypatch.setattr(PartitionRun, "_execute", work)
        else:
            monkeypatch.setattr(Search, "segments", property(work))
        with pytest.raises(QueryTimeout, match="larger timeout"):
            ask(asked(logs, work))
        assert work.begun
        assert not work.waited_for


def asked(logs: Dataset, work: Held) -> Queries:
    state_of(logs).cache.clear()
    return Queries(state_of(logs), Build(None), UntilBegun(work))


def test_time_runs_from_when_it_was_asked(logs: Dataset) -> None:
    request = logs._request("timeout", {"timeout": 50.0})
    assert not logs._search(request)[1].token.expired
    assert logs._search(replace(request, began=request.began - 50.0))[1].token.expired


def test_a_query_that_takes_long_to_simplify_is_not_waited_for(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    with Held() as simplify:
        monkeypatch.setattr(QueryOptimizer, "simplify", simplify)
        assert asked(logs, simplify).search(SCANNED).timed_out
        assert simplify.begun
        assert not simplify.waited_for


def test_lines_before_what_is_not_indexed_are_not_waited_for(logs: Dataset) -> None:
    state = half_indexed(logs)
    with Held() as counting:
        snapshot = replace(state.snapshot(), lines_before=counting)
        run = Search(snapshot, Query("term", value="timeout"), state.pool, Work(UntilBegun(counting)))
        assert run.raw.num_rows == 0
        assert not run.complete
        assert counting.begun
        assert not counting.waited_for


def test_what_was_fetched_until_time_is_up_is_shown(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, state = fetch.gather, state_of(logs)
    with Held() as later:
        monkeypatch.setattr(
            fetch, "gather", lambda wanted: later() or whole(wanted) if len(wanted[0][1]) > 4 else whole(wanted)
        )
        monkeypatch.setattr(fetch, "_FIRST_SLICE", 4)
        run = search(state, ALL, token=UntilBegun(later))
        page = run.page(50)
        assert not run.complete
        assert not later.waited_for
    monkeypatch.undo()
    assert seen(page) == seen(search(state, ALL).page(4))


def test_what_cannot_be_put_in_order_in_time_is_cut(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, state = fetch._ordered, state_of(logs)
    with Held() as later:
        monkeypatch.setattr(fetch, "_AT_ONCE", 10)
        monkeypatch.setattr(
            fetch,
            "_ordered",
            lambda table, oldest: later() or whole(table, oldest) if table.num_rows > 10 else whole(table, oldest),
        )
        run = search(state, ALL, token=UntilBegun(later))
        table = run.table()
        assert not run.complete
        assert not later.waited_for
    monkeypatch.undo()
    assert table.num_rows == 10
    assert set(seen(table)) <= set(seen(search(state, ALL).table()))


class Looks(CancelToken):
    """Is stopped from a look on."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._left = looks

    @property
    def stopped(self) -> bool:
        self._left -= 1
        return self._left < 0


def test_a_stopped_scan_ends_at_the_next_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "BATCH_ROWS", 10)
    write_log(tmp_path / "logs" / "a.log", log_bytes("application", 3, 300))
    one = Settings(partition_bytes=1 << 30, inline_bytes=1 << 30, search_threads=2)
    with open_logs(tmp_path / "logs", tmp_path / "store", one) as logs:
        state = state_of(logs)
        partition = state.snapshot().segments[0].partition
        assert partition.rows.batches > executors._GROUP
        for looks in (3, 9):
            work = Work(Looks(looks))
            Search(state.snapshot(), Query("regex", value="t.m"), state.pool, work, scan_only=True).table()
            assert 0 < work.counts["batches"] <= looks


def test_a_wildcard_that_fits_most_rows_is_scanned_for(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    state, query = state_of(logs), Query("wildcard", value="??*")
    monkeypatch.setattr(executors, "_MANY", 3)
    partition = state.snapshot().segments[0].partition
    work = Work()
    found = executors.TermExecutor().rows(partition, query, work).rows
    assert found == executors.ScanExecutor().rows(partition, query, Work()).rows
    assert len(found) > 3
    assert work.counts["batches"] == partition.rows.batches
    assert "postings" not in work.counts


def test_the_most_relevant_are_not_all_taken_out_of_the_index(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    ranked = TermReader.ranked
    monkeypatch.setattr(
        TermReader, "ranked", lambda self, node, limit: asked.append(limit) or ranked(self, node, limit)
    )
    run = search(state_of(logs), Query("term", value="timeout"))
    assert run.best(3).num_rows == 3
    assert asked == [3] * len(run.segments)
