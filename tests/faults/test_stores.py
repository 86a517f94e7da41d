"""Stores in trouble: a full disk, another version's layout, damage, two writers."""

from __future__ import annotations

import errno
import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import sawlog

BUILD = """
import sys, sawlog
try:
    logs = sawlog.open(sys.argv[1], store=sys.argv[2], workers=2, background=False)
except sawlog.SawlogError as error:
    print(f"{type(error).__name__}: {error}", flush=True)
else:
    print(logs.count("took"), flush=True)
    logs.close()
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 8 MB."""
    directory = tmp_path / "small"
    directory.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", directory], capture_output=True)
    if mounted.returncode:
        pytest.skip("only root can mount a small file system")
    yield directory
    subprocess.run(["umount", "--lazy", directory], check=True)


def test_a_full_disk_is_said_and_the_sealed_part_stays(
    small_disk: Path, tmp_path: Path, sample_log: Any, small_partitions: None
) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(sample_log(250_000))
    logs = sawlog.open(log, store=small_disk, workers=2, background=True)
    with pytest.raises(sawlog.errors.DiskFullError) as caught:
        logs.wait()
    assert str(small_disk) in str(caught.value)
    assert logs.count("took") == 250_000, "what is sealed is searched, the rest is scanned"
    logs.close()
    [dataset] = sawlog.datasets(small_disk)
    assert dataset.state == "partial"

    subprocess.run(["mount", "-o", "remount,size=400m", small_disk], check=True)
    with sawlog.open(log, store=small_disk, workers=2, background=False) as logs:
        assert logs.count("took") == 250_000
        assert logs.count("app249999") == 1


def test_a_store_that_cannot_be_written_to_is_searched(small_disk: Path, tmp_path: Path, sample_log: Any) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(sample_log(2_000))
    with sawlog.open(log, store=small_disk, background=False) as logs:
        logs.save("errors", logs.rows("level:error"))
        expected = logs.count("took AND app7"), logs.count("app19*"), logs.count(rows="errors")
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with sawlog.open(log, store=small_disk, background=False) as logs:
        assert (logs.count("took AND app7"), logs.count("app19*"), logs.count(rows="errors")) == expected
        assert [hit.line for hit in logs.search("app1999")] == [hit.line for hit in logs.search(r"/app1999\b/")]
        with pytest.raises(sawlog.errors.StoreError, match="cannot write to"):
            logs.save("more", logs.rows())
    assert [dataset.state for dataset in sawlog.datasets(small_disk)] == ["ready"]


def test_a_dataset_that_may_not_be_read_does_not_hide_the_others(
    tmp_path: Path, sample_log: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(sample_log(100))
    for name in ("mine", "theirs"):
        sawlog.open(log, store=tmp_path / "store", name=name, background=False).close()
    closed = tmp_path / "store" / "theirs"
    for method in ("stat", "read_bytes"):
        monkeypatch.setattr(Path, method, _refusing(getattr(Path, method), closed))  # root may read everything
    mine, theirs = sawlog.datasets(tmp_path / "store")
    assert (mine.state, theirs.state) == ("ready", "damaged")
    assert "permission denied" in theirs.message
    with sawlog.open(log, store=tmp_path / "store", name="mine") as logs:
        assert logs.count("app7") == 1
    with pytest.raises(sawlog.errors.StoreError, match="'theirs' cannot be read"):
        sawlog.open(log, store=tmp_path / "store", name="theirs")


def _refusing(call: Callable[..., Any], closed: Path) -> Callable[..., Any]:
    """A method of paths that fails below a directory."""

    def refusing(path: Path, *arguments: Any, **options: Any) -> Any:
        if closed in path.parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return call(path, *arguments, **options)

    return refusing


def test_a_store_of_an_unknown_version_is_refused_and_left_alone(tmp_path: Path, sample_log: Any) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(sample_log(100))
    store = tmp_path / "store"
    sawlog.open(log, store=store, background=False).close()
    changed = [path for path in store.rglob("*.json") if _raise_layout(path)]
    assert changed, "the layout's version is written down"
    before = _contents(store)
    with pytest.raises(sawlog.errors.StoreVersionError, match="999"):
        sawlog.open(log, store=store, background=False)
    assert _contents(store) == before


def _raise_layout(path: Path) -> bool:
    body = json.loads(path.read_text())
    if not isinstance(body, dict) or "layout" not in body:
        return False
    path.write_text(json.dumps({**body, "layout": 999}))
    return True


def _contents(directory: Path) -> dict[str, bytes]:
    """Of all files but locks, which say nothing."""
    files = (path for path in directory.rglob("*") if path.is_file() and "lock" not in path.name)
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


@pytest.mark.parametrize("damage", ["cut", "emptied", "removed", "garbage"])
@pytest.mark.parametrize("pattern", ["catalog.json", "rows.arrow", "manifest.json"])
def test_a_damaged_store_never_gives_wrong_rows(
    damage: str, pattern: str, tmp_path: Path, sample_log: Any, small_partitions: None
) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(sample_log(3_000))
    store = tmp_path / "store"
    sawlog.open(log, store=store, background=False).close()
    victims = sorted(store.rglob(pattern))
    assert victims
    _damage(victims[0], damage)
    try:
        with sawlog.open(log, store=store, background=False) as logs:
            assert logs.count("took") == 3_000
            assert sorted(logs.search("").to_arrow(limit=None)["line"].to_pylist())[0] == 1
    except sawlog.errors.StoreError as error:
        assert str(store) in str(error)


def _damage(path: Path, how: str) -> None:
    if how == "removed":
        path.unlink()
        return
    data = path.read_bytes()
    path.write_bytes({"cut": data[: len(data) // 2], "emptied": b"", "garbage": b"\xff" * len(data)}[how])


@pytest.mark.parametrize(("patience", "outcomes"), [("0.1", {"StoreLockedError", "20000"}), ("60", {"20000"})])
def test_two_writers_of_one_store(
    patience: str, outcomes: set[str], tmp_path: Path, start_script: Any, sample_log: Any
) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(sample_log(20_000))
    settings = {"SAWLOG_LOCK_SECONDS": patience}
    first, second = (start_script(BUILD, log, tmp_path / "store", settings=settings) for _ in range(2))
    answers = [process.communicate(timeout=120) for process in (first, second)]
    said = [output.strip().partition(":")[0] for output, _ in answers]
    assert set(said) <= outcomes, answers
    assert "20000" in said, answers
    with sawlog.open(log, store=tmp_path / "store", background=False) as logs:
        assert logs.count("took") == 20_000
        assert logs.count() == 20_000


def test_a_second_reader_sees_a_dataset_while_another_process_builds_it(
    tmp_path: Path, start_script: Any, sample_log: Any
) -> None:
    log = tmp_path / "app.log"
    log.write_bytes(sample_log(60_000))
    builder = start_script(BUILD, log, tmp_path / "store")
    states = set()
    deadline = time.monotonic() + 60
    while builder.poll() is None and time.monotonic() < deadline:
        states |= {dataset.state for dataset in sawlog.datasets(tmp_path / "store")}
        time.sleep(0.05)
    assert "damaged" not in states
    [dataset] = sawlog.datasets(tmp_path / "store")
    assert (dataset.state, dataset.records) == ("ready", 60_000)
