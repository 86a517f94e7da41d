from __future__ import annotations

import polars as pl
import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.registry import get

CTX = TimeContext(mtime_ns=1_706_522_400 * 10**9)


def read(format: str, *lines: str) -> list[tuple[str | None, str | None, str | None]]:
    """(clock, level, message) of each line; None for what is not matched."""
    frame = get(format).parse(pl.Series(lines), CTX)
    out: list[tuple[str | None, str | None, str | None]] = []
    for line, row in zip(lines, frame.iter_rows(named=True), strict=True):
        message = line.encode()[row["message_start"] :].decode() if row["matched"] else None
        out.append((f"{row['timestamp']:%m-%d %H:%M:%S}" if row["matched"] else None, row["level"], message))
    return out


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("2024-01-29 10:08:31,384 - a.client - DEBUG - is ok", ("01-29 10:08:31", "debug", "is ok")),
        ("[2024-01-29 10:00:00] ERROR: bad", ("01-29 10:00:00", "error", "bad")),
        ("[2024-01-29T10:00:00Z] [warn] bad", ("01-29 10:00:00", "warning", "bad")),
        ("ERROR 2024-01-29 10:00:00 bad", ("01-29 10:00:00", "error", "bad")),
        ("I0129 10:00:00.000000 1 x.go:5] hi", ("01-29 10:00:00", "info", "1 x.go:5] hi")),
        ("09:04:49 INFO hi", ("01-29 09:04:49", "info", "hi")),
        ("1706522400.123 hi", ("01-29 10:00:00", None, "hi")),
        ("2024-01-29T12:00:00,123+02:00 hi", ("01-29 10:00:00", None, "hi")),
        ("2024-01-29T12:00:00,5+0200 ERROR hi", ("01-29 10:00:00", "error", "hi")),
        ("2024-01-29 10:00:00,hi", ("01-29 10:00:00", None, "hi")),
        ("@4000000065b7772a1dcd6500 warning: hi", ("01-29 10:00:00", "warning", "hi")),
        ("host-a app: 2024-01-29 10:00:00 UTC hi", ("01-29 10:00:00", None, "hi")),
        ("größe ü <2024-01-29 10:00:00> FATAL größe", ("01-29 10:00:00", "critical", "größe")),
        ("2024-01-29 10:00:00 said that the ERROR was gone", ("01-29 10:00:00", None, "said that the ERROR was gone")),
        ("2024-01-29 12:00:00 +0200 hi", ("01-29 10:00:00", None, "hi")),
        ("12345 items were sold", (None, None, None)),
        ("meet at 10:00:00 then", (None, None, None)),
        ("id-x2024-01-29 10:00:00", (None, None, None)),
        ("", (None, None, None)),
    ],
)
def test_generic(line: str, expected: tuple[str | None, str | None, str | None]) -> None:
    assert read("generic", line) == [expected]


def test_generic_confidence() -> None:
    lines = pl.Series(["2024-01-29 10:00:00 a", "b", "c", "d"])
    assert get("generic").confidence(lines) == 0.25


def test_ci_styles_in_one_file() -> None:
    assert read(
        "ci",
        "builder: x",
        "starttime: 1706522400.04",
        "===== Started update (results: 0) (at 2024-01-29 10:00:01.5) =====",
        "10:00:02     INFO -  indented output",
        "10:00:03  WARNING - careful",
        "10:00:04 bare clock",
        "[taskcluster 2024-01-29 10:00:05.321Z] Task ID: x",
        "[taskcluster:warn 2024-01-29T10:00:06.321Z] ",
        "[task 2024-01-29T10:00:07.321Z] 03:00:07    ERROR - bad",
        "[task 2024-01-29T10:00:08.321Z] no level",
        "[2024-01-29T10:00:09.321Z] step",
        "2024-01-29T10:00:10.1234567Z ##[group]Run",
        "2024-01-29T10:00:10.2234567Z ##[error]Process completed with exit code 1.",
        "2024-01-29T10:00:10.3234567Z ##[warning]old",
        "2024-01-29 10:00:11,384 - a.b - DEBUG - ok",
        "gcc -c x.c",
        "[not a stamp] x",
        "",
    ) == [
        (None, None, None),
        ("01-29 10:00:00", None, "starttime: 1706522400.04"),
        ("01-29 10:00:01", None, "===== Started update (results: 0) (at 2024-01-29 10:00:01.5) ====="),
        ("01-29 10:00:02", "info", "indented output"),
        ("01-29 10:00:03", "warning", "careful"),
        ("01-29 10:00:04", None, "bare clock"),
        ("01-29 10:00:05", None, "Task ID: x"),
        ("01-29 10:00:06", None, ""),
        ("01-29 10:00:07", "error", "bad"),
        ("01-29 10:00:08", None, "no level"),
        ("01-29 10:00:09", None, "step"),
        ("01-29 10:00:10", None, "##[group]Run"),
        ("01-29 10:00:10", "error", "##[error]Process completed with exit code 1."),
        ("01-29 10:00:10", "warning", "##[warning]old"),
        ("01-29 10:00:11", "debug", "ok"),
        (None, None, None),
        (None, None, None),
        (None, None, None),
    ]


def test_ci_logger() -> None:
    lines = pl.Series(["[task 2024-01-29T10:00:07.321Z] x", "[2024-01-29T10:00:07.321Z] x", "x"])
    assert get("ci").parse(lines, CTX).get_column("logger").to_list() == ["task", None, None]


@pytest.mark.parametrize("cut", range(0, 50, 3))
def test_ci_lines_of_any_length(cut: int) -> None:
    line = "[task 2024-01-29T10:00:07.321Z] 10:00:07     INFO - x"[:cut]
    frame = get("ci").parse(pl.Series([line, "é" * cut, "[" + " " * cut]), CTX)
    assert frame.get_column("message_start").to_list()[0] <= len(line)
