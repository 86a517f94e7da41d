"""What the planner may know of a partition, without reading its rows."""

from __future__ import annotations

from typing import Protocol

from sawlog.query.ast import Query


class Statistics(Protocol):
    """Answers from a partition's dictionaries; each is cheap."""

    @property
    def rows(self) -> int:
        """Rows of the partition."""

    @property
    def tokens(self) -> int:
        """About how many distinct tokens its dictionary holds."""

    def words(self, node: Query) -> tuple[str, ...] | None:
        """The tokens that a wildcard fits; None where only the text index can tell, or they are many."""

    def doc_freq(self, token: str) -> int:
        """Rows that hold a token."""

    def indexed(self, node: Query) -> bool:
        """The text index alone answers this tree exactly."""

    def bitmap_count(self, node: Query) -> int | None:
        """Rows that match a field comparison, at the most, if bitmaps answer it; None if they do not."""

    def time_count(self, node: Query) -> int:
        """Rows in a time node's range."""
