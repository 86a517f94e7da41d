"""A client of the server extension's WebSocket, and the schemas that its messages must fit."""

from __future__ import annotations

import asyncio
import json
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import jsonschema

WIRE = Path(__file__).parents[2] / "extension" / "wire"


@cache
def channel_schema(definition: str) -> jsonschema.Draft7Validator:
    """The schema of a part of ``channel.schema.json``."""
    document = json.loads((WIRE / "channel.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator({"$ref": f"#/definitions/{definition}", "definitions": document["definitions"]})


class Client:
    """Asks over an open WebSocket; every message that it gets is held against its schema."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.pushes: list[dict[str, Any]] = []
        self._answers: dict[int | None, dict[str, Any]] = {}
        self._numbers = count()
        self._over = False

    async def send(self, op: str, dataset: str | None = "logs", **params: Any) -> int:
        number = next(self._numbers)
        message = {"id": number, "op": op, "dataset": dataset, "params": params}
        await self.socket.write_message(json.dumps(message))
        return number

    async def raw(self, text: str | bytes) -> dict[str, Any]:
        """Sends a frame as it is; the next answer without an id of a request."""
        await self.socket.write_message(text, binary=isinstance(text, bytes))
        return await self.answer(None)

    async def answer(self, number: int | None) -> dict[str, Any]:
        while number not in self._answers:
            await self._read()
        return self._answers.pop(number)

    async def ask(self, op: str, dataset: str | None = "logs", **params: Any) -> dict[str, Any]:
        """The result of a request."""
        answer = await self.answer(await self.send(op, dataset, **params))
        assert answer["ok"], answer
        definition = "datasets" if op == "datasets" else f"{op}.result"
        if op != "datasets":
            channel_schema(definition).validate(answer["result"])
        result: dict[str, Any] = answer["result"]
        return result

    async def refused(self, op: str, dataset: str | None = "logs", **params: Any) -> dict[str, Any]:
        """The error of a request."""
        answer = await self.answer(await self.send(op, dataset, **params))
        assert not answer["ok"], answer
        error: dict[str, Any] = answer["error"]
        return error

    async def push(self, event: str) -> dict[str, Any]:
        """The next push of a kind."""
        while True:
            for place, push in enumerate(self.pushes):
                if push["event"] == event:
                    return self.pushes.pop(place)
            await self._read()

    async def ended(self) -> None:
        """Waits until the connection has ended."""
        while not self._over:
            self._over = await asyncio.wait_for(self.socket.read_message(), 30) is None

    async def close(self) -> None:
        """Leaves."""
        self.socket.close()
        await self.ended()

    async def _read(self) -> None:
        text = await asyncio.wait_for(self.socket.read_message(), 30)
        assert text is not None, "the server has hung up"
        message = json.loads(text)
        if "event" in message:
            channel_schema("push").validate(message)
            self.pushes.append(message)
        else:
            channel_schema("answer" if message["ok"] else "failure").validate(message)
            self._answers[message["id"]] = message
