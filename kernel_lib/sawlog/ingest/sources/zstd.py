"""Zstandard, frame by frame and block by block.

The decoder is fed one block at a time, which bounds what one call can give (128 KiB, whatever the input claims) and
keeps every block before a damaged one.  The layout is that of RFC 8878, section 3.1.
"""

from __future__ import annotations

from collections.abc import Iterator

import zstandard

from sawlog.ingest.sources.streams import ByteStream

_MAGIC = b"\x28\xb5\x2f\xfd"
_MAX_WINDOW = 1 << 27  # what the zstd program accepts without --long
_MAX_BLOCK = 1 << 17
_RLE, _RESERVED = 1, 3


class ZstdStream(ByteStream):
    """Decompressed Zstandard frames; skippable frames are left out."""

    def __init__(self, inner: ByteStream, where: str) -> None:
        super().__init__(inner)
        self._source = inner
        self._where = where
        self._blocks = self._decode()
        self._block = b""

    def _fill(self, size: int) -> bytes:
        while not self._block:
            try:
                self._block = next(self._blocks)
            except StopIteration:
                return b""
            except zstandard.ZstdError as error:
                self._end(f"damaged zstd data near compressed byte {self._source.position:,}: {error}")
                return b""
        data, self._block = self._block[:size], self._block[size:]
        return data

    def _decode(self) -> Iterator[bytes]:
        while magic := self._source.peek(4):
            if len(magic) == 4 and magic[0] & 0xF0 == 0x50 and magic[1:] == b"\x2a\x4d\x18":
                length = int.from_bytes(self._source.read_exactly(8)[4:], "little")
                if self._source.skip(length) < length:
                    self._end_early()
            elif magic == _MAGIC:
                yield from self._frame()
            elif _MAGIC.startswith(magic):
                self._end_early()
                return
            else:
                self._end(f"what follows at compressed byte {self._source.position:,} is not zstd, and was not read")
                return
            if self._failure:
                return

    def _frame(self) -> Iterator[bytes]:
        header = self._source.read_exactly(5)
        descriptor = header[4] if len(header) == 5 else 0
        single_segment, checksum = descriptor >> 5 & 1, descriptor >> 2 & 1
        content_size = (single_segment, 2, 4, 8)[descriptor >> 6]
        rest = (1 - single_segment) + (0, 1, 2, 4)[descriptor & 3] + content_size
        header += self._source.read_exactly(rest)
        if len(header) < 5 + rest:
            self._end_early()
            return
        decoder = zstandard.ZstdDecompressor(max_window_size=_MAX_WINDOW).decompressobj()
        decoder.decompress(header)
        last = False
        while not last:
            head = self._source.read_exactly(3)
            if len(head) < 3:
                self._end_early()
                return
            bits = int.from_bytes(head, "little")
            last, kind, size = bool(bits & 1), bits >> 1 & 3, bits >> 3
            if kind == _RESERVED or size > _MAX_BLOCK:
                raise zstandard.ZstdError("not a block")
            size = 1 if kind == _RLE else size
            body = self._source.read_exactly(size)
            yield decoder.decompress(head + body)
            if len(body) < size:
                self._end_early()
                return
        if checksum:
            tail = self._source.read_exactly(4)
            yield decoder.decompress(tail)
            if len(tail) < 4:
                self._end_early()

    def _end_early(self) -> None:
        self._end(f"the zstd data ends too early, after {self._source.position:,} compressed bytes")

    def _end(self, reason: str) -> None:
        self._failure = self._source.error or f"{self._where}: {reason}"
