"""Datasets that are opened, built, watched, changed by other processes and dropped while they are shown."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tests.support.channel import Client
from tests.support.served import LINES, SMALL

import sawlog
from sawlog.engine import SearchEngineManager
from sawlog.errors import StoreError
from sawlog.ingest.builder import StreamingIndexBuilder
from sawlog_lab.service.opened import OpenDatasets

Connect = Callable[[], Awaitable[Client]]


def total_of(result: dict[str, Any]) -> int:
    total: int = result["total"]
    return total


async def count(client: Client, dataset: str = "logs", query: str = "") -> int:
    return total_of(await client.ask("search", dataset, query=query, limit=0))


async def until_built(client: Client, dataset: str) -> dict[str, Any]:
    build = await client.ask("watch", dataset)
    while build["running"]:
        build = (await client.push("build"))["result"]
    return build


async def test_a_log_is_opened_built_and_searched(connect: Connect, place: Path) -> None:
    client = await connect()
    (place / "root" / "more").mkdir()
    for number in range(3):
        lines = "".join(f"2026-03-18 11:00:{k % 60:02} INFO more {number} {k}\n" for k in range(500))
        (place / "root" / "more" / f"{number}.log").write_text(lines, encoding="utf-8")
    name = (await client.ask("open", None, path="more"))["dataset"]
    build = await until_built(client, name)
    assert (build["phase"], build["fraction"], build["error"]) == ("done", 1, "")
    assert await count(client, name) == 1_500
    named = await client.ask("open", None, path="more/0.log", name="one")
    assert named == {"dataset": "one"}
    assert (await client.ask("open", None, path="more/0.log", name="one")) == named
    assert (await client.refused("open", None, path="more/1.log", name="one"))["kind"] == "query"
    assert (await client.refused("open", None, path="more", name="../x"))["kind"] == "query"
    assert (await client.refused("open", None, path="nothing.log"))["kind"] == "missing"
    with sawlog.open(name="one", store=place / "store", background=False, progress="none") as logs:
        assert len(logs) == 500


async def test_growth_is_picked_up_by_refresh(connect: Connect, place: Path) -> None:
    client, other = await connect(), await connect()
    assert await count(client) == await count(other) == LINES
    with open(place / "root" / "app.log", "a", encoding="utf-8") as file:
        file.write("2026-03-17 11:00:00 INFO grown\n")
    await client.ask("refresh")
    await until_built(client, "logs")
    assert (await other.push("changed"))["dataset"] == "logs"
    assert await count(other, query="grown") == 1


async def test_who_shows_a_dataset_is_told_that_its_logs_have_grown(connect: Connect, place: Path) -> None:
    client = await connect()
    assert not (await until_built(client, "logs"))["grown"]
    with open(place / "root" / "app.log", "a", encoding="utf-8") as file:
        file.write("2026-03-17 11:00:00 INFO grown\n")
    while not (told := (await client.push("build"))["result"])["grown"]:
        pass
    assert not told["running"]
    assert (await (await connect()).ask("watch", "logs"))["grown"]
    await client.ask("refresh")
    while told["running"] or told["grown"]:
        told = (await client.push("build"))["result"]
    assert await count(client, query="grown") == 1


async def test_a_refresh_is_followed_to_its_end_by_all_who_show_the_dataset(
    connect: Connect, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, other = await connect(), await connect()
    for each in (client, other):
        await until_built(each, "logs")
    gate, original = threading.Event(), StreamingIndexBuilder.run

    def held(builder: StreamingIndexBuilder) -> None:
        assert gate.wait(30)
        original(builder)

    monkeypatch.setattr(StreamingIndexBuilder, "run", held)
    with open(place / "root" / "app.log", "a", encoding="utf-8") as file:
        file.write("2026-03-17 11:00:00 INFO grown\n")
    assert (await client.ask("refresh"))["running"]
    for each in (client, other):
        while not (await each.push("build"))["result"]["running"]:
            pass
    gate.set()
    for each in (client, other):
        while (await each.push("build"))["result"]["running"]:
            pass
        assert await count(each, query="grown") == 1


async def test_what_another_process_builds_is_shown(connect: Connect, place: Path) -> None:
    client = await connect()
    assert await count(client) == LINES
    with open(place / "root" / "app.log", "a", encoding="utf-8") as file:
        file.write("2026-03-17 11:00:00 INFO grown\n")
    with SearchEngineManager(place / "store", SMALL).open(name="logs", background=False, progress="none"):
        pass
    assert (await client.push("changed"))["dataset"] == "logs"
    assert await count(client, query="grown") == 1


async def test_a_dataset_made_anew_takes_the_place_of_the_old(connect: Connect, place: Path) -> None:
    client = await connect()
    assert await count(client) == LINES
    (place / "root" / "new.log").write_text("2026-03-17 11:00:00 INFO anew\n", encoding="utf-8")
    manager = SearchEngineManager(place / "store", SMALL)
    manager.drop("logs")
    with manager.open(place / "root" / "new.log", name="logs", background=False, progress="none"):
        pass
    assert (await client.push("changed"))["dataset"] == "logs"
    assert await count(client) == 1


def test_who_is_told_of_a_dataset_made_anew_meets_the_new_one(tmp_path: Path) -> None:
    manager = SearchEngineManager(tmp_path / "store", SMALL)
    met: list[int] = []

    def told(name: str) -> None:
        with opened.use(name) as view:
            met.append(view.summary.records)

    opened = OpenDatasets(manager, told)
    for records in (3, 1):
        if records == 1:
            manager.drop("logs")
        (tmp_path / "app.log").write_text("2026-03-17 11:00:00 INFO anew\n" * records, encoding="utf-8")
        with manager.open(tmp_path / "app.log", name="logs", background=False, progress="none"):
            pass
        with opened.use("logs", fresh=True) as view:
            assert view.summary.records == records
    assert met == [1]
    opened.close()


async def test_a_dataset_dropped_elsewhere_is_missing(connect: Connect, place: Path) -> None:
    client = await connect()
    hit = (await client.ask("search", query="", limit=1))["hits"][0]
    SearchEngineManager(place / "store", SMALL).drop("logs")
    assert (await client.push("changed"))["dataset"] == "logs"
    for op, params in (
        ("search", {"query": "", "limit": 1}),
        ("record", {"id": hit["id"], "start": 0, "length": 1}),
        ("build", {}),
        ("drop", {}),
        ("refresh", {}),
    ):
        error = await client.refused(op, "logs", **params)
        assert error["kind"] == "missing"
        assert str(place) not in error["message"]


async def test_a_question_is_asked_again_when_files_went_away(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sawlog.engine.queries import Queries

    client = await connect()
    failures, original = [FileNotFoundError("/srv/x"), StoreError("the rows /srv/y cannot be read")], Queries.search

    def failing(queries: Queries, *arguments: Any, **named: Any) -> Any:
        if failures:
            raise failures.pop(0)
        return original(queries, *arguments, **named)

    monkeypatch.setattr(Queries, "search", failing)
    error = await client.refused("search", query="", limit=1)
    assert error["kind"] == "server"
    assert "/srv" not in error["message"]
    failures.append(FileNotFoundError("/srv/x"))
    assert await count(client) == LINES


async def test_dropping_tells_everybody(connect: Connect, place: Path) -> None:
    client, other = await connect(), await connect()
    assert await count(other) == LINES
    assert await client.ask("drop") == {}
    assert (await other.push("changed"))["dataset"] == "logs"
    assert not (place / "store" / "logs").exists()
    assert (place / "root" / "app.log").exists()
    assert (await other.refused("fields"))["kind"] == "missing"
    assert (await client.ask("open", None, path="app.log", name="logs"))["dataset"] == "logs"
    assert await count(other) == LINES


async def test_a_build_elsewhere_is_not_disturbed(
    connect: Connect, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAWLOG_LOCK_SECONDS", "0.05")
    client = await connect()
    manager = SearchEngineManager(place / "store", SMALL)
    lock = manager._store.acquire(place / "store" / "logs")
    try:
        with open(place / "root" / "app.log", "a", encoding="utf-8") as file:
            file.write("2026-03-17 11:00:00 INFO grown\n")
        assert (await client.refused("refresh"))["kind"] == "busy"
        assert await count(client) == LINES
    finally:
        lock.release()


class Gate:
    """Holds searches until it is opened; counts those that wait."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from sawlog.execute.run import Search

        self.opened, self.reached = threading.Event(), threading.Semaphore(0)
        original = Search.count

        def held(search: Search) -> int:
            self.reached.release()
            while not self.opened.wait(0.01) and not search.work.token.stopped:
                pass
            return original(search)

        monkeypatch.setattr(Search, "count", held)

    async def waits(self) -> None:
        """Returns when a search waits."""
        assert await asyncio.to_thread(self.reached.acquire, True, 30)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Any:
    gate = Gate(monkeypatch)
    yield gate
    gate.opened.set()


