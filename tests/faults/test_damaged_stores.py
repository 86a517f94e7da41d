"""Damage on disk: whatever happened to a file, an answer is right or an error of ours that names it."""

from __future__ import annotations

import errno
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.conftest import make_sample_log

import sawlog
from sawlog.cli import main
from sawlog.errors import StoreError
from sawlog.storage.reading import Reading

#: Every part of a partition is read for one of these.
QUESTIONS: dict[str, Callable[[Any], object]] = {
    "words": lambda logs: (logs.count("took"), logs.count("took AND app7"), logs.count("appp7~")),
    "wildcard": lambda logs: logs.count("*p12*"),
    "level": lambda logs: (logs.count("level:error"), logs.facets("level").values.tolist()),
    "times": lambda logs: (logs.count(start="2026-03-17 00:01"), logs.histogram().to_pandas().values.tolist()),
    "rows": lambda logs: [(hit.raw, hit.line, hit.timestamp) for hit in logs.search("", limit=None)],
    "newest": lambda logs: [(hit.raw, hit.line) for hit in logs.search("took", limit=9)],
    "set": lambda logs: logs.count(rows="saved"),
    "completion": lambda logs: [s.text for s in logs.complete("wor")],
    "fields": lambda logs: logs.fields.values.tolist(),
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, dict[str, object]]:
    """A log, the store that it is indexed in, and the answers."""
    directory = tmp_path_factory.mktemp("sound")
    log = directory / "app.log"
    log.write_bytes(make_sample_log(6_000))
    with sawlog.open(log, store=directory / "store", name="logs", background=False) as logs:
        logs.save("saved", logs.rows("level:error"))
        return log, directory / "store", {name: ask(logs) for name, ask in QUESTIONS.items()}


@pytest.fixture
def victim(sound: tuple[Path, Path, dict[str, object]], tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(sound[1], tmp_path / "store"))
    shutil.rmtree(tmp_path / "store")


def _flip(data: bytes, seed: int) -> bytes:
    """The data with one bit changed."""
    where = random.Random(seed).randrange(8 * len(data))
    changed = bytearray(data)
    changed[where // 8] ^= 1 << where % 8
    return bytes(changed)


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "emptied": lambda data: b"",
    "cut": lambda data: data[:-1],
    "garbage": lambda data: random.Random(1).randbytes(len(data)),
    "removed": lambda data: None,
    "flipped 1": lambda data: _flip(data, 1),
    "flipped 2": lambda data: _flip(data, 2),
    "flipped 3": lambda data: _flip(data, 3),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_an_error_that_names_the_file_and_never_a_wrong_answer(
    damage: str, victim: Path, sound: tuple[Path, Path, dict[str, object]]
) -> None:
    log, _, answers = sound
    for path in sorted(path for path in (victim / "logs").rglob("*") if _counts(path)):
        data = path.read_bytes()
        changed = DAMAGES[damage](data)
        path.unlink() if changed is None else path.write_bytes(changed)
        with sawlog.SearchEngineManager(victim).attach("logs") as logs, pytest.raises(StoreError) as caught:
            logs.verify()
        assert str(path) in str(caught.value)
        asked = {name: _answer(log, victim, ask) for name, ask in QUESTIONS.items()}
        told = [str(answer) for answer in asked.values() if isinstance(answer, StoreError)]
        given = {name: answer for name, answer in asked.items() if not isinstance(answer, StoreError)}
        # What flips in the text index changes is found by verify() alone: reading all of it would delay each opening.
        if not (damage.startswith("flipped") and path.parent.name == "terms"):
            assert given == {name: answers[name] for name in given}, path
        assert told or damage.startswith("flipped"), "what nothing was read of"
        assert all(str(victim) in text and "'logs'" in text for text in told), told
        path.write_bytes(data)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_catalog_is_told_or_made_anew(
    damage: str, victim: Path, sound: tuple[Path, Path, dict[str, object]]
) -> None:
    log, _, answers = sound
    path = victim / "logs" / "catalog.json"
    changed = DAMAGES[damage](path.read_bytes())
    path.unlink() if changed is None else path.write_bytes(changed)
    answer = _answer(log, victim, QUESTIONS["set"])
    if damage == "removed":
        assert answer == answers["set"]
    else:
        assert isinstance(answer, StoreError) and str(path) in str(answer)
        assert [dataset.state for dataset in sawlog.datasets(victim)] == ["damaged"]


def test_the_command_tells_what_is_damaged(victim: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["datasets", "--verify", "--store", str(victim)]) == 0
    assert "ready" in capsys.readouterr().out
    [postings] = (victim / "logs").rglob("*.idx")
    saved = victim / "logs" / "sets" / "saved.rows"
    for path in (postings, saved):
        path.write_bytes(_flip(path.read_bytes(), 5))
    assert main(["datasets", "--verify", "--store", str(victim)]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2 and str(postings) in told[0] and str(saved) in told[1]


def test_a_panic_of_a_library_is_an_error_and_an_interrupt_none(tmp_path: Path) -> None:
    panic = type("PanicException", (BaseException,), {})
    path = tmp_path / "logs" / "partitions" / "p1" / "terms"
    with pytest.raises(StoreError, match="terms of the dataset 'logs' is damaged"), Reading(path):
        raise panic("index out of bounds")
    with pytest.raises(KeyboardInterrupt), Reading(path):
        raise KeyboardInterrupt
    with pytest.raises(StoreError, match="close datasets"), Reading(path):
        raise OSError(errno.EMFILE, "Too many open files")
    with pytest.raises(StoreError, match="run as a user who may read it"), Reading(path):
        raise PermissionError(errno.EACCES, "Permission denied")


def _counts(path: Path) -> bool:
    return path.is_file() and path.suffix != ".lock" and path.parent.name not in ("logs", "sets")


def _answer(log: Path, store: Path, ask: Callable[[Any], object]) -> object:
    try:
        with sawlog.open(log, store=store, name="logs", background=False) as logs:
            return ask(logs)
    except StoreError as error:
        return error
