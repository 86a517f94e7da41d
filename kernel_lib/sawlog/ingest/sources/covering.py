"""Does a target still stand for what was found for it, though it may have vanished?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from glob import has_magic

from sawlog.ingest.sources.source import Source
from sawlog.ingest.sources.walk import parts_match


def belongs(source: Source, targets: Sequence[str]) -> bool:
    """Whether one of the targets stands for the source, be it there or not."""
    # What was read from a pipe lies in a file of ours, and is shown under the pipe's name.
    shown_file = source.path.removesuffix("!".join(("", *source.members)))
    return covers(targets, source.file) or covers(targets, shown_file)


def covers(targets: Sequence[str], path: str) -> bool:
    """Whether one of the targets is the path, a folder or archive above it, or a pattern that fits it or those."""
    return any(_covers(os.path.expanduser(target), path) for target in targets)


def _covers(target: str, path: str) -> bool:
    if path == target or path.startswith(
        (f"{target}!", target.rstrip("/" + os.sep) + os.sep, f"{target.rstrip('/')}/")
    ):
        return True
    if not has_magic(target):
        return False
    pattern, parts = (text.replace(os.sep, "/").partition("!")[0].split("/") for text in (target, path))
    return any(parts_match(parts[:end], pattern) for end in range(1, len(parts) + 1))
