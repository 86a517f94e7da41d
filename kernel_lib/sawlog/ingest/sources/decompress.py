"""Decompression in bounded memory, of any number of members or frames one after the other."""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable
from typing import Protocol

from sawlog.ingest.sources.streams import CHUNK, ByteStream

_FEED = 128 * 1024
_DAMAGE = (zlib.error, lzma.LZMAError, EOFError, OSError, ValueError)

Reopen = Callable[[], ByteStream]


class _Decoder(Protocol):
    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def needs_input(self) -> bool: ...
    def decompress(self, data: bytes, max_length: int) -> bytes: ...


class _Zlib:
    """zlib with the interface that bz2 and lzma have."""

    def __init__(self, wbits: int) -> None:
        self._inflate = zlib.decompressobj(wbits)
        self._full = False

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    @property
    def needs_input(self) -> bool:
        return not self._full and not self._inflate.unconsumed_tail

    def decompress(self, data: bytes, max_length: int) -> bytes:
        tail = self._inflate.unconsumed_tail
        out = self._inflate.decompress(tail + data if tail else data, max_length)
        self._full = len(out) == max_length
        return out


#: Per codec: a decoder of one member, the magic of the next one, and what may pad the space between them.
_CODECS: dict[str, tuple[Callable[[], _Decoder], bytes, bool]] = {
    "gzip": (lambda: _Zlib(31), b"\x1f\x8b", True),
    "deflate": (lambda: _Zlib(-15), b"", False),
    "bz2": (bz2.BZ2Decompressor, b"BZh", False),
    "xz": (lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ), b"\xfd7zXZ\x00", True),
}


def decompressed(codec: str, inner: ByteStream, where: str, reopen: Reopen | None = None) -> ByteStream:
    """The decompressed bytes of ``inner``.

    ``reopen`` gives ``inner`` anew from its start: where it is given, damaged data is read a second time, to save
    every byte before the damage.
    """
    if codec == "zstd":
        from sawlog.ingest.sources.zstd import ZstdStream

        return ZstdStream(inner, where)
    return Decompressed(codec, inner, where, reopen)


class Decompressed(ByteStream):
    """gzip, bz2, xz or raw deflate; what follows a raw deflate stream is put back into ``inner``."""

    def __init__(
        self, codec: str, inner: ByteStream, where: str, reopen: Reopen | None = None, careful_from: int | None = None
    ) -> None:
        super().__init__(inner)
        self._source = inner
        self._codec = codec
        self._where = where
        self._reopen = reopen
        self._careful_from = careful_from
        self._new, self._magic, self._padded = _CODECS[codec]
        self._decoder: _Decoder | None = self._new()
        self._feed = b""
        self._feed_start = 0  # where in the compressed data the last feed began
        self._made = 0

    def _fill(self, size: int) -> bytes:
        while decoder := self._decoder:
            feed = self._feed
            if not feed and decoder.needs_input and not (feed := self._next_feed()):
                self._end(f"the {self._codec} data ends too early, after {self._source.position:,} compressed bytes")
                break
            self._feed = b""
            try:
                data = decoder.decompress(feed, size)
            except _DAMAGE as error:
                data = self._salvage()
                self._end(f"damaged {self._codec} data near compressed byte {self._feed_start:,}: {error}")
            else:
                if decoder.eof:
                    self._feed = decoder.unused_data
                    self._next_member()
            if data:
                self._made += len(data)
                return data
        return b""

    def _next_feed(self) -> bytes:
        self._feed_start = self._source.position
        if self._careful_from is None:
            return self._source.read(_FEED)
        return self._source.read(max(1, min(_FEED, self._careful_from - self._feed_start)))

    def _next_member(self) -> None:
        """Begin the next member, or end."""
        self._decoder = None
        self._source.unread(self._feed)
        self._feed = b""
        if not self._magic:
            return
        while self._padded and self._source.peek(1) == b"\x00":
            self._source.unread(self._source.read(_FEED).lstrip(b"\x00"))
        follows = self._source.peek(len(self._magic))
        if follows == self._magic:
            self._decoder = self._new()
        elif follows:
            self._end(
                f"what follows the {self._codec} data at compressed byte {self._source.position:,} is not "
                f"{self._codec}, and was not read"
            )

    def _end(self, reason: str) -> None:
        self._decoder = None
        self._failure = self._source.error or f"{self._where}: {reason}"

    def _salvage(self) -> bytes:
        """What the call that failed had decoded before the damage.

        The decoders throw that away, so the stream is read again up to there, and on from there byte by byte.
        """
        if self._reopen is None:
            return b""
        again = Decompressed(self._codec, self._reopen(), self._where, careful_from=self._feed_start)
        try:
            again.skip(self._made)
            return again.read_exactly(CHUNK)
        finally:
            again.close()
