"""The datasets of a store, for panels that poll.

The store is read on a thread, off the event loop.  However many browser tabs poll, one read runs at a
time and all who wait share its answer, so a store on a slow disk cannot pile up work.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from sawlog.panel.errors import AskError, explained, without_home
from sawlog.panel.wire.datasets import DatasetLike

log = logging.getLogger(__name__)

Reader = Callable[[str | None], Sequence[DatasetLike]]


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
        self._reading: asyncio.Future[Sequence[DatasetLike] | AskError] | None = None

    @property
    def store(self) -> str:
        """The store's directory as it is shown: the home directory is written ``~``."""
        return without_home(self._store or default_store())

    async def datasets(self) -> Sequence[DatasetLike]:
        """The store's datasets, read now or by a read that is under way.

        Raises:
            AskError: the store cannot be read, or not in time.
        """
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().run_in_executor(self._executor, self._read)
        try:
            answer = await asyncio.wait_for(asyncio.shield(self._reading), self._timeout)
        except TimeoutError:
            raise AskError(
                f"The store {self.store} did not answer within {self._timeout:g} seconds. "
                "Its disk may be slow or unreachable.",
                "busy",
            ) from None
        if isinstance(answer, AskError):
            raise answer
        return answer

    def close(self) -> None:
        """Takes no more questions; a read under way ends in its own time."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _read(self) -> Sequence[DatasetLike] | AskError:
        try:
            return self._reader(self._store or None)
        except Exception as error:
            return explained(error)
