"""Every error that sawlog raises on purpose, in one tree.

Each message says what was wrong, where, and what to do about it.  Catch
:class:`SawlogError` to catch them all.
"""

from __future__ import annotations

import os
import traceback

#: Files of which a user need not see a line: the message says what to do.
_INTERNAL = (os.path.dirname(__file__) + os.sep, f"{os.sep}IPython{os.sep}")


class SawlogError(Exception):
    """The base of everything that sawlog raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows instead of its own traceback: the lines of the user's code, then the message."""
        frames = traceback.extract_tb(self.__traceback__)
        own = [frame for frame in frames if not any(folder in frame.filename for folder in _INTERNAL)]
        shown = traceback.format_list(own) + traceback.format_exception_only(self)
        return "".join(shown).splitlines()


class QueryError(SawlogError):
    """A query that has no meaning: a regex that does not compile, an inverted range, an unknown unit.

    ``start`` and ``end`` are the span of the offending text, in characters of ``query``.
    """

    def __init__(self, message: str, query: str = "", start: int = 0, end: int = 0) -> None:
        self.query, self.start, self.end = query, start, end
        super().__init__(f"{message}\n  {query}\n  {' ' * start}{'^' * max(1, end - start)}" if query else message)


class QueryTimeout(SawlogError):
    """An answer that cannot be partial (a count, a set) was not ready within its timeout."""


class SourceError(SawlogError):
    """Input that cannot be read: a missing path, no permission, a damaged archive."""


class FormatError(SawlogError):
    """An unknown format name, or a user's format that does not match its sample lines."""


class StoreError(SawlogError):
    """A store or dataset directory that cannot be used: not ours, damaged, or read-only."""


class StoreVersionError(StoreError):
    """A dataset written by a version of sawlog whose layout this one does not know."""


class StoreLockedError(StoreError):
    """Another process is building this dataset."""


class DiskFullError(StoreError):
    """The disk filled up during a build.  What was sealed before stays searchable."""


class BuildError(SawlogError):
    """A build that failed; the sealed part stays searchable and the next ``open`` resumes."""


class BuildCancelled(BuildError):
    """A build that was cancelled; the next ``open`` resumes it."""


class SettingsError(SawlogError):
    """A setting with a value that makes no sense."""


class DatasetClosedError(SawlogError):
    """A dataset that was closed or dropped, used again."""
