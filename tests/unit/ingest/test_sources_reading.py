"""Streams, maps, samples and fingerprints of sources."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import os
import random
import tracemalloc
from pathlib import Path

import pytest

from sawlog.errors import SourceError
from sawlog.ingest.sources import (
    Fingerprint,
    RunningFingerprint,
    Source,
    expand,
    fingerprint,
    matches_prefix,
    open_source,
    sample_source,
    tail_hash,
)

WINDOW = 65536


def only(path: Path, data: bytes, encoding: str | None = None) -> Source:
    path.write_bytes(data)
    (source,) = expand(path, encoding=encoding).sources
    return source


def lines(count: int) -> bytes:
    return b"".join(b"line %d of the log\n" % i for i in range(count))


def read(source: Source, offset: int = 0, size: int = 1 << 20) -> bytes:
    with open_source(source, offset) as stream:
        parts = []
        while data := stream.read(size):
            parts.append(data)
        assert stream.error is None
        assert stream.position == offset + len(b"".join(parts))
        return b"".join(parts)


@pytest.mark.parametrize("packed", [False, True])
def test_offsets_are_of_the_decompressed_text(packed: bool, tmp_path: Path) -> None:
    text = lines(5000)
    source = only(tmp_path / "a", gzip.compress(text) if packed else text)
    for offset in (0, 1, 1000, WINDOW, len(text) - 1, len(text)):
        assert read(source, offset) == text[offset:]
    with open_source(source, len(text) + 5) as stream:
        assert stream.read(10) == b""
        assert stream.position == len(text)
        assert stream.error and "rewritten" in stream.error


def test_a_read_is_short_only_at_the_end(tmp_path: Path) -> None:
    text = lines(5000)
    with open_source(only(tmp_path / "a", gzip.compress(text))) as stream:
        sizes = []
        while data := stream.read(777):
            sizes.append(len(data))
    assert set(sizes[:-1]) == {777}
    assert sum(sizes) == len(text)


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_utf16_and_utf32_are_told_by_their_mark(encoding: str, mark: bytes, tmp_path: Path) -> None:
    text = "Grüße 😀 \x00 漢字\r\n" * 3000
    for name, data in (("a", mark + text.encode(encoding)), ("b", gzip.compress(mark + text.encode(encoding)))):
        source = only(tmp_path / name, data)
        assert source.encoding == encoding
        assert not source.seekable
        for size in (1, 7, 1 << 20):
            if size > 1 or name == "a":
                assert read(source, len(text.encode()) - 500 if size == 1 else 0, size) == (
                    text.encode()[-500:] if size == 1 else text.encode()
                )
        assert read(source, 1001) == text.encode()[1001:]
        with open_source(source) as stream:
            assert stream.bom == len(mark)


def test_undecodable_units_become_bytes_that_are_no_utf8(tmp_path: Path) -> None:
    data = codecs.BOM_UTF16_LE + "ab".encode("utf-16-le") + b"\x00\xd8" + "cd\n".encode("utf-16-le") + b"x"
    assert read(only(tmp_path / "a", data)) == b"ab\xffcd\n\xff"


@pytest.mark.parametrize(
    ("asked", "known", "data"),
    [
        ("latin-1", "latin-1", "Grüße\n".encode("latin-1")),
        ("iso-8859-1", "latin-1", "Grüße\n".encode("latin-1")),
        ("cp1252", "cp1252", "Grüße\n".encode("cp1252")),
        ("shift_jis", "shift_jis", "漢字\n".encode("shift_jis")),
        ("utf-16", "utf-16-be", codecs.BOM_UTF16_BE + "漢字\n".encode("utf-16-be")),
        ("utf-16", "utf-16-le", "漢字\n".encode("utf-16-le")),
        ("ASCII", "utf-8", b"plain\n"),
    ],
)
def test_an_encoding_on_request(asked: str, known: str, data: bytes, tmp_path: Path) -> None:
    source = only(tmp_path / "a", data, asked)
    assert source.encoding == known
    text = data.decode(known).removeprefix("\ufeff")
    assert read(source) == text.encode()
    assert read(source, size=1) == text.encode()


@pytest.mark.parametrize(("asked", "data"), [("utf-7", b"a +2AA- b\n"), ("raw-unicode-escape", rb"a \ud800 b" + b"\n")])
def test_half_a_surrogate_pair_is_undecodable(asked: str, data: bytes, tmp_path: Path) -> None:
    assert read(only(tmp_path / "a", data, asked)) == b"a \xff b\n"


def test_the_mark_of_utf8_belongs_to_no_record(tmp_path: Path) -> None:
    text = lines(10_000)
    for name, data in (("a", codecs.BOM_UTF8 + text), ("b", gzip.compress(codecs.BOM_UTF8 + text))):
        source = only(tmp_path / name, data)
        assert read(source) == text
        assert read(source, 1234) == text[1234:]
        with open_source(source) as stream:
            assert stream.bom == 3
        assert matches_prefix(
            Fingerprint(len(text), hashlib.blake2b(text[:WINDOW], digest_size=16).hexdigest()), source
        )
    source = only(tmp_path / "a", codecs.BOM_UTF8 + text)
    assert fingerprint(source).length == len(text)
    assert b"\xef\xbb\xbf" not in b"".join(sample_source(source))


def test_a_file_that_shrinks_while_it_is_read(tmp_path: Path) -> None:
    text = lines(200_000)
    source = only(tmp_path / "a", text)
    with open_source(source) as stream:
        first = stream.read(100_000)
        os.truncate(tmp_path / "a", 150_000)
        rest = stream.read(1 << 24)
        assert first + rest == text[:150_000]
        assert stream.read(1) == b""
        assert stream.error and "truncated while" in stream.error and "150,000" in stream.error


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    source = only(tmp_path / "a", lines(10))
    with (tmp_path / "a").open("ab") as file:
        file.write(b"more\n")
    assert read(source) == lines(10) + b"more\n"


def test_a_file_that_vanished(tmp_path: Path) -> None:
    for name, data in (("a", b"text\n"), ("b", gzip.compress(b"text\n"))):
        source = only(tmp_path / name, data)
        (tmp_path / name).unlink()
        with open_source(source) as stream:
            assert stream.read(10) == b""
            assert stream.error and "vanished" in stream.error
            assert stream.consumed == 0
        with pytest.raises(SourceError, match="vanished"):
            fingerprint(source)
        assert sample_source(source) == ()
        assert tail_hash(source, 5) == ""


def test_samples_are_whole_lines_of_head_middle_and_tail(tmp_path: Path) -> None:
    text = lines(100_000)
    head, middle, tail = sample_source(only(tmp_path / "a", text), block=10_000)
    assert text.startswith(head)
    assert text.endswith(tail)
    assert b"\nline 5" in middle
    for block in (head, middle, tail):
        assert 9_900 < len(block) <= 10_000
        assert block.startswith(b"line ") and block.endswith(b"\n")
    assert sample_source(only(tmp_path / "b", lines(100)), block=10_000) == (lines(100),)
    (head,) = sample_source(only(tmp_path / "c", gzip.compress(text)))
    assert text.startswith(head)
    assert 200_000 < len(head) <= 256 * 1024 and head.endswith(b"\n")


def test_samples_of_odd_files(tmp_path: Path) -> None:
    assert sample_source(only(tmp_path / "a", b"")) == ()
    assert sample_source(only(tmp_path / "b", b"no line ending")) == (b"no line ending",)
    assert sample_source(only(tmp_path / "c", b"x" * 1_000_000), block=1000) == (b"x" * 1000,)
    assert sample_source(only(tmp_path / "d", lines(100_000) + b"half a li"), block=1000)[-1].endswith(b"log\n")


@pytest.mark.parametrize("size", [5_000, 300_000])
def test_a_sample_holds_a_whole_line_however_long(size: int, tmp_path: Path) -> None:
    text = (b"x" * size + b"\n") * 9
    for source in (only(tmp_path / "a", text), only(tmp_path / "b", gzip.compress(text))):
        head, *others = sample_source(source, block=1000)
        assert all(set(sample.split(b"\n")) == {b"x" * size, b""} for sample in (head, *others))


def test_fingerprints(tmp_path: Path) -> None:
    text = lines(10_000)
    source = only(tmp_path / "a", text)
    whole = fingerprint(source)
    assert whole.length == len(text)
    assert whole.tail == tail_hash(source, len(text))
    assert fingerprint(source, 100).length == 100
    assert fingerprint(source, 100).head == fingerprint(source, 100).tail != whole.head
    assert fingerprint(source, len(text) + 100) == whole
    assert Fingerprint.from_json(whole.to_json()) == whole

    packed = only(tmp_path / "b", gzip.compress(text))
    assert fingerprint(packed) == Fingerprint(WINDOW, whole.head)
    assert fingerprint(packed, len(text)) == Fingerprint(len(text), whole.head)
    assert tail_hash(packed, len(text)) == whole.tail

    running = RunningFingerprint()
    draw = random.Random(3)
    rest = text
    while rest:
        size = draw.choice((1, 500, 50_000, 100_000))
        running.update(rest[:size])
        rest = rest[size:]
    assert running.fingerprint() == whole


def test_prefixes(tmp_path: Path) -> None:
    text = lines(10_000)
    old = fingerprint(only(tmp_path / "old", text[:1000]))
    assert matches_prefix(old, only(tmp_path / "a", text))
    assert matches_prefix(old, only(tmp_path / "b", gzip.compress(text)))
    assert not matches_prefix(old, only(tmp_path / "c", text[:999]))
    assert not matches_prefix(old, only(tmp_path / "d", b"X" + text[1:]))
    assert not matches_prefix(fingerprint(only(tmp_path / "e", b"")), only(tmp_path / "a", text))


def test_memory_is_bounded(tmp_path: Path) -> None:
    source = only(tmp_path / "a.gz", gzip.compress(b"0123456789 a line\n" * 2_000_000, compresslevel=1))
    tracemalloc.start()
    try:
        with open_source(source) as stream:
            while stream.read(1 << 20):
                pass
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
