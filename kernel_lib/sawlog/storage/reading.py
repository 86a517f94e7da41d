"""What is said when a part of the store cannot be read: the one place that turns errors of libraries into ours."""

from __future__ import annotations

import errno
from pathlib import Path
from types import TracebackType

from sawlog.errors import DatasetClosedError, SawlogError, StoreError

#: The directory of a dataset that holds its partitions.
PARTITIONS = "partitions"

#: What tantivy raises where it meets a state that it holds for impossible; not a subclass of Exception.
_PANIC = "PanicException"

_SCARCE = (errno.EMFILE, errno.ENFILE, errno.ENOMEM)


class Reading:
    """``with Reading(path): ...`` turns whatever goes wrong while a file is read into a StoreError about it.

    Errors of our own pass, and so do interrupts and a lack of memory.  May be entered many times, by many threads.
    """

    __slots__ = ("_path",)

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if error is None or isinstance(error, SawlogError | MemoryError):
            return
        if isinstance(error, Exception) or type(error).__name__ == _PANIC:
            raise unreadable(self._path, error) from error


def unreadable(path: Path, error: BaseException | str) -> StoreError:
    """The error for a file of a dataset that cannot be read: which dataset, why, and what to do."""
    number = getattr(error, "errno", None)
    where = f"{path} of the dataset {_dataset(path)!r}"
    if number in (errno.EACCES, errno.EPERM):
        return StoreError(f"{where} cannot be read (permission denied): run as a user who may read it")
    if number in _SCARCE:
        return StoreError(f"{where} cannot be read ({error}): close datasets that you do not need, and try again")
    if number == errno.ENOENT:
        why = "is missing: another process may have indexed the dataset anew, so open it again; if it is missing still,"
    else:
        why = f"is damaged ({error}):"
    return StoreError(
        f"{where} {why} drop the dataset and index again (the logs stay as they are; saved sets stay if you delete "
        "its catalog.json instead, and open the logs again)"
    )


def closed(path: Path) -> DatasetClosedError:
    """The error for what is asked of a dataset after it was closed."""
    return DatasetClosedError(f"the dataset {_dataset(path)!r} was closed: open it again with sawlog.open")


def _dataset(path: Path) -> str:
    """The dataset that a file belongs to."""
    parts = path.parts
    if PARTITIONS in parts:
        return parts[max(k for k, part in enumerate(parts) if part == PARTITIONS) - 1]
    return path.parent.name
