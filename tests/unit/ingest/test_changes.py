"""A dataset follows its files: growth, rotation, compression, rewriting, loss."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import TINY, Reference, found, open_logs, state_of, unindexed, write_log

from sawlog.engine import Dataset
from sawlog.query.ast import ALL, Query

LINE = "2026-03-17 10:00:{:02},000 INFO [main] com.example.Service event{} happened\n"


def lines(first: int, stop: int) -> bytes:
    return "".join(LINE.format(n % 60, n) for n in range(first, stop)).encode()


class Logs:
    """A directory of logs, its dataset, and a second opinion on what it should hold."""

    def __init__(self, base: Path) -> None:
        self.base, self.directory = base, base / "logs"
        self.dataset: Dataset | None = None
        self._clock = 1_773_800_000.0

    def write(self, name: str, data: bytes) -> Path:
        self._clock += 10
        return write_log(self.directory / name, data, self._clock)

    def append(self, name: str, data: bytes) -> None:
        path = self.directory / name
        with path.open("ab") as file:
            file.write(data)
        self._clock += 10
        os.utime(path, (self._clock, self._clock))

    def refresh(self) -> Dataset:
        if self.dataset is None:
            self.dataset = open_logs(self.directory, self.base / "store")
        return self.dataset.refresh()

    def check_is_as_if_built_anew(self) -> None:
        """The records are those of a fresh look at the files, and the report adds up."""
        logs = self.refresh()
        fresh = unindexed(self.directory, self.base / "fresh", TINY)
        assert found(state_of(logs), ALL) == found(fresh, ALL)
        assert Reference(state_of(logs)).all() == found(fresh, ALL)
        report = logs.report().set_index("file")
        for path in self.directory.iterdir():
            data = path.read_bytes()
            text = gzip.decompress(data) if path.suffix == ".gz" else data
            row = report.loc[str(path)]
            assert row["bytes"] == len(text)
            assert row["lines"] == text.count(b"\n") + (bool(text) and not text.endswith(b"\n"))
            assert row["records"] + row["lines_joined"] == row["lines"]
            assert sum(row["formats"].values()) == row["records"]
            assert row["state"] == "indexed"

    @property
    def deleted(self) -> int:
        assert self.dataset is not None
        return sum(len(p.deleted_rows) for p in state_of(self.dataset).catalog.partitions)


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Logs]:
    made = Logs(tmp_path)
    yield made
    if made.dataset is not None:
        made.dataset.close()


def test_growth_by_whole_records_takes_nothing_back(logs: Logs) -> None:
    logs.write("a.log", lines(0, 20))
    logs.refresh()
    logs.append("a.log", lines(20, 30))
    logs.check_is_as_if_built_anew()
    assert logs.deleted == 0
    assert logs.refresh().count("event25") == 1


@pytest.mark.parametrize("cut", [1, 7, 40])
def test_a_line_that_was_not_finished_is_read_again(logs: Logs, cut: int) -> None:
    data = lines(0, 20)
    logs.write("a.log", data[:-cut])
    logs.refresh()
    logs.append("a.log", data[-cut:] + lines(20, 23))
    logs.check_is_as_if_built_anew()
    assert logs.refresh().count("event19 happened") == 1


def test_continuation_lines_join_the_last_record(logs: Logs) -> None:
    logs.write("a.log", lines(0, 5) + b"java.lang.IllegalStateException: no\n\tat a.B(C.java:1)\n")
    logs.refresh()
    for step in range(3):
        logs.append("a.log", f"\tat a.B(C.java:{step + 2})\n".encode())
        logs.check_is_as_if_built_anew()
    assert logs.refresh().search("event4")[0].lines == 6
    logs.append("a.log", lines(5, 6))
    logs.check_is_as_if_built_anew()


@pytest.mark.parametrize("blank", [b"\n", b"\r\n"])
def test_an_exception_behind_a_blank_line_joins_the_record_before_it(logs: Logs, blank: bytes) -> None:
    logs.write("a.log", lines(0, 5) + blank)
    logs.refresh()
    logs.append("a.log", b"java.lang.IllegalStateException: no\n\tat a.B(C.java:1)\n")
    logs.check_is_as_if_built_anew()
    assert logs.refresh().search("event4")[0].lines == 4
    logs.append("a.log", blank)
    logs.check_is_as_if_built_anew()
    logs.append("a.log", lines(5, 6))
    logs.check_is_as_if_built_anew()


@pytest.mark.parametrize("pieces", [2, 3])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_traceback_that_is_cut_anywhere_while_it_is_written_is_one_record(logs: Logs, end: str, pieces: int) -> None:
    text = "java.lang.IllegalStateException: no\n\tat a.B(C.java:1)\nCaused by: java.io.IOException: y\n\t... 3 more\n"
    trace = ("\n" + text + LINE.format(7, 7)).replace("\n", end).encode()
    for cut in range(1, len(trace), 9):
        name = f"{cut}.log"
        logs.write(name, lines(0, 7).replace(b"\n", end.encode()))
        logs.refresh()
        between = cut + 3 if pieces == 3 else cut
        for piece in filter(None, (trace[:cut], trace[cut:between], trace[between:])):
            logs.append(name, piece)
            logs.refresh()
    logs.check_is_as_if_built_anew()
    assert {hit.lines for hit in logs.refresh().search("event6", limit=None)} == {6}


def test_an_unstamped_last_record_keeps_its_stamp_when_it_is_read_again(logs: Logs) -> None:
    logs.write("a.log", lines(0, 3) + b"no stamp")
    logs.refresh()
    logs.append("a.log", b" here\n" + lines(30, 31))
    logs.check_is_as_if_built_anew()
    stamps = [hit.timestamp_ns for hit in logs.refresh().search("", order="oldest")]
    assert stamps == sorted(stamps)  # type: ignore[type-var]
    assert stamps[2] == stamps[3]


def test_growth_of_a_file_of_one_record_and_no_more(logs: Logs) -> None:
    logs.write("a.log", b"only")
    logs.refresh()
    for more in (b" one", b" record\n", b"two\n"):
        logs.append("a.log", more)
        logs.check_is_as_if_built_anew()


@pytest.mark.parametrize("step", range(1, 40, 6))
def test_growth_in_small_steps_of_any_size(logs: Logs, step: int) -> None:
    data = log_bytes("application", 60 + step, 8, dirty=True)
    logs.write("a.log", data[: step * 9])
    logs.refresh()
    for start in range(step * 9, len(data), max(step * 40, 250)):
        logs.append("a.log", data[start : start + max(step * 40, 250)])
        logs.refresh()
    logs.check_is_as_if_built_anew()


def test_a_log_of_which_little_was_there_is_recognised_again(logs: Logs) -> None:
    banner = b"Welcome to the service\n"
    logs.write("a.log", banner)
    logs.write("b.log", lines(40, 50))
    dataset = logs.refresh()
    assert set(dataset.report()["format"]) == {"plain", "python-level"}
    dataset.save("banner", dataset.rows("welcome"))
    for step in range(6):
        logs.append("a.log", lines(step, step + 1))
        logs.check_is_as_if_built_anew()
    assert logs.refresh().count("level:info") == 16
    row = dataset.report().set_index("file").loc[str(logs.directory / "a.log")]
    assert (row["format"], row["formats"], row["unparsed"]) == ("python-level", {"plain": 1, "python-level": 6}, 1)
    assert [hit.message for hit in dataset.search(rows="banner")] == ["Welcome to the service"]


def test_an_empty_file_is_indexed_and_grows(logs: Logs) -> None:
    logs.write("a.log", b"")
    logs.write("b.log", lines(0, 2))
    logs.check_is_as_if_built_anew()
    logs.append("a.log", lines(2, 4))
    logs.check_is_as_if_built_anew()


def test_a_renamed_file_keeps_its_records_and_shows_its_new_name(logs: Logs) -> None:
    logs.write("a.log", lines(0, 20))
    before = logs.refresh().rows("happened")
    assert logs.refresh().count('source:"a.log"') == 20
    (logs.directory / "a.log").rename(logs.directory / "a.log.1")
    logs.write("a.log", lines(20, 25))
    logs.check_is_as_if_built_anew()
    now = logs.refresh()
    assert before <= now.rows("happened"), "a set of records outlives the rotation"
    assert now.count('source:"a.log.1"') == 20
    assert now.count('source:"a.log"') == 5
    assert {os.path.basename(hit.source) for hit in now.search("event3")} == {"a.log.1"}


def test_rotated_and_compressed(logs: Logs) -> None:
    logs.write("a.log", lines(0, 20))
    before = logs.refresh().rows("happened")
    logs.write("a.log.1.gz", gzip.compress(lines(0, 20)))
    (logs.directory / "a.log").unlink()
    logs.write("a.log", lines(20, 22))
    logs.check_is_as_if_built_anew()
    assert before <= logs.refresh().rows("happened")
    assert logs.refresh().count() == 22


@pytest.mark.parametrize("seen", [0.5, 1.0])
def test_a_log_that_is_seen_while_it_is_compressed_is_not_there_twice(logs: Logs, seen: float) -> None:
    logs.write("a.log.1", lines(0, 200))
    before = logs.refresh().rows("happened")
    packed = gzip.compress(lines(0, 210))
    logs.append("a.log.1", lines(200, 210))
    logs.write("a.log.1.gz", packed[: int(len(packed) * seen)])
    assert logs.refresh().count() > 210
    (logs.directory / "a.log.1").unlink()
    logs.write("a.log.1.gz", packed).rename(logs.directory / "a.log.2.gz")
    logs.write("a.log.1", lines(210, 220))
    logs.check_is_as_if_built_anew()
    assert logs.refresh().count() == 220
    assert logs.refresh().count(rows=before) == len(before)
    logs.write("b.log", lines(220, 222))
    assert logs.refresh().count() == 222


def test_a_compressed_log_is_another_one_than_what_had_its_name_before(logs: Logs) -> None:
    logs.write("a.log.1", lines(0, 20))
    logs.write("a.log.1.gz", gzip.compress(lines(20, 40)))
    assert logs.refresh().count() == 40
    (logs.directory / "a.log.1").unlink()
    assert logs.refresh().count() == 40


def test_rewritten_in_place_loses_the_old_text_and_nothing_of_its_neighbour(logs: Logs) -> None:
    logs.write("a.log", lines(0, 1_100))  # its first 64 KiB stay, so it is the same file and not another
    logs.write("b.log", lines(2_000, 2_005))
    logs.refresh()
    logs.write("a.log", lines(0, 1_000) + lines(3_000, 3_150))
    logs.check_is_as_if_built_anew()
    assert logs.refresh().count("event1050") == 0
    assert logs.refresh().count("event2002") == 1
    logs.dataset.close()  # type: ignore[union-attr]
    logs.dataset = None
    logs.check_is_as_if_built_anew()


@pytest.mark.parametrize("text", [lines(0, 3) + lines(50, 53), lines(70, 71), b"", b"\n"])
def test_a_small_file_rewritten_in_place_loses_the_old_text(logs: Logs, text: bytes) -> None:
    logs.write("a.log", lines(0, 10))
    logs.write("b.log", lines(200, 205))
    logs.refresh()
    logs.write("a.log", text)
    logs.check_is_as_if_built_anew()
    assert logs.refresh().count("event5") == 0
    assert logs.refresh().count("event202") == 1


def test_a_log_that_was_copied_before_it_was_truncated_keeps_its_records(logs: Logs) -> None:
    logs.write("a.log", lines(0, 10))
    before = logs.refresh().rows("happened")
    logs.write("a.log.1", lines(0, 10))
    logs.write("a.log", lines(20, 22))
    logs.check_is_as_if_built_anew()
    assert before <= logs.refresh().rows("happened")


def test_what_vanished_before_is_not_lost_by_rewriting_what_came_in_its_place(logs: Logs) -> None:
    logs.write("a.log", lines(0, 10))
    logs.write("b.log", lines(100, 101))
    logs.refresh()
    (logs.directory / "a.log").rename(logs.base / "elsewhere")
    logs.write("a.log", lines(20, 22))
    assert logs.refresh().count("happened") == 13
    logs.write("a.log", lines(30, 33))
    assert logs.refresh().count("happened") == 14


def test_a_file_that_vanished_keeps_its_records(logs: Logs) -> None:
    logs.write("a.log", lines(0, 20))
    logs.write("b.log", lines(20, 25))
    logs.refresh()
    (logs.directory / "a.log").unlink()
    now = logs.refresh()
    assert now.count("happened") == 25
    report = now.report().set_index("file")
    assert report.loc[str(logs.directory / "a.log"), "state"] == "gone"
    (logs.directory / "b.log").unlink()
    assert logs.refresh().count("happened") == 25, "even when nothing is left"


def test_a_new_file_is_picked_up_and_nothing_new_changes_nothing(logs: Logs) -> None:
    logs.write("a.log", lines(0, 20))
    generation = state_of(logs.refresh()).catalog.generation
    assert state_of(logs.refresh()).catalog.generation == generation
    logs.write("b.log", lines(20, 25))
    logs.check_is_as_if_built_anew()
    assert logs.refresh().count() == 25
    assert found(state_of(logs.refresh()), Query("term", value="event21"))


def test_taken_back_records_do_not_come_back_by_merging(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    from sawlog.ingest import merge

    data = lines(0, 30)
    logs.write("a.log", data[:100])
    logs.refresh()
    for start in range(100, 900, 200):
        logs.append("a.log", data[start : start + 200])
        logs.refresh()
    assert logs.deleted > 0
    monkeypatch.setattr(merge, "_MANY", 2)
    logs.append("a.log", data[900:])
    logs.check_is_as_if_built_anew()
    assert logs.deleted == 0
    assert len(state_of(logs.refresh()).catalog.partitions) == 1


def test_what_was_taken_back_is_read_once(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    from sawlog.ingest import merge

    monkeypatch.setattr(merge, "_MANY", 2)
    logs.write("a.log", lines(0, 60))
    logs.refresh()
    logs.append("a.log", lines(60, 61)[:20])  # the partition that holds only this is left with nothing
    logs.refresh()
    logs.append("a.log", lines(60, 100)[20:])
    logs.refresh()
    logs.write("b.log", lines(0, 2))  # and is merged with this one, behind the large one
    logs.refresh()
    logs.append("a.log", lines(100, 110))
    logs.check_is_as_if_built_anew()


def test_an_index_made_anew_gives_each_source_its_old_id(logs: Logs, tmp_path: Path) -> None:
    for name, data in {
        "a.log": lines(0, 20),
        "b.log": lines(20, 40),
        "twin.log": lines(0, 20),
        "empty.log": b"",
    }.items():
        logs.write(name, data)
    ids = _ids(logs.refresh())
    assert len(set(ids.values())) == 4
    with open_logs(logs.directory, tmp_path / "other store") as other:
        assert _ids(other) == ids
    logs.append("empty.log", lines(40, 50))
    filled = _ids(logs.refresh())
    assert {name for name in ids if filled[name] != ids[name]} == {"empty.log"}
    with open_logs(logs.directory, tmp_path / "third store") as other:
        assert _ids(other) == filled


def test_text_that_took_the_place_of_another_has_an_id_of_its_own(logs: Logs) -> None:
    first, begun = lines(0, 20), lines(0, 2_000)
    seen = []
    for data in (first, lines(20, 40), first, begun + lines(3_000, 3_010), begun + lines(4_000, 4_020)):
        logs.write("a.log", data)
        logs.write("b.log", lines(50, 55))  # its neighbour in a partition, which stays
        logs.check_is_as_if_built_anew()
        seen.append(_ids(logs.refresh())["a.log"])
    assert len(set(seen)) == 4, "a text that grew keeps its id; no other id is given again while rows have it"


def _ids(dataset: Dataset) -> dict[str, str]:
    return {os.path.basename(str(s.source["path"])): s.id for s in state_of(dataset).catalog.sources if not s.gone}
