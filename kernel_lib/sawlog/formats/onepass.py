"""Patterns with many groups, kept one-pass (see ``fragments``)."""

from __future__ import annotations

import re
from itertools import count

#: Rust's one-pass engine keeps no more groups than these; with one more it is not used at all.
MAX_GROUPS = 16
_GROUP = re.compile(r"\(\?P<[A-Za-z_]\w*>")


def in_stages(pattern: str) -> list[str]:
    """The pattern several times, anchored, each time with the next ``MAX_GROUPS`` of its groups as the only ones.

    Walking a line again is cheaper than backtracking through it once.  The first is a format's pattern, the others
    are its ``details``.
    """
    total = len(_GROUP.findall(pattern))
    return [_with_groups(pattern, start, start + MAX_GROUPS) for start in range(0, total, MAX_GROUPS)]


def _with_groups(pattern: str, start: int, end: int) -> str:
    numbers = count()
    kept = _GROUP.sub(lambda group: group[0] if start <= next(numbers) < end else "(?:", pattern)
    return f"(?s)^{kept}"
