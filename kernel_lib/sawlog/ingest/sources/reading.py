"""Read a source: as a stream of UTF-8, as mapped memory, or as samples for detection."""

from __future__ import annotations

import os
from types import TracebackType

from sawlog.errors import SourceError
from sawlog.ingest.sources import magic
from sawlog.ingest.sources.layers import Replaced, open_layers
from sawlog.ingest.sources.source import Source
from sawlog.ingest.sources.streams import CHUNK, ByteStream
from sawlog.ingest.sources.transcode import Transcoded

_SAMPLE_HEAD = 256 * 1024

#: A sample grows up to here until it holds a whole line.
_SAMPLE_LINE = 4 << 20


class SourceStream:
    """The decompressed text of a source as UTF-8, in bounded memory.

    Nothing here raises for input that is damaged, shrinks or vanishes: every byte before that is given, then the
    stream ends and ``error`` says what happened and where.

    A byte order mark belongs to no record: it is left out, and offsets count from behind it.

    Attributes:
        source: what is read.
        position: offset of the next byte, in bytes of UTF-8.
        bom: bytes of the byte order mark that was left out, 0 to 4.
        moved: nothing could be read, since the file is not at its place any more.
    """

    def __init__(self, source: Source, offset: int = 0) -> None:
        self.source = source
        self.position = 0
        self.bom = 0
        self.moved = False
        self._failure: str | None = None
        self._content: ByteStream | None = None
        self._stored: ByteStream | None = None
        try:
            self._content, self._stored = open_layers(source)
        except (OSError, SourceError) as error:
            self._failure = _reason(source, error)
            self.moved = isinstance(error, FileNotFoundError | Replaced)
            return
        self._content = self._decoded(self._content)
        if offset and self.skip(offset) < offset and not self.error:
            self._failure = (
                f"{source.path}: it ends at byte {self.position:,}, before byte {offset:,}: it was rewritten"
            )

    @property
    def consumed(self) -> int:
        """Bytes of ``source.size`` read so far; compressed ones where it is compressed."""
        return self._stored.position if self._stored else 0

    @property
    def error(self) -> str | None:
        """What ended the stream early, or None; final once ``read`` has returned no bytes."""
        return self._failure or (self._content.error if self._content else None)

    def read(self, size: int = CHUNK) -> bytes:
        """The next ``size`` bytes; fewer only at the end."""
        if self._content is None or self._failure:
            return b""
        data = self._content.read_exactly(size)
        self.position += len(data)
        return data

    def skip(self, size: int) -> int:
        """Drop the next ``size`` bytes, by seeking where the source is seekable; returns how many there were."""
        dropped = self._content.skip(size) if self._content and not self._failure else 0
        self.position += dropped
        return dropped

    def close(self) -> None:
        if self._content:
            self._content.close()

    def __enter__(self) -> SourceStream:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _decoded(self, content: ByteStream) -> ByteStream:
        encoding = self.source.encoding
        self.bom = magic.bom_length(content.peek(4), encoding)
        content.skip(self.bom)
        return content if encoding == "utf-8" else Transcoded(content, encoding)


def open_source(source: Source, offset: int = 0) -> SourceStream:
    """Read a source from an offset of its decompressed UTF-8 text: by seeking where ``source.seekable``."""
    return SourceStream(source, offset)


def sample_source(source: Source, block: int = 65536) -> tuple[bytes, ...]:
    """Blocks of whole lines for detecting the format: head, middle and tail; of a non-seekable source the head.

    A source of up to three blocks is given in one.  A block in which no line is whole grows until one is.  An empty or
    unreadable source gives none.
    """
    size = _size_now(source) if source.seekable else 0
    if size <= 3 * block:
        blocks = [_sample(source, 0, 3 * block if source.seekable else _SAMPLE_HEAD)]
    else:
        blocks = [_sample(source, start, block) for start in (0, (size - block) // 2, size - block)]
    return tuple(filter(None, blocks))


def _sample(source: Source, start: int, size: int) -> bytes:
    """The whole lines of a block; the beginning of a line that is too long is kept where it is the source's first."""
    with open_source(source, start) as stream:
        data = stream.read(size)
        if not start and len(data) < size:
            return data
        while data.count(b"\n") < (2 if start else 1) and len(data) < _SAMPLE_LINE and (more := stream.read(len(data))):
            data += more
        if not start and len(data) == size and not stream.read(1):
            return data
    begin = data.find(b"\n") + 1 if start else 0
    end = data.rfind(b"\n") + 1
    return data[begin:end] if end > begin else b"" if start else data[:size]


def _size_now(source: Source) -> int:
    try:
        return os.stat(source.file).st_size
    except OSError:
        return 0


def _reason(source: Source, error: Exception) -> str:
    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, FileNotFoundError):
        return f"{source.path} has vanished: it was there when it was looked for; open it again"
    if isinstance(error, PermissionError):
        return f"{source.path} cannot be read: permission denied; run as a user who may read it"
    detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return f"{source.path} cannot be read: {detail}"
