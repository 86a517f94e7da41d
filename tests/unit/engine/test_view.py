"""A dataset as user interfaces share it: cancelled questions, changes by other processes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.datasets import TINY, open_logs, write_log

from sawlog.engine import SearchEngineManager
from sawlog.engine.view import View
from sawlog.errors import QueryError, QueryTimeout, StoreError
from sawlog.model.progress import CancelToken

LINES = "".join(f"2026-03-17 10:00:{k:02} INFO timeout {k} took=3ms\n" for k in range(60))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "a.log", LINES.encode())


@pytest.fixture
def view(log: Path, tmp_path: Path) -> Iterator[View]:
    open_logs(log, tmp_path / "store").close()
    with SearchEngineManager(tmp_path / "store", TINY).attach("logs") as dataset:
        yield View(dataset)


def test_questions_end_with_their_token(view: View) -> None:
    token = CancelToken()
    queries = view.ask(token)
    assert queries.count("timeout") == 60
    token.cancel()
    assert queries.search("took").timed_out
    with pytest.raises(QueryTimeout):
        queries.rows("took")
    assert view.ask(CancelToken()).count("took") == 60, "another's questions go on"


def test_what_is_attached_is_not_brought_up_to_date(view: View, log: Path, tmp_path: Path) -> None:
    with open(log, "a") as file:
        file.write("2026-03-17 10:01:00 INFO grown\n")
    with SearchEngineManager(tmp_path / "store", TINY).attach("logs") as again:
        assert again.count("grown") == 0
    view.refresh().wait()
    assert view.dataset.count("grown") == 1


def test_that_the_logs_have_grown_is_noticed_until_it_is_indexed(view: View, log: Path) -> None:
    def look() -> bool:
        view._rests_until = 0.0
        return view.look_at_logs()

    assert not look() and not view.grown
    with open(log, "a") as file:
        file.write("2026-03-17 10:01:00 INFO grown\n")
    assert look() and view.grown
    assert not look() and view.grown
    view.refresh().wait()
    assert not view.grown
    assert not look() and not view.grown


def test_looks_at_many_logs_take_a_small_part_of_the_time(
    view: View, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = iter([0.0, 1.0, 49.0, 51.1, 51.1])
    monkeypatch.setattr(time, "monotonic", lambda: next(now))
    with open(log, "a") as file:
        file.write("2026-03-17 10:01:00 INFO grown\n")
    assert [view.look_at_logs() for _ in range(2)] == [True, False]
    with open(log, "w") as file:
        file.write(LINES)
    assert view.grown
    assert view.look_at_logs()
    assert not view.grown


def test_growth_by_another_process_is_taken_over(view: View, log: Path, tmp_path: Path) -> None:
    assert view.reload() == "none"
    generation = view.generation
    with open(log, "a") as file:
        file.write("2026-03-17 10:01:00 INFO grown\n")
    open_logs(log, tmp_path / "store").close()
    assert view.dataset.count("grown") == 0
    assert view.reload() == "grown"
    assert view.generation != generation
    assert view.ask(CancelToken()).count("grown") == 1
    assert view.reload() == "none"


def test_a_dataset_made_anew_or_dropped_is_told(view: View, log: Path, tmp_path: Path) -> None:
    manager = SearchEngineManager(tmp_path / "store", TINY)
    manager.drop("logs")
    with pytest.raises(StoreError):
        view.reload()
    open_logs(log, tmp_path / "store", timezone="Europe/Berlin").close()
    assert view.reload() == "replaced"


def test_what_is_told_of_a_dataset(view: View, log: Path) -> None:
    summary = view.summary
    assert (summary.records, summary.timezone, summary.complete) == (60, "UTC", True)
    assert summary.start_ns is not None and summary.end_ns == summary.start_ns + 59 * 10**9
    assert view.target == [str(log)]
    assert [token.kind for token in view.syntax("level:info").tokens] == ["field", "value"]
    with pytest.raises(QueryError):
        view.parse("/(/")


def test_records_by_their_ids(view: View) -> None:
    hits = view.dataset.search(limit=3)
    ids = [(hit.source_id, hit.offset) for hit in hits]
    rows = view.record_set([*ids, ("nowhere", 3), (ids[0][0], 10**12), (ids[0][0], -1)])
    assert view.dataset.rows(rows=rows) == view.dataset.rows(rows=hits.to_pandas())
