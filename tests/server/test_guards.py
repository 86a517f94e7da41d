"""Who may ask, what is refused, and what no answer ever says."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer, IdentityProvider
from tests.support.channel import Client, channel_schema
from tornado.httpclient import HTTPClientError

from sawlog.panel.errors import AskError
from sawlog.panel.wire.requests import OPS
from sawlog_lab.service.roots import Roots

Connect = Callable[[], Awaitable[Client]]
Fetch = Callable[..., Awaitable[Any]]

ASK = ("sawlog", "api", "ask")
CHANNEL = ("sawlog", "api", "channel")

#: Parameters with which each op is a request.
PARAMS: dict[str, dict[str, Any]] = {
    "open": {"path": "app.log"},
    "parse": {"query": "a"},
    "search": {"query": "a", "limit": 1},
    "record": {"id": ["a", 1], "start": 0, "length": 1},
    "context": {"id": ["a", 1], "before": 0, "after": 0},
    "histogram": {"query": ""},
    "facets": {"query": "", "fields": ["level"], "limit": 1},
    "complete": {"text": "", "cursor": 0},
    "patterns": {"query": ""},
    "explain": {"query": ""},
    "select": {"query": "", "ids": []},
    "code": {"query": "", "what": "search"},
}


class Denied(Authorizer):
    """Lets everybody do everything but touch sawlog."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "sawlog"