class TestBusy:
    @pytest.fixture
    def lab_config(self) -> dict[str, Any]:
        return {"threads": 1, "waiting": 1, "query_timeout": 20.0}

    async def test_a_request_can_be_cancelled(self, connect: Connect, gate: Gate) -> None:
        client = await connect()
        running = await client.send("search", query="timeout", limit=1)
        await gate.waits()
        waiting = await client.send("search", query="request", limit=1)
        for number in (waiting, running):
            await client.socket.write_message(f'{{"id": {number}, "op": "cancel"}}')
            assert (await client.answer(number))["error"]["kind"] == "cancelled"
        gate.opened.set()
        assert await count(client) == LINES

    async def test_a_full_queue_is_told_and_quick_questions_go_on(self, connect: Connect, gate: Gate) -> None:
        client = await connect()
        await client.ask("fields")
        first = await client.send("search", query="a", limit=1)
        await gate.waits()
        second = await client.send("search", query="b", limit=1)
        error = await client.refused("search", query="c", limit=1)
        assert error["kind"] == "busy"
        assert (await client.ask("parse", query="a"))["tokens"]
        assert (await client.ask("histogram", query="timeout"))["counts"]
        gate.opened.set()
        assert (await client.answer(first))["ok"] and (await client.answer(second))["ok"]

    async def test_a_client_that_leaves_frees_its_thread(self, connect: Connect, gate: Gate) -> None:
        leaving, staying = await connect(), await connect()
        for _ in range(2):
            await leaving.send("search", query="timeout", limit=1)
        await gate.waits()
        await leaving.close()
        answer: dict[str, Any] = {"ok": False, "error": {"kind": "busy"}}
        while not answer["ok"]:
            assert answer["error"]["kind"] == "busy", "only until the server has noticed"
            answer = await staying.answer(await staying.send("search", query="timeout", limit=1, timeout=0.05))
        assert answer["result"]["timedOut"]

    async def test_time_is_limited(self, connect: Connect, gate: Gate) -> None:
        client = await connect()
        result = await client.ask("search", query="timeout", limit=1, timeout=0.05)
        assert result["timedOut"]
        error = await client.refused("select", query="timeout", ids=None, timeout=0.000001)
        assert error["kind"] == "timeout"

    async def test_an_id_is_used_once_at_a_time(self, connect: Connect, gate: Gate) -> None:
        client = await connect()
        number = await client.send("search", query="timeout", limit=1)
        await gate.waits()
        await client.socket.write_message(f'{{"id": {number}, "op": "sets", "dataset": "logs"}}')
        assert (await client.answer(number))["error"]["kind"] == "query"
        gate.opened.set()
        assert (await client.answer(number))["ok"]


