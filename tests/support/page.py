"""The browser's end of a widget: keeps what is sent, and sends messages as a kernel takes them."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

from comm.base_comm import BaseComm


class Page(BaseComm):
    """The browser's end of a widget's comm."""

    def __init__(self, **options: Any) -> None:
        self.state: dict[str, Any] = {}
        self.messages: queue.Queue[dict[str, Any]] = queue.Queue()
        self._kept: list[dict[str, Any]] = []
        super().__init__(**options)

    def publish_msg(self, msg_type: str, data: Any = None, metadata: Any = None, buffers: Any = None, **_: Any) -> None:
        if msg_type == "comm_open" or (data or {}).get("method") == "update":
            self.state.update(data["state"])
        elif (data or {}).get("method") == "custom":
            self.messages.put(data["content"])

    def set(self, **traits: Any) -> None:
        """As ``model.save_changes()``."""
        self._take({"method": "update", "state": traits})

    def send_message(self, message: Any) -> None:
        self._take({"method": "custom", "content": message})

    def ask(self, op: str, number: int = 1, dataset: str = "logs", **params: Any) -> dict[str, Any]:
        """The answer to a request."""
        self.send_message({"id": number, "op": op, "dataset": dataset, "params": params})
        return self.answer(number)

    def answer(self, number: int | None) -> dict[str, Any]:
        return self.next(lambda message: "event" not in message and message["id"] == number)

    def push(self, event: str) -> dict[str, Any]:
        return self.next(lambda message: message.get("event") == event)

    def next(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """The first message of a kind that was not given yet."""
        while True:
            for message in self._kept:
                if wanted(message):
                    self._kept.remove(message)
                    return message
            self._kept.append(self.messages.get(timeout=30))

    @property
    def is_silent(self) -> bool:
        """Nothing has come that was not given."""
        return self.messages.empty() and not self._kept

    def _take(self, data: Any) -> None:
        self.handle_msg({"content": {"comm_id": self.comm_id, "data": data}, "buffers": []})
