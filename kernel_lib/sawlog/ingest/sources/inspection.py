"""Look into one outer file: undo its codecs, list its archives, leave out what is not text."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sawlog.ingest.sources import magic
from sawlog.ingest.sources.archives import Member
from sawlog.ingest.sources.decompress import decompressed
from sawlog.ingest.sources.layers import open_archive
from sawlog.ingest.sources.origin import FileStat, is_url, open_file, stat_file
from sawlog.ingest.sources.source import CONTAINERS, Source
from sawlog.ingest.sources.streams import ByteStream, FileStream
from sawlog.model.paths import shown_path
from sawlog.model.problem import Problem

#: Archives in archives, and codecs and archives on top of each other.  Some archives contain themselves.
MAX_ARCHIVES = 4
MAX_LAYERS = 8


@dataclass(frozen=True)
class _Found:
    """A stream on the way to becoming a source."""

    draft: Source
    explicit: bool

    def inside(self, codec: str) -> _Found:
        return replace(self, draft=replace(self.draft, codecs=(*self.draft.codecs, codec)))

    def member(self, member: Member) -> _Found:
        draft = replace(
            self.draft,
            path=f"{self.draft.path}!{shown_path(member.name)}",
            members=(*self.draft.members, member.name),
            size=max(0, member.size),
            mtime_ns=member.mtime_ns or self.draft.mtime_ns,
        )
        return _Found(draft, explicit=False)


class Inspector:
    """Collects ``sources`` and ``problems``, file by file.  Each file is read once, forward, in bounded memory."""

    def __init__(self, encoding: str | None, known: Iterable[Source] = ()) -> None:
        self.sources: list[Source] = []
        self.problems: list[Problem] = []
        self._encoding = encoding
        self._known: defaultdict[str, list[Source]] = defaultdict(list)
        for source in known:
            self._known[source.file].append(source)

    def inspect(self, file: str, path: str, *, explicit: bool) -> None:
        """Take the sources in a local path or URL, shown as ``path``; ``explicit``: even where it looks binary.

        Raises:
            OSError: it cannot be opened.
        """
        found = stat_file(file)
        if self._reuse(file, path, found):
            return
        draft = Source(
            path=path,
            file=file,
            size=found.size,
            mtime_ns=found.mtime_ns,
            inode=found.inode,
            file_size=found.size,
            file_mtime_ns=found.mtime_ns,
        )
        stream = FileStream(open_file(file), path)
        try:
            self._stream(stream, _Found(draft, explicit))
        finally:
            stream.close()

    def _reuse(self, file: str, path: str, now: FileStat) -> bool:
        known = self._known.get(file, [])
        untouched = known and now.mtime_ns and all(
            (source.file_size, source.file_mtime_ns, source.inode) == (now.size, now.mtime_ns, now.inode)
            and self._encoding in (None, source.encoding)
            for source in known
        )  # fmt: skip
        if untouched:
            shown_paths = ("!".join((path, *map(shown_path, source.members))) for source in known)
            self.sources.extend(replace(s, path=p) for s, p in zip(known, shown_paths, strict=True))
        return bool(untouched)

    def _stream(self, stream: ByteStream, found: _Found) -> None:
        draft = found.draft
        head = stream.peek(magic.HEAD_BYTES)
        codec, container = magic.codec_of(head), magic.container_of(head)
        if binary := magic.binary_kind(head):
            kind, advice = binary
            self._skip(draft, f"it is {kind}" + (f"; {advice}" if advice else ""))
        elif (codec or container) and len(draft.codecs) >= MAX_LAYERS:
            self._problem(draft, f"compressed more than {MAX_LAYERS} times over; unpack it first")
        elif codec:
            self._stream(decompressed(codec, stream, draft.path), found.inside(codec))
        elif container and sum(layer in CONTAINERS for layer in draft.codecs) >= MAX_ARCHIVES:
            self._problem(draft, f"nested in more than {MAX_ARCHIVES} archives; unpack it first")
        elif container:
            self._archive(container, stream, found.inside(container))
        elif not found.explicit and not self._encoding and self._is_binary(head, draft):
            self._skip(draft, "it looks binary; if it is text, name it, or give its encoding=")
        else:
            self._take(head, draft)

    def _archive(self, kind: str, stream: ByteStream, found: _Found) -> None:
        archive = open_archive(kind, stream, found.draft.path)
        members = 0
        while member := archive.advance():
            members += 1
            inner = found.member(member)
            if member.problem:
                self._problem(inner.draft, f"cannot be read: {member.problem}")
            elif _is_hidden(member.name):
                self._skip(inner.draft, "hidden, or in a hidden folder")
            else:
                content, stored = archive.open()
                before = len(self.sources)
                self._stream(content, inner)
                if member.size < 0:
                    while content.read(1 << 20):
                        pass
                    self.sources[before:] = [
                        replace(source, size=stored.position) if source.members == inner.draft.members else source
                        for source in self.sources[before:]
                    ]
        if archive.error:
            self._problem(found.draft, archive.error.removeprefix(f"{found.draft.path}: "))
        elif not members:
            self._problem(found.draft, "an archive without files")

    def _take(self, head: bytes, draft: Source) -> None:
        told = magic.encoding_of(head)
        encoding = self._encoding or told or "utf-8"
        if encoding in ("utf-16", "utf-32"):
            encoding = told if told and told.startswith(encoding) else f"{encoding}-le"
        endless = bool(head) and not draft.file_size  # as in /proc: its size says nothing
        seekable = not draft.codecs and not is_url(draft.file) and encoding == "utf-8" and not endless
        self.sources.append(replace(draft, encoding=encoding, seekable=seekable))

    def _is_binary(self, head: bytes, draft: Source) -> bool:
        if magic.encoding_of(head) or not magic.looks_binary(head):
            return False
        if head.strip(b"\x00") or draft.codecs or is_url(draft.file):
            return True
        with open(draft.file, "rb") as file:  # a hole in front: what does it end in?
            file.seek(max(0, os.fstat(file.fileno()).st_size - magic.HEAD_BYTES))
            return magic.looks_binary(file.read())

    def _skip(self, draft: Source, reason: str) -> None:
        self.problems.append(Problem.left_out(draft.path, reason))

    def _problem(self, draft: Source, message: str) -> None:
        self.problems.append(Problem(draft.path, message))


def _is_hidden(name: str) -> bool:
    parts = [part for part in name.split("/") if part not in (".", "..")]
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)
