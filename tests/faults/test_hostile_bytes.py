"""Files as they really are: every byte is in exactly one record, and the report adds up."""

from __future__ import annotations

import gzip
import random
from pathlib import Path
from typing import Any

import pytest

import sawlog

LINE = b"2026-03-17 10:00:00,123 INFO [main] com.example.Service request needle42 done\n"

FILES = {
    "empty": b"",
    "one newline": b"\n",
    "blank lines": b"\n\n" + LINE + b"\n\n",
    "blanks only": b"   \n\t\n",
    "no final newline": LINE * 3 + LINE[:-1],
    "no newline at all": b"needle42",
    "NULs": LINE + b"\x00\x00\x00\n" + LINE.replace(b"request", b"re\x00quest") + b"\x00" * 5_000,
    "invalid UTF-8": LINE + b"caf\xe9 needle42 \xff\xfe \xc3\x28 \xf0\x9f\x98 \xed\xa0\x80\n" + LINE,
    "cut inside a character": LINE + "needle42 ∑".encode()[:-1],
    "CRLF": LINE.replace(b"\n", b"\r\n") * 4,
    "CRLF, last line unterminated": LINE.replace(b"\n", b"\r\n") * 2 + LINE[:-1] + b"\r",
    "lone CR": LINE[:-1] + b"\rprogress 10 %\rprogress 20 %\n" + LINE,
    "mixed line endings": LINE + LINE[:-1] + b"\r\n" + LINE + b"\r\n\n",
    "mixed encodings": LINE + "naïve ∑ needle42\n".encode() + "naïve needle42\n".encode("latin-1") + LINE,
    "other Unicode line separators": "a\u2028b\u2029c\x85d\x0be\x0cf needle42\n".encode() + LINE,
    "control characters": bytes(range(1, 10)) + bytes(range(14, 32)) + b"\x7f needle42\n" + LINE,
    "continuation first": b"\tat com.example.Lost.beginning(Lost.java:1) needle42\n" + LINE * 2,
    "endless continuation": LINE + b"  still the same needle42 event\n" * 5_000 + LINE,
    "quotes and commas": b'a,"b""c,\n"",needle42,"\n' * 20,
    "looks like JSON": b'{"message": "needle42", "a": \n{}\n[1, 2\n' + LINE,
    "random bytes": random.Random(1).randbytes(200_000),
}


def _matching(data: bytes, records: list[tuple[int, int, str]]) -> int:
    return sum("needle42" in raw for _, _, raw in records)


@pytest.mark.parametrize("name", FILES)
def test_every_byte_is_in_exactly_one_record(name: str, tmp_path: Path, assert_nothing_lost: Any) -> None:
    path = tmp_path / "odd.log"
    path.write_bytes(FILES[name])
    with sawlog.open(path, store=tmp_path / "store", background=False) as logs:
        records = assert_nothing_lost(logs, FILES[name])
        assert logs.count("needle42") == _matching(FILES[name], records)
        logs.search("needle42").html()


@pytest.mark.parametrize("name", ["invalid UTF-8", "mixed encodings"])
def test_undecodable_bytes_are_counted(name: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.log"
    path.write_bytes(FILES[name])
    with sawlog.open(path, store=tmp_path / "store", background=False) as logs:
        [report] = logs.report().to_dict("records")
        assert report["undecodable"] > 0


def test_a_byte_order_mark_belongs_to_no_record(tmp_path: Path, assert_nothing_lost: Any) -> None:
    path = tmp_path / "marked.log"
    path.write_bytes(b"\xef\xbb\xbf" + LINE * 2)
    with sawlog.open(path, store=tmp_path / "store", background=False) as logs:
        assert_nothing_lost(logs, LINE * 2)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_a_bom(encoding: str, tmp_path: Path) -> None:
    text = LINE.decode() * 3 + "needle42 ∑ 😀\n"
    path = tmp_path / "wide.log"
    path.write_bytes(("\ufeff" + text).encode(encoding))
    with sawlog.open(path, store=tmp_path / "store", background=False) as logs:
        assert logs.count("needle42") == 4
        assert logs.search("needle42", order="oldest")[-1].raw == "needle42 ∑ 😀"
        [report] = logs.report().to_dict("records")
        assert (report["lines"], report["undecodable"]) == (4, 0)


def test_a_line_of_50_mb(tmp_path: Path, assert_nothing_lost: Any) -> None:
    data = LINE + b"x7 " * 17_000_000 + b"needle42 end\n" + LINE
    path = tmp_path / "long.log"
    path.write_bytes(data)
    with sawlog.open(path, store=tmp_path / "store", background=False) as logs:
        assert_nothing_lost(logs, data)
        assert logs.count("needle42") == 3
        assert logs.count('"needle42 end"') == 1
        assert len(logs.search("end", limit=1).html()) < 1_000_000, "a page stays a page"


@pytest.mark.parametrize("kept", [0.2, 0.6, 0.97])
def test_a_truncated_gz_gives_every_record_before_the_damage(kept: float, tmp_path: Path, sample_log: Any) -> None:
    data = sample_log(20_000)
    packed = gzip.compress(data, mtime=0)
    path = tmp_path / "app.log.gz"
    path.write_bytes(packed[: int(len(packed) * kept)])
    with sawlog.open(path, store=tmp_path / "store", background=False) as logs:
        [report] = logs.report().to_dict("records")
        assert "app.log.gz" in report["file"]
        assert report["error"]
        raws = logs.search("").to_arrow(limit=None).sort_by("offset")["raw"].to_pylist()
    text = "\n".join(raws)
    assert data.decode().startswith(text)
    readable = _readable(packed[: int(len(packed) * kept)])
    assert len(text.encode()) >= readable.rfind(b"\n"), "whole lines before the damage are all there"


def test_a_gz_with_garbage_after_it(tmp_path: Path, sample_log: Any) -> None:
    path = tmp_path / "app.log.gz"
    path.write_bytes(gzip.compress(sample_log(1_000)) + b"garbage, not a gzip member")
    with sawlog.open(path, store=tmp_path / "store", background=False) as logs:
        assert logs.count("took") == 1_000
        [report] = logs.report().to_dict("records")
        assert report["error"]


def _readable(packed: bytes) -> bytes:
    import zlib

    return zlib.decompressobj(wbits=31).decompress(packed)
