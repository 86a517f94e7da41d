"""Numbers as people read them: sizes, durations, counts."""

from __future__ import annotations

_SIZES = ("B", "kB", "MB", "GB", "TB", "PB")


def format_bytes(size: float) -> str:
    """A size in bytes with a decimal unit: ``1536`` -> ``"1.5 kB"``."""
    for unit in _SIZES[:-1]:
        if abs(size) < 999.5:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 99.95 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} {_SIZES[-1]}"


def format_seconds(seconds: float) -> str:
    """A duration in seconds: ``0.0042`` -> ``"4.2 ms"``, ``75`` -> ``"1:15"``."""
    if seconds < 0.9995:
        return f"{seconds * 1e3:.1f} ms" if seconds < 0.01 else f"{seconds * 1e3:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def plural(count: int, one: str, many: str = "") -> str:
    """``plural(1, "match", "matches")`` -> ``"1 match"``; thousands are separated by commas."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
