"""The catalog and manifests: written whole or not at all, and refused when they are not ours or not whole."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from sawlog.errors import DiskFullError, StoreError, StoreVersionError
from sawlog.model.problem import Problem
from sawlog.storage.catalog import (
    CATALOG,
    PARTITIONS,
    Catalog,
    PartitionEntry,
    SourceState,
    Span,
    disk_error,
    remove_orphans,
)
from sawlog.storage.manifest import LAYOUT_VERSION, FieldStats, Manifest, SourceRange, seal_files

SPANS = (Span("s1", 0, 10, 2, 7), Span("s2", 5, 9, 1, None))
ENTRY = PartitionEntry("p1", 12, 100, 50, None, 2**62, SPANS)
WHOLE = Catalog(
    "logs",
    {"target": ["/x/ü"], "year": None},
    "2026-01-01",
    3,
    "ready",
    (
        SourceState("s1", {"path": "a"}, {"length": 1}, True, {"name": "plain"}),
        SourceState("s2", {"path": "b"}, gone=True),
    ),
    (ENTRY, ENTRY.without(BitMap([1, 11]))),
    (Problem.left_out("/x/bad", "it is binary"), Problem("/x/shut", "permission denied")),
)
MANIFEST = Manifest(
    "p1",
    3,
    30,
    1,
    2,
    0,
    (SourceRange("s1", 0, 30, 3, 3, formats={"plain": 3}),),
    {"f": FieldStats("int64", 1, 1)},
    (0,),
    (2,),
    {},
)


def test_they_come_back_as_they_were(tmp_path: Path) -> None:
    WHOLE.save(tmp_path)
    assert Catalog.load(tmp_path) == WHOLE
    MANIFEST.save(tmp_path)
    assert Manifest.load(tmp_path) == MANIFEST
    assert PartitionEntry.of(MANIFEST, 9).spans == (Span("s1", 0, 30, 3, None),)


LOADERS = {"catalog.json": Catalog.load, "manifest.json": Manifest.load}


def _damages(body: dict[str, Any]) -> dict[str, tuple[bytes | None, type[StoreError]]]:
    without = {key: value for key, value in body.items() if key not in ("sources", "ranges")}
    text = json.dumps(body).encode()
    return {
        "missing": (None, StoreError),
        "empty": (b"", StoreError),
        "cut": (text[: len(text) // 2], StoreError),
        "no UTF-8": (b"\xff\xfe" + text, StoreError),
        "another kind": (json.dumps({**body, "kind": "other"}).encode(), StoreError),
        "a list": (b"[]", StoreError),
        "a number": (b"1", StoreError),
        "a field less": (json.dumps(without).encode(), StoreError),
        "a field more": (json.dumps({**body, "surplus": 1}).encode(), StoreError),
        "a newer layout": (json.dumps({**body, "layout": LAYOUT_VERSION + 1}).encode(), StoreVersionError),
        "no layout": (json.dumps({**body, "layout": None}).encode(), StoreVersionError),
    }


@pytest.mark.parametrize("name", LOADERS)
@pytest.mark.parametrize("damage", list(_damages({})))
def test_what_is_not_whole_is_refused_with_its_path(tmp_path: Path, name: str, damage: str) -> None:
    WHOLE.save(tmp_path)
    MANIFEST.save(tmp_path)
    data, kind = _damages(json.loads((tmp_path / name).read_text()))[damage]
    (tmp_path / name).unlink() if data is None else (tmp_path / name).write_bytes(data)
    with pytest.raises(kind, match=str(tmp_path / name)) as caught:
        LOADERS[name](tmp_path)
    assert "drop" in str(caught.value) or "another" in str(caught.value), "what to do is said"


@pytest.mark.parametrize("failing", ["fsync", "replace"])
def test_a_save_that_fails_leaves_what_was_there(tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    WHOLE.save(tmp_path)

    def fail(*arguments: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, failing, fail)
    with pytest.raises(DiskFullError, match="free some space"):
        WHOLE.change(state="building").save(tmp_path)
    monkeypatch.undo()
    assert Catalog.load(tmp_path) == WHOLE


@given(first=st.frozensets(st.integers(0, 11)), second=st.frozensets(st.integers(0, 11)))
def test_deleted_rows_add_up(first: frozenset[int], second: frozenset[int]) -> None:
    entry = ENTRY.without(BitMap(first)).without(BitMap(second))
    assert set(entry.deleted_rows) == first | second
    assert PartitionEntry.from_json(json.loads(json.dumps(entry.to_json()))) == entry
    assert WHOLE.change(partitions=(entry,)).records == 12 - len(first | second)


def test_coverage_is_in_the_order_of_the_source() -> None:
    later = PartitionEntry("p2", 1, 1, 1, None, None, (Span("s1", 20, 30, 1), Span("s1", 10, 20, 1)))
    catalog = WHOLE.change(partitions=(later, ENTRY))
    assert [(s.start, s.end) for s in catalog.covered("s1")] == [(0, 10), (10, 20), (20, 30)]
    assert catalog.generation == WHOLE.generation + 1


def test_orphans_go_and_the_living_stay(tmp_path: Path) -> None:
    for name in ("p1", "p2", ".p3"):
        (tmp_path / PARTITIONS / name / "terms").mkdir(parents=True)
    remove_orphans(tmp_path, ["p1"])
    assert [p.name for p in (tmp_path / PARTITIONS).iterdir()] == ["p1"]
    remove_orphans(tmp_path / "nowhere", [])


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EDQUOT, "x"),
        ValueError("An IO error occurred: 'No space left on device (os error 28)'"),
    ],
)
def test_a_full_disk_is_recognised_whoever_reports_it(error: Exception) -> None:
    assert isinstance(disk_error(error, Path("/store")), DiskFullError)
    assert not isinstance(disk_error(PermissionError(errno.EACCES, "denied"), Path("/store")), DiskFullError)


def test_files_are_sealed_with_size_and_checksum(tmp_path: Path) -> None:
    (tmp_path / "terms").mkdir()
    (tmp_path / "terms" / "a").write_bytes(b"abc")
    (tmp_path / CATALOG).write_bytes(b"")
    MANIFEST.save(tmp_path)
    sealed = seal_files(tmp_path)
    assert set(sealed) == {CATALOG, "terms/a"}
    assert sealed["terms/a"][0] == 3
    assert sealed["terms/a"][1] != sealed[CATALOG][1]