class ReadOnly(Authorizer):
    """Lets everybody look at sawlog, and change nothing there."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return resource != "sawlog" or action == "read"


async def post(fetch: Fetch, body: Any, **options: Any) -> tuple[int, dict[str, Any]]:
    """The status and the body of an answer by HTTP."""
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    try:
        response = await fetch(*ASK, method="POST", body=text, **options)
    except HTTPClientError as error:
        assert error.response is not None
        return error.code, json.loads(error.response.body)
    return response.code, json.loads(response.body)


async def test_questions_by_http(jp_fetch: Fetch) -> None:
    request = {"op": "search", "dataset": "logs", "params": {"query": "timeout", "limit": 50}}
    response = await jp_fetch(*ASK, method="POST", body=json.dumps(request))
    channel_schema("search.result").validate(json.loads(response.body))
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Consumed-Content-Encoding"] == "gzip"
    plain = await jp_fetch(*ASK, method="POST", body=json.dumps(request), decompress_response=False)
    assert "Content-Encoding" not in plain.headers
    assert json.loads(plain.body)["total"]
    status, body = await post(jp_fetch, {"op": "search", "dataset": "logs", "params": {"query": "/(/", "limit": 1}})
    assert (status, body["kind"]) == (400, "query")
    status, body = await post(jp_fetch, {"op": "search", "dataset": "none", "params": {"query": "", "limit": 1}})
    assert (status, body["kind"]) == (404, "missing")


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "token wrong"}])
async def test_no_question_without_a_token(jp_fetch: Fetch, jp_ws_fetch: Fetch, headers: dict[str, str]) -> None:
    for op in OPS:
        status, _ = await post(jp_fetch, {"op": op, "dataset": "logs", "params": PARAMS.get(op, {})}, headers=headers)
        assert status in (401, 403)
    with pytest.raises(HTTPClientError) as caught:
        await jp_ws_fetch(*CHANNEL, headers=headers)
    assert caught.value.code == 403


async def test_no_channel_for_another_origin(jp_ws_fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    # As for a browser, which has a cookie: who has the token may come from anywhere.
    monkeypatch.setattr(IdentityProvider, "should_check_origin", lambda *_: True)
    with pytest.raises(HTTPClientError) as caught:
        await jp_ws_fetch(*CHANNEL, headers={"Origin": "https://elsewhere.test"})
    assert caught.value.code == 403


class TestDenied:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return jp_server_config | {"ServerApp": jp_server_config["ServerApp"] | {"authorizer_class": Denied}}

    async def test_nothing_is_answered(self, jp_fetch: Fetch, jp_ws_fetch: Fetch) -> None:
        for op in OPS:
            status, _ = await post(jp_fetch, {"op": op, "dataset": "logs", "params": PARAMS.get(op, {})})
            assert status == 403
        with pytest.raises(HTTPClientError) as caught:
            await jp_ws_fetch(*CHANNEL)
        assert caught.value.code == 403


class TestReadOnly:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return jp_server_config | {"ServerApp": jp_server_config["ServerApp"] | {"authorizer_class": ReadOnly}}

    async def test_only_what_changes_nothing_is_answered(self, jp_fetch: Fetch, connect: Connect, place: Path) -> None:
        client = await connect()
        for op, kind in OPS.items():
            if not kind.writes:
                continue
            error = await client.refused(op, "logs", **PARAMS.get(op, {}))
            assert error["kind"] == "forbidden"
            status, body = await post(jp_fetch, {"op": op, "dataset": "logs", "params": PARAMS.get(op, {})})
            assert (status, body["kind"]) == (403, "forbidden")
        assert (await client.ask("search", query="", limit=1))["total"]
        assert (place / "store" / "logs").is_dir()


MALFORMED: list[str | bytes] = [
    "",
    "no json",
    "null",
    "[]",
    "{}",
    '{"id": "1", "op": "sets"}',
    '{"id": -1, "op": "sets", "dataset": "logs"}',
    '{"op": "cancel"}',
    "[" * 5_000,
    b"\xff\xfe",
]


async def test_what_is_no_request_is_refused_and_the_channel_stays(connect: Connect, jp_fetch: Fetch) -> None:
    client = await connect()
    for text in MALFORMED:
        answer = await client.raw(text)
        assert (answer["ok"], answer["error"]["kind"]) == (False, "query")
        assert "Traceback" not in answer["error"]["message"]
        status, body = await post(jp_fetch, text)
        assert (status, body["kind"]) == (400, "query")
    for message in (
        {"id": 900, "op": "eval"},
        {"id": 900, "op": "search", "dataset": "logs", "params": {"query": 1, "limit": 1}},
        {"id": 900, "op": "search", "dataset": "logs", "params": {"query": "\ud800", "limit": 1}},
        {"id": 900, "op": "search", "dataset": 7, "params": {}},
        {"id": 900, "op": "search", "params": {"query": "", "limit": 1}},
    ):
        await client.socket.write_message(json.dumps(message))
        answer = await client.answer(900)
        assert answer["error"]["kind"] == "query"
    assert (await client.ask("search", query="", limit=1))["total"]


class TestSmall:
    @pytest.fixture
    def lab_config(self) -> dict[str, Any]:
        return {"message_bytes": 2_048, "answer_bytes": 4_096}

    async def test_messages_and_answers_have_a_size(self, connect: Connect, jp_fetch: Fetch) -> None:
        client = await connect()
        large = json.dumps({"id": 1, "op": "parse", "dataset": "logs", "params": {"query": "x" * 4_000}})
        assert (await client.raw(large))["error"]["kind"] == "limit"
        assert (await post(jp_fetch, large))[0] == 413
        assert (await client.refused("search", query="", limit=500))["kind"] == "limit"
        assert (await client.ask("search", query="", limit=1))["total"]
        await client.socket.write_message("x" * 100_000)
        await client.ended()  # a flood is hung up on


@pytest.fixture
def outside(place: Path) -> Path:
    """A log beside the root, and ways in the root that lead there."""
    secret = place / "secret" / "password.log"
    secret.parent.mkdir()
    secret.write_text("2026-03-17 10:00:00 INFO hunter2\n", encoding="utf-8")
    root = place / "root"
    (root / "link.log").symlink_to(secret)
    (root / "linked").symlink_to(secret.parent)
    (root / "deep").mkdir()
    (root / "deep" / "more").symlink_to(secret.parent)
    (root / ".hidden").mkdir()
    (root / ".hidden" / "x.log").write_text("2026-03-17 10:00:00 INFO hidden\n", encoding="utf-8")
    (root / "inside").symlink_to(root / "app.log")
    return secret


async def test_only_what_is_under_the_root_is_opened(connect: Connect, outside: Path, place: Path) -> None:
    client = await connect()
    for path in (
        str(outside),
        "../secret/password.log",
        "deep/../../secret/password.log",
        "link.log",
        "linked",
        "linked/password.log",
        "linked/*.log",
        "*.log",
        "*/*.log",
        "deep",
        "**/*.log",
        "/etc/passwd",
        "file:///etc/passwd",
        ".hidden/x.log",
        "app.log\0",
        "-",
        "~",
        "https://elsewhere.test/x.log",
    ):
        error = await client.refused("open", None, path=path)
        assert error["kind"] in ("forbidden", "missing"), (path, error)
        assert "hunter2" not in json.dumps(error)
        assert str(place) not in error["message"].replace(path, "")
    names = [dataset["name"] for dataset in (await client.ask("datasets", None))["datasets"]]
    assert names == ["logs"]


async def test_a_path_outside_is_refused_alike_whether_anything_is_there(connect: Connect, outside: Path) -> None:
    client = await connect()
    there, nowhere = outside, outside.parent / "nothing.log"
    for found, missed in ((there, nowhere), (outside.parent / "*.log", outside.parent / "no*.log")):
        errors = [await client.refused("open", None, path=str(path)) for path in (found, missed)]
        assert [error["kind"] for error in errors] == ["forbidden", "forbidden"]
        assert errors[0]["message"].replace(str(found), "") == errors[1]["message"].replace(str(missed), "")
        assert "SawlogLab.roots" in errors[0]["message"] and f"sawlog.open('{found}')" in errors[0]["message"]
    error = await client.refused("open", None, path="nothing.log")
    assert error["message"] == "…/nothing.log: no such file or directory"
    assert (await client.refused("open", None, path="/no*.log"))["kind"] == "missing"


async def test_links_within_the_root_are_followed(connect: Connect, outside: Path) -> None:
    client = await connect()
    opened = await client.ask("open", None, path="inside", name="linked")
    assert opened == {"dataset": "linked"}
    assert (await client.ask("search", "linked", query="", limit=1))["total"]


class TestOtherRoots:
    @pytest.fixture
    def lab_config(self, outside: Path) -> dict[str, Any]:
        return {"roots": [str(outside.parent)]}

    async def test_roots_replace_the_servers_own(self, connect: Connect, outside: Path) -> None:
        client = await connect()
        assert (await client.refused("open", None, path="app.log"))["kind"] == "forbidden"
        assert await client.ask("open", None, path=str(outside), name="secret")
        assert await client.ask("open", None, path="linked/password.log", name="by-link")


def test_names_with_a_dot_are_opened_where_the_server_shows_them(tmp_path: Path) -> None:
    (tmp_path / ".x").mkdir()
    (tmp_path / ".x" / "a.log").write_text("a\n")
    assert Roots(str(tmp_path), hidden=True).resolve(".x/a.log") == os.path.join(tmp_path, ".x", "a.log")
    with pytest.raises(AskError):
        Roots(str(tmp_path)).resolve(".x/a.log")


def test_a_root_that_is_a_link_is_named_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.log").write_text("a\n")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    roots = Roots(str(tmp_path / "link"))
    assert roots.resolve("a.log") == str(tmp_path / "link" / "a.log")
    assert roots.resolve("/a.log") == str(tmp_path / "link" / "a.log")
    assert roots.resolve("*.log") == str(tmp_path / "link" / "*.log")


async def test_an_unexpected_error_says_nothing(
    connect: Connect, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    client = await connect()

    def broken(*arguments: Any, **named: Any) -> None:
        raise RuntimeError("password=hunter2 at /srv/logs/deep")

    monkeypatch.setattr("sawlog.engine.queries.Queries.search", broken)
    error = await client.refused("search", query="", limit=1)
    assert error["kind"] == "server"
    assert "hunter2" not in json.dumps(error)
    assert "hunter2" in caplog.text, "the administrator finds it in the server's log"


async def test_a_damaged_dataset_is_told_without_its_place(connect: Connect, place: Path) -> None:
    client = await connect()
    (place / "store" / "logs" / "catalog.json").write_text("{", encoding="utf-8")
    for op in ("fields", "search"):
        error = await client.refused(op, "logs", **PARAMS.get(op, {}))
        assert error["kind"] == "server"
        assert str(place) not in json.dumps(error)
    assert str(place / "store" / "logs") not in json.dumps(await client.ask("datasets", None))
    await client.ask("drop", "logs")
    assert (await client.ask("datasets", None))["datasets"] == []
