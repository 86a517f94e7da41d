"""Zips, whole, cut and damaged."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from tests.support.archives import content, lines, tar_of, zip_of

from sawlog.ingest.sources import expand, open_source


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2])
@pytest.mark.parametrize("streamed", [False, True])
def test_zips(method: int, streamed: bool, tmp_path: Path) -> None:
    files = {"x/app.log": lines(2000), "empty.log": b"", "b.log": lines(10, 3)}
    (tmp_path / "a.zip").write_bytes(zip_of({"x/": b"", **files}, method, streamed=streamed))
    found = expand(tmp_path / "a.zip").sources
    assert [source.members[0] for source in found] == list(files)
    for source in reversed(found):
        assert content(source) == (files[source.members[0]], None)
    with open_source(found[0]) as stream:
        while stream.read(50_000):
            pass
        assert stream.consumed == found[0].size


@pytest.mark.parametrize("streamed", [False, True])
def test_zips_that_cannot_be_sought_are_read_by_their_headers(streamed: bool, tmp_path: Path) -> None:
    files = {"x/": b"", "1.log": lines(2000), "2.log": b"", "3.log": lines(10, 3)}
    (tmp_path / "a.tgz").write_bytes(gzip.compress(tar_of({"in.zip": zip_of(files, streamed=streamed)})))
    found = expand(tmp_path / "a.tgz")
    assert found.problems == ()
    assert [source.members for source in found.sources] == [("in.zip", name) for name in list(files)[1:]]
    assert found.sources[0].mtime_ns == 1_709_528_768 * 10**9
    for source in found.sources:
        assert content(source) == (files[source.members[1]], None)
        with open_source(source) as stream:
            while stream.read(50_000):
                pass
            assert stream.consumed == source.size


def test_a_cut_zip_is_read_without_its_directory(tmp_path: Path) -> None:
    files = {"1.log": lines(2000), "2.log": lines(2000, 2)}
    packed = zip_of(files)
    (tmp_path / "a.zip").write_bytes(packed[: len(packed) * 3 // 4])
    found = expand(tmp_path / "a.zip")
    assert found.problems
    assert content(found.sources[0]) == (files["1.log"], None)
    data, error = content(found.sources[1])
    assert data and files["2.log"].startswith(data)
    assert error


def test_damage_in_a_zip_member_keeps_the_bytes_before_it(tmp_path: Path) -> None:
    text = lines(20_000)
    packed = bytearray(zip_of({"a.log": text}))
    packed[len(packed) // 2 : len(packed) // 2 + 64] = b"\xff" * 64
    (tmp_path / "a.zip").write_bytes(packed)
    data, error = content(expand(tmp_path / "a.zip").sources[0])
    assert len(data) > len(text) // 3
    assert data[: len(text) // 3] == text[: len(text) // 3]
    assert error

    stored = bytearray(zip_of({"a.log": text}, zipfile.ZIP_STORED))
    stored[1000] ^= 1
    (tmp_path / "b.zip").write_bytes(stored)
    data, error = content(expand(tmp_path / "b.zip").sources[0])
    assert len(data) == len(text)
    assert error and "checksum" in error


def test_encrypted_and_unknown_members_of_a_zip_are_problems(tmp_path: Path) -> None:
    packed = bytearray(zip_of({"secret.log": b"x" * 50, "open.log": b"hello\n", "odd.log": b"y" * 50}))
    for mark, flags, name in ((b"PK\x03\x04", 6, 30), (b"PK\x01\x02", 8, 46)):
        at = packed.find(mark)
        while at >= 0:
            if packed[at + name :].startswith(b"secret.log"):
                packed[at + flags] |= 1
            elif packed[at + name :].startswith(b"odd.log"):
                packed[at + flags + 2] = 9
            at = packed.find(mark, at + 1)
    (tmp_path / "a.zip").write_bytes(packed)
    found = expand(tmp_path / "a.zip")
    assert [content(source) for source in found.sources] == [(b"hello\n", None)]
    assert [problem.path.rpartition("!")[2] for problem in found.problems] == ["secret.log", "odd.log"]
    assert "encrypted" in found.problems[0].message
    assert "method 9" in found.problems[1].message
    (tmp_path / "b.tgz").write_bytes(gzip.compress(tar_of({"a.zip": bytes(packed)})))
    assert [problem.message for problem in expand(tmp_path / "b.tgz").problems] == [p.message for p in found.problems]
