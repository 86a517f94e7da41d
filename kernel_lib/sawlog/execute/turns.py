"""How a search takes turns on the pool's threads, and how the wait for them ends when its time is up.

What computes looks at the clock between bounded pieces of its work.  Some pieces have no bound that is known before,
like a walk of a dictionary: so nothing that takes long runs on the thread that asked, which only waits, and goes on
with what was found when time is up.  What it left behind ends at its next look.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor as Pool
from concurrent.futures import Future
from concurrent.futures import TimeoutError as WaitTimeout
from typing import TypeVar

from sawlog.errors import QueryTimeout
from sawlog.execute.pool import SearchPool
from sawlog.execute.work import Stopped, Work

T = TypeVar("T")
U = TypeVar("U")

#: Seconds between looks at whether a search that waits for a thread was cancelled: at first, and at the most.  Each
#: look of many that wait takes the interpreter from those that compute.
_LOOK, _LONG_LOOK = 0.02, 0.16

_LATE = "the query ran out of time: give a larger timeout=, a time range, or a rarer word"


class Turns:
    """The turns of one search.

    Attributes:
        complete: nothing was left out because the search was stopped.
    """

    def __init__(self, pool: SearchPool | Pool, work: Work) -> None:
        self.complete = True
        self._work = work
        self._pool: Pool
        if isinstance(pool, SearchPool):
            self._pool, work.lend = pool.lane(), pool.lend
        else:
            self._pool = pool

    def each(self, function: Callable[[T], U], items: Sequence[T]) -> Iterator[U | None]:
        """The function's results in order; None where the search was stopped before."""

        def checked(item: T) -> U | None:
            def one() -> U:
                self._work.check()
                return function(item)

            return self._guarded(one)

        if len(items) == 1 and self._work.token.remaining() is None:
            yield checked(items[0])  # with a timeout it is waited for, so that it can be left behind
            return
        futures = [self._pool.submit(checked, item) for item in items]
        for future in futures:
            yield self._awaited(future)

    def one(self, function: Callable[[], U], grace: float = 0.0) -> U | None:
        """The function's result; None where the search was stopped before.

        Many searches that compute on the threads that asked for them would fight for the interpreter, and all would be
        slower.

        Args:
            grace: seconds for which the result is waited for once time is up.
        """
        return self._awaited(self._pool.submit(lambda: self._guarded(function)), grace)

    def whole(self, answer: Callable[[], U]) -> U:
        """An answer that is given whole or not at all, made by steps that take turns themselves.

        Raises:
            QueryTimeout: the search was stopped before.
        """
        if self._work.token.remaining() is None:
            found = answer()
        else:
            # Not in a turn: threads of the pool that wait for others of it could wait for each other.
            made: Future[U | None] = Future()
            made.set_running_or_notify_cancel()  # it can be left behind from here on, but not be cancelled
            threading.Thread(target=_make, args=(made, answer), name="sawlog-answer", daemon=True).start()
            kept = self._awaited(made)
            if kept is None:
                raise QueryTimeout(_LATE)
            found = kept
        self.require_complete()
        return found

    def require_complete(self) -> None:
        """Raises QueryTimeout where a part of the answer is missing, for answers that cannot be partial."""
        if not self.complete:
            raise QueryTimeout(_LATE)

    def _guarded(self, function: Callable[[], U]) -> U | None:
        try:
            return function()
        except Stopped:
            self.complete = False
            return None

    def _awaited(self, future: Future[U | None], grace: float = 0.0) -> U | None:
        """A future's result; None as soon as the search is stopped, also where no thread was free to begin it."""
        token, look = self._work.token, _LOOK
        while True:
            left = token.remaining()
            try:
                return future.result(look if left is None else min(look, left))
            except WaitTimeout:
                look = min(2 * look, _LONG_LOOK)
                if token.cancelled or token.expired:
                    break
        try:
            return future.result(grace)
        except WaitTimeout:
            self.complete = False
            future.cancel()
            return None


def _make(made: Future[U | None], answer: Callable[[], U]) -> None:
    try:
        made.set_result(answer())
    except BaseException as error:
        made.set_exception(error)
