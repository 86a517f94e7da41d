"""The logs that the server extension serves in its tests."""

from __future__ import annotations

from sawlog.settings import Settings

#: Text that must go through untouched, and do nothing on its way.
HOSTILE = "<script>alert(1)</script> \x1b[31mred\x1b[0m \u202eevil\u202c NUL\0 🐌 \"';--"

LINES = 1_200

#: A few partitions, built in this process.
SMALL = Settings(partition_bytes=32 << 10, inline_bytes=1 << 30, search_threads=2)


def log_lines() -> str:
    """Records a second apart; each third an error, each fourth with a snail before its word, one alone, one hostile."""
    lines = []
    for number in range(LINES):
        moment = f"2026-03-17 10:{number // 60:02}:{number % 60:02}"
        level = "ERROR" if number % 3 == 0 else "INFO"
        lines.append(
            f"{moment} {level} {'🐌 ' if number % 4 == 0 else ''}request {number} took={number % 50}ms timeout"
        )
    lines[501] = "2026-03-17 10:08:21 ERROR disk is full"
    lines[700] = f"2026-03-17 10:11:40 ERROR {HOSTILE}"
    return "\n".join(lines) + "\n"
