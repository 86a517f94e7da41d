"""Any text encoding to UTF-8, incrementally."""

from __future__ import annotations

import codecs

from sawlog.ingest.sources.streams import ByteStream

_HANDLER = "sawlog.undecodable"


def _as_escape(error: UnicodeError) -> tuple[str | bytes, int]:
    """Each undecodable unit becomes one byte that is not UTF-8, so that whoever decodes next counts it."""
    if isinstance(error, UnicodeEncodeError):  # half of a surrogate pair: some encodings can spell it
        return b"\xff" * (error.end - error.start), error.end
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error(_HANDLER, _as_escape)


class Transcoded(ByteStream):
    """``inner``, which is in ``encoding``, as UTF-8; undecodable units become the byte 0xFF."""

    def __init__(self, inner: ByteStream, encoding: str) -> None:
        super().__init__(inner)
        self._source = inner
        self._decoder = codecs.getincrementaldecoder(encoding)(_HANDLER)
        self._ready = b""
        self._ended = False

    def _fill(self, size: int) -> bytes:
        while not self._ready and not self._ended:
            block = self._source.read(size)
            self._ended = not block
            self._ready = self._decoder.decode(block, self._ended).encode("utf-8", _HANDLER)
        data, self._ready = self._ready[:size], self._ready[size:]
        return data
