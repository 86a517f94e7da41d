"""Searching what is not indexed gives what the index would: rows, lines, offsets, stamps."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import Reference, found, open_logs, search, state_of, unindexed, write_log

from sawlog.engine.state import DatasetState
from sawlog.execute import raw
from sawlog.ingest.reader import PieceReader
from sawlog.query.ast import ALL, Query
from sawlog.query.quantity import Quantity

CORPORA = {
    "tracebacks": log_bytes("application", 71, 40),
    "crlf": log_bytes("application", 72, 40).replace(b"\n", b"\r\n"),
    "dirty": log_bytes("syslog", 73, 40, dirty=True),
    "unstamped head": b"no stamp yet\n  more\nstill none\n" + log_bytes("access", 74, 40),
    "no newline": b"2026-03-17 10:00:00,000 INFO [main] a.B timeout",
    "one long record": b"2026-03-17 10:00:00,000 INFO [main] a.B first\n" + b"\tat x.Y(timeout)\n" * 60,
    "plain": log_bytes("plain", 75, 60),
    "byte order mark": b"\xef\xbb\xbf" + log_bytes("application", 76, 20),
    "compressed": gzip.compress(log_bytes("application", 77, 30)),
    "empty lines": b"\n\n" + log_bytes("json", 78, 20).replace(b"\n", b"\n\n"),
}
QUERIES = [
    *(Query("term", value=word) for word in ("timeout", "kelvin", "café", "nothing", "0")),
    *(
        Query("regex", value=r)
        for r in (r"reset$", r"^\b", "caf.", r"\d\d:\d\d", r"\w+=", "at com", r"(?s)first.*timeout", "\ufffd")
    ),
    Query("phrase", value=("connection", "reset")),
    Query("wildcard", value="ti*t"),
    Query("fuzzy", value="timeuot", distance=2),
    Query("or", children=(Query("term", value="reset"), Query("term", value="peer"))),
    Query("and", children=(Query("term", value="timeout"), Query("not", children=(Query("term", value="peer"),)))),
    Query("and", children=(Query("term", value="timeout"), Query("compare", "level", "eq", "info"))),
    Query("compare", "line", "range", (Quantity(3), Quantity(17), True, True)),
    Query(
        "and",
        children=(Query("term", value="timeout"), Query("compare", "line", "range", (Quantity(9), None, True, False))),
    ),
    ALL,
]


@pytest.fixture(scope="module", params=list(CORPORA))
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[DatasetState, Reference]]:
    directory = tmp_path_factory.mktemp("raw")
    name = "a.log.gz" if request.param == "compressed" else "a.log"
    write_log(directory / "logs" / name, CORPORA[request.param])
    logs = open_logs(directory / "logs", directory / "store")
    yield unindexed(directory / "logs", directory / "store"), Reference(state_of(logs))
    logs.close()


# Windows that cut lines and records; neighbourhoods smaller than a line, and larger than several.
@pytest.mark.parametrize(("window", "around", "near"), [(1_201, 9, 200), (3_000, 300, 1_000)])
def test_unindexed_is_as_indexed(
    pair: tuple[DatasetState, Reference], window: int, around: int, near: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    state, reference = pair
    sizes = {"WINDOW": window, "_AROUND": around, "_NEAR": near, "_TOGETHER": 2 * near, "_CELL": around + 7}
    for name, value in sizes.items():
        monkeypatch.setattr(raw, name, value)
    for query in QUERIES:
        assert found(state, query) == reference.found(query), query


def test_a_rare_word_is_found_by_parsing_its_neighbourhood_only(tmp_path: Path) -> None:
    data = log_bytes("access", 79, 3_000)
    where = data.index(b"\n", len(data) // 2) + 1
    line = data[where : data.index(b"\n", where)]
    path = write_log(tmp_path / "a.log", data[:where] + line.replace(b"curl", b"needle") + data[where + len(line) :])
    with pytest.MonkeyPatch.context() as patch:
        parsed: list[int] = []
        real = raw.parse_chunk

        def counting(block: bytes, **arguments: object) -> object:
            parsed.append(len(block))
            return real(block, **arguments)  # type: ignore[arg-type]

        patch.setattr(raw, "parse_chunk", counting)
        run = search(unindexed(path, tmp_path), Query("term", value="needle"))
        [line_number] = run.table()["line"].to_pylist()
    assert line_number == data[:where].count(b"\n") + 1
    assert run.work.counts["bytes"] == path.stat().st_size
    assert run.work.counts["verified"] == 1
    assert sum(parsed) < path.stat().st_size / 5


def test_a_scan_without_finds_does_not_wait_for_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Recognising one takes longer than scanning half a gigabyte; the build does it meanwhile."""
    state = unindexed(write_log(tmp_path / "a.log", log_bytes("access", 79, 300)), tmp_path)
    recognised: list[object] = []
    monkeypatch.setattr(raw, "recognise", lambda source, *_: recognised.append(source))
    assert search(state, Query("term", value="needle")).count() == 0
    assert not recognised


def test_a_row_set_limits_what_is_not_indexed_too(tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.log", CORPORA["tracebacks"])
    state = unindexed(path, tmp_path)
    some = search(state, Query("term", value="timeout")).rowset()
    assert len(found(state, ALL, rows=some)) == len(some) > 0
    assert search(state, ALL, rows=some - some).count() == 0


def test_chunks_of_the_reader_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_log(tmp_path / "a.log", CORPORA["dirty"])
    whole = found(unindexed(path, tmp_path), ALL)
    monkeypatch.setattr(PieceReader.__init__, "__defaults__", (700,))
    assert found(unindexed(path, tmp_path), ALL) == whole
