"""GET sawlog/api/datasets: who may ask, what is answered, and what is never said."""

from __future__ import annotations

import asyncio
import functools
import json
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

import sawlog_lab.app
from sawlog.errors import StoreError
from sawlog.panel.errors import AskError, without_home, without_paths
from sawlog.panel.wire.datasets import datasets_message, error_message
from sawlog_lab.service.listing import DatasetService
from sawlog_lab.service.messages import status_of

ROUTE = ("sawlog", "api", "datasets")
WIRE = Path(__file__).parents[2] / "extension" / "wire"


def schema(name: str) -> jsonschema.Draft7Validator:
    document = json.loads((WIRE / f"{name}.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(document, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def golden(prefix: str, folder: str = ".") -> list[Any]:
    paths = sorted((WIRE / "golden" / folder).glob(f"{prefix}*.json"))
    return [pytest.param(json.loads(path.read_text(encoding="utf-8")), id=path.stem) for path in paths]


def dataset(**changes: Any) -> SimpleNamespace:
    known: dict[str, Any] = {
        "name": "web",
        "path": "/secret/place/web",
        "records": 3,
        "bytes": 240,
        "start": datetime(2026, 11, 1, 10, tzinfo=UTC),
        "end": datetime(2026, 11, 1, 12, 30, 0, 250_999, tzinfo=timezone(timedelta(hours=1))),
        "state": "ready",
        "partitions": 1,
        "sources": 2,
        "progress": None,
        "message": "",
        "target": "",
    }
    return SimpleNamespace(**known | changes)


class Store:
    """A store that the test fills; counts how often it is read."""

    def __init__(self) -> None:
        self.datasets: Sequence[Any] = ()
        self.error: Exception | None = None
        self.reads: list[str | None] = []
        self.gate: threading.Event | None = None

    def __call__(self, store: str | None) -> Sequence[Any]:
        self.reads.append(store)
        if self.gate is not None:
            assert self.gate.wait(30)
        if self.error is not None:
            raise self.error
        return self.datasets


class Denied(Authorizer):
    """Lets everybody do everything but read sawlog."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return (action, resource) != ("read", "sawlog")


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    found = Store()
    monkeypatch.setattr(sawlog_lab.app, "DatasetService", functools.partial(DatasetService, reader=found))
    return found


@pytest.fixture
def jp_server_config(store: Store) -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"sawlog_lab": True}, "allow_unauthenticated_access": False},
        "SawlogLab": {"store": "/srv/logs", "timeout": 5.0},
    }


async def refusal(fetch: Callable[..., Any], **options: Any) -> tuple[int, dict[str, Any]]:
    """The status and the body of an answer that is an error."""
    with pytest.raises(HTTPClientError) as caught:
        await fetch(*ROUTE, **options)
    assert caught.value.response is not None
    return caught.value.code, json.loads(caught.value.response.body)


async def test_answers_what_the_store_holds(jp_fetch: Callable[..., Any], store: Store) -> None:
    store.datasets = (dataset(), dataset(name="mail", start=None, end=None, state="building", progress=0.5))
    response = await jp_fetch(*ROUTE)
    message = json.loads(response.body)
    schema("datasets").validate(message)
    assert message["store"] == "/srv/logs"
    assert store.reads == ["/srv/logs"]
    assert [each["name"] for each in message["datasets"]] == ["web", "mail"]
    assert message["datasets"][0]["end"] == "2026-11-01T11:30:00.250Z"
    assert "/secret/place" not in response.body.decode()


async def test_an_unchanged_store_is_not_sent_again(jp_fetch: Callable[..., Any], store: Store) -> None:
    store.datasets = (dataset(),)
    first = await jp_fetch(*ROUTE)
    etag = first.headers["ETag"]
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch(*ROUTE, headers={"If-None-Match": etag})
    assert caught.value.code == 304
    store.datasets = (dataset(records=4),)
    second = await jp_fetch(*ROUTE, headers={"If-None-Match": etag})
    assert second.headers["ETag"] != etag


async def test_polling_does_not_keep_an_idle_server_alive(
    jp_fetch: Callable[..., Any], jp_serverapp: Any, store: Store
) -> None:
    before = jp_serverapp.web_app.settings.get("api_last_activity")
    await jp_fetch(*ROUTE)
    assert jp_serverapp.web_app.settings.get("api_last_activity") == before


async def test_needs_a_token(jp_fetch: Callable[..., Any], store: Store) -> None:
    for headers in ({"Authorization": ""}, {"Authorization": "token wrong"}):
        status, body = await refusal(jp_fetch, headers=headers)
        assert status in (401, 403)
        schema("error").validate(body)
    assert store.reads == []


class TestUnauthorized:
    @pytest.fixture
    def jp_server_config(self, jp_server_config: dict[str, Any]) -> dict[str, Any]:
        return jp_server_config | {"ServerApp": jp_server_config["ServerApp"] | {"authorizer_class": Denied}}

    async def test_needs_the_right_to_read_sawlog(self, jp_fetch: Callable[..., Any], store: Store) -> None:
        status, body = await refusal(jp_fetch)
        assert status == 403
        schema("error").validate(body)
        assert store.reads == []


async def test_explains_a_store_that_cannot_be_used(jp_fetch: Callable[..., Any], store: Store) -> None:
    store.error = StoreError("/srv/logs/deep/catalog.json is damaged: drop the dataset and open its logs again")
    status, body = await refusal(jp_fetch)
    assert status == 500
    assert body == {"message": "…/catalog.json is damaged: drop the dataset and open its logs again"}


async def test_says_nothing_of_an_unexpected_error(
    jp_fetch: Callable[..., Any], store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    store.error = RuntimeError("password=hunter2 at /srv/logs/deep")
    status, body = await refusal(jp_fetch)
    assert status == 500
    assert set(body) == {"message"}
    assert "hunter2" not in body["message"]
    assert "hunter2" in caplog.text, "the administrator finds it in the server's log"


class TestRealStore:
    @pytest.fixture
    def store(self) -> None:
        """The library's own reader."""

    @pytest.fixture
    def jp_server_config(self, tmp_path: Path) -> dict[str, Any]:
        path = tmp_path / "store"
        path.write_text("a file where the store should be", encoding="utf-8")
        return {
            "ServerApp": {"jpserver_extensions": {"sawlog_lab": True}},
            "SawlogLab": {"store": str(path)},
        }

    async def test_a_store_that_is_a_file_is_an_error(self, jp_fetch: Callable[..., Any], tmp_path: Path) -> None:
        status, body = await refusal(jp_fetch)
        assert status == 500
        schema("error").validate(body)
        assert str(tmp_path) not in body["message"]

    async def test_a_store_that_is_not_there_yet_is_empty(self, jp_fetch: Callable[..., Any], tmp_path: Path) -> None:
        (tmp_path / "store").unlink()
        response = await jp_fetch(*ROUTE)
        assert json.loads(response.body)["datasets"] == []


async def test_all_who_wait_share_one_read() -> None:
    store = Store()
    store.gate = threading.Event()
    service = DatasetService("/srv/logs", reader=store)
    waiting = [asyncio.ensure_future(service.datasets()) for _ in range(20)]
    await asyncio.sleep(0)
    store.gate.set()
    assert await asyncio.gather(*waiting) == [()] * 20
    assert len(store.reads) == 1
    await service.datasets()
    assert len(store.reads) == 2
    service.close()


async def test_a_store_that_hangs_is_given_up_on_without_piling_up_reads() -> None:
    store = Store()
    store.gate = threading.Event()
    service = DatasetService("/srv/logs", timeout=0.01, reader=store)
    for _ in range(3):
        with pytest.raises(AskError) as caught:
            await service.datasets()
        assert status_of(caught.value) == 503
        assert "/srv/logs" in str(caught.value)
    assert len(store.reads) == 1
    store.gate.set()
    service.close()


@pytest.mark.parametrize("message", golden("datasets"))
def test_golden_datasets_conform(message: Any) -> None:
    schema("datasets").validate(message)


@pytest.mark.parametrize("message", golden("datasets", "invalid"))
def test_golden_faults_do_not_conform(message: Any) -> None:
    assert not schema("datasets").is_valid(message)


@pytest.mark.parametrize("message", golden("error"))
def test_golden_errors_are_what_the_server_writes(message: Any) -> None:
    schema("error").validate(message)
    assert error_message(message["message"]) == message


def test_golden_datasets_are_what_the_server_writes() -> None:
    message = json.loads((WIRE / "golden" / "datasets-every-state.json").read_text(encoding="utf-8"))
    known = [
        dataset(**each | {end: each[end] and datetime.fromisoformat(each[end]) for end in ("start", "end")})
        for each in message["datasets"]
    ]
    assert datasets_message(known, message["store"]) == message


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no path here: 1/2, and/or", "no path here: 1/2, and/or"),
        ("/srv/logs/x.log is gone", "…/x.log is gone"),
        ("'/srv/logs/x.log', '/var/y'", "'…/x.log', '…/y'"),
        (r"C:\Users\ann\x.log is gone", "…/x.log is gone"),
        ("see https://docs.test/a/b", "see https://docs.test/a/b"),
    ],
)
def test_without_paths(text: str, shown: str) -> None:
    assert without_paths(text) == shown


def test_the_home_directory_is_written_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "home", lambda: Path("/home/ann"))
    assert without_home("/home/ann/.sawlog and /home/anna/x") == "~/.sawlog and /home/anna/x"
    assert without_paths("/home/ann/.sawlog/web is locked") == "~/.sawlog/web is locked"
