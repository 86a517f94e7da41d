"""Every codec and container, whole, cut and damaged."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest
import zstandard

from sawlog.errors import SourceError
from sawlog.ingest.sources import Source, expand, layers, open_source
from sawlog.ingest.sources.origin import open_file
from sawlog.ingest.sources.streams import RawFile

CODECS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
}


def count_opens(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The outer files that ``module`` opens from now on."""
    opened: list[str] = []

    def opening(file: str) -> RawFile:
        opened.append(file)
        return open_file(file)

    monkeypatch.setattr(module, "open_file", opening)
    return opened


def lines(count: int, seed: int = 1) -> bytes:
    draw = random.Random(seed)
    return b"".join(b"2024-01-01T00:00:%02d line %d %x\n" % (i % 60, i, draw.getrandbits(64)) for i in range(count))


def content(source: Source, size: int = 1 << 20) -> tuple[bytes, str | None]:
    parts = []
    with open_source(source) as stream:
        while data := stream.read(size):
            parts.append(data)
        assert stream.read(1) == b""
        return b"".join(parts), stream.error


def only(path: Path, data: bytes) -> Source:
    path.write_bytes(data)
    (source,) = expand(path).sources
    return source


def tar_of(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1_700_000_000
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


class Unseekable(io.RawIOBase):
    """Makes zipfile write sizes behind the data."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def zip_of(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, *, streamed: bool = False) -> bytes:
    out = Unseekable() if streamed else io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2024, 3, 4, 5, 6, 8)), data, method)
    return bytes(out.data) if isinstance(out, Unseekable) else out.getvalue()


@pytest.mark.parametrize("codec", CODECS)
def test_a_codec_is_told_by_content_not_by_name(codec: str, tmp_path: Path) -> None:
    text = lines(20_000)
    packed = CODECS[codec](text)
    source = only(tmp_path / "app.log", packed)
    assert source.codecs == (codec,)
    assert not source.seekable
    assert source.size == len(packed)
    with open_source(source) as stream:
        data = stream.read(1000)
        assert data == text[:1000]
        assert stream.read(len(text)) == text[1000:]
        assert stream.read(1) == b""
        assert stream.error is None
        assert stream.consumed == len(packed)


@pytest.mark.parametrize("codec", CODECS)
def test_several_members_in_one_file_follow_each_other(codec: str, tmp_path: Path) -> None:
    parts = [lines(50, seed) for seed in range(5)]
    packed = b"".join(map(CODECS[codec], parts)) + CODECS[codec](b"")
    assert content(only(tmp_path / "a", packed)) == (b"".join(parts), None)


def test_padding_and_skippable_frames_are_no_content(tmp_path: Path) -> None:
    text = lines(3)
    assert content(only(tmp_path / "a", gzip.compress(text) + bytes(200_000))) == (text, None)
    assert content(only(tmp_path / "b", lzma.compress(text) + bytes(4) + lzma.compress(text))) == (text * 2, None)
    skippable = b"\x53\x2a\x4d\x18" + struct.pack("<L", 7) + b"comment"
    zstd = CODECS["zstd"](text)
    assert content(only(tmp_path / "c", skippable + zstd + skippable + zstd)) == (text * 2, None)


@pytest.mark.parametrize("codec", CODECS)
def test_what_follows_the_last_member_is_reported(codec: str, tmp_path: Path) -> None:
    text = lines(3)
    data, error = content(only(tmp_path / "a", CODECS[codec](text) + b"garbage behind"))
    assert data == text
    assert error and "was not read" in error


@pytest.mark.parametrize("codec", CODECS)
def test_cut_at_every_position_gives_a_prefix_and_an_error(codec: str, tmp_path: Path) -> None:
    text = lines(30)
    packed = CODECS[codec](text)
    source = only(tmp_path / "a", packed)
    for length in range(len(packed)):
        (tmp_path / "a").write_bytes(packed[:length])
        data, error = content(source)
        assert text.startswith(data)
        assert error and "a" in error


def test_a_cut_gzip_gives_what_the_decoder_can_know(tmp_path: Path) -> None:
    text = lines(500)
    packed = gzip.compress(text)
    for length in range(12, len(packed), 97):
        source = only(tmp_path / "a", packed[:length])
        data, error = content(source)
        assert data == zlib.decompressobj(31).decompress(packed[:length])
        assert error and "too early" in error


@pytest.mark.parametrize("codec", CODECS)
def test_damage_in_the_middle_keeps_every_byte_before_it(codec: str, tmp_path: Path) -> None:
    text = lines(20_000)
    half = len(text) // 2
    first = CODECS[codec](text[:half])
    packed = bytearray(first + CODECS[codec](text[half:]))
    packed[len(first) + 3 :] = b"\xff" * (len(packed) - len(first) - 3)  # the second member's header is wrong
    data, error = content(only(tmp_path / "a", bytes(packed)), size=4096)
    assert data == text[:half]
    assert error


def test_a_wrong_checksum_loses_nothing(tmp_path: Path) -> None:
    text = lines(5_000)
    for codec in CODECS:
        packed = bytearray(CODECS[codec](text))
        at = {"gzip": -8, "bz2": -2, "xz": 0, "zstd": -1}[codec]
        if codec == "xz":  # the check of its only block lies before the index (whose size the footer tells)
            at = len(packed) - 12 - (packed[-8] + 1) * 4 - 8
        packed[at] ^= 0x55
        data, error = content(only(tmp_path / codec, bytes(packed)))
        assert data == text, codec
        assert error, codec


@pytest.mark.parametrize("codec", CODECS)
def test_random_damage_never_raises_and_never_ends_silently(codec: str, tmp_path: Path) -> None:
    text = lines(2_000)
    packed = CODECS[codec](text)
    source = only(tmp_path / "a", packed)
    draw = random.Random(7)
    for _ in range(25):
        damaged = bytearray(packed)
        damaged[draw.randrange(8, len(packed))] ^= 1 << draw.randrange(8)
        (tmp_path / "a").write_bytes(damaged)
        data, error = content(source)
        assert error or data == text


@pytest.mark.parametrize("codec", CODECS)
def test_a_bomb_is_given_in_small_pieces(codec: str, tmp_path: Path) -> None:
    packed = CODECS[codec](bytes(8 << 20))
    (tmp_path / "a").write_bytes(packed)
    (source,) = expand(tmp_path / "a", encoding="utf-8").sources
    with open_source(source) as stream:
        total = 0
        while data := stream.read(10_000):
            assert len(data) <= 10_000
            total += len(data)
    assert total == 8 << 20


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
    path.unlink()
    path.write_bytes(tar_of({"1.log": b"a new first\n", "2.log": b"a new second\n"}))
    assert content(second)[0] == b"a new second\n"


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


def test_empty_files_and_empty_archives(tmp_path: Path) -> None:
    assert content(only(tmp_path / "a", b"")) == (b"", None)
    for codec, compress in CODECS.items():
        assert content(only(tmp_path / codec, compress(b""))) == (b"", None)
    (tmp_path / "e.zip").write_bytes(zip_of({}))
    with pytest.raises(SourceError, match="without files"):
        expand(tmp_path / "e.zip")
