"""Members of archives, one after the other, without extracting anything to disk."""

from __future__ import annotations

import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sawlog.ingest.sources.streams import BoundedStream, ByteStream

_MAX_HEADER = 1 << 20  # a long name or a pax header; tarfile would read whatever size the archive claims


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        name: unique in the archive; the second ``a.log`` is called ``a.log#2``.
        size: bytes as stored; -1 where only reading it will tell.
        mtime_ns: UTC ns, 0 where unknown.
        problem: why it cannot be read, else "".
    """

    name: str
    size: int
    mtime_ns: int = 0
    problem: str = ""


class Archive:
    """An archive read forward: ``advance`` to a member, then ``open`` it.

    Attributes:
        error: what ended the list of members early, or None.
    """

    def __init__(self, stream: ByteStream, where: str) -> None:
        self.error: str | None = None
        self._stream = stream
        self._where = where
        self._names: dict[str, int] = {}
        self._passed: set[str] = set()
        self._members: Iterator[Member] = self._walk()

    def advance(self) -> Member | None:
        """The next regular file, or None at the end."""
        member = next(self._members, None)
        if member:
            self._passed.add(member.name)
        return member

    def find(self, name: str) -> Member | None:
        """Advance to a member by name; None when it is not there, or was passed already."""
        while member := self.advance():
            if member.name == name:
                return member
        return None

    def passed(self, name: str) -> bool:
        """``find`` cannot give this member any more."""
        return name in self._passed

    def open(self) -> tuple[ByteStream, ByteStream]:
        """The member last advanced to: its content, and its bytes as stored, whose position tells how far it is."""
        raise NotImplementedError

    def close(self) -> None:
        self._stream.close()

    def _walk(self) -> Iterator[Member]:
        raise NotImplementedError

    def _unique(self, name: str) -> str:
        count = self._names[name] = self._names.get(name, 0) + 1
        return name if count == 1 else self._unique(f"{name}#{count}")

    def _damaged(self, reason: str) -> None:
        self.error = self._stream.error or f"{self._where}: {reason}; what follows was not read"


class TarArchive(Archive):
    """A tar.  Links are left out: what they point to is a member itself."""

    def __init__(self, stream: ByteStream, where: str) -> None:
        super().__init__(stream, where)
        self._headers = _Headers(stream)
        self._tar: tarfile.TarFile | None = None
        self._info: tarfile.TarInfo | None = None

    def open(self) -> tuple[ByteStream, ByteStream]:
        assert self._tar and self._info
        where = f"{self._where}!{self._info.name}"
        if self._info.issparse():
            stored: ByteStream = _Sparse(self._tar, self._info, where)
        else:
            stored = BoundedStream(self._stream, self._info.size, where)
        return stored, stored

    def _walk(self) -> Iterator[Member]:
        try:
            self._tar = tarfile.TarFile(
                fileobj=self._headers,  # type: ignore[arg-type]  # it has what reading forward needs
                mode="r",
                encoding="utf-8",
                errors="surrogateescape",
            )
            while info := self._tar.next():
                self._tar.members.clear()  # type: ignore[attr-defined]  # else it keeps every header it has read
                self._info = info
                if info.isreg():
                    yield Member(self._unique(info.name), info.size, int(info.mtime * 1e9))
        except (tarfile.TarError, OSError, ValueError, EOFError, OverflowError) as error:
            self._damaged(f"damaged tar near byte {self._stream.position:,}: {error}")
            return
        if self._headers.last.strip(b"\x00"):
            self._damaged(f"damaged tar header before byte {self._stream.position:,}")
        elif not self._headers.last:
            self.error = self._stream.error


class _Headers:
    """What tarfile needs of a file to read headers forward."""

    def __init__(self, stream: ByteStream) -> None:
        self._stream = stream
        self.last = b""

    def tell(self) -> int:
        return self._stream.position

    def seek(self, offset: int) -> None:
        self._stream.skip(offset - self._stream.position)

    def read(self, size: int) -> bytes:
        if size > _MAX_HEADER:
            raise tarfile.ReadError(f"a header of {size:,} bytes")
        self.last = self._stream.read_exactly(size)
        return self.last


class _Sparse(ByteStream):
    """A file stored without its holes, given with them."""

    def __init__(self, tar: tarfile.TarFile, info: tarfile.TarInfo, where: str) -> None:
        super().__init__()
        self._file = tar.extractfile(info)
        self._where = where

    def _fill(self, size: int) -> bytes:
        if self._failure or self._file is None:
            return b""
        try:
            return self._file.read(min(size, _MAX_HEADER))
        except (tarfile.TarError, OSError) as error:
            self._failure = f"{self._where}: {error}"
            return b""


class Parked:
    """Archives whose next member is likely to be asked for next, kept open between two calls.

    Members of a compressed tar are reached by decompressing all before them: reading them one by one would take
    time quadratic in their number.  What is taken out belongs to the taker, so threads never share one.
    """

    def __init__(self, capacity: int = 4) -> None:
        self._capacity = capacity
        self._archives: dict[object, Archive] = {}

    def take(self, key: object) -> Archive | None:
        return self._archives.pop(key, None)

    def park(self, key: object, archive: Archive) -> None:
        if previous := self._archives.pop(key, None):
            previous.close()
        self._archives[key] = archive
        while len(self._archives) > self._capacity:
            try:
                oldest = next(iter(self._archives))
                self._archives.pop(oldest).close()
            except (KeyError, StopIteration, RuntimeError):  # another thread was faster
                return

    def clear(self) -> None:
        for key in list(self._archives):
            if archive := self.take(key):
                archive.close()


class ClosingStream(ByteStream):
    """A stream with something else to do when it is closed."""

    def __init__(self, inner: ByteStream, on_close: Callable[[], None]) -> None:
        super().__init__(inner)
        self._on_close: Callable[[], None] | None = on_close

    def _fill(self, size: int) -> bytes:
        assert self._inner is not None
        return self._inner.read(size)

    def skip(self, size: int) -> int:
        assert self._inner is not None
        if self._pending:
            return super().skip(size)
        dropped = self._inner.skip(size)
        self.position += dropped
        return dropped

    def close(self) -> None:
        if self._on_close:
            on_close, self._on_close = self._on_close, None
            super().close()
            on_close()
