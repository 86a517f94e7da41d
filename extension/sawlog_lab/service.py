"""What the server extension asks of sawlog.  The only module here that imports it.

The store is read on a thread, off the event loop.  However many browser tabs poll, one read runs at a
time and all who wait share its answer, so a store on a slow disk cannot pile up work.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sawlog_lab.wire import DatasetLike

log = logging.getLogger(__name__)

Reader = Callable[[str | None], Sequence[DatasetLike]]

#: A path from the root with at least two names, as it stands in an error message.
_ABSOLUTE_PATH = re.compile(r"(?<![\w.~/\\])(?:[A-Za-z]:)?(?:[/\\][^/\\\s:'\",;()]+)+[/\\]([^/\\\s:'\",;()]+)")


class ServiceError(Exception):
    """A question that could not be answered.  The message is fit for the user's eyes; ``status`` is HTTP's."""

    def __init__(self, message: str, status: int = 500) -> None:
        self.status = status
        super().__init__(message)


def read_datasets(store: str | None) -> Sequence[DatasetLike]:
    """What the store holds.  Imports sawlog at its first call, so that it adds nothing to the server's start."""
    import sawlog

    return sawlog.datasets(store)


def default_store() -> str:
    """The store that the library uses when it is told none."""
    from sawlog import settings

    return settings.load().store


class DatasetService:
    """Reads the datasets of one store.

    Args:
        store: its directory; empty for the library's own.
        timeout: seconds after which a waiting caller is given up on.
        reader: how a store is read; replaced in tests.
    """

    def __init__(self, store: str = "", *, timeout: float = 10.0, reader: Reader = read_datasets) -> None:
        self._store = store
        self._timeout = timeout
        self._reader = reader
        self._executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sawlog")
        self._reading: asyncio.Future[Sequence[DatasetLike] | ServiceError] | None = None

    @property
    def store(self) -> str:
        """The store's directory as it is shown: the home directory is written ``~``."""
        return without_home(self._store or default_store())

    async def datasets(self) -> Sequence[DatasetLike]:
        """The store's datasets, read now or by a read that is under way.

        Raises:
            ServiceError: the store cannot be read, or not in time.
        """
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().run_in_executor(self._executor, self._read)
        try:
            answer = await asyncio.wait_for(asyncio.shield(self._reading), self._timeout)
        except TimeoutError:
            raise ServiceError(
                f"The store {self.store} did not answer within {self._timeout:g} seconds. "
                "Its disk may be slow or unreachable.",
                status=503,
            ) from None
        if isinstance(answer, ServiceError):
            raise answer
        return answer

    def close(self) -> None:
        """Takes no more questions; a read under way ends in its own time."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _read(self) -> Sequence[DatasetLike] | ServiceError:
        try:
            return self._reader(self._store or None)
        except Exception as error:
            log.exception("sawlog: the store cannot be read")
            return self._explained(error)

    def _explained(self, error: Exception) -> ServiceError:
        if not _is_sawlog_error(error):
            return ServiceError("The store cannot be read, for a reason that is in the log of the Jupyter server.")
        return ServiceError(without_paths(str(error)))


def without_home(text: str) -> str:
    """The text with the user's home directory written ``~``."""
    home = str(Path.home())
    return re.sub(rf"(?<![\w.-]){re.escape(home)}(?![\w.-])", "~", text) if len(home) > 1 else text


def without_paths(text: str) -> str:
    """The text without the absolute paths of the server: only their last name stays."""
    return _ABSOLUTE_PATH.sub(r"…/\1", without_home(text))


def _is_sawlog_error(error: Exception) -> bool:
    from sawlog.errors import SawlogError

    return isinstance(error, SawlogError)
