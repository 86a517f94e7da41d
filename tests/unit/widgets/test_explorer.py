"""The explorer of a cell: messages in and out, traits in both directions, what a saved notebook keeps."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import traitlets
from tests.support.channel import channel_schema
from tests.support.datasets import write_log
from tests.support.page import Page
from tests.support.served import LINES, log_lines

from sawlog.engine import Dataset
from sawlog.errors import QueryError, SawlogError
from sawlog.panel.answers import ANSWERS
from sawlog.widgets import Explorer, desk
from sawlog.widgets import explorer as explorer_module
from sawlog.widgets.bundle import bundle

Explore = Callable[..., tuple[Explorer, Page]]


def search(page: Page, query: str, number: int = 1, **limits: Any) -> dict[str, Any]:
    return page.ask("search", number, query=query, limit=5, **limits)


class TestMessages:
    def test_the_wire_is_that_of_the_server(self, explore: Explore) -> None:
        _, page = explore()
        answer = search(page, "timeout")
        channel_schema("answer").validate(answer)
        channel_schema("search.result").validate(answer["result"])
        assert (answer["id"], answer["ok"], answer["result"]["total"]) == (1, True, LINES - 2)
        fields = page.ask("fields", 2)["result"]
        channel_schema("fields.result").validate(fields)
        assert fields["records"] == LINES

    def test_every_question_about_one_dataset_is_answered(self, explore: Explore) -> None:
        _, page = explore()
        hit = search(page, "full")["result"]["hits"][0]
        asked: dict[str, dict[str, Any]] = {
            "record": {"id": hit["id"], "start": 0, "length": 10},
            "context": {"id": hit["id"], "before": 1, "after": 1},
            "histogram": {"query": "", "split": "level"},
            "facets": {"query": "", "fields": ["level"], "limit": 5},
            "complete": {"text": "tim", "cursor": 3},
            "patterns": {"query": ""},
            "explain": {"query": "timeout", "analyze": True},
            "select": {"query": "full", "ids": None},
            "code": {"query": "full", "what": "search"},
            "parse": {"query": "a:b"},
            "search": {"query": "", "limit": 1},
        }
        for number, op in enumerate(ANSWERS, start=10):
            answer = page.ask(op, number, **asked.get(op, {}))
            assert answer["ok"], answer
            channel_schema(f"{op}.result").validate(answer["result"])

    def test_code_names_a_store_that_is_not_the_usual_one(self, explore: Explore, tmp_path: Path) -> None:
        _, page = explore()
        code = page.ask("code", query="'x", what="search")["result"]["code"]
        assert repr(str(tmp_path / "store")) in code
        compile(code, "cell", "exec")

    def test_hostile_text_comes_as_it_is(self, explore: Explore) -> None:
        _, page = explore()
        hit = search(page, "script")["result"]["hits"][0]
        for part in ("<script>alert(1)</script>", "\x1b[31m", "\u202e", "\0", "🐌"):
            assert part in hit["text"]
        start, end = hit["spans"][0]
        assert hit["text"].encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le") == "script"

    @pytest.mark.parametrize(
        ("op", "dataset", "params", "kind"),
        [
            ("search", "logs", {"query": "/(/", "limit": 1}, "query"),
            ("search", "logs", {"query": "x"}, "query"),
            ("search", "other", {"query": "x", "limit": 1}, "missing"),
            ("nothing", "logs", {}, "query"),
            ("drop", "logs", {}, "forbidden"),
            ("open", "logs", {"path": "x"}, "forbidden"),
            ("record", "logs", {"id": ["none", 1], "start": 0, "length": 1}, "missing"),
        ],
    )
    def test_errors_are_those_of_the_wire(
        self, explore: Explore, op: str, dataset: str, params: dict[str, Any], kind: str
    ) -> None:
        _, page = explore()
        answer = page.ask(op, 1, dataset, **params)
        channel_schema("failure").validate(answer)
        assert answer["error"]["kind"] == kind
        assert "Traceback" not in answer["error"]["message"]

    @pytest.mark.parametrize("message", [None, "x", [], {"op": "search"}, {"id": "1", "op": "search"}, {"id": 1.5}])
    def test_what_is_no_request_is_refused(self, explore: Explore, message: Any) -> None:
        _, page = explore()
        page.send_message(message)
        answer = page.answer(None)
        channel_schema("failure").validate(answer)
        assert answer["error"]["kind"] == "query"

    def test_an_error_of_sawlog_tells_no_trace(
        self, explore: Explore, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
    ) -> None:
        def broken(scope: Any, asked: Any) -> dict[str, Any]:
            raise ZeroDivisionError("/home/somebody/secret.py")

        monkeypatch.setitem(ANSWERS, "sets", broken)
        _, page = explore()
        error = page.ask("sets")["error"]
        assert (error["kind"], "secret" in error["message"]) == ("server", False)
        assert "secret" in caplog.text

    def test_a_question_that_nobody_waits_for_is_ended(self, explore: Explore, monkeypatch: pytest.MonkeyPatch) -> None:
        began, ended = threading.Event(), threading.Event()

        def slow(scope: Any, asked: Any) -> dict[str, Any]:
            began.set()
            while not scope.token.stopped:
                time.sleep(0.001)
            ended.set()
            return {}

        monkeypatch.setitem(ANSWERS, "patterns", slow)
        _, page = explore()
        numbers = range(1, 2 + desk._THREADS)
        for number in numbers:  # one more than are worked on at a time
            page.send_message({"id": number, "op": "patterns", "dataset": "logs", "params": {"query": ""}})
        assert began.wait(30)
        assert search(page, "full", 90)["ok"], "a long question does not stand before a quick one"
        for number in reversed(numbers):
            page.send_message({"id": number, "op": "cancel"})
        for number in reversed(numbers):
            assert page.answer(number)["error"]["kind"] == "cancelled"
        assert ended.wait(30)

    def test_a_question_that_is_sent_twice_is_answered_once(self, explore: Explore) -> None:
        _, page = explore()
        request = {"id": 5, "op": "parse", "dataset": "logs", "params": {"query": "a"}}
        for _ in range(3):
            page.send_message(request)
        page.answer(5)
        page.send_message(request)
        page.ask("parse", 6, query="b")
        assert page.is_silent

    def test_a_closed_explorer_answers_nothing_more(self, explore: Explore) -> None:
        explorer, page = explore()
        explorer.close()
        explorer._desk.receive({"id": 1, "op": "sets", "dataset": "logs"})
        assert page.is_silent

    def test_questions_about_a_closed_dataset(self, explore: Explore, logs: Dataset) -> None:
        _, page = explore()
        logs.close()
        assert search(page, "x")["error"]["kind"] == "missing"

    def test_pages_hear_of_builds_and_of_new_records(
        self, explore: Explore, logs: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(desk, "_LOOK", 0.01)
        _, page = explore()
        page.ask("watch")
        assert not page.push("build")["result"]["running"]
        write_log(tmp_path / "app.log", (log_lines() + "2026-03-17 11:00:00 INFO more\n").encode())
        logs.refresh()
        changed = page.push("changed")
        channel_schema("push").validate(changed)
        assert search(page, "more", 3)["result"]["total"] == 1


class TestTraits:
    def test_python_sets_and_the_page_follows(self, explore: Explore) -> None:
        explorer, page = explore("disk", start="2026-03-17 10:00", height=300)
        assert page.state["query"] == "disk"
        assert page.state["start"] == "2026-03-17T10:00:00.000000000Z"
        assert (page.state["name"], page.state["height"], page.state["end"]) == ("logs", 300, None)
        explorer.query = "timeout"
        explorer.end = dt.datetime(2026, 3, 17, 10, 5, tzinfo=dt.UTC)
        assert (page.state["query"], page.state["end"]) == ("timeout", "2026-03-17T10:05:00.000000000Z")

    def test_the_user_asks_and_python_follows(self, explore: Explore) -> None:
        explorer, page = explore()
        assert len(explorer.rows) == LINES
        page.set(query="level:error", start="2026-03-17T10:00:00.000000000Z", end="2026-03-17T10:01:00.000000000Z")
        assert (explorer.query, explorer.end) == ("level:error", "2026-03-17T10:01:00.000000000Z")
        assert len(explorer.rows) == 20

    def test_rows_are_observed_with_every_change_of_the_question(self, explore: Explore) -> None:
        explorer, page = explore()
        seen: list[int] = []
        explorer.observe(lambda change: seen.append(len(change.new)), "rows")
        page.set(query="full")
        explorer.query = "nothing_at_all"
        explorer.query = "/(/"
        assert seen == [1, 0]
        with pytest.raises(QueryError):
            len(explorer.rows)

    def test_the_selection_is_observed(self, explore: Explore, logs: Dataset) -> None:
        explorer, page = explore()
        seen: list[int] = []
        heard = threading.Event()
        explorer.observe(lambda change: (seen.append(len(change.new)), heard.set()), "selection")
        assert len(explorer.selection) == 0
        assert page.ask("select", query="full", ids=None)["result"] == {"count": 1}
        assert heard.wait(30)
        assert (seen, len(explorer.selection), len(logs.selection)) == ([1], 1, 1)

    def test_an_observer_that_fails_is_heard_of(self, explore: Explore, monkeypatch: pytest.MonkeyPatch) -> None:
        heard = threading.Event()
        monkeypatch.setattr(desk.log, "exception", lambda message: heard.set())
        explorer, page = explore()
        explorer.observe(lambda change: 1 / 0, "selection")
        assert page.ask("select", query="full", ids=None)["ok"]
        assert heard.wait(30)

    def test_what_cannot_be_set(self, explore: Explore) -> None:
        explorer, _ = explore()
        for name in ("rows", "selection"):
            with pytest.raises(traitlets.TraitError):
                setattr(explorer, name, None)
        with pytest.raises(QueryError, match="no time"):
            explorer.start = "garbage"
        with pytest.raises(QueryError, match="no time"):
            explore(end="garbage")

    def test_its_name(self, explore: Explore) -> None:
        explorer, _ = explore("a'b")
        assert repr(explorer) == """<Explorer of 'logs': query "a'b">"""


class TestPicture:
    @pytest.fixture
    def shown(self, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
        """What is displayed."""
        shown: list[dict[str, Any]] = []
        monkeypatch.setattr(explorer_module, "display", lambda data, **options: shown.append(data))
        return shown

    def test_a_notebook_keeps_the_first_hits(self, explore: Explore, shown: list[dict[str, Any]]) -> None:
        explorer, page = explore("script")
        explorer._ipython_display_()
        live, picture = shown
        assert "application/vnd.jupyter.widget-view+json" in live
        assert picture["text/html"].startswith(f'<div class="{page.state["picture"]}">')
        assert "alert(1)" in picture["text/html"]
        assert "<script>" not in picture["text/html"]
        assert "alert(1)" in picture["text/plain"]

    def test_a_query_without_meaning_leaves_the_live_view(self, explore: Explore, shown: list[dict[str, Any]]) -> None:
        explorer, _ = explore("/(/")
        explorer._ipython_display_()
        assert ["application/vnd.jupyter.widget-view+json" in data for data in shown] == [True]


def test_an_installation_without_the_bundle_says_what_to_do() -> None:
    with pytest.raises(SawlogError, match="install sawlog again"):
        bundle("nothing.js")
