"""Has a target grown since it was read?  Told by the sizes of its local files: none is opened."""

from __future__ import annotations

import os
import stat
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from sawlog.ingest.sources import origin
from sawlog.ingest.sources.source import Source
from sawlog.ingest.sources.walk import Walker
from sawlog.model.paths import shown_path


@dataclass(frozen=True)
class Unread:
    """A file that holds what was not read, as it is now."""

    path: str
    inode: int
    size: int
    mtime_ns: int


def unread(target: Sequence[str], known: Iterable[Source], problems: Container[str]) -> frozenset[Unread]:
    """The files of a target that are new, or not as large as when they were read; empty files hold nothing.

    Args:
        known: the sources as they were read.
        problems: the files, as shown, that were left out for a reason.
    """
    sizes = {source.inode: source.file_size for source in known}
    walker = Walker()
    paths = (path for name in target if name != "-" and (path := origin.local_path(name)) is not None)
    found: set[Unread] = set()
    for path in paths:
        for file in walker.find(path):
            try:
                info = os.stat(file.path)
            except OSError:
                continue  # it is gone again
            new = info.st_ino not in sizes and shown_path(file.path) not in problems
            if (
                stat.S_ISREG(info.st_mode)
                and info.st_size
                and (new or sizes.get(info.st_ino, info.st_size) != info.st_size)
            ):
                found.add(Unread(file.path, info.st_ino, info.st_size, info.st_mtime_ns))
    return frozenset(found)
