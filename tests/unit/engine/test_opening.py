"""Datasets come and go: opened, reopened, built in the background, cancelled, followed, closed, dropped."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import TINY, Reference, found, open_logs, state_of, unindexed, write_log

import sawlog
from sawlog.engine import Dataset, SearchEngineManager
from sawlog.errors import (
    BuildCancelled,
    DatasetClosedError,
    FormatError,
    QueryError,
    SettingsError,
    SourceError,
    StoreError,
    StoreLockedError,
)
from sawlog.ingest import builder as builder_module
from sawlog.ingest.unit import Unit
from sawlog.model.progress import CancelToken
from sawlog.query.ast import ALL
from sawlog.settings import Settings
from sawlog.storage.catalog import Catalog


def test_a_closed_dataset_says_so(directory: Path, tmp_path: Path) -> None:
    dataset = open_logs(directory / "web", tmp_path)
    with dataset:
        assert dataset.count() == 80
    for call in (dataset.search, dataset.count, dataset.rows, dataset.report, dataset.refresh, lambda: dataset.fields):
        with pytest.raises(DatasetClosedError, match="was closed: open it again"):
            call()
    dataset.close()


@pytest.mark.parametrize(
    ("target", "named"), [("site", "site-"), ("site/app.log", "app.log-"), ("site/*.log", "site-log-"), ("*", "logs-")]
)
def test_a_dataset_is_named_after_its_target(tmp_path: Path, target: str, named: str) -> None:
    (tmp_path / "logs" / "site").mkdir(parents=True)
    (tmp_path / "logs" / "site" / "app.log").write_text("one record\n")
    with sawlog.open(tmp_path / "logs" / target, store=tmp_path / "store") as dataset:
        assert dataset.name.startswith(named) and len(dataset.name) == len(named) + 8


def test_a_name_given_as_a_path_is_told_from_a_file_that_is_not_there(directory: Path, tmp_path: Path) -> None:
    with open_logs(directory / "web", tmp_path / "store"):
        pass
    with pytest.raises(SourceError, match=r"logs: no such file.*; the store holds a dataset .* name='logs' alone"):
        sawlog.open("logs", store=tmp_path / "store")
    for other in ("log", "logs/", "./logs"):
        with pytest.raises(SourceError, match=r"no such file or directory( \(looked in .*\))?$"):
            sawlog.open(other, store=tmp_path / "store")


def test_drop_deletes_the_index_and_leaves_the_logs(directory: Path, tmp_path: Path) -> None:
    dataset = open_logs(directory / "web", tmp_path)
    assert [d.name for d in sawlog.datasets(tmp_path)] == ["logs"]
    dataset.drop()
    assert not list(sawlog.datasets(tmp_path))
    assert not (tmp_path / "logs").exists()
    assert (directory / "web" / "access.log").exists()
    with pytest.raises(DatasetClosedError, match="dropped"):
        dataset.count()
    with pytest.raises(StoreError, match="holds no dataset 'logs'"):
        SearchEngineManager(tmp_path).drop("logs")


def test_opening_again_builds_nothing(directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with open_logs(directory, tmp_path) as first:
        expected = first.rows("timeout")
    monkeypatch.setattr(builder_module.StreamingIndexBuilder, "run", lambda self: pytest.fail("nothing is to be built"))
    with open_logs(directory, tmp_path) as again:
        assert again.rows("timeout") == expected
        assert again.build.progress.fraction == 1


def test_other_options_make_other_records(directory: Path, tmp_path: Path) -> None:
    with open_logs(directory / "app.log", tmp_path) as first:
        before = first.search("", order="oldest")[0].timestamp
    with open_logs(directory / "app.log", tmp_path, timezone="Europe/Berlin") as second:
        after = second.search("", order="oldest")[0].timestamp
        assert second.count() == first._state.catalog.records
    assert before is not None and after is not None
    assert before - after == timedelta(hours=1)


class TestANameOpenedWithAnotherTarget:
    """It stands for what it was last opened with."""

    @pytest.fixture
    def files(self, tmp_path: Path) -> list[Path]:
        return [write_log(tmp_path / "logs" / f"{n}.log", log_bytes("application", n, 10 + n)) for n in range(3)]

    @staticmethod
    def held(target: Path | list[Path], tmp_path: Path) -> dict[str, int]:
        with open_logs(target, tmp_path / "store") as logs:
            report = logs.report()
            assert report["records"].sum() == logs.count() == len(logs.search(limit=None))
            return {Path(file).name: records for file, records in zip(report["file"], report["records"], strict=True)}

    def test_other_files_leave(self, files: list[Path], tmp_path: Path) -> None:
        first = self.held(files[0], tmp_path)
        assert set(first) == {"0.log"}
        assert set(self.held(files[1], tmp_path)) == {"1.log"}
        assert set(self.held(files[1:], tmp_path)) == {"1.log", "2.log"}
        assert self.held(files[0], tmp_path) == first

    def test_files_that_stay_are_not_read_again(
        self, files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        every = self.held(files[0].parent, tmp_path)
        monkeypatch.setattr(builder_module, "units", lambda pieces, *rest: [] if not pieces else pytest.fail("read"))
        assert self.held(files[:2], tmp_path) == {name: every[name] for name in ("0.log", "1.log")}

    def test_what_vanished_stays_where_the_new_target_means_it(self, files: list[Path], tmp_path: Path) -> None:
        every = self.held(files[0].parent, tmp_path)
        files[0].unlink()
        assert self.held([files[0].parent], tmp_path) == every
        assert self.held([files[0].parent / "*.log"], tmp_path) == every
        assert self.held([files[1]], tmp_path) == {"1.log": every["1.log"]}

    def test_it_is_remembered_even_if_nothing_was_read(self, files: list[Path], tmp_path: Path) -> None:
        first = self.held(files[:2], tmp_path)
        assert self.held([files[1], files[0]], tmp_path) == first
        with SearchEngineManager(tmp_path / "store", TINY).open(name="logs", background=False) as logs:
            assert state_of(logs).catalog.target["target"] == [str(files[1]), str(files[0])]

    def test_a_target_that_is_not_there_costs_nothing(self, files: list[Path], tmp_path: Path) -> None:
        every = self.held(files[0].parent, tmp_path)
        with pytest.raises(SourceError):
            self.held(tmp_path / "typo.log", tmp_path)
        assert self.held(files[0].parent, tmp_path) == every


def test_saved_sets_stay_true_when_all_is_indexed_anew(tmp_path: Path) -> None:
    log, store = tmp_path / "app.log", tmp_path / "store"
    write_log(log, log_bytes("application", 91, 60))
    with open_logs(tmp_path / "app.log", store) as logs:
        expected = logs.save("errors", logs.rows("level:error"))
        assert expected
        with log.open("ab") as file:  # a file that was short when it was first seen
            file.write(log_bytes("application", 92, 10))
        logs.refresh()
    for zone, format in (("Europe/Berlin", "auto"), ("UTC", "plain"), ("UTC", "auto")):
        with open_logs(log, store, timezone=zone, format=format) as logs:
            assert logs.rows(rows="errors") == expected, (zone, format)
    (store / "logs" / "catalog.json").unlink()
    log.write_bytes(log.read_bytes()[: len(log_bytes("application", 91, 60))])
    with open_logs(log, store) as logs:
        assert logs.rows(rows="errors") == expected


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"name": "../out"}, SettingsError),
        ({"name": ""}, None),
        ({"name": ".hidden"}, SettingsError),
        ({"format": "no-such-format"}, FormatError),
        ({"timezone": "Mars/Olympus"}, SettingsError),
        ({"workers": -1}, SettingsError),
    ],
)
def test_wrong_options_are_refused(
    directory: Path, tmp_path: Path, options: dict[str, object], error: type[Exception] | None
) -> None:
    if error is None:
        with open_logs(directory / "web", tmp_path, **options) as dataset:
            assert dataset.name.startswith("web-"), "no name means one made of the target"
        return
    with pytest.raises(error):
        open_logs(directory / "web", tmp_path, **options)
    assert not list(tmp_path.iterdir())


def test_the_managers_settings_hold_with_workers_given(directory: Path, tmp_path: Path) -> None:
    with open_logs(directory / "web", tmp_path, workers=1) as dataset:
        assert state_of(dataset).settings == replace(TINY, workers=1)


def test_nothing_to_read_and_strangers_in_the_store(directory: Path, tmp_path: Path) -> None:
    with pytest.raises(SourceError):
        open_logs(tmp_path / "nowhere", tmp_path / "store")
    write_log(tmp_path / "store" / "logs" / "precious.txt", b"mine")
    with pytest.raises(StoreError, match=r"precious\.txt"):
        open_logs(directory, tmp_path / "store")
    assert (tmp_path / "store" / "logs" / "precious.txt").read_bytes() == b"mine"


class Halting:
    """Stands in for the planned units: the build stops behind so many of them until it is let go."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        real = builder_module.StreamingIndexBuilder._build_here
        halting = self

        def build_here(self: builder_module.StreamingIndexBuilder, unit: Unit) -> None:
            if unit.id == after:
                halting.reached.set()
                assert halting.go.wait(60)
            real(self, unit)

        monkeypatch.setattr(builder_module.StreamingIndexBuilder, "_build_here", build_here)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_searches_are_exact_while_the_index_is_built(
    after: int, logs: Dataset, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    halting = Halting(monkeypatch, after)
    dataset = open_logs(directory, tmp_path, background=True)
    assert halting.reached.wait(60)
    state = state_of(dataset)
    assert len(state.catalog.partitions) == after
    assert dataset.build.running
    for query in ("timeout", "level:error", "status:>=400 curl", "", 'source:"app.log" -timeout', "raw:/re.et/"):
        assert dataset.count(query) == logs.count(query)
        assert [h.raw for h in dataset.search(query, limit=7)] == [h.raw for h in logs.search(query, limit=7)]
        assert dataset.histogram(query, by="1m").counts.tolist() == logs.histogram(query, by="1m").counts.tolist()
        assert dataset.facets("level", query).equals(logs.facets("level", query))
    wanted = dataset.rows("timeout")
    assert found(state, ALL) == found(state_of(logs), ALL)
    with pytest.raises(StoreLockedError, match="another process is building"):
        SearchEngineManager(tmp_path, replace(TINY, lock_seconds=0.05)).open(
            directory, name="logs", progress="none", background=False
        )
    assert [d.state for d in sawlog.datasets(tmp_path)] == ["building"]
    halting.go.set()
    dataset.wait()
    assert dataset.rows("timeout") == wanted, "a set of records made half-way stays true"
    assert not state.snapshot().pieces
    dataset.close()


def test_cancel_and_resume(logs: Dataset, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    halting = Halting(monkeypatch, 1)
    dataset = open_logs(directory, tmp_path, background=True)
    assert halting.reached.wait(60)
    threading.Timer(0.05, halting.go.set).start()
    dataset.build.cancel()
    assert dataset.build.error is None
    with pytest.raises(BuildCancelled):
        dataset.wait()
    assert dataset.count("timeout") == logs.count("timeout")
    dataset.close()
    assert [d.state for d in sawlog.datasets(tmp_path)] == ["partial"]
    monkeypatch.undo()
    with open_logs(directory, tmp_path) as again:
        assert found(state_of(again), ALL) == found(state_of(logs), ALL)
        assert [d.state for d in sawlog.datasets(tmp_path)] == ["ready"]


def test_following_gives_each_new_record_once(tmp_path: Path) -> None:
    line = "2026-03-17 10:00:{:02},000 INFO [main] a.B event{}\n"
    path = write_log(tmp_path / "a.log", "".join(line.format(n, n) for n in range(5)).encode())
    stop = CancelToken()
    with open_logs(path, tmp_path / "store") as dataset:
        followed = dataset.follow("event1* OR event2*", poll=0.001, stop=stop)
        seen: list[str] = []
        first = threading.Thread(target=lambda: seen.append(next(followed).raw))
        first.start()
        while first.is_alive():
            with path.open("a") as file:
                file.write(line.format(10 + len(seen), 10))
            first.join(1.0)
        stop.cancel()
    assert seen == [line.format(10, 10).rstrip()]


def test_two_datasets_in_one_store_do_not_mix(directory: Path, tmp_path: Path) -> None:
    with (
        open_logs(directory / "web", tmp_path, name="web") as web,
        open_logs(directory / "app.log", tmp_path, name="app") as app,
    ):
        assert web.count() + app.count() == len(Reference(state_of(web)).records) + len(
            Reference(state_of(app)).records
        )
        assert {d.name: d.records for d in sawlog.datasets(tmp_path)} == {"web": web.count(), "app": app.count()}
        with pytest.raises(QueryError, match="80 records of the dataset 'web', none of whose files is in 'app'"):
            app.count(rows=web.rows())
        with open_logs(directory, tmp_path, name="both") as both:
            assert both.count(rows=web.rows()) == web.count(), "a source is the same in every dataset"


def test_settings_of_the_environment_reach_the_build(
    directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAWLOG_STORE", str(tmp_path / "mine"))
    monkeypatch.setenv("SAWLOG_PARTITION_RECORDS", "1600")
    with sawlog.open(directory / "web", background=False, progress="none") as dataset:
        assert state_of(dataset).settings == Settings(store=str(tmp_path / "mine"), partition_records=1_600)
    assert [d.path for d in sawlog.datasets()] == [str(tmp_path / "mine" / dataset.name)]
    assert unindexed(directory, tmp_path).catalog.partitions == ()


def test_the_store_tells_where_the_logs_of_a_dataset_are(tmp_path: Path) -> None:
    write_log(tmp_path / "a.log", b"2026-03-17 10:00:00 INFO a\n")
    store = tmp_path / "store"
    with open_logs([tmp_path / "a.log", tmp_path / "*.log"], store) as logs:
        assert sawlog.datasets(store)[0].target == f"{tmp_path / 'a.log'}, {tmp_path / '*.log'}"
    catalog = Catalog.load(store / logs.name)
    paths = ["s3://bucket/a?b.log", "https://me:secret@web/x.log?key=secret", "/logs/a?.log", "/x", "/y"]
    catalog.change(target={**catalog.target, "target": paths}).save(store / logs.name)
    shown = "s3://bucket/a, https://web/x.log, /logs/a?.log and 2 more"
    assert sawlog.datasets(store)[0].target == shown
    catalog.change(target={**catalog.target, "target": [os.fsdecode(b"/logs/\xff\x1b.log")]}).save(store / logs.name)
    assert sawlog.datasets(store)[0].target == r"/logs/\xff\x1b.log", "as report() writes it"
