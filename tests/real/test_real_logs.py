"""Every real file: records out = records in, and counts equal those of a plain scan and of ripgrep.

The oracles share no code with sawlog: tokens are made by polars' regexes and joined with a separator, so that a word or
a phrase is a substring; regexes are Python's ``re`` over each record's text.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import sawlog

pytestmark = pytest.mark.real

QUERIES = 200  # per kind, over all files of the data set
FILES = 46
PER_FILE = -(-QUERIES // FILES)
#: Files whose records are parts of one document: a record's text is inside its bytes, not all of them.
DOCUMENTS = ("cloudtrail.json",)
#: Members of archives that are no logs; the report says so.
BINARIES = {"syslog.zip!wtmp.1"}
TOKEN = r"[\p{Alphabetic}\p{Nd}\p{Nl}\p{No}]+"
SEPARATOR = "\x1f"


@dataclass(frozen=True)
class Opened:
    """One real file as a dataset, and what is in it by other means."""

    logs: Any
    members: dict[str, bytes]
    records: pl.DataFrame
    joined: int
    is_document: bool


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stores")


@pytest.fixture
def opened(real_file: Any, stores: Path) -> Iterator[Opened]:
    store = stores / real_file.id.replace("/", "-")
    with sawlog.open(real_file.path, store=store, background=False) as logs:
        records = pl.DataFrame(pl.from_arrow(logs.search("").to_arrow(limit=None).select(["source", "offset", "raw"])))
        report = logs.report()
        joined = int(report["lines_joined"].sum())
        document = real_file.path.name in DOCUMENTS
        yield Opened(logs, real_file.members(), records.sort("source", "offset"), joined, document)
    shutil.rmtree(store, ignore_errors=True)


def test_records_are_the_bytes_and_the_report_adds_up(opened: Opened) -> None:
    report = opened.logs.report().to_dict("records")
    assert len(report) == len(opened.members)
    assert {Path(row["file"]).name for row in report if row["error"]} <= BINARIES
    for row in report:
        if row["error"]:
            continue
        data = _of_member(opened.members, row["file"])
        lines = data.count(b"\n") + (bool(data) and not data.endswith(b"\n"))
        assert (row["bytes"], row["lines"]) == (len(data), lines)
        assert opened.is_document or row["records"] + row["lines_joined"] == lines
        own = opened.records.filter(pl.col("source") == row["file"])
        assert own.height == row["records"]
        _assert_tiled(own, data, opened.is_document)
    assert opened.logs.count() == opened.records.height


def _of_member(members: dict[str, bytes], source: str) -> bytes:
    return next(data for name, data in members.items() if source.endswith(name))


def _assert_tiled(records: pl.DataFrame, data: bytes, document: bool) -> None:
    offsets = records["offset"].to_list()
    assert offsets == sorted(set(offsets))
    assert not offsets or offsets[0] == 0
    for start, end, raw in zip(offsets, [*offsets[1:], len(data)], records["raw"], strict=True):
        chunk = data[start:end]
        chunk = chunk[:-2] if chunk.endswith(b"\r\n") else chunk.removesuffix(b"\n")
        text = chunk.decode("utf-8", "replace")
        assert raw == text or (document and raw in text), f"the record at byte {start}"


def test_counts_equal_a_plain_scan(opened: Opened, real_file: Any) -> None:
    tokens = opened.records["raw"].str.to_lowercase().str.extract_all(TOKEN)
    joined = SEPARATOR + tokens.list.join(SEPARATOR) + SEPARATOR
    rng = random.Random(real_file.id)
    for words in [*_runs(tokens, rng, 1), *_runs(tokens, rng, 2), *_runs(tokens, rng, 3)]:
        expected = int(joined.str.contains(SEPARATOR + SEPARATOR.join(words) + SEPARATOR, literal=True).sum())
        assert opened.logs.count(f'"{" ".join(words)}"') == expected, words
    for pattern in _regexes(opened.records["raw"], rng):
        compiled = re.compile(pattern)
        expected = sum(compiled.search(raw) is not None for raw in opened.records["raw"])
        assert opened.logs.count(f"/{pattern}/") == expected, pattern


def _runs(tokens: pl.Series, rng: random.Random, length: int) -> Iterator[list[str]]:
    """Runs of neighbouring tokens of random records."""
    for _ in range(PER_FILE):
        words = tokens[rng.randrange(len(tokens))].to_list() if len(tokens) else []
        if len(words) >= length:
            start = rng.randrange(len(words) - length + 1)
            yield words[start : start + length]


def _regexes(raws: pl.Series, rng: random.Random) -> Iterator[str]:
    """Pieces of random records, with some characters generalised."""
    for _ in range(PER_FILE):
        raw = raws[rng.randrange(len(raws))] if len(raws) else ""
        start = rng.randrange(max(1, len(raw) - 12))
        piece = re.sub(r"[^ -.0-~]+", "", raw[start : start + rng.randrange(3, 13)])  # printable ASCII but the slash
        if len(piece) >= 3:
            # With a blank at an end, slashes are not a regex but text: `/ foo/` is how paths and fractions look.
            inner = "".join(_generalised(character, rng) for character in piece[1:-1])
            yield f"[{re.escape(piece[0])}]{inner}[{re.escape(piece[-1])}]"


def _generalised(character: str, rng: random.Random) -> str:
    if rng.random() < 0.7:
        return re.escape(character) if character != " " else " "
    if character.isdigit():
        return "[0-9]+"
    return "[a-z]" if character.islower() else "."


def test_counts_equal_ripgrep_where_a_record_is_a_line(opened: Opened, real_file: Any) -> None:
    if shutil.which("rg") is None:
        pytest.skip("ripgrep is not installed")
    if opened.joined or opened.is_document:
        pytest.skip("a record is not a line in this file")
    data = b"".join(opened.members.values())
    border = r"[^\p{Alphabetic}\p{Nd}\p{Nl}\p{No}]"
    tokens = opened.records["raw"].str.to_lowercase().str.extract_all(TOKEN)
    for words in _runs(tokens, random.Random(real_file.id), 1):
        pattern = f"(?:^|{border}){re.escape(words[0])}(?:$|{border})"
        done = subprocess.run(["rg", "-a", "-i", "-c", pattern, "-"], input=data, capture_output=True, check=False)
        assert opened.logs.count(words[0]) == int(done.stdout or 0), words
