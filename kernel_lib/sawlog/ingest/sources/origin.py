"""Where bytes come from: local files, http(s), and whatever fsspec reads; and spooling what can be read only once."""

from __future__ import annotations

import errno
import hashlib
import importlib
import io
import os
import select
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast
from urllib.parse import urlsplit

from sawlog.errors import DiskFullError, SourceError
from sawlog.ingest.sources.streams import CHUNK, RawFile

if TYPE_CHECKING:
    from sawlog.ingest.sources.web import HttpFile

_PACKAGES = {"s3": "s3fs", "s3a": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "az": "adlfs"}
_DISK_FULL = (28, 122)  # ENOSPC, EDQUOT

#: How long a pipe without a writer is waited for, and how often it is looked at.
_PATIENCE, _LOOK_MS = 2.0, 20


@dataclass(frozen=True)
class FileStat:
    """Size in bytes, modification time in UTC ns, and inode; 0 where unknown."""

    size: int
    mtime_ns: int
    inode: int


class RemoteFile:
    """A file of fsspec, whose backends raise errors of their own kinds: all become ``OSError``."""

    def __init__(self, url: str) -> None:
        filesystem, path = filesystem_of(url)
        self._file = remote(url, filesystem.open, path, "rb")
        self._url = url

    def read(self, size: int = -1, /) -> bytes:
        return cast(bytes, remote(self._url, self._file.read, size))

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return cast(int, remote(self._url, self._file.seek, offset, whence))

    def tell(self) -> int:
        return cast(int, self._file.tell())

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def close(self) -> None:
        remote(self._url, self._file.close)


def is_url(target: str) -> bool:
    """It has a scheme: ``s3://…``."""
    scheme, separator, _ = target.partition("://")
    return bool(separator) and scheme.replace("+", "").replace(":", "").isalnum()


def local_path(target: str) -> str | None:
    """The path of a local target, ``file://`` URLs included; None for another URL."""
    if not is_url(target):
        return target
    parts = urlsplit(target)
    if parts.scheme != "file":
        return None
    from urllib.request import url2pathname  # as _web_file

    return url2pathname(parts.path)


def open_file(file: str) -> RawFile:
    """Open a local path or a URL for reading.

    Raises:
        OSError: it cannot be opened.
        SourceError: a package that reads this kind of URL is missing.
    """
    if not is_url(file):
        return cast(RawFile, open(file, "rb", buffering=0))
    return _web_file(file) if file.startswith(("http://", "https://")) else RemoteFile(file)


def stat_file(file: str) -> FileStat:
    """Size, modification time and identity of a local path or a URL.  Errors are those of ``open_file``."""
    if not is_url(file):
        found = os.stat(file)
        return FileStat(found.st_size, found.st_mtime_ns, found.st_ino)
    if file.startswith(("http://", "https://")):
        web = _web_file(file)
        web.close()
        return FileStat(web.size, web.mtime_ns, _number(web.etag))
    filesystem, path = filesystem_of(file)
    info = remote(file, filesystem.info, path)
    changed = info.get("LastModified") or info.get("last_modified") or info.get("mtime") or info.get("created")
    seconds = changed.timestamp() if hasattr(changed, "timestamp") else float(changed or 0)
    return FileStat(int(info.get("size") or 0), int(seconds * 1e9), _number(str(info.get("ETag") or "")))


def _web_file(url: str) -> HttpFile:
    from sawlog.ingest.sources.web import HttpFile  # brings http.client, ssl and email, which only URLs need

    return HttpFile(url)


def filesystem_of(url: str) -> tuple[Any, str]:
    """fsspec's file system for a URL, and the path in it.

    Raises:
        SourceError: fsspec or the package of its backend is missing, or nothing reads this kind of URL.
    """
    scheme = urlsplit(url).scheme
    packages = " ".join(["fsspec", *([_PACKAGES[scheme]] if scheme in _PACKAGES else [])])
    try:
        core = importlib.import_module("fsspec.core")
        filesystem, path = core.url_to_fs(url)
    except ImportError as error:
        raise SourceError(
            f"reading {url} needs a package that is not installed ({error}): pip install {packages}"
        ) from None
    except ValueError as error:
        raise SourceError(f"{url} cannot be read: {error}; give a path, or an http, https, s3 or gs URL") from None
    return filesystem, path


def remote(url: str, call: Any, *args: Any) -> Any:
    """Call a backend of fsspec; whatever it raises becomes an ``OSError``."""
    try:
        return call(*args)
    except OSError:
        raise
    except Exception as error:  # each backend has its own tree of errors
        raise OSError(f"{url}: {type(error).__name__}: {error}") from error


def is_pipe(path: str) -> bool:
    """A pipe, such as a shell's ``<(command)``: it can be read only once."""
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except OSError:
        return False


class Pipe:
    """A pipe that can be read once.  Who writes to it may have to open it still.

    Raises:
        OSError: it cannot be opened, or nobody writes to it within two seconds.
    """

    def __init__(self, path: str) -> None:
        self._raw = io.FileIO(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
        ready = select.poll()
        ready.register(self._raw, select.POLLIN)
        patience = time.monotonic() + _PATIENCE
        # Where nobody writes, it is at its end and nothing happens; where a writer has nothing yet, None is read.
        while (first := self._raw.read(CHUNK)) == b"" and not ready.poll(_LOOK_MS):
            if time.monotonic() > patience:
                self.close()
                raise OSError(errno.EPIPE, "nobody writes to this pipe; start what does first, or pipe it into '-'")
        self._first = first or b""
        os.set_blocking(self._raw.fileno(), True)

    def read(self, size: int = -1, /) -> bytes:
        first, self._first = self._first, b""
        return first or self._raw.read(size)

    def close(self) -> None:
        self._raw.close()


def spool_stream(stream: BinaryIO, spool: str | os.PathLike[str] | None, label: str) -> str:
    """Copy what can be read only once to a file, chunk by chunk; returns its path.  The caller deletes it.

    Raises:
        DiskFullError: the disk of ``spool`` is full.
        SourceError: ``spool`` cannot be written to, or the stream cannot be read.
    """
    folder = Path(spool) if spool is not None else Path(tempfile.gettempdir())
    path = ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor, path = tempfile.mkstemp(prefix="spool-", suffix=".log", dir=folder)
        with open(descriptor, "wb") as target:
            while chunk := stream.read(CHUNK):
                target.write(chunk)
    except BaseException as error:
        if path:
            os.unlink(path)
        if not isinstance(error, OSError):
            raise
        kind = DiskFullError if error.errno in _DISK_FULL else SourceError
        raise kind(
            f"{label} could not be copied to {folder}: {error.strerror or error}; give a directory with room as spool="
        ) from error
    return path


def _number(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big") if text else 0
