"""Forward-only byte streams that never raise for damaged input: they end, and say why in ``error``."""

from __future__ import annotations

from typing import Protocol

#: Bytes asked for at a time when a stream is drained.
CHUNK = 1 << 20


class RawFile(Protocol):
    """What is needed of an opened file, local or remote.  Failing calls raise ``OSError``."""

    def read(self, size: int = -1, /) -> bytes | None: ...
    def seek(self, offset: int, whence: int = 0, /) -> int: ...
    def tell(self) -> int: ...
    def seekable(self) -> bool: ...
    def close(self) -> None: ...


class ByteStream:
    """Bytes, read forward.

    Attributes:
        position: bytes given so far.
        error: what ended the stream early, or None.  Complete only after the end has been read.
    """

    def __init__(self, inner: ByteStream | None = None) -> None:
        self.position = 0
        self._inner = inner
        self._failure: str | None = None
        self._pending = b""

    @property
    def error(self) -> str | None:
        return self._failure or (self._inner.error if self._inner else None)

    def read(self, size: int) -> bytes:
        """At least one and at most ``size`` bytes; empty only at the end."""
        if self._pending:
            data, self._pending = self._pending[:size], self._pending[size:]
        else:
            data = self._fill(size) if size else b""
        self.position += len(data)
        return data

    def read_exactly(self, size: int) -> bytes:
        """``size`` bytes; fewer only at the end."""
        data = self.read(size)
        if len(data) == size or not data:
            return data
        parts, missing = [data], size - len(data)
        while missing and (data := self.read(missing)):
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def peek(self, size: int) -> bytes:
        """The next ``size`` bytes without taking them; fewer only before the end."""
        while len(self._pending) < size and (data := self._fill(size - len(self._pending))):
            self._pending += data
        return self._pending[:size]

    def unread(self, data: bytes) -> None:
        """Put back bytes that were read last."""
        self._pending = data + self._pending
        self.position -= len(data)

    def skip(self, size: int) -> int:
        """Drop the next ``size`` bytes; returns how many there were."""
        start = self.position
        while (missing := size - (self.position - start)) > 0 and self.read(min(missing, CHUNK)):
            pass
        return self.position - start

    def close(self) -> None:
        if self._inner:
            self._inner.close()

    def _fill(self, size: int) -> bytes:
        raise NotImplementedError


class FileStream(ByteStream):
    """An opened file.  ``expected`` is its size when it was found: ending before it means that it shrank."""

    def __init__(self, raw: RawFile, where: str, expected: int = 0) -> None:
        super().__init__()
        self.raw = raw
        self.seekable = raw.seekable()
        self._where = where
        self._expected = expected

    def _fill(self, size: int) -> bytes:
        if self._failure:
            return b""
        try:
            data = self.raw.read(size) or b""
        except OSError as error:
            self._failure = f"{self._where}: reading failed at byte {self.position:,}: {error.strerror or error}"
            return b""
        if not data and self.position + len(self._pending) < self._expected:
            self._failure = (
                f"{self._where}: ended at byte {self.position + len(self._pending):,} of {self._expected:,}: "
                "it was truncated while it was read; open it again to pick up what it holds now"
            )
        return data

    def skip(self, size: int) -> int:
        if not self.seekable or size <= len(self._pending):
            return super().skip(size)
        start, target = self.position, self.position + size
        try:
            self.position = min(target, max(start, self.raw.seek(0, 2)))
            self.raw.seek(self.position)
        except OSError as error:
            self._failure = f"{self._where}: seeking to byte {target:,} failed: {error.strerror or error}"
        self._pending = b""
        return self.position - start

    def rewind(self) -> None:
        """Begin again; only where ``seekable``."""
        self.raw.seek(0)
        self.position, self._pending, self._failure = 0, b"", None

    def close(self) -> None:
        self.raw.close()


class BoundedStream(ByteStream):
    """The next ``size`` bytes of another stream, which stays open."""

    def __init__(self, inner: ByteStream, size: int, where: str) -> None:
        super().__init__(inner)
        self._left = size
        self._where = where

    @property
    def error(self) -> str | None:
        return self._failure

    def _fill(self, size: int) -> bytes:
        assert self._inner is not None
        data = self._inner.read(min(size, self._left)) if self._left else b""
        self._left -= len(data)
        if not data and self._left:
            self._failure = self._inner.error or f"{self._where}: the archive ends {self._left:,} bytes before it does"
        return data

    def skip(self, size: int) -> int:
        assert self._inner is not None
        buffered = super().skip(min(size, len(self._pending)))
        dropped = self._inner.skip(min(size - buffered, self._left))
        self._left -= dropped
        self.position += dropped
        return buffered + dropped

    def close(self) -> None:
        """The archive that this is a part of goes on being read."""
