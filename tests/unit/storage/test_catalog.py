"""The catalog and the manifest: atomic, and clear about what is not ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyroaring import BitMap

from sawlog.errors import DiskFullError, StoreError, StoreVersionError
from sawlog.storage.catalog import CATALOG, Catalog, PartitionEntry, SourceState, Span, disk_error

ENTRY = PartitionEntry("p1", 10, 1000, 300, 5, 9, (Span("s1", 0, 1000, 12, 9),))
LOGS = Catalog("web", {"target": ["/x"]}, "2026-11-01", sources=(SourceState("s1", {"path": "/x"}),), partitions=(ENTRY,))


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    changed = LOGS.change(partitions=(ENTRY.without(BitMap([1, 7])),), problems=(("/y", "unreadable"),))
    changed.save(tmp_path)
    assert Catalog.load(tmp_path) == changed
    assert changed.generation == LOGS.generation + 1
    assert changed.records == 8
    assert changed.partitions[0].deleted_rows == BitMap([1, 7])


def test_a_failed_save_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LOGS.save(tmp_path)

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(DiskFullError, match="free some space"):
        LOGS.change(state="ready").save(tmp_path)
    assert Catalog.load(tmp_path) == LOGS


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("{", StoreError, "cannot be read"),
        ("[]", StoreError, "not written by sawlog"),
        ('{"kind": "other"}', StoreError, "not written by sawlog"),
        ('{"kind": "sawlog-dataset", "layout": 99}', StoreVersionError, "layout 99"),
        ('{"kind": "sawlog-dataset", "layout": 1, "sources": []}', StoreError, "damaged"),
    ],
)
def test_what_is_not_a_catalog_is_refused(tmp_path: Path, text: str, error: type[StoreError], message: str) -> None:
    (tmp_path / CATALOG).write_text(text)
    with pytest.raises(error, match=message):
        Catalog.load(tmp_path)


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    LOGS.save(tmp_path)
    body = json.loads((tmp_path / CATALOG).read_text())
    assert (body["kind"], body["layout"]) == ("sawlog-dataset", 1)


@pytest.mark.parametrize("error", [OSError(28, "x"), ValueError("Io error: No space left on device (os error 28)")])
def test_a_full_disk_is_known_in_every_wording(tmp_path: Path, error: Exception) -> None:
    assert isinstance(disk_error(error, tmp_path), DiskFullError)
    assert not isinstance(disk_error(OSError(13, "Permission denied"), tmp_path), DiskFullError)


def test_coverage_is_in_order() -> None:
    later = PartitionEntry("p2", 1, 1, 1, None, None, (Span("s1", 1000, 2000, 3), Span("s2", 0, 5, 1)))
    catalog = LOGS.change(partitions=(later, ENTRY))
    assert [(s.start, s.end) for s in catalog.covered("s1")] == [(0, 1000), (1000, 2000)]
