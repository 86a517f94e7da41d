"""What was indexed is recognised after growth, rotation, truncation and compression."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import os
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.support.archives import count_opens

from sawlog.ingest.sources import (
    Identification,
    KnownSource,
    RunningFingerprint,
    Source,
    expand,
    fingerprint,
    identify,
    layers,
    open_source,
    reading,
)

BIG = 200_000


def text(tag: str, size: int = BIG) -> bytes:
    line = f"2024-01-01T00:00:00 {tag} something happened %d\n"
    return b"".join((line % i).encode() for i in range(size // 40 + 1))[:size]


def index(target: Path, *, running: bool = False) -> list[KnownSource]:
    """What a build would remember."""
    known = []
    for source in expand(target).sources:
        with open_source(source) as stream:
            length, seen = 0, RunningFingerprint()
            while data := stream.read(1 << 20):
                length += len(data)
                seen.update(data)
        print_ = seen.fingerprint() if running else fingerprint(source, length)
        known.append(KnownSource(source, print_, length))
    return known


def look(known: list[KnownSource], target: Path) -> tuple[dict[str, tuple[str, str, int, bool]], set[str]]:
    found: Identification = identify(known, expand(target).sources)
    return {
        Path(item.source.path).name: (
            item.state,
            Path(item.known.source.path).name if item.known else "",
            item.offset,
            item.grown,
        )
        for item in found.sources
    }, {Path(item.source.path).name for item in found.gone}


def append(path: Path, data: bytes) -> None:
    with path.open("ab") as file:
        file.write(data)


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(source: Source) -> None:
        raise AssertionError(f"{source.path} was read")

    monkeypatch.setattr(reading, "open_layers", refuse)


@pytest.mark.parametrize("size", [0, 100, BIG])
def test_untouched_files_are_not_read(size: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(20):
        (tmp_path / f"{i}.log").write_bytes(text(str(i), size))
    known = index(tmp_path)
    current = expand(tmp_path).sources
    forbid_reading(monkeypatch)
    found = identify(known, current)
    assert {item.state for item in found.sources} == {"unchanged"}
    assert [item.known for item in found.sources] == known
    assert not any(item.grown for item in found.sources)
    assert found.gone == ()


@pytest.mark.parametrize("size", [0, 100, 65536, BIG])
def test_growth(size: int, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text("a", size))
    known = index(tmp_path)
    append(path, b"more\n")
    assert look(known, tmp_path) == ({"app.log": ("grown", "app.log", size, True)}, set())


def test_a_touched_file_with_the_same_content_is_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text("a"))
    known = index(tmp_path)
    os.utime(path, ns=(0, 10**18))
    assert look(known, tmp_path)[0] == {"app.log": ("unchanged", "app.log", BIG, False)}
    shutil.copy(path, tmp_path / "copy")
    os.replace(tmp_path / "copy", path)  # another inode
    assert look(known, tmp_path)[0] == {"app.log": ("unchanged", "app.log", BIG, False)}


def test_an_interrupted_source_goes_on(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(text("a"))
    (source,) = expand(tmp_path).sources
    known = [KnownSource(source, fingerprint(source, 70_000), 70_000, complete=False)]
    assert look(known, tmp_path) == ({"app.log": ("grown", "app.log", 70_000, True)}, set())
    os.utime(tmp_path / "app.log", ns=(0, 10**18))
    assert look(known, tmp_path) == ({"app.log": ("grown", "app.log", 70_000, True)}, set())


def test_new_and_gone(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(text("a"))
    known = index(tmp_path)
    (tmp_path / "a.log").unlink()
    (tmp_path / "b.log").write_bytes(text("b"))
    assert look(known, tmp_path) == ({"b.log": ("new", "", 0, True)}, {"a.log"})


@pytest.mark.parametrize("size", [100, BIG])
def test_rotation_by_rename(size: int, tmp_path: Path) -> None:
    for name in ("app.log.2", "app.log.1", "app.log"):
        (tmp_path / name).write_bytes(text(name, size))
    known = index(tmp_path)
    (tmp_path / "app.log.2").unlink()
    (tmp_path / "app.log.1").rename(tmp_path / "app.log.2")
    (tmp_path / "app.log").rename(tmp_path / "app.log.1")
    append(tmp_path / "app.log.1", b"the writer's last words\n")
    (tmp_path / "app.log").write_bytes(b"fresh\n")
    assert look(known, tmp_path) == (
        {
            "app.log.2": ("renamed", "app.log.1", size, False),
            "app.log.1": ("renamed", "app.log", size, True),
            "app.log": ("new", "", 0, True),
        },
        {"app.log.2"},
    )


def test_rotation_by_rename_reads_nothing_where_nothing_grew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(5):
        (tmp_path / f"app.log.{i}").write_bytes(text(str(i)))
    known = index(tmp_path)
    for i in reversed(range(5)):
        (tmp_path / f"app.log.{i}").rename(tmp_path / f"app.log.{i + 1}")
    current = expand(tmp_path).sources
    forbid_reading(monkeypatch)
    assert {item.state for item in identify(known, current).sources} == {"renamed"}


@pytest.mark.parametrize("size", [100, BIG])
@pytest.mark.parametrize("banner", [b"", b"=== starting ===\n"])
@pytest.mark.parametrize("compress", [None, gzip.compress, bz2.compress])
def test_copytruncate(size: int, banner: bytes, compress: Callable[[bytes], bytes] | None, tmp_path: Path) -> None:
    old = banner + text("old", size)
    (tmp_path / "app.log").write_bytes(old)
    known = index(tmp_path)
    copy = "app.log.1" if compress is None else "app.log.1.z"
    (tmp_path / copy).write_bytes(compress(old) if compress else old)
    os.truncate(tmp_path / "app.log", 0)
    append(tmp_path / "app.log", banner + b"fresh\n")
    assert look(known, tmp_path) == (
        {copy: ("renamed", "app.log", len(old), False), "app.log": ("new", "", 0, True)},
        set(),
    )


def test_rotation_with_compression_that_caught_more_lines(tmp_path: Path) -> None:
    (tmp_path / "app.log").write_bytes(text("old"))
    known = index(tmp_path)
    (tmp_path / "app.log.1.gz").write_bytes(gzip.compress(text("old") + b"more\n"))
    (tmp_path / "app.log").unlink()
    assert look(known, tmp_path) == ({"app.log.1.gz": ("renamed", "app.log", BIG, True)}, set())


@pytest.mark.parametrize("running", [False, True])
def test_compressed_sources(running: bool, tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(text("a")))
    known = index(tmp_path, running=running)
    os.utime(tmp_path / "a.log.gz", ns=(0, 10**18))
    assert look(known, tmp_path)[0] == {"a.log.gz": ("unchanged", "a.log.gz", BIG, False)}
    append(tmp_path / "a.log.gz", gzip.compress(b"another member\n"))
    assert look(known, tmp_path)[0] == {"a.log.gz": ("grown", "a.log.gz", BIG, True)}
    (tmp_path / "a.log").write_bytes(text("a"))
    (tmp_path / "a.log.gz").unlink()
    assert look(known, tmp_path) == ({"a.log": ("renamed", "a.log.gz", BIG, False)}, set())


def test_rewritten_in_place(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text("a"))
    known = index(tmp_path)
    path.write_bytes(text("a", 70_000))  # shrunk
    assert look(known, tmp_path) == ({"app.log": ("rewritten", "app.log", 0, True)}, set())
    path.write_bytes(text("a", 70_000) + text("b"))  # other content behind the same head
    assert look(known, tmp_path) == ({"app.log": ("rewritten", "app.log", 0, True)}, set())
    replaced = tmp_path / "replaced"
    replaced.write_bytes(text("a", 70_000))  # the same head, in another file
    os.replace(replaced, path)
    assert look(known, tmp_path) == ({"app.log": ("rewritten", "app.log", 0, True)}, set())


@pytest.mark.parametrize("size", [100, 65536, BIG])
@pytest.mark.parametrize("now", [b"", b"x\n", text("b", 50), text("b", 2 * BIG)])
def test_rewritten_from_its_first_byte_on(size: int, now: bytes, tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text("a", size))
    known = index(tmp_path)
    path.write_bytes(now)
    assert look(known, tmp_path) == ({"app.log": ("rewritten", "app.log", 0, True)}, set())


def test_another_file_under_the_name_is_new(tmp_path: Path) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text("a", 100))
    known = index(tmp_path)
    (tmp_path / "new").write_bytes(text("b", 100))
    os.replace(tmp_path / "new", path)
    assert look(known, tmp_path) == ({"app.log": ("new", "", 0, True)}, {"app.log"})


def test_a_file_that_cannot_be_read_was_not_rewritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "app.log"
    path.write_bytes(text("a", 100))
    known = index(tmp_path)
    append(path, b"more\n")
    current = expand(tmp_path).sources

    def refuse(source: Source) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(reading, "open_layers", refuse)
    found = identify(known, current)
    assert [item.state for item in found.sources] == ["new"]
    assert found.gone == tuple(known)


def test_a_copied_folder_is_recognised_by_content(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    for i in range(30):
        (tmp_path / "old" / f"{i}.log").write_bytes(text(str(i), 100 + i * 5000))
    known = index(tmp_path / "old")
    shutil.copytree(tmp_path / "old", tmp_path / "new")
    append(tmp_path / "new" / "7.log", b"more\n")
    found, gone = look(known, tmp_path / "new")
    assert gone == set()
    assert found == {f"{i}.log": ("renamed", f"{i}.log", 100 + i * 5000, i == 7) for i in range(30)}


def test_two_copies_of_the_same_content_are_two_sources(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(text("a"))
    known = index(tmp_path)
    shutil.copy(tmp_path / "a.log", tmp_path / "b.log")
    assert look(known, tmp_path) == (
        {"a.log": ("unchanged", "a.log", BIG, False), "b.log": ("new", "", 0, True)},
        set(),
    )


def test_empty_known_sources_match_nothing_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"")
    known = index(tmp_path)
    (tmp_path / "a.log").unlink()
    (tmp_path / "b.log").write_bytes(b"")
    (tmp_path / "c.log").write_bytes(b"x\n")
    found, _ = look(known, tmp_path)
    assert found["c.log"][0] == "new"


def tgz(path: Path, files: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz", compresslevel=1) as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))


def test_members_of_a_replaced_archive_are_compared_in_one_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{i}.log": text(str(i), 100_000) for i in range(20)}
    tgz(tmp_path / "a.tgz", files)
    known = index(tmp_path, running=True)
    files["7.log"] += b"more\n"
    files["20.log"] = b"new\n"
    tgz(tmp_path / "a.tgz", files)
    current = expand(tmp_path).sources
    layers.release_archives()
    opened = count_opens(layers, monkeypatch)
    found = identify(known, current)
    assert [item.state for item in found.sources] == ["unchanged"] * 7 + ["grown"] + ["unchanged"] * 12 + ["new"]
    assert len(opened) <= 2


def test_a_fingerprint_need_not_end_where_indexing_did(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(text("a"))
    (source,) = expand(tmp_path).sources
    for described in (1000, 70_000, 150_000, BIG):
        known = KnownSource(source, fingerprint(source, described), 100_000)
        os.utime(tmp_path / "a.log", ns=(0, 10**18))
        assert look([known], tmp_path)[0] == {"a.log": ("grown", "a.log", 100_000, True)}


def test_known_sources_are_json(tmp_path: Path) -> None:
    (tmp_path / "a.log.gz").write_bytes(gzip.compress(text("a")))
    (known,) = index(tmp_path)
    assert KnownSource.from_json(json.loads(json.dumps(known.to_json()))) == known
