"""Concurrent searchers: threads of one process that ask from one list of questions, until all are answered."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import cycle

from tests.bench.questions import Question


def ask_all(
    answer: Callable[[Question], object],
    questions: Sequence[Question],
    searchers: int,
    beside: Iterable[Question] = (),
) -> list[float]:
    """The seconds that each answer took, in the order of the questions.

    Args:
        answer: asks one; called by several threads at a time.
        beside: what one more thread asks over and over until the searchers are done; not timed.

    Raises:
        Exception: what the first question to fail failed with.
    """
    seconds = [0.0] * len(questions)
    waiting = iter(range(len(questions)))
    taking = threading.Lock()
    done = threading.Event()
    errors: list[Exception] = []

    def search() -> None:
        while not errors:
            with taking:
                number = next(waiting, None)
            if number is None:
                return
            began = time.perf_counter()
            answer(questions[number])
            seconds[number] = time.perf_counter() - began

    def load() -> None:
        for question in cycle(beside):
            if done.is_set():
                return
            answer(question)

    def guarded(work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(search,)) for _ in range(searchers)]
    loader = threading.Thread(target=guarded, args=(load,))
    for thread in (loader, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    loader.join()
    if errors:
        raise errors[0]
    return seconds
