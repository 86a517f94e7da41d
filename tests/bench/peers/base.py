"""The tiny interface that every peer, sawlog included, is measured through."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from pathlib import Path
from typing import Generic, TypeVar

from tests.bench.corpora import Corpus
from tests.bench.queries import PageQuery
from tests.bench.questions import Question

Asked = TypeVar("Asked", bound=Hashable)
Way = TypeVar("Way")

PAGE = 100
SUGGESTIONS = 10


class Unsupported(Exception):
    """This peer cannot do what was asked; it is left out of that row."""


class Peer:
    """One way to search logs.  A peer lives in a process of its own; the imports it needs are not timed.

    Attributes:
        name: the key in results.  title: what the table says.
        note: which variant is measured, and in whose favour it is unequal.
        slow: too slow for the larger corpora and for more than three runs.
    """

    name = ""
    title = ""
    note = ""
    slow = False

    def load(self) -> None:
        """Import what is needed."""

    def build(self, corpus: Corpus, directory: Path, threads: int) -> int:
        """Make an index of the corpus in ``directory``, ready for a search by another process; its number of rows."""
        raise Unsupported

    def open(self, corpus: Corpus, directory: Path) -> None:
        """Get ready to answer: open what ``build`` made, or load the text into memory."""
        raise Unsupported

    def page(self, query: PageQuery) -> int:
        """Fetch the newest 100 matches and the total; return the total."""
        raise Unsupported

    def frame(self, query: PageQuery) -> int:
        """Make a pandas DataFrame of all matches; return its height."""
        raise Unsupported

    def patterns(self) -> int:
        """Find the patterns of all records; return how many there are."""
        raise Unsupported

    def complete(self, prefix: str, word: str, condition: str) -> list[int]:
        """The counts of the ten most frequent tokens with a prefix, best first.

        Only of records with ``word`` where one is given, and that fulfil ``condition``, in sawlog's language.
        """
        raise Unsupported

    def settle(self) -> None:
        """Wait until what goes on behind the answers has ended."""

    def count(self, query: PageQuery) -> int:
        """Count the matches."""
        raise Unsupported

    def histogram(self, query: PageQuery) -> int:
        """Count the matches by the hour; return how many are in an hour."""
        raise Unsupported

    def facet(self, query: PageQuery) -> int:
        """Count the matches by level; return how many have one."""
        raise Unsupported

    def regex_count(self, pattern: str, literal: str) -> int:
        """Count the matches of a regex, case-sensitive, that needs the ``literal`` (""; it needs none)."""
        raise Unsupported

    def searchers(self, questions: Sequence[Question], searchers: int, beside: Sequence[Question]) -> list[float]:
        """Answer all questions from so many threads, while one more asks ``beside``; the seconds of each."""
        raise Unsupported

    def overhead(self) -> dict[str, object]:
        """Parse and plan a typical ``query``; it, and ``milliseconds`` by step."""
        raise Unsupported

    def close(self) -> None:
        """Let go of files and memory."""


def lines_of(path: Path) -> Iterator[str]:
    """The lines of a clean twin, without their endings: the plain loop that a script would have."""
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line[:-1]


class FasterOf(Generic[Asked, Way]):
    """Several ways to ask the same thing: each question is asked in all of them once, from then on in the fastest."""

    def __init__(self, ways: tuple[Callable[[Asked], Way], ...]) -> None:
        self._ways = ways
        self._fastest: dict[Asked, Way] = {}

    def run(self, asked: Asked, answer: Callable[[Way], int]) -> int:
        if asked not in self._fastest:
            seconds: list[tuple[float, int]] = []
            for number, way in enumerate(self._ways):
                answer(way(asked))  # the first time pays for caches
                began = time.perf_counter()
                answer(way(asked))
                seconds.append((time.perf_counter() - began, number))
            self._fastest[asked] = self._ways[min(seconds)[1]](asked)
        return answer(self._fastest[asked])
