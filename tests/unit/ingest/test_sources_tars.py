"""Tars, plain and compressed, whole, cut and damaged, and archives in them."""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
from pathlib import Path

import pytest
from tests.support.archives import CODECS, content, count_opens, lines, tar_of, zip_of

from sawlog.errors import SourceError
from sawlog.ingest.sources import expand, layers, open_source


@pytest.mark.parametrize("outer", ["", *CODECS])
def test_tars_plain_and_compressed(outer: str, tmp_path: Path) -> None:
    files = {"x/app.log.1": lines(100), "x/app.log": lines(200, 2), "empty.log": b"", "z.gz": gzip.compress(lines(5))}
    packed = tar_of(files)
    (tmp_path / "logs.tar").write_bytes(CODECS[outer](packed) if outer else packed)
    found = expand(tmp_path / "logs.tar").sources
    assert [source.members for source in found] == [(name,) for name in files]
    assert found[0].path == f"{tmp_path}/logs.tar!x/app.log.1"
    assert found[0].mtime_ns == 1_700_000_000 * 10**9
    assert found[0].sequential is bool(outer)
    files["z.gz"] = lines(5)
    for source in [*found, *reversed(found)]:
        assert content(source) == (files[source.members[0]], None)
    with open_source(found[0]) as half_read:
        half_read.read(10)
    assert content(found[1]) == (files["x/app.log"], None)


def test_a_compressed_tar_is_decompressed_once_for_all_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"{i}.log": lines(50, i) for i in range(40)}
    (tmp_path / "a.tgz").write_bytes(gzip.compress(tar_of(files)))
    found = expand(tmp_path / "a.tgz").sources
    opened = count_opens(layers, monkeypatch)
    for source in found:
        assert content(source)[0] == files[source.members[0]]
    assert len(opened) == 1


def test_a_replaced_tar_is_not_mistaken_for_the_one_kept_open(tmp_path: Path) -> None:
    path = tmp_path / "a.tar"
    path.write_bytes(tar_of({"1.log": b"old one\n", "2.log": b"old two\n"}))
    first, second = expand(path).sources
    assert content(first)[0] == b"old one\n"
    path.write_bytes(tar_of({"1.log": b"a new first\n", "2.log": b"a new second\n"}))
    assert content(second)[0] == b"a new second\n"
    path.rename(tmp_path / "b.tar")
    path.write_bytes(tar_of({"1.log": b"another first\n", "2.log": b"another second\n"}))
    data, error = content(second)
    assert data == b"" and "another file took its place" in str(error)


def test_the_same_name_twice_in_an_archive_is_two_sources(tmp_path: Path) -> None:
    one, two = io.BytesIO(), (b"first\n", b"second\n")
    with tarfile.open(fileobj=one, mode="w") as tar:
        for data in two:
            info = tarfile.TarInfo("a.log")
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    (tmp_path / "a.tar").write_bytes(one.getvalue())
    found = expand(tmp_path / "a.tar").sources
    assert [source.members for source in found] == [("a.log",), ("a.log#2",)]
    assert [content(source)[0] for source in found] == list(two)


def test_links_and_special_members_of_a_tar_are_left_out(tmp_path: Path) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind in (("dir", tarfile.DIRTYPE), ("link", tarfile.SYMTYPE), ("fifo", tarfile.FIFOTYPE)):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            tar.addfile(info)
        info = tarfile.TarInfo("../" * 3 + "n" * 150 + ".log")
        info.size = 3
        tar.addfile(info, io.BytesIO(b"hi\n"))
    (tmp_path / "a.tar").write_bytes(out.getvalue())
    (source,) = expand(tmp_path / "a.tar").sources
    assert content(source) == (b"hi\n", None)


def test_a_cut_tar_gives_what_is_there(tmp_path: Path) -> None:
    files = {"1.log": lines(100), "2.log": lines(100, 2)}
    packed = tar_of(files)
    path = tmp_path / "a.tar"
    for length in (600, 3000, len(files["1.log"]), len(files["1.log"]) + 3000, 9000):
        path.write_bytes(packed[:length])
        found = expand(path)
        assert any(problem.path == str(path) for problem in found.problems), length
        data = [content(source) for source in found.sources]
        assert b"".join(part for part, _ in data) in b"".join(files.values())
        assert data[-1][1], length


def test_a_cut_compressed_tar_says_so(tmp_path: Path) -> None:
    packed = gzip.compress(tar_of({"1.log": lines(3000), "2.log": lines(3000, 2)}))
    (tmp_path / "a.tgz").write_bytes(packed[: len(packed) * 3 // 4])
    found = expand(tmp_path / "a.tgz")
    assert [source.members for source in found.sources] == [("1.log",), ("2.log",)]
    assert "too early" in found.problems[0].message
    assert content(found.sources[0]) == (lines(3000), None)
    data, error = content(found.sources[1])
    assert data and lines(3000, 2).startswith(data)
    assert error and "too early" in error


def test_a_tar_header_that_claims_gigabytes_is_refused(tmp_path: Path) -> None:
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 4 << 30
    (tmp_path / "a.tar").write_bytes(info.tobuf(tarfile.GNU_FORMAT) + bytes(10_240))
    with pytest.raises(SourceError, match="header of"):
        expand(tmp_path / "a.tar")


def test_archives_in_archives_down_to_four(tmp_path: Path) -> None:
    text = lines(10)
    packed = zip_of({"d.tar": tar_of({"c.log.gz": gzip.compress(text)})})
    (tmp_path / "a.tar.xz").write_bytes(lzma.compress(tar_of({"b.zip": packed})))
    (source,) = expand(tmp_path / "a.tar.xz").sources
    assert source.path == f"{tmp_path}/a.tar.xz!b.zip!d.tar!c.log.gz"
    assert source.codecs == ("xz", "tar", "zip", "tar", "gzip")
    assert content(source) == (text, None)

    deep = text
    for _ in range(5):
        deep = tar_of({"a.tar": deep})
    (tmp_path / "deep.tar").write_bytes(deep)
    with pytest.raises(SourceError, match="nested in more than 4"):
        expand(tmp_path / "deep.tar")
    for _ in range(9):
        deep = gzip.compress(deep)
    (tmp_path / "deep.gz").write_bytes(deep)
    with pytest.raises(SourceError, match="times over"):
        expand(tmp_path / "deep.gz")


def test_an_archive_without_a_member_any_more_ends_with_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_bytes(tar_of({"1.log": b"1\n"}))
    (source,) = expand(tmp_path / "a.tar").sources
    (tmp_path / "a.tar").write_bytes(tar_of({"2.log": b"2\n"}))
    data, error = content(source)
    assert data == b""
    assert error and "no longer" in error
