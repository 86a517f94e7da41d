"""Which sources does a target stand for?"""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import closing
from glob import has_magic
from typing import BinaryIO, cast

from sawlog.errors import SourceError
from sawlog.ingest.sources import magic, origin
from sawlog.ingest.sources.inspection import Inspector
from sawlog.ingest.sources.ordering import reading_order
from sawlog.ingest.sources.source import Expansion, Source
from sawlog.ingest.sources.walk import Found, Walker, unreadable
from sawlog.model.paths import shown_path
from sawlog.model.problem import Problem

Target = str | os.PathLike[str]


def expand(
    target: Target | Sequence[Target],
    *,
    encoding: str | None = None,
    spool: Target | None = None,
    known: Iterable[Source] = (),
    stdin: BinaryIO | None = None,
) -> Expansion:
    """Find the sources that a target stands for, in reading order: rotated sets oldest first.

    Args:
        target: a path, glob (``**`` recurses), directory, archive, URL (http, https, s3, gs, … by fsspec), ``-`` for
            standard input, or a list of these.
        encoding: of the text; None: told by the byte order mark, else UTF-8.
        spool: directory for what can be read only once (standard input, pipes); the system's temporary directory if
            None.  The files made there are the caller's to delete.
        known: the sources of an earlier, complete expansion: what lies in files untouched since then is not read
            again, which spares decompressing every tar to list it, nor are the problems in it said again.
        stdin: what ``-`` reads; ``sys.stdin`` if None.

    Files reached twice are taken once, by inode.  Hidden files and binaries that were come across, not named, are
    left out; ``Expansion.problems`` says so, and names what could not be read.

    Raises:
        SourceError: nothing to read was found, or the encoding is unknown.
    """
    targets = [target] if isinstance(target, (str, os.PathLike)) else list(target)
    if not targets or not all(isinstance(item, (str, os.PathLike)) for item in targets):
        raise SourceError(f"nothing to read in {target!r}: give a path, a glob, a directory, or a list of these")
    names = [os.fsdecode(item) for item in targets]
    inspector = Inspector(magic.normalise_encoding(encoding) if encoding else None, known)
    walker = Walker()
    local: dict[tuple[int, int], Found] = {}
    for name in names:
        problems_before = len(walker.problems)
        path = origin.local_path(name)
        if name == "-":
            _spool(inspector, stdin or _stdin(), name, spool)
        elif path is None:
            _remote(inspector, name)
        elif not _local(walker, inspector, local, path, spool) and len(walker.problems) == problems_before:
            walker.problems.append(Problem(shown_path(name), _missing(path)))
    for found in sorted(local.values(), key=lambda found: reading_order(found.path)):
        _inspect_local(inspector, found)
    problems = (*walker.problems, *inspector.problems)
    if not inspector.sources:
        raise SourceError(_nothing(names, problems))
    return Expansion(tuple(inspector.sources), problems)


def _local(
    walker: Walker, inspector: Inspector, local: dict[tuple[int, int], Found], path: str, spool: Target | None
) -> bool:
    seen = False
    for found in walker.find(path):
        seen = True
        try:
            info = os.stat(found.path)
            if origin.is_pipe(found.path):
                with closing(origin.Pipe(found.path)) as pipe:
                    _spool(inspector, cast(BinaryIO, pipe), found.path, spool)
                continue
        except OSError as error:
            walker.problems.append(Problem(shown_path(found.path), unreadable(found.path, error)))
            continue
        key = info.st_dev, info.st_ino
        if key not in local or (os.path.islink(local[key].path) and not os.path.islink(found.path)):
            local[key] = found
    return seen


def _inspect_local(inspector: Inspector, found: Found) -> None:
    try:
        inspector.inspect(os.path.abspath(found.path), shown_path(found.path), explicit=found.explicit)
    except OSError as error:
        inspector.problems.append(Problem(shown_path(found.path), unreadable(found.path, error)))


def _remote(inspector: Inspector, url: str) -> None:
    try:
        if url.startswith(("http://", "https://")):
            inspector.inspect(url, shown_path(url), explicit=True)
            return
        filesystem, path = origin.filesystem_of(url)
        if not has_magic(path) and origin.remote(url, filesystem.isfile, path):
            inspector.inspect(url, shown_path(url), explicit=True)
            return
        list_files = filesystem.glob if has_magic(path) else filesystem.find
        listed = origin.remote(url, functools.partial(list_files, path, detail=True))
        files = [filesystem.unstrip_protocol(item) for item, info in listed.items() if info["type"] == "file"]
        if not files:
            inspector.problems.append(Problem(shown_path(url), "no such file, and no file below it or matching it"))
        for file in sorted(files, key=reading_order):
            inspector.inspect(file, shown_path(file), explicit=False)
    except OSError as error:
        inspector.problems.append(Problem(shown_path(url), f"cannot be read: {error.strerror or error}"))


def _spool(inspector: Inspector, stream: BinaryIO, label: str, spool: Target | None) -> None:
    name = "standard input" if label == "-" else shown_path(label)
    inspector.inspect(os.path.abspath(origin.spool_stream(stream, spool, name)), shown_path(label), explicit=True)


def _stdin() -> BinaryIO:
    buffer = getattr(sys.stdin, "buffer", None)
    if buffer is None:
        raise SourceError("'-' means standard input, which does not exist here (a notebook has none): give a path")
    return cast(BinaryIO, buffer)


def _missing(path: str) -> str:
    absolute = os.path.isabs(os.path.expanduser(path))
    where = "" if absolute else f" (looked in {shown_path(os.getcwd())})"
    if has_magic(path):
        return f"no file matches this pattern{where}; ** matches folders at any depth"
    if os.path.isdir(os.path.expanduser(path)):
        return "no file in this directory"
    return f"no such file or directory{where}"


def _nothing(names: Sequence[str], problems: Sequence[Problem]) -> str:
    if len(names) == len(problems) == 1 and problems[0].path == shown_path(names[0]):
        return f"{problems[0].path}: {problems[0].message}"
    listed = "".join(f"\n  {problem.path}: {problem.message}" for problem in problems[:5])
    more = f"\n  and {len(problems) - 5:,} more" if len(problems) > 5 else ""
    return f"nothing to read in {', '.join(map(shown_path, names[:5]))}{':' if listed else ''}{listed}{more}"
