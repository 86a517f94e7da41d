"""What the tests of the line formats share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.detect import detect
from sawlog.formats.registry import get

#: The mtime of the files that the samples come from.
MODIFIED = datetime(2024, 2, 1, tzinfo=UTC)
DTYPES = {pl.Int64(), pl.Float64(), pl.Boolean(), pl.String()}
SPECIAL = {"matched", "timestamp", "level", "message", "message_start"}


def _iso(ns: int) -> str:
    """Nanoseconds -> ``2024-01-29T10:00:00.123456789`` without trailing zeros of the fraction."""
    seconds, fraction = divmod(ns, 10**9)
    text = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{fraction:09d}".rstrip("0").rstrip(".")


def _record(line: str, row: dict[str, Any]) -> dict[str, Any]:
    record = {key: value for key, value in row.items() if value is not None and key not in ("matched", "message_start")}
    if "message" not in record and row.get("message_start") is not None:
        record["message"] = line.encode()[row["message_start"] :].decode()
    if "timestamp" in record:
        record["timestamp"] = _iso(record["timestamp"])
    return record


@pytest.fixture
def parse_lines() -> Callable[..., list[dict[str, Any] | None]]:
    """(format's name, lines) -> what is not null of each line, its message as text; None for an unmatched line."""

    def parse(name: str, *lines: str, **context: Any) -> list[dict[str, Any] | None]:
        ctx = TimeContext(**{"mtime_ns": int(MODIFIED.timestamp()) * 10**9, **context})
        frame = get(name).parse(pl.Series(lines, dtype=pl.String), ctx)
        assert frame.height == len(lines)
        assert frame["timestamp"].dtype == pl.Datetime("ns", "UTC")
        assert frame.get_column("message_start", default=pl.Series([], dtype=pl.UInt32)).dtype == pl.UInt32
        assert {frame[column].dtype for column in frame.columns if column not in SPECIAL} <= DTYPES
        rows = frame.with_columns(pl.col("timestamp").cast(pl.Int64)).to_dicts()
        return [_record(line, row) if row["matched"] else None for line, row in zip(lines, rows, strict=True)]

    return parse


@pytest.fixture
def detects() -> Callable[[list[str]], tuple[str, float]]:
    """Lines -> the name of the format that is detected in them, and how sure that is."""

    def find(lines: list[str]) -> tuple[str, float]:
        found = detect([("\n".join(lines) + "\n").encode()])
        return found.format.name, found.confidence

    return find


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``wanted``: the name of each format that the module's ``CASES`` (name, record, expected) are of."""
    if "wanted" in metafunc.fixturenames:
        metafunc.parametrize("wanted", sorted({name for name, *_ in metafunc.module.CASES}))


@pytest.fixture
def detected(wanted: str, detects: Callable[[list[str]], tuple[str, float]], request: pytest.FixtureRequest) -> str:
    """The name of the format that is detected, for sure, in the records of ``CASES`` that are in the wanted one."""
    records = [record for name, record, *_ in request.module.CASES if name == wanted]
    found, confidence = detects("\n".join(records * 3).split("\n"))
    assert confidence >= 0.9
    return found
