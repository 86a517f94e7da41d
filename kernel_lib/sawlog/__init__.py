"""sawlog: log search and analytics inside JupyterLab.  See the README for the first cell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sawlog import errors
from sawlog.errors import SawlogError
from sawlog.model.explorers import register_explorer

if TYPE_CHECKING:
    from sawlog.engine import Dataset, SearchEngineManager
    from sawlog.model.explorers import Explorer
    from sawlog.results.progress import Mode
    from sawlog.results.tables import Datasets

__version__ = "0.1.0"

__all__ = [
    "Dataset",
    "RowSet",
    "SawlogError",
    "SearchEngineManager",
    "datasets",
    "errors",
    "open",
    "register_format",
]


def open(
    target: str | os.PathLike[str] | Sequence[str | os.PathLike[str]] | None = None,
    *,
    name: str | None = None,
    store: str | os.PathLike[str] | None = None,
    format: str = "auto",
    timezone: str = "UTC",
    year: int | None = None,
    encoding: str | None = None,
    workers: int | None = None,
    background: bool | None = None,
    progress: Mode = "auto",
) -> Dataset:
    """Opens log files for searching; indexes what is not indexed yet.

    What was indexed before is reopened at once; files that are new, have changed, grown or been rotated are picked up
    by their content, whatever their names are now.  A file that vanished keeps its records; one that was rewritten in
    place loses those of its old text.  A name stands for what it was last opened with: files that the new target does
    not mean leave the dataset with their records, those that stay are not read again.

    Args:
        target: a path, glob (``**`` for any depth), directory, archive (gz bz2 xz zst zip tar, also inside each other),
            URL, ``"-"`` for standard input, or a list of these; None: what the dataset ``name`` was opened with.
        name: of the dataset; None: made of the target, the same each time.
        store: the directory of all datasets; None: the setting ``store``, ``~/.sawlog``.
        format: the name of a format for all files; "auto" detects each file's.
        timezone: IANA name of the zone of stamps that name none.
        year: of stamps without one, 1678 to 2261; None: the year that fits the file's modification time.
        encoding: of the text; None: by its byte order mark, else UTF-8.  "latin-1" must be said.
        workers: processes that build; None: the setting ``workers``, one a core.
        background: return at once and build behind it; None: in a notebook or IPython yes, in a script no.
        progress: "auto", "terminal", "cell", "none", or a function that is called with each ``Progress``.

    Returns:
        The dataset.  Its searches are exact from the start: what is not indexed yet is scanned.

    Raises:
        SourceError: nothing to read was found.  FormatError: no format has that name.
        SettingsError: another argument has a value that makes no sense.
        StoreError: the store cannot be used; StoreLockedError: another process is building this dataset;
        DiskFullError.  KeyboardInterrupt stops the build; the next ``open`` resumes it.
    """
    from sawlog.engine import SearchEngineManager

    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        load_ipython_extension(shell)
    return SearchEngineManager(store).open(
        target,
        name=name,
        format=format,
        timezone=timezone,
        year=year,
        encoding=encoding,
        workers=workers,
        background=background,
        progress=progress,
    )


def datasets(store: str | os.PathLike[str] | None = None) -> Datasets:
    """What a store holds: name, records, bytes, time range and state of each dataset.

    Args:
        store: the directory; None: the setting ``store``.
    """
    from sawlog.engine.store import Store  # not the engine, which takes a second to import
    from sawlog.settings import load

    return Store(store, load()).datasets()


def register_format(name: str, pattern: str, *, samples: str | Sequence[str] = (), **options: Any) -> Any:
    """Adds a log format by one pattern: see :func:`sawlog.formats.custom.register_format`."""
    from sawlog.formats.custom import register_format as register

    return register(name, pattern, samples=samples, **options)


def load_ipython_extension(shell: Any) -> None:
    """What ``%load_ext sawlog`` calls: completion of queries in cells, ``%%logs`` and ``%logs``."""
    from sawlog.notebook import load

    load(shell)


def unload_ipython_extension(shell: Any) -> None:
    """What ``%unload_ext sawlog`` calls."""
    from sawlog.notebook import unload

    unload(shell)


def _explore(dataset: Any, query: str, start: object, end: object, height: int) -> Explorer:
    from sawlog import widgets  # brings anywidget, which only cells need

    return widgets.Explorer(dataset, query, start=start, end=end, height=height)


register_explorer(_explore)


def __getattr__(name: str) -> Any:
    # Names that need the engine are imported when they are first used: `sawlog --help` must not wait for it.
    if name in ("Dataset", "SearchEngineManager"):
        from sawlog import engine

        return getattr(engine, name)
    if name == "RowSet":
        from sawlog.model.rowset import RowSet

        return RowSet
    raise AttributeError(f"module 'sawlog' has no attribute {name!r}")
