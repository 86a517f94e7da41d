"""Every codec, whole, cut and damaged."""

from __future__ import annotations

import gzip
import lzma
import random
import struct
import zlib
from pathlib import Path

import pytest
from tests.support.archives import CODECS, content, lines, only, zip_of

from sawlog.errors import SourceError
from sawlog.ingest.sources import expand, open_source


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


def test_empty_files_and_empty_archives(tmp_path: Path) -> None:
    assert content(only(tmp_path / "a", b"")) == (b"", None)
    for codec, compress in CODECS.items():
        assert content(only(tmp_path / codec, compress(b""))) == (b"", None)
    (tmp_path / "e.zip").write_bytes(zip_of({}))
    with pytest.raises(SourceError, match="without files"):
        expand(tmp_path / "e.zip")
