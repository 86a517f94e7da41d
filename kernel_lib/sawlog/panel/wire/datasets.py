"""The list of datasets as a message: ``datasets.schema.json``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Protocol

from sawlog.panel.errors import without_home


class DatasetLike(Protocol):
    """What is shown of a dataset; ``sawlog.DatasetInfo`` is one."""

    @property
    def name(self) -> str: ...
    @property
    def records(self) -> int: ...
    @property
    def bytes(self) -> int: ...
    @property
    def sources(self) -> int: ...
    @property
    def start(self) -> datetime | None: ...
    @property
    def end(self) -> datetime | None: ...
    @property
    def state(self) -> str: ...
    @property
    def progress(self) -> float | None: ...
    @property
    def message(self) -> str: ...
    @property
    def target(self) -> str: ...


def datasets_message(datasets: Iterable[DatasetLike], store: str, shown: Callable[[str], str] = str) -> dict[str, Any]:
    """The answer to ``GET sawlog/api/datasets``: ``datasets.schema.json``; ``shown``: of each dataset's message."""
    return {
        "store": store,
        "datasets": [
            {**_dataset(each), "message": shown(each.message), "target": without_home(each.target)} for each in datasets
        ],
    }


def error_message(message: str) -> dict[str, Any]:
    """The body of every answer that is an error: ``error.schema.json``."""
    return {"message": message}


def _dataset(dataset: DatasetLike) -> dict[str, Any]:
    return {
        "name": dataset.name,
        "records": dataset.records,
        "bytes": dataset.bytes,
        "sources": dataset.sources,
        "start": _stamp(dataset.start),
        "end": _stamp(dataset.end),
        "state": dataset.state,
        "progress": dataset.progress,
    }


def _stamp(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC, always with milliseconds, as JavaScript's own ``toISOString`` writes it."""
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
