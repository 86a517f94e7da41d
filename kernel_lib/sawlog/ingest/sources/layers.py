"""Open a source's layers: the outer file, then each codec and container on top of it."""

from __future__ import annotations

import atexit
import os
from collections.abc import Hashable
from io import FileIO
from typing import cast

from sawlog.errors import SourceError
from sawlog.ingest.sources.archives import Archive, ClosingStream, Parked, TarArchive
from sawlog.ingest.sources.decompress import decompressed
from sawlog.ingest.sources.origin import FileStat, is_url, open_file, stat_file
from sawlog.ingest.sources.source import CONTAINERS, Source
from sawlog.ingest.sources.streams import ByteStream, FileStream, RawFile
from sawlog.ingest.sources.zips import open_zip


class Replaced(SourceError):
    """Another file is at the place of a source now: it was rotated since it was found."""


_PARKED = Parked()
atexit.register(_PARKED.clear)


def release_archives() -> None:
    """Close the archives that are kept open for the next member.  Call it when a build is done."""
    _PARKED.clear()


def open_archive(kind: str, stream: ByteStream, where: str) -> Archive:
    """A ``tar`` or ``zip`` that begins at the start of ``stream``, which it closes."""
    return TarArchive(stream, where) if kind == "tar" else open_zip(stream, where)


def open_layers(source: Source) -> tuple[ByteStream, ByteStream]:
    """The decompressed bytes of a source, and the stream under them whose position counts towards ``source.size``.

    Raises:
        OSError: the outer file cannot be opened.
        SourceError: the archive no longer has the member, or Replaced.
    """
    return _open(source, len(source.codecs))


def _open(source: Source, depth: int) -> tuple[ByteStream, ByteStream]:
    container = max((i for i in range(depth) if source.codecs[i] in CONTAINERS), default=-1)
    if container < 0:
        content: ByteStream = FileStream(_open_file(source), source.path, source.file_size)
        stored = content
    else:
        content, stored = _open_member(source, container)
    for layer in range(container + 1, depth):

        def reopen(below: int = layer) -> ByteStream:
            return _open(source, below)[0]

        content = decompressed(source.codecs[layer], content, source.path, reopen)
    return content, stored


def _open_file(source: Source) -> RawFile:
    """The source's own file: what took its place would be read on where this one ended."""
    raw = open_file(source.file)
    if source.inode and not is_url(source.file):
        found = os.fstat(cast(FileIO, raw).fileno())
        # Some file systems number a file anew each time; of those, one that is untouched is taken for the same.
        untouched = (found.st_size, found.st_mtime_ns) == (source.file_size, source.file_mtime_ns)
        if found.st_ino != source.inode and not untouched:
            raw.close()
            raise Replaced(f"{source.path}: another file took its place before it was read; open it again")
    return raw


def _open_member(source: Source, layer: int) -> tuple[ByteStream, ByteStream]:
    level = sum(codec in CONTAINERS for codec in source.codecs[:layer])
    name = source.members[level]
    key = _archive_key(source, layer, level)
    archive = _PARKED.take(key)
    if archive and archive.passed(name):
        archive.close()
        archive = None
    if archive is None:
        archive = open_archive(source.codecs[layer], _open(source, layer)[0], source.path)
    member = archive.find(name)
    if member is None or member.problem:
        reason = member.problem if member else archive.error or "the archive no longer has this member; open it again"
        archive.close()
        raise SourceError(f"{source.path}: {reason}")
    content, stored = archive.open()
    return ClosingStream(content, lambda: _PARKED.park(key, archive)), stored


def _archive_key(source: Source, layer: int, level: int) -> Hashable:
    """Tells archives apart, and a file from the one that replaced it."""
    known = FileStat(source.file_size, source.file_mtime_ns, source.inode)
    now = known if is_url(source.file) else stat_file(source.file)
    return source.file, now, source.codecs[: layer + 1], source.members[:level]
