"""P4: twice the corpus leaves the work of a first page within 1.25 times: rare word, time range, newest N."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.support.corpora import BEGIN
from tests.support.datasets import OpenBytes, search, state_of

from sawlog.engine import Dataset
from sawlog.execute.run import Search
from sawlog.query.ast import ALL, Query
from sawlog.settings import Settings
from sawlog.storage.batches import BatchReader
from sawlog.storage.rows import BATCH_ROWS

PAGE = 20
ROWS = 8 * BATCH_ROWS

#: Nothing is remembered, so that each decoded batch is seen.
LARGE = Settings(partition_bytes=1 << 30, search_threads=1, cache_bytes=0)
SPLIT = Settings(partition_bytes=512 << 10, search_threads=1, cache_bytes=0)

BEGIN_NS = int(BEGIN.timestamp()) * 1_000_000_000


def corpus(rows: int) -> bytes:
    """A record a second; the newest ten hold a rare word, and every record a common one."""
    lines = []
    for number in range(rows):
        rare = " needle" if number >= rows - 10 else ""
        at = BEGIN + timedelta(seconds=number)
        lines.append(f"{at:%Y-%m-%d %H:%M:%S},000 INFO [main] com.example.Service common id{number}{rare}\n")
    return "".join(lines).encode()


@pytest.fixture(scope="module")
def large(open_bytes: OpenBytes) -> list[Dataset]:
    """One partition each: the corpus, and one of twice the size."""
    return [open_bytes(corpus(rows), settings=LARGE) for rows in (ROWS, 2 * ROWS)]


@pytest.fixture(scope="module")
def split(open_bytes: OpenBytes) -> list[Dataset]:
    """The same in partitions of one size: twice as many of them."""
    return [open_bytes(corpus(rows), settings=SPLIT) for rows in (ROWS, 2 * ROWS)]


def newest_times(rows: int) -> Query:
    return Query("time", value=(BEGIN_NS + (rows - 50) * 1_000_000_000, None))


QUERIES = {
    "rare word": lambda rows: Query("term", value="needle"),
    "rare word and a common one": lambda rows: Query(
        "and", children=(Query("term", value="common"), Query("term", value="needle"))
    ),
    "newest of a common word": lambda rows: Query("term", value="common"),
    "time range": newest_times,
    "word in a time range": lambda rows: Query("and", children=(newest_times(rows), Query("term", value="needle"))),
    "newest": lambda rows: ALL,
}


def first_page(logs: Dataset, rows: int, name: str, monkeypatch: pytest.MonkeyPatch) -> tuple[Search, dict[str, int]]:
    """The page's search, and its work; ``decoded`` are batches and blocks of rows, whatever for."""
    decoded: list[int] = []
    real = BatchReader.batch

    def counted(self: BatchReader, index: int, *arguments: Any, **options: Any) -> object:
        decoded.append(index)
        return real(self, index, *arguments, **options)

    monkeypatch.setattr(BatchReader, "batch", counted)
    run = search(state_of(logs), QUERIES[name](rows))
    page = run.page(PAGE)
    assert 0 < page.num_rows <= PAGE
    counts = {kind: count for kind, count in run.work.counts.items() if kind != "batches"}  # they are among the decoded
    return run, {**counts, "decoded": len(decoded)}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("shape", ["large", "split"])
def test_twice_the_corpus_is_not_more_work(
    name: str, shape: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    small, double = request.getfixturevalue(shape)
    _, before = first_page(small, ROWS, name, monkeypatch)
    monkeypatch.undo()
    run, after = first_page(double, 2 * ROWS, name, monkeypatch)
    if name.startswith("rare word"):  # each partition's dictionary is asked once, and nothing else of it
        assert after.pop("partitions") == len(run.snapshot.segments)
        before.pop("partitions")
    assert set(after) == set(before)
    # A page decodes a few batches, whichever of two plans the corpus is large enough for.
    assert after.pop("decoded") <= 4 and before.pop("decoded") <= 4
    assert all(after[kind] <= 1.25 * before[kind] for kind in after), (before, after)


def test_the_shapes_are_what_they_say(large: list[Dataset], split: list[Dataset]) -> None:
    assert [len(state_of(logs).catalog.partitions) for logs in large] == [1, 1]
    few, many = (len(state_of(logs).catalog.partitions) for logs in split)
    assert 1 < few < many
