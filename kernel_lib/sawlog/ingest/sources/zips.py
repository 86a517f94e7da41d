"""Zip archives: by their directory where the file is seekable, else by the headers before each member.

The second way also reads zips inside other archives, and zips whose end, where the directory is, got lost.
The layout is that of PKWARE's APPNOTE.TXT, sections 4.3 and 4.4.
"""

from __future__ import annotations

import calendar
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

from sawlog.ingest.sources.archives import Archive, Member
from sawlog.ingest.sources.decompress import Reopen, decompressed
from sawlog.ingest.sources.streams import BoundedStream, ByteStream, FileStream, RawFile

_LOCAL = struct.Struct("<4s5H3L2H")
_DEFLATE = 8
_METHODS = {0: "", _DEFLATE: "deflate", 12: "bz2", 93: "zstd"}
_ENCRYPTED, _STREAMED, _UTF8 = 0x1, 0x8, 0x800
_DIRECTORY_MARKS = (b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x08")
_UNKNOWN = -1


@dataclass(frozen=True)
class _Entry:
    name: str
    method: int
    flags: int
    crc: int | None
    size: int
    mtime_ns: int

    def member(self, name: str) -> Member:
        problem = ""
        if self.flags & _ENCRYPTED:
            problem = "it is encrypted; decrypt it first"
        elif self.method not in _METHODS:
            problem = f"zip compression method {self.method} is not supported; unpack it first"
        return Member(name, self.size, self.mtime_ns, problem)


def open_zip(stream: ByteStream, where: str) -> Archive:
    """A zip that begins at the start of ``stream``."""
    if isinstance(stream, FileStream) and stream.seekable:
        try:
            return _IndexedZip(stream, where)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
            stream.rewind()
    return _StreamedZip(stream, where)


class _IndexedZip(Archive):
    """A zip on a seekable file, any member of which is opened at once."""

    def __init__(self, stream: FileStream, where: str) -> None:
        super().__init__(stream, where)
        self._raw = stream.raw
        infos = zipfile.ZipFile(cast(BinaryIO, stream.raw)).infolist()
        self._infos = {self._unique(info.filename): info for info in infos if not info.is_dir()}
        self._current: zipfile.ZipInfo | None = None

    def find(self, name: str) -> Member | None:
        self._current = self._infos.get(name)
        return self._entry(self._current).member(name) if self._current else None

    def passed(self, name: str) -> bool:
        return False

    def open(self) -> tuple[ByteStream, ByteStream]:
        assert self._current
        info = self._current
        where = f"{self._where}!{info.filename}"

        def stored() -> ByteStream:
            return _Stored(self._raw, info.header_offset, info.compress_size, where)

        first = stored()
        return _content(first, self._entry(info), where, stored), first

    def _walk(self) -> Iterator[Member]:
        for name in self._infos:
            if member := self.find(name):
                yield member

    @staticmethod
    def _entry(info: zipfile.ZipInfo) -> _Entry:
        mtime_ns = _mtime_ns(info.date_time)
        return _Entry(info.filename, info.compress_type, info.flag_bits, info.CRC, info.compress_size, mtime_ns)


class _Stored(ByteStream):
    """The stored bytes of a member, found by the offset of its header."""

    def __init__(self, raw: RawFile, header: int, size: int, where: str) -> None:
        super().__init__()
        self._raw = raw
        self._header = header
        self._start = _UNKNOWN
        self._taken = 0
        self._size = size
        self._where = where

    def _fill(self, size: int) -> bytes:
        wanted = min(size, self._size - self._taken)
        if wanted <= 0 or self._failure:
            return b""
        try:
            if self._start < 0:
                self._start = self._find_start()
            self._raw.seek(self._start + self._taken)
            data = self._raw.read(wanted) or b""
        except OSError as error:
            self._failure = f"{self._where}: {error.strerror or error}"
            return b""
        self._taken += len(data)
        if not data:
            self._failure = f"{self._where}: the zip ends {self._size - self._taken:,} bytes before it does"
        return data

    def _find_start(self) -> int:
        self._raw.seek(self._header)
        header = self._raw.read(_LOCAL.size) or b""
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise OSError(f"no member begins at byte {self._header:,} of the zip: the archive is damaged")
        *_, name_length, extra_length = _LOCAL.unpack(header)
        return self._header + _LOCAL.size + int(name_length) + int(extra_length)

    def close(self) -> None:
        """The file belongs to the archive."""


class _StreamedZip(Archive):
    """A zip read forward, by the headers before each member."""

    def __init__(self, stream: ByteStream, where: str) -> None:
        super().__init__(stream, where)
        self._entry: _Entry | None = None
        self._opened: ByteStream | None = None

    def open(self) -> tuple[ByteStream, ByteStream]:
        assert self._entry
        where = f"{self._where}!{self._entry.name}"
        stored = (
            _Unbounded(self._stream)
            if self._entry.size == _UNKNOWN
            else BoundedStream(self._stream, self._entry.size, where)
        )
        self._opened = _content(stored, self._entry, where)
        return self._opened, stored

    def _walk(self) -> Iterator[Member]:
        while (mark := self._stream.peek(4)) == b"PK\x03\x04":
            entry = self._read_header()
            if entry is None:
                return
            self._entry, self._opened = entry, None
            member = entry.member(self._unique(entry.name))
            end = self._stream.position + entry.size
            if not entry.name.endswith("/"):
                yield member
            if entry.size != _UNKNOWN:
                self._stream.skip(end - self._stream.position)
                self._skip_descriptor(entry)
            elif entry.method != _DEFLATE or member.problem:
                self._damaged(f"the end of {entry.name} cannot be told from the data before it")
                return
            else:
                content = self._opened or self.open()[0]
                while content.read(1 << 20):
                    pass
                if content.error:
                    self.error = content.error
                    return
                self._skip_descriptor(entry)
        if mark not in _DIRECTORY_MARKS:
            reason = "the zip ends without its directory" if not mark else "damaged zip header"
            self._damaged(f"{reason} at byte {self._stream.position:,}")

    def _read_header(self) -> _Entry | None:
        header = self._stream.read_exactly(_LOCAL.size)
        if len(header) == _LOCAL.size:
            _, _, flags, method, time, date, crc, size, plain, name_length, extra_length = _LOCAL.unpack(header)
            rest = self._stream.read_exactly(name_length + extra_length)
            if len(rest) == name_length + extra_length:
                name = rest[:name_length].decode("utf-8" if flags & _UTF8 else "cp437", "replace").replace("\x00", "")
                if size == 0xFFFFFFFF:
                    size = _size64(rest[name_length:], plain == 0xFFFFFFFF)
                if flags & _STREAMED and size == 0:
                    size = _UNKNOWN
                stamp = (
                    (date >> 9) + 1980, date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, (time & 31) * 2
                )  # fmt: skip
                return _Entry(name, method, flags, None if flags & _STREAMED else crc, size, _mtime_ns(stamp))
        self._damaged(f"the zip ends in a header at byte {self._stream.position:,}")
        return None

    def _skip_descriptor(self, entry: _Entry) -> None:
        """Sizes behind the data: 12 or 20 bytes, with or without a mark; the next header tells which."""
        if not entry.flags & _STREAMED:
            return
        ahead = self._stream.peek(28)
        lengths = (16, 24) if ahead.startswith(b"PK\x07\x08") else (12, 20)
        self._stream.skip(next((n for n in lengths if ahead[n : n + 2] == b"PK"), lengths[0]))


class _Unbounded(ByteStream):
    """The archive from here on; the decoder finds the member's end, and puts back what it read too much."""

    def _fill(self, size: int) -> bytes:
        assert self._inner is not None
        return self._inner.read(size)

    def unread(self, data: bytes) -> None:
        assert self._inner is not None
        self._inner.unread(data)
        self.position -= len(data)

    def close(self) -> None:
        """The archive goes on being read."""


class _Checked(ByteStream):
    """Content whose CRC-32 is compared at its end."""

    def __init__(self, inner: ByteStream, crc: int, where: str) -> None:
        super().__init__(inner)
        self._expected = crc
        self._crc = 0
        self._where = where

    def _fill(self, size: int) -> bytes:
        assert self._inner is not None
        data = self._inner.read(size)
        self._crc = zlib.crc32(data, self._crc)
        if not data and self._crc != self._expected and not self._inner.error:
            self._failure = f"{self._where}: damaged: its checksum is not the one in the archive"
        return data


def _content(stored: ByteStream, entry: _Entry, where: str, reopen: Reopen | None = None) -> ByteStream:
    codec = _METHODS[entry.method]
    content = decompressed(codec, stored, where, reopen) if codec else stored
    return content if entry.crc is None else _Checked(content, entry.crc, where)


def _size64(extra: bytes, plain_too: bool) -> int:
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        start = 12 if plain_too else 4
        if kind == 1 and len(extra) >= start + 8:
            return int.from_bytes(extra[start : start + 8], "little")
        extra = extra[4 + length :]
    return _UNKNOWN


def _mtime_ns(stamp: tuple[int, ...]) -> int:
    """Zips hold local times of a zone unknown; they are taken for UTC."""
    year, month, day, *_ = stamp
    if not (1 <= month <= 12 and 1 <= day <= 31) or stamp[:3] == (1980, 1, 1):
        return 0
    return calendar.timegm((*stamp, 0, 0, 0)[:9]) * 1_000_000_000 if year else 0
