"""Recognise content after a rename, a rotation or a compression, by hashes of its head and tail."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from dataclasses import dataclass
from typing import Any

from sawlog.errors import SourceError
from sawlog.ingest.sources.reading import open_source
from sawlog.ingest.sources.source import Source

#: Bytes at either end that are hashed.
WINDOW = 64 * 1024


@dataclass(frozen=True)
class Fingerprint:
    """What the first ``length`` bytes of a decompressed stream look like.

    Attributes:
        length: bytes described.
        head: BLAKE2b of the first ``min(length, WINDOW)`` bytes, hexadecimal.
        tail: BLAKE2b of the last ``min(length, WINDOW)`` of them; "" when they were not read.
    """

    length: int
    head: str
    tail: str = ""

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON types."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Fingerprint:
        """The inverse of ``to_json``."""
        return cls(**data)


class RunningFingerprint:
    """The fingerprint of a stream that is read anyway: feed it every chunk, from the start.

    It costs a copy of 64 KiB a chunk, and gives compressed sources a tail that ``fingerprint`` cannot afford.
    """

    def __init__(self) -> None:
        self._length = 0
        self._head = b""
        self._tail = b""

    def update(self, data: bytes) -> None:
        if len(self._head) < WINDOW:
            self._head += data[: WINDOW - len(self._head)]
        self._tail = data[-WINDOW:] if len(data) >= WINDOW else (self._tail + data)[-WINDOW:]
        self._length += len(data)

    def fingerprint(self) -> Fingerprint:
        """Of what has been fed so far."""
        return Fingerprint(self._length, content_hash(self._head), content_hash(self._tail))


def running_hash(data: bytes = b"") -> hashlib.blake2b:
    """The hash that fingerprints are made of, to be continued."""
    return hashlib.blake2b(data, digest_size=16)


def content_hash(data: bytes) -> str:
    """The hash that fingerprints are made of."""
    return running_hash(data).hexdigest()


def fingerprint(source: Source, length: int | None = None) -> Fingerprint:
    """Of a source's first ``length`` decompressed bytes, or of all that it holds now.

    Reads at most 64 KiB at either end.  The end of a source that is not seekable is not read, so that its ``tail``
    is "" (see :class:`RunningFingerprint`) and, without ``length``, only its head is described.

    Raises:
        SourceError: it cannot be read.
    """
    with open_source(source) as stream:
        head = stream.read(WINDOW if length is None else min(WINDOW, length))
        if not head and stream.error:
            raise SourceError(stream.error)
        bom = stream.bom
    if not source.seekable:
        return Fingerprint(len(head) if length is None or len(head) < WINDOW else length, content_hash(head))
    try:
        held = max(len(head), os.stat(source.file).st_size - bom)
    except OSError as error:
        raise SourceError(f"{source.path} cannot be read: {error.strerror}") from error
    length = held if length is None else min(length, held)
    return Fingerprint(length, content_hash(head[:length]), tail_hash(source, length))


def matches_prefix(old: Fingerprint, source: Source) -> bool:
    """The source's decompressed content begins with the head that ``old`` describes.

    Nothing matches an empty fingerprint: it describes nothing.
    """
    wanted = min(WINDOW, old.length)
    if not wanted:
        return False
    with open_source(source) as stream:
        head = stream.read(wanted)
    return len(head) == wanted and content_hash(head) == old.head


def tail_hash(source: Source, end: int) -> str:
    """The hash of the up to 64 KiB before ``end``; "" when the source is shorter or cannot be read.

    Of a source that is not seekable, all before ``end`` is decompressed.
    """
    start = max(0, end - WINDOW)
    with open_source(source, start) as stream:
        tail = stream.read(end - start)
    return content_hash(tail) if len(tail) == end - start else ""
