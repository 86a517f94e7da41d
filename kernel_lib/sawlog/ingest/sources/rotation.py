"""Which of these files were indexed before, under whatever name?

Renames, logrotate's ``copytruncate``, compression and appends are told apart by inode and by content; a file whose
inode, size and modification time are as before is not read at all.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sawlog.ingest.sources.fingerprint import (
    WINDOW,
    Fingerprint,
    content_hash,
    running_hash,
)
from sawlog.ingest.sources.reading import open_source
from sawlog.ingest.sources.source import Source

State = Literal["unchanged", "grown", "renamed", "new", "rewritten"]
Verdict = Literal["same", "grown", "rewritten", "other", "unreadable"]


@dataclass(frozen=True)
class KnownSource:
    """What was indexed of a source.

    Attributes:
        source: as it was found then.
        fingerprint: of what was indexed, or at least of its head.
        indexed_bytes: decompressed UTF-8 bytes indexed, from offset 0.
        complete: indexing reached the end of what was there; False: it was interrupted.
    """

    source: Source
    fingerprint: Fingerprint
    indexed_bytes: int
    complete: bool = True

    def to_json(self) -> dict[str, Any]:
        """A dict of JSON types."""
        return {
            "source": self.source.to_json(),
            "fingerprint": self.fingerprint.to_json(),
            "indexed_bytes": self.indexed_bytes,
            "complete": self.complete,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> KnownSource:
        """The inverse of ``to_json``."""
        return cls(
            Source.from_json(data["source"]),
            Fingerprint.from_json(data["fingerprint"]),
            data["indexed_bytes"],
            data["complete"],
        )


@dataclass(frozen=True)
class Identified:
    """A source as it is now.

    Attributes:
        state: ``unchanged``; ``grown``: read on from ``offset``; ``renamed``: the content of ``known`` under another
            path, read on from ``offset`` if ``grown``; ``new``; ``rewritten``: as new, in place of ``known``: it is
            the same file with other content, or begins as what was indexed under this path did.
        known: what was indexed of this content, or of a rewritten source's content before; None where new.
        offset: where to read on, in decompressed UTF-8 bytes.
        grown: something follows ``offset``, or may follow.
    """

    source: Source
    state: State
    known: KnownSource | None
    offset: int
    grown: bool


@dataclass(frozen=True)
class Identification:
    """What became of every source: ``sources`` in the order given, and the known ones whose content is ``gone``.

    ``doubles`` are known ones that turned out to hold the content of another one, which is known instead.
    """

    sources: tuple[Identified, ...]
    gone: tuple[KnownSource, ...]
    doubles: tuple[KnownSource, ...] = ()


def identify(known: Sequence[KnownSource], current: Sequence[Source]) -> Identification:
    """Match what was indexed with what is there now, one to one.

    Grounds, in this order: untouched at its place, untouched elsewhere, the same inode, the same place, and last the
    same content anywhere.  An earlier ground wins, so that a rotation is seen as one, whatever the files begin with.
    All but the first two read up to 64 KiB at either end of what was indexed.

    A file that is seen while it is compressed is there twice.  Once the compressed one alone is left, it is the one
    that was there before.
    """
    matcher = _Matcher(known, current)
    matcher.match_untouched(_place)
    matcher.match_untouched(_inode)
    matcher.match_read(_inode)
    matcher.match_read(_place)
    matcher.match_content()
    matcher.match_compressed()
    return matcher.result()


def _place(source: Source) -> Hashable:
    return source.file, source.members


def _inode(source: Source) -> Hashable:
    return (source.inode, source.members) if source.inode else None


def _signature(source: Source) -> Hashable:
    return source.file_size, source.file_mtime_ns, source.inode, source.codecs, source.members


class _Matcher:
    """Known and current sources not matched yet, by position, and the matches made."""

    def __init__(self, known: Sequence[KnownSource], current: Sequence[Source]) -> None:
        self._known = dict(enumerate(known))
        self._current = current
        self._open = dict(enumerate(current))
        self._matched: dict[int, Identified] = {}
        self._rewritten: dict[int, int] = {}
        self._compared: set[tuple[int, int]] = set()
        self._doubles: list[KnownSource] = []

    def match_untouched(self, key: Callable[[Source], Hashable]) -> None:
        """Those with the same key whose inode, size and modification time are as before; reads nothing."""
        for position, index in self._pairs(key):
            source, known = self._open[position], self._known[index]
            if source.file_mtime_ns and _signature(source) == _signature(known.source):
                self._match(position, index, grown=False)

    def match_read(self, key: Callable[[Source], Hashable]) -> None:
        """Those with the same key that still hold what was indexed."""
        for position, index in self._pairs(key):
            self._try(position, index, near=True)

    def match_content(self) -> None:
        """Those that hold what was indexed elsewhere: renamed, copied, compressed."""
        by_head: defaultdict[int, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for index, known in sorted(self._known.items(), key=lambda item: -item[1].indexed_bytes):
            if known.indexed_bytes:
                length = min(WINDOW, known.fingerprint.length)
                by_head[length][known.fingerprint.head].append(index)
        for position in list(self._open) if by_head else []:
            for length, digest in _prefixes(self._open[position], by_head):
                candidates = by_head[length][digest]
                taken = next((i for i in candidates if i in self._known and self._try(position, i)), None)
                if taken is not None:
                    break

    def match_compressed(self) -> None:
        """Those known as the compressed copies of what has vanished since, with that instead."""
        gone = {_place(known.source): index for index, known in self._known.items() if known.indexed_bytes}
        for position, item in list(self._matched.items()) if gone else []:
            copy = item.known
            if copy is None or not copy.source.codecs:
                continue
            index = gone.get((os.path.splitext(copy.source.file)[0], copy.source.members))
            if index is None or index not in self._known:
                continue
            verdict = _compare(self._known[index], item.source, near=False)
            if verdict in ("same", "grown"):
                self._doubles.append(copy)
                self._open[position] = item.source
                self._match(position, index, grown=verdict == "grown")

    def result(self) -> Identification:
        sources = []
        for position, source in enumerate(self._current):
            # Unless its old text was found elsewhere meanwhile: then it was rotated.
            before = self._known.pop(self._rewritten.get(position, -1), None)
            fresh = Identified(source, "new" if before is None else "rewritten", before, 0, True)
            sources.append(self._matched.get(position, fresh))
        return Identification(tuple(sources), tuple(self._known.values()), tuple(self._doubles))

    def _pairs(self, key: Callable[[Source], Hashable]) -> Iterator[tuple[int, int]]:
        known = {key(item.source): index for index, item in self._known.items()}
        for position, source in list(self._open.items()):
            index = known.get(key(source)) if key(source) is not None else None
            if index is not None and index in self._known:
                yield position, index

    def _try(self, position: int, index: int, *, near: bool = False) -> bool:
        if (position, index) in self._compared:
            return False
        self._compared.add((position, index))
        source, known = self._open[position], self._known[index]
        verdict = _compare(known, source, near=near)
        if verdict in ("same", "grown"):
            self._match(position, index, grown=verdict == "grown")
            return True
        same_file = bool(source.inode) and source.inode == known.source.inode
        if _place(source) == _place(known.source) and (verdict == "rewritten" or (verdict == "other" and same_file)):
            self._rewritten[position] = index
        return False

    def _match(self, position: int, index: int, *, grown: bool) -> None:
        source, known = self._open.pop(position), self._known.pop(index)
        grown = grown or not known.complete
        state: State = "grown" if grown else "unchanged"
        if _place(source) != _place(known.source):
            state = "renamed"
        self._matched[position] = Identified(source, state, known, known.indexed_bytes, grown)


def _compare(known: KnownSource, source: Source, *, near: bool) -> Verdict:
    """Does the source hold what was indexed?  ``near``: it is at the same place, or has the same inode.

    In one pass, so that the members of a compressed tar, compared in their order, are decompressed once.
    """
    seen, end = known.fingerprint, known.indexed_bytes
    with open_source(source) as stream:
        head = stream.read(min(WINDOW, seen.length))
        if len(head) < min(WINDOW, seen.length) or content_hash(head) != seen.head:
            return "unreadable" if stream.error else "other"
        if seen.tail:
            if seen.length > len(head) + WINDOW:
                stream.skip(seen.length - WINDOW - len(head))
                head = b""
            tail = (head + stream.read(seen.length - stream.position))[-WINDOW:]
            if stream.position < seen.length or content_hash(tail) != seen.tail:
                return "rewritten"
        missing = end - stream.position
        if missing > 0 and stream.skip(missing) < missing:
            return "rewritten"
        grown = missing < 0 or bool(stream.read(1))
    appended = near and source.codecs == known.source.codecs and source.size > known.source.size
    if not grown:
        return "same"
    return "grown" if seen.tail or end <= len(head) or appended else "rewritten"


def _prefixes(source: Source, lengths: Collection[int]) -> Iterator[tuple[int, str]]:
    """The hashes of the source's first bytes at each of these lengths, the most telling first."""
    with open_source(source) as stream:
        head = stream.read(WINDOW)
    if len(head) in lengths:
        yield len(head), content_hash(head)
    running, start, shorter = running_hash(), 0, []
    for length in sorted(length for length in lengths if length < len(head)):
        running.update(head[start:length])
        shorter.append((length, running.hexdigest()))
        start = length
    yield from reversed(shorter)
