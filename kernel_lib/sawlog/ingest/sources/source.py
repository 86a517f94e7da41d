"""What a source is: one stream of log text, wherever it lies."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from sawlog.model.problem import Problem

#: Layers of ``Source.codecs`` that hold members; each takes the next of ``Source.members``.
CONTAINERS = ("tar", "zip")


@dataclass(frozen=True)
class Source:
    """One stream of log text: a file, a decompressed file, or a member of an archive.

    Immutable and JSON-able, so that it can be handed to a worker process.

    Attributes:
        path: as shown to the user, safe to print: ``logs/a.tar.gz!x/y.log``.
        file: the outer file's absolute path or URL; standard input's is the file it was spooled to.
        members: path inside the archives, outermost first.
        codecs: the layers to undo, outermost first: ``gzip``, ``bz2``, ``xz``, ``zstd``, ``tar``, ``zip``.
        size: bytes of the outer file, or of the archive member as stored; what ``SourceStream.consumed`` ends at.
        mtime_ns: when this text was last written, UTC ns: of the archive member where it has one, else of the file.
        seekable: a plain local file of UTF-8: can be memory-mapped and read from any offset at once.
        encoding: of the decompressed bytes; whatever it is, ``open_source`` gives UTF-8.
        inode: of the outer file; for a URL a number made from its ETag; 0: unknown.
        file_size, file_mtime_ns: of the outer file; with ``inode`` they tell that a file is untouched.
    """

    path: str
    file: str
    members: tuple[str, ...] = ()
    codecs: tuple[str, ...] = ()
    size: int = 0
    mtime_ns: int = 0
    seekable: bool = False
    encoding: str = "utf-8"
    inode: int = 0
    file_size: int = 0
    file_mtime_ns: int = 0

    @property
    def sequential(self) -> bool:
        """It shares a compressed tar with its siblings, which is read forward only.

        Give all such sources of one ``file`` to one process, in their order: reading them out of order, or in
        several processes, decompresses the archive once per source.
        """
        return "tar" in self.codecs[1:]

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON types."""
        return dataclasses.asdict(self) | {"members": list(self.members), "codecs": list(self.codecs)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Source:
        """The inverse of ``to_json``."""
        return cls(**data | {"members": tuple(data["members"]), "codecs": tuple(data["codecs"])})


@dataclass(frozen=True)
class Expansion:
    """What a target stands for: its sources in reading order, and what was not taken."""

    sources: tuple[Source, ...]
    problems: tuple[Problem, ...] = ()