async def building(client: Client, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opens a dataset, ``new``, of 100 records, whose build goes on until it is told to stop."""
    from sawlog.ingest.builder import StreamingIndexBuilder

    started, original = threading.Event(), StreamingIndexBuilder.run

    def slow(builder: StreamingIndexBuilder) -> Any:
        started.set()
        while not builder._token.stopped:
            time.sleep(0.01)
        return original(builder)

    (place / "root" / "new.log").write_text("2026-03-17 11:00:00 INFO anew\n" * 100, encoding="utf-8")
    monkeypatch.setattr(StreamingIndexBuilder, "run", slow)
    await client.ask("open", None, path="new.log", name="new")
    assert started.wait(30)
    monkeypatch.setattr(StreamingIndexBuilder, "run", original)


async def test_dropping_ends_the_build(connect: Connect, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client, other = await connect(), await connect()
    await building(client, place, monkeypatch)
    assert (await other.ask("watch", "new"))["running"]
    assert await client.ask("drop", "new") == {}
    assert not (place / "store" / "new").exists()
    assert (await other.push("changed"))["dataset"] == "new"
    assert (await other.refused("build", "new"))["kind"] == "missing"


async def test_a_build_is_cancelled_and_resumed(connect: Connect, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    client = await connect()
    await building(client, place, monkeypatch)
    assert (await client.ask("watch", "new"))["running"]
    assert await count(client, "new") == 100, "what is not indexed yet is scanned"
    stopped = await client.ask("cancelBuild", "new")
    assert not stopped["running"]
    while (await client.push("build"))["result"]["running"]:
        pass
    await client.ask("refresh", "new")
    assert (await until_built(client, "new"))["phase"] == "done"
    assert await count(client, "new") == 100
