"""What happens to files between two opens: they grow, rotate, are compressed, rewritten, deleted."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tests.support.datasets import open_logs, unindexed

from sawlog.engine import Dataset
from sawlog.engine.build import Build
from sawlog.engine.queries import Queries
from sawlog.errors import StoreError


def lines(first: int, count: int) -> str:
    stamps = [datetime(2026, 3, 17, 10) + timedelta(seconds=n) for n in range(first, first + count)]
    return "".join(f"{stamp} INFO line number {n}\n" for n, stamp in enumerate(stamps, first))


@pytest.fixture
def logs_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    return folder


@pytest.fixture
def reopen(tmp_path: Path, logs_dir: Path) -> Callable[[], Dataset]:
    def again() -> Dataset:
        return open_logs(logs_dir, tmp_path / "store")

    return again


def texts(logs: Dataset) -> list[str]:
    return [hit.raw for hit in logs.search(order="oldest", limit=None)]


def expected(text: str) -> list[str]:
    return text.splitlines()


def test_growth_is_appended(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    (logs_dir / "a.log").write_text(lines(0, 50))
    with reopen() as logs:
        before = {entry.id for entry in logs._state.catalog.partitions}
    with open(logs_dir / "a.log", "a") as file:
        file.write(lines(50, 20))
    with reopen() as logs:
        assert texts(logs) == expected(lines(0, 70))
        assert before < {entry.id for entry in logs._state.catalog.partitions}, "what was sealed is not built again"
        assert [hit.line for hit in logs.search(order="oldest", limit=None)] == list(range(1, 71))
        report = logs.report()
        assert report.lines.sum() == report.records.sum() == 70


def test_an_unfinished_last_line_is_finished(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    whole = lines(0, 3)
    (logs_dir / "a.log").write_text(whole[:-9])
    with reopen() as logs:
        assert logs.count() == 3 and logs.count("number 2") == 0
    (logs_dir / "a.log").write_text(whole + lines(3, 1))
    with reopen() as logs:
        assert texts(logs) == expected(lines(0, 4))
        assert logs.count("number 2") == 1


def test_what_is_read_again_is_reported_once(tmp_path: Path, logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    path = logs_dir / "a.log"
    begun = lines(0, 40).encode() + b"no stamp here\n" + lines(40, 1).encode()[:-1] + b" \xff"
    path.write_bytes(begun)
    reopen().close()
    for more in (b" and \xfe more", b"\n" + lines(41, 5).encode() + b"{no format"):
        begun += more
        path.write_bytes(begun)
        reopen().close()
    told = ["formats", "bytes", "lines", "records", "lines_joined", "unparsed", "undecodable"]
    with reopen() as logs, open_logs(logs_dir, tmp_path / "fresh") as fresh:
        assert logs._state.catalog.partitions[0].deleted
        assert logs.report()[told].to_dict("records") == fresh.report()[told].to_dict("records")
        (row,) = logs.report().to_dict("records")
        assert sum(row["formats"].values()) == row["records"]


def test_a_count_from_before_the_growth_is_not_given_again(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    begun = lines(0, 3) + "2026-03-17 10:00:03 INFO num"
    (logs_dir / "a.log").write_text(begun)
    with reopen() as logs:
        assert logs.count("num") == logs.search("num").total == 1
        (logs_dir / "a.log").write_text(begun + "bers\n")
        logs.refresh()
        assert logs.count("num") == logs.search("num").total == len(logs.rows("num")) == 0
        assert logs.count("numbers") == 1


def test_a_traceback_that_arrives_late_joins_its_record(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    (logs_dir / "a.log").write_text(lines(0, 3))
    with reopen() as logs:
        assert logs.count() == 3
    with open(logs_dir / "a.log", "a") as file:
        file.write("    at com.example.Late(Late.java:7)\n" + lines(3, 2))
    with reopen() as logs:
        assert logs.count() == 5
        (hit,) = logs.search("Late")
        assert hit.raw.splitlines()[0].endswith("number 2") and hit.line == 3 and hit.lines == 2


def test_rotation_is_recognised_by_content(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    (logs_dir / "a.log").write_text(lines(0, 400))
    with reopen() as logs:
        rows = logs.rows("number 7")
        sealed = {entry.id for entry in logs._state.catalog.partitions}
    os.rename(logs_dir / "a.log", logs_dir / "a.log.1")
    (logs_dir / "a.log").write_text(lines(400, 10))
    with reopen() as logs:
        assert texts(logs) == expected(lines(0, 410))
        assert sealed < {entry.id for entry in logs._state.catalog.partitions}
        (hit,) = logs.search(rows=rows)
        assert hit.source.endswith("a.log.1")
    compressed = gzip.compress((logs_dir / "a.log.1").read_bytes())
    (logs_dir / "a.log.1").unlink()
    (logs_dir / "a.log.2.gz").write_bytes(compressed)
    with reopen() as logs:
        assert texts(logs) == expected(lines(0, 410))
        assert sealed < {entry.id for entry in logs._state.catalog.partitions}


def test_a_rewritten_file_replaces_its_records(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    (logs_dir / "a.log").write_text(lines(0, 5000))
    (logs_dir / "b.log").write_text(lines(6000, 5))
    with reopen() as logs:
        assert logs.count() == 5005
    (logs_dir / "a.log").write_text(lines(0, 4000) + lines(9000, 30))
    with reopen() as logs:
        assert texts(logs) == expected(lines(0, 4000) + lines(6000, 5) + lines(9000, 30))
        assert logs.count("number") == 4035


def test_a_vanished_file_keeps_its_records(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    (logs_dir / "a.log").write_text(lines(0, 5))
    (logs_dir / "b.log").write_text(lines(5, 5))
    with reopen() as logs:
        assert logs.count() == 10
    (logs_dir / "a.log").unlink()
    with reopen() as logs:
        assert logs.count() == 10
        assert sorted(logs.report().state) == ["gone", "indexed"]


def test_the_records_around_a_hit_are_of_its_file_not_of_its_path(
    logs_dir: Path, reopen: Callable[[], Dataset]
) -> None:
    path, old = logs_dir / "app.log", lines(0, 6)
    path.write_text(old)
    with reopen() as logs:
        path.rename(logs_dir.parent / "out of the way")
        path.write_text(new := old.replace("INFO", "WARN"))
        blocks = logs.refresh().search('"number 3"').context(before=1, after=1)
    found = sorted([hit.raw for hit in block.records] for block in blocks)
    assert found == [expected(text)[2:5] for text in (old, new)]
    assert [block.matches for block in blocks] == [(False, True, False)] * 2


def test_an_untouched_dataset_is_not_built_again(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    (logs_dir / "a.log").write_text(lines(0, 50))
    (logs_dir / "empty.log").write_text("")
    with reopen() as logs:
        generation = logs._state.catalog.generation
    with reopen() as logs:
        assert logs._state.catalog.generation == generation
        assert logs.build.progress.phase == "done"


def grow(logs: Dataset, path: Path) -> None:
    """Until the small partitions were merged into one, and those that they were are deleted."""
    for first in range(20, 20 * 13, 20):
        with open(path, "a") as file:
            file.write(lines(first, 20))
        logs.refresh()


def test_hits_stay_those_of_their_moment(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    path = logs_dir / "a.log"
    path.write_text(lines(0, 20))
    with reopen() as logs:
        found = [logs.search(limit=5), logs.search("line number", limit=5, order="oldest")]
        with open(path, "a") as file:
            file.write(lines(20, 20))
        logs.refresh()
        for hits in found:
            assert hits.to_arrow(None).num_rows == len(hits.all()) == hits.total == 20
            histogram = hits.histogram()
            assert histogram.total == 20
            assert histogram.split is not None
            assert list(histogram.split) == ["info"]
        grow(logs, path)
        assert logs.count() > 200
        for hits in found:
            assert hits.to_arrow(None).num_rows == hits.total == len(hits.window(0, 500)) == 20


def test_what_another_process_has_deleted_is_not_missed(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    (logs_dir / "a.log").write_text(lines(0, 5))
    reopen().close()
    with reopen() as logs:
        (logs_dir / "a.log").write_text(lines(20, 5))
        with reopen() as other:
            assert other.refresh().count() == 5
        assert texts(logs.refresh()) == expected(lines(20, 5))


def test_hits_whose_partitions_are_deleted_say_so(logs_dir: Path, reopen: Callable[[], Dataset]) -> None:
    path = logs_dir / "a.log"
    path.write_text(lines(0, 20))
    reopen().close()
    with reopen() as logs:
        hits = logs.search(limit=0)  # opens nothing of the partition but its manifest
        grow(logs, path)
        with pytest.raises(StoreError, match=r"of a moment that the index does not hold any more.*search again"):
            hits.to_arrow(None)
        with pytest.raises(StoreError, match="search again"):
            hits.window(2, 100)


def test_hits_of_what_is_not_indexed_do_not_grow_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.log"
    path.write_text(lines(0, 20))
    hits = Queries(unindexed(path, tmp_path), Build(None)).search(limit=5)
    with open(path, "a") as file:
        file.write(lines(20, 20))
    assert hits.to_arrow(None).num_rows == len(hits.window(0, 100)) == hits.total == 20
