"""Logs for the browser tests, written by a generator: what a service would log, and what an attacker would."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

START = datetime(2026, 11, 1, 8, tzinfo=UTC)
TRACEBACK = (
    "Traceback (most recent call last):\n"
    '  File "/srv/app/db.py", line 88, in query\n'
    "    cursor.execute(sql)\n"
    "ConnectionResetError: [Errno 104] Connection reset by peer\n"
)


def write_service_log(path: Path, records: int, seed: int = 4) -> dict[str, int]:
    """Writes records of a web service, about four seconds apart, some with a traceback; gives the counts by level."""
    chance = random.Random(seed)
    moment, counts = START, dict.fromkeys(("ERROR", "WARNING", "DEBUG", "INFO"), 0)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for number in range(records):
            moment += timedelta(milliseconds=chance.randrange(1, 8_000))
            host = chance.choice(("web-1", "web-2", "api-1"))
            level, text = _message(chance, number)
            counts[level] += 1
            file.write(f"{moment.isoformat(timespec='milliseconds').replace('+00:00', 'Z')} {level} [{host}] {text}\n")
            if level == "ERROR" and chance.random() < 0.3:
                file.write(TRACEBACK)
    return counts


def write_hostile_log(path: Path, megabytes: int = 10) -> None:
    """Writes markup, scripts, terminal codes, turns of direction, NULs, and a line of so many megabytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = "A" * (megabytes * 500_000)
    lines = (
        '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script><b>bold</b> &lt;i&gt;',
        "\x1b[31mred\x1b[0m \x1b]8;;http://evil.example\x07link\x1b]8;;\x07 NUL \x00\x00\x00 bell \x07",
        "name \u202egpj.exe\u202c and \u2066isolated\u2069 zero\u200bwidth \ufeffmark עברית",
        "[x](javascript:window.pwned=1) ${window.pwned=1} {{7*7}}",
        f"huge {half} needle {half} end",
    )
    with path.open("w", encoding="utf-8") as file:
        for second, line in enumerate(lines):
            file.write(f"2026-11-01T10:00:0{second}Z ERROR {line}\n")
        for second in range(60):
            file.write(f"2026-11-01T10:01:{second:02}Z INFO ok {second}\n")


def _message(chance: random.Random, number: int) -> tuple[str, str]:
    path = chance.choice(("/api/users", "/api/orders", "/login", "/health"))
    match number % 50:
        case 7:
            return "ERROR", f"app.db: connection reset by peer while calling {path} user_id={chance.randrange(1_000)}"
        case 11 | 23 | 37:
            return "WARNING", f"app.pool: pool exhausted, waiting {chance.randrange(1, 900)} ms for {path}"
        case n if n % 5 == 3:
            return "DEBUG", f"app.cache: miss key=user:{chance.randrange(10_000)} ttl={chance.randrange(1, 300)}"
        case _:
            return "INFO", f"app.http: GET {path} status={chance.choice((200, 200, 200, 304, 404, 500))}"
