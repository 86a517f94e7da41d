"""Paths as people see them: a file's name may be of any bytes."""

from __future__ import annotations


def shown_path(path: str) -> str:
    """A path safe to print and to store: undecodable bytes and control characters written as escapes."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
