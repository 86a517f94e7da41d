"""What the parser has to say about a query that it read: never a refusal, always with a place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["info", "warning"]


@dataclass(frozen=True)
class Diagnostic:
    """A remark about a part of the query, shown under it.

    Attributes:
        start, end: the span in characters of the query (``end`` excluded).
        message: what was understood, and why.
        severity: "info" where the reading is surely meant, "warning" where it may not be.
        fix: text to put in place of the span, or None.
    """

    start: int
    end: int
    message: str
    severity: Severity = "info"
    fix: str | None = None
