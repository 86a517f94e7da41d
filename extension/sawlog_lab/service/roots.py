"""Which places of the server's disk may be opened."""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import has_magic

from sawlog.panel.errors import AskError


class Roots:
    """The directories under which logs may be opened; links and ``..`` are followed before a path is judged.

    Args:
        base: the directory that paths of the client begin at: the Jupyter server's root.
        roots: the allowed ones; empty: ``base`` alone.
        hidden: whether names that begin with a dot may be opened.
    """

    def __init__(self, base: str, roots: Sequence[str] = (), *, hidden: bool = False) -> None:
        self._base = os.path.abspath(os.path.expanduser(base))
        self._roots = [os.path.realpath(os.path.expanduser(root)) for root in roots or [base]]
        self._hidden = hidden

    def resolve(self, path: str) -> str:
        """The absolute path, directory or glob that a client's path stands for.

        A path with a slash at its start is one from the base as well, or else an absolute one.

        Raises:
            AskError: it is outside of the roots, leads there by a link, or is hidden (kind ``forbidden``).  Whether
                there is anything outside of the roots is neither looked at nor told.
        """
        parts = [part for part in path.replace(os.sep, "/").split("/") if part not in ("", ".")]
        if "\0" in path or ".." in parts:
            raise _forbidden(path)
        if not self._hidden and any(part.startswith(".") for part in parts):
            raise _forbidden(path)
        target = self._inside(self._base, parts)
        if path.startswith("/") and (target is None or not _leads_somewhere(target)):
            target = self._inside(os.sep, parts)
        if target is None:
            raise _forbidden(path)
        self._require_inside(target, path)
        return target

    def _inside(self, base: str, parts: Sequence[str]) -> str | None:
        """The path if its fixed part is within a root, with the links in it resolved where it has any."""
        fixed = next((k for k, part in enumerate(parts) if has_magic(part)), len(parts))
        start = os.path.join(base, *parts[:fixed])
        real = os.path.realpath(start)
        if not self._allows(real):
            return None
        straight = os.path.join(os.path.realpath(base), *parts[:fixed])
        return os.path.join(start if real == straight else real, *parts[fixed:])

    def _require_inside(self, target: str, path: str) -> None:
        """No file that the target finds may be elsewhere."""
        from sawlog.ingest.sources.walk import Walker

        if not all(self._allows(os.path.realpath(found.path)) for found in Walker().find(target)):
            raise _forbidden(path)

    def _allows(self, real: str) -> bool:
        return any(os.path.commonpath([root, real]) == root for root in self._roots if _same_drive(root, real))


def _leads_somewhere(target: str) -> bool:
    """The path, or the directory that its pattern begins at, is there."""
    while has_magic(target):
        target = os.path.dirname(target)
    return os.path.lexists(target)


def _same_drive(one: str, other: str) -> bool:
    return os.path.splitdrive(one)[0] == os.path.splitdrive(other)[0]


def _forbidden(path: str) -> AskError:
    return AskError(
        f"This server may not read {path}: it is outside of the server's folders (its setting SawlogLab.roots), "
        f"leads outside by a link, or is hidden. In a notebook cell, sawlog.open({path!r}) opens what the kernel may "
        "read.",
        "forbidden",
    )
