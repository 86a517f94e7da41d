"""A file that was not read, or a part of one: why, and whether that was meant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """Something that was come across where logs were sought, and not taken.

    Attributes:
        path: as shown to the user.
        message: what is wrong and what to do about it.
        skipped: left out on purpose (hidden, binary), not for an error.
    """

    path: str
    message: str
    skipped: bool = False

    @classmethod
    def left_out(cls, path: str, reason: str) -> Problem:
        """One that was left out on purpose."""
        return cls(path, f"skipped: {reason}", skipped=True)
