"""A server of the channel whose answers a test writes: for the states that a real one is in too shortly to be seen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, WebSocketRoute

CHANNEL = re.compile(r"/sawlog/api/channel")

BUILD: dict[str, Any] = {
    "running": False,
    "phase": "ready",
    "fraction": None,
    "bytes": 0,
    "totalBytes": 0,
    "records": 0,
    "rate": 0,
    "eta": None,
    "error": "",
    "grown": False,
}
FIELDS: dict[str, Any] = {
    "fields": [{"name": "level", "type": "text", "coverage": 1, "distinct": 2}],
    "timezone": "UTC",
    "records": 12_000_000,
    "start": "2026-11-01T08:00:00.000000000Z",
    "end": "2026-11-01T20:00:00.000000000Z",
}

Answer = Callable[[dict[str, Any]], dict[str, Any]]


def hit(number: int) -> dict[str, Any]:
    """A hit that tells its place."""
    moment = f"2026-11-01T{8 + number // 3600 % 12:02}:{number // 60 % 60:02}:{number % 60:02}.000000000Z"
    text = f"{moment} INFO record number {number}"
    return {
        "id": ["scripted", number + 1],
        "timestamp": moment,
        "level": "error" if number % 9 == 0 else "info",
        "source": "logs/huge.log",
        "line": number + 1,
        "lines": 1,
        "offset": number * 60,
        "length": 60,
        "text": text,
        "textStart": 0,
        "textTotal": len(text),
        "summary": None,
        "spans": [],
        "fields": {"number": number},
    }


def page_of(params: dict[str, Any], total: int) -> dict[str, Any]:
    """A page of ``total`` hits."""
    offset = params["offset"]
    return {
        "total": total,
        "timedOut": False,
        "complete": False,
        "took": {},
        "offset": offset,
        "hits": [hit(number) for number in range(offset, min(total, offset + params["limit"]))],
        "diagnostics": [],
    }


class ScriptedServer:
    """Answers the questions of a page; ``answers`` and ``failures`` by op say how."""

    def __init__(self, page: Page, total: int = 1_000) -> None:
        self.total = total
        self.asked: list[dict[str, Any]] = []
        self.failures: dict[str, dict[str, Any]] = {}
        self.refuses = False
        self._socket: WebSocketRoute | None = None
        self.answers: dict[str, Answer] = {
            "watch": lambda _: BUILD,
            "fields": lambda _: FIELDS,
            "parse": lambda _: {"tokens": [], "diagnostics": []},
            "complete": lambda _: {"suggestions": []},
            "search": lambda params: page_of(params, self.total),
            "histogram": lambda _: {"width": 3_600_000, "starts": [1793520000000], "counts": [9], "parts": None},
            "facets": lambda _: {"facets": []},
            "cancelBuild": lambda _: BUILD,
        }
        page.route_web_socket(CHANNEL, self._connected)

    def push(self, event: str, result: dict[str, Any], dataset: str = "web") -> None:
        assert self._socket is not None
        self._socket.send(json.dumps({"event": event, "dataset": dataset, "result": result}))

    def leave(self) -> None:
        """The connection is lost, and no other comes about until ``come_back``."""
        self.refuses = True
        assert self._socket is not None
        self._socket.close()

    def come_back(self) -> None:
        self.refuses = False

    def _connected(self, socket: WebSocketRoute) -> None:
        if self.refuses:
            socket.close()
            return
        self._socket = socket
        socket.on_message(lambda frame: self._answer(socket, json.loads(frame)))

    def _answer(self, socket: WebSocketRoute, request: dict[str, Any]) -> None:
        self.asked.append(request)
        op = request["op"]
        if op in self.failures:
            socket.send(json.dumps({"id": request["id"], "ok": False, "error": self.failures[op]}))
        elif op in self.answers:
            socket.send(json.dumps({"id": request["id"], "ok": True, "result": self.answers[op](request["params"])}))
