"""Which local files does a path, directory or glob stand for?"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from glob import has_magic

from sawlog.model.paths import shown_path
from sawlog.model.problem import Problem
from sawlog.storage.catalog import is_dataset


@dataclass(frozen=True)
class Found:
    """A local file.

    Attributes:
        path: as the user would write it.
        explicit: named by the user, not come across.
    """

    path: str
    explicit: bool


class Walker:
    """Finds files; what it cannot take is in ``problems``.  Symbolic links are followed, each directory once."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []

    def find(self, target: str) -> Iterator[Found]:
        """The files of one target; none when nothing is there."""
        path = os.path.expanduser(target)
        if os.path.isdir(path):
            yield from self._walk(path)
        elif os.path.lexists(path) or not has_magic(path):
            if os.path.lexists(path) and self._is_file(path, explicit=True):
                yield Found(path, explicit=True)
        else:
            drive, rest = os.path.splitdrive(path)
            parts = [part for part in rest.replace(os.sep, "/").split("/") if part not in ("", ".")]
            root = drive + os.sep if rest.startswith(("/", os.sep)) else drive
            yield from self._glob(root, parts)

    def _glob(self, folder: str, parts: list[str]) -> Iterator[Found]:
        if not parts:
            if os.path.isdir(folder):
                yield from self._walk(folder)
            elif self._is_file(folder):
                yield Found(folder, explicit=False)
            return
        part, rest = parts[0], parts[1:]
        if part == "**":
            yield from self._glob_recursive(folder, parts)
        elif not has_magic(part):
            path = os.path.join(folder, part)
            if os.path.lexists(path):
                yield from self._glob(path, rest)
        else:
            for entry in self._entries(folder):
                if _part_matches(entry.name, part) and (not rest or os.path.isdir(entry.path)):
                    yield from self._glob(os.path.join(folder, entry.name), rest)

    def _glob_recursive(self, folder: str, parts: list[str]) -> Iterator[Found]:
        hidden = any(part.startswith(".") for part in parts)
        base = folder.rstrip(os.sep) or folder
        for found in self._walk(folder, hidden=hidden, quiet=True):
            relative = found.path[len(base) :].replace(os.sep, "/").strip("/")
            if parts_match(relative.split("/"), parts):
                yield found

    def _walk(self, folder: str, *, hidden: bool = False, quiet: bool = False) -> Iterator[Found]:
        pending = [folder]
        visited = set()
        while pending:
            folder = pending.pop()
            try:
                info = os.stat(folder or ".")
            except OSError as error:
                self._unreadable(folder, error)
                continue
            if (info.st_dev, info.st_ino) in visited:
                continue
            visited.add((info.st_dev, info.st_ino))
            folders: list[str] = []
            for entry in self._entries(folder):
                path = os.path.join(folder, entry.name)
                if entry.name.startswith(".") and not hidden:
                    if not quiet:
                        self._skip(path, "hidden; name it to read it")
                elif os.path.isdir(path):
                    (folders if not entry.is_symlink() else pending).append(path)
                elif self._is_file(path):
                    yield Found(path, explicit=False)
            pending.extend(folders)  # before links to them, so that files are shown under their own path

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        """What lies in a folder, in order; nothing of an index of ours, which may lie among the logs."""
        if is_dataset(folder):
            self._skip(folder, "an index of sawlog")
            return []
        try:
            with os.scandir(folder or ".") as entries:
                return sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._unreadable(folder, error)
            return []

    def _is_file(self, path: str, *, explicit: bool = False) -> bool:
        try:
            mode = os.stat(path).st_mode
        except OSError as error:
            self._unreadable(path, error)
            return False
        if stat.S_ISREG(mode) or (explicit and stat.S_ISFIFO(mode)):
            return True
        self._skip(path, "not a regular file")
        return False

    def _skip(self, path: str, reason: str) -> None:
        self.problems.append(Problem.left_out(shown_path(path), reason))

    def _unreadable(self, path: str, error: OSError) -> None:
        self.problems.append(Problem(shown_path(path), unreadable(path, error)))


def unreadable(path: str, error: OSError) -> str:
    """Why a path cannot be read, and what to do."""
    if error.errno in (errno.EACCES, errno.EPERM):
        return "cannot be read: permission denied; run as a user who may read it"
    if error.errno == errno.ELOOP:
        return "cannot be read: symbolic links that point to each other; remove them"
    if error.errno == errno.ENOENT and os.path.islink(path):
        return "cannot be read: a broken symbolic link; remove it or restore its target"
    return f"cannot be read: {error.strerror or error}"


def _part_matches(name: str, pattern: str) -> bool:
    if name.startswith(".") and not pattern.startswith("."):
        return False
    return fnmatchcase(os.path.normcase(name), os.path.normcase(pattern))


def parts_match(names: list[str], pattern: list[str]) -> bool:
    """Whether the parts of a path fit those of a glob, in which ``**`` stands for any number of them."""
    if not pattern:
        return not names
    if pattern[0] == "**":
        return parts_match(names, pattern[1:]) or (
            bool(names) and not names[0].startswith(".") and parts_match(names[1:], pattern)
        )
    return bool(names) and _part_matches(names[0], pattern[0]) and parts_match(names[1:], pattern[1:])
