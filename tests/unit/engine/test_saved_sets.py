"""Saved sets: by name, on disk, seen by every process, refused when damaged."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.datasets import open_logs

from sawlog.engine import Dataset
from sawlog.engine.sets import SavedSets
from sawlog.errors import DatasetClosedError, QueryError, SettingsError, StoreError, StoreVersionError
from sawlog.model.rowset import RowSet


@pytest.fixture
def sets(tmp_path: Path) -> SavedSets:
    return SavedSets(tmp_path)


@pytest.fixture
def clean(logs: Dataset) -> Iterator[Dataset]:
    yield logs
    for name in logs.saved:
        logs.forget(name)


SOME = RowSet({"a": range(1, 9), "b": [7, 70_000]}, "logs")  # type: ignore[dict-item]


def test_a_set_comes_back_as_it_was(sets: SavedSets) -> None:
    sets.write("slow checkouts", SOME)
    assert sets["slow checkouts"] == SOME
    assert sets["slow checkouts"].dataset == "logs"
    sets.write("slow checkouts", RowSet({}))
    assert sets["slow checkouts"] == RowSet({})
    assert dict(sets) == {"slow checkouts": RowSet({})}
    assert (len(sets), "slow checkouts" in sets, "other" in sets, 7 in sets) == (1, True, False, False)


def test_every_question_takes_a_name(clean: Dataset) -> None:
    wanted = clean.rows("reset")
    assert clean.save("resets", wanted) == wanted
    assert clean.count("timeout", rows="resets") == clean.count("timeout reset")
    assert clean.search("timeout", rows="resets").total == clean.count("timeout reset")
    assert clean.rows(rows="resets") == wanted
    assert clean.save("table", clean.search("reset", limit=None).to_pandas()) == wanted
    assert clean.save("copy", "table") == wanted
    assert set(clean.saved) == {"copy", "resets", "table"}
    assert repr(clean.saved) == "<saved sets: copy, resets, table>"


def test_a_set_that_another_process_saved_is_there_at_once(clean: Dataset) -> None:
    assert clean.selection == RowSet({})
    other = SavedSets(clean._state.directory)
    other.write("selection", clean.rows("reset"))
    assert clean.selection == clean.rows("reset")
    assert list(clean.saved) == ["selection"]
    other.remove("selection")
    assert clean.selection == RowSet({})


def test_an_unknown_name_is_refused_with_the_names_that_there_are(clean: Dataset) -> None:
    with pytest.raises(QueryError, match="none yet"):
        clean.count(rows="resets")
    clean.save("resets", clean.rows("reset"))
    with pytest.raises(QueryError, match=r"'timeouts'.*there are: 'resets'"):
        clean.count(rows="timeouts")
    with pytest.raises(QueryError, match="there are: 'resets'"):
        clean.forget("timeouts")
    with pytest.raises(KeyError):
        clean.saved["timeouts"]
    with pytest.raises(QueryError, match="name of a saved one"):
        clean.save("x", 7)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name", ["", ".", "..", ".x", "a/b", "a\\b", "../x", " a", "a ", "a.", "a\nb", "a" * 101, "é", 7]
)
def test_names_that_no_file_can_have_are_refused(sets: SavedSets, name: str) -> None:
    with pytest.raises(SettingsError, match="letters"):
        sets.write(name, SOME)
    assert name not in sets


def test_names_that_differ_only_in_case_would_be_one_file_elsewhere(sets: SavedSets) -> None:
    sets.write("Slow", SOME)
    with pytest.raises(SettingsError, match="'Slow' is saved already"):
        sets.write("slow", SOME)


@pytest.mark.parametrize("position", [0, 30, -40, -1])
def test_a_damaged_file_is_never_read_as_another_set(sets: SavedSets, tmp_path: Path, position: int) -> None:
    sets.write("x", SOME)
    path = tmp_path / "sets" / "x.rows"
    data = bytearray(path.read_bytes())
    data[position] ^= 1
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"x\.rows is damaged.*save it again"):
        sets["x"]
    path.write_bytes(b"")
    with pytest.raises(StoreError, match="damaged"):
        sets["x"]
    sets.write("x", SOME)
    assert sets["x"] == SOME


@pytest.mark.parametrize(
    ("body", "error", "message"),
    [
        (b"[]\n", StoreError, "not written by sawlog"),
        (b'{"kind": "sawlog-set", "layout": 99}\n', StoreVersionError, "layout 99"),
        (b'{"kind": "sawlog-set", "layout": 2}\n', StoreError, "damaged"),
        (b'{"kind": "sawlog-set", "layout": 2, "dataset": "", "sources": [["a", 9]]}\n', StoreError, "damaged"),
    ],
)
def test_a_whole_file_of_something_else_is_refused(
    sets: SavedSets, tmp_path: Path, body: bytes, error: type[Exception], message: str
) -> None:
    (tmp_path / "sets").mkdir()
    (tmp_path / "sets" / "x.rows").write_bytes(body + hashlib.blake2b(body, digest_size=16).digest())
    with pytest.raises(error, match=message):
        sets["x"]


def test_a_set_that_cannot_be_written_leaves_nothing_behind(sets: SavedSets, tmp_path: Path) -> None:
    (tmp_path / "sets").write_text("a file stands where the directory should")
    with pytest.raises(StoreError, match="cannot write"):
        sets.write("x", SOME)
    assert list(sets) == []


def test_a_closed_dataset_has_no_sets(tmp_path: Path, directory: Path) -> None:
    logs = open_logs(directory, tmp_path)
    logs.save("x", logs.rows("reset"))
    logs.close()
    for ask in (lambda: logs.saved, lambda: logs.save("y", SOME), lambda: logs.forget("x"), lambda: logs.selection):
        with pytest.raises(DatasetClosedError):
            ask()
    with open_logs(directory, tmp_path) as again:
        assert again.saved["x"] == again.rows("reset")
