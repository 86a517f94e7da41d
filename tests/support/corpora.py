"""Small logs that look real: several formats, several languages, and what breaks readers in practice."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

#: The first stamp of every corpus.
BEGIN = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)

WORDS = (
    *("timeout", "connection", "reset", "by", "peer", "request", "done", "retry", "cache", "miss", "K8s", "disk"),
    *(
        "café",
        "naïve",
        "STRASSE",
        "Straße",
        "İstanbul",
        "\u212aelvin",
        "kelvin",
        "\u017ftart",
        "start",
        "Ωmega",
        "नमस्ते",
    ),
    *("blk_-38865", "10.0.0.7", "/var/log/x.log", "a_b", "user=alice", "id:42", "0xFF", "e3b0c44298fc1c149afb", "🙂"),
)
LEVELS = ("DEBUG", "INFO", "INFO", "WARN", "ERROR")
USERS = ("alice", "bob", "çelik", None)
PATHS = ("/", "/api/items", "/api/users/7", "/static/app.js", "/var/log/x.log")
CLIENTS = ("10.0.0.1", "10.0.0.7", "192.168.1.20", "2001:db8::7")


def words(rng: random.Random, most: int = 7) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def _moments(rng: random.Random) -> Callable[[], datetime]:
    """Moments that mostly go on, sometimes stand still, and now and then go back."""
    now = BEGIN

    def following() -> datetime:
        nonlocal now
        now += timedelta(milliseconds=rng.choice((0, 1, 250, 1_000, 7_000, -900)))
        return now

    return following


def application(rng: random.Random, records: int) -> list[str]:
    """Lines of a Java service, with tracebacks and lines that are not the format's."""
    moment, lines = _moments(rng), []
    for _ in range(records):
        at = moment()
        stamp = f"{at:%Y-%m-%d %H:%M:%S},{at.microsecond // 1_000:03}"
        lines.append(f"{stamp} {rng.choice(LEVELS)} [worker-{rng.randint(0, 3)}] com.example.Service {words(rng)}")
        if rng.random() < 0.1:
            lines += [
                "java.lang.IllegalStateException: closed",
                f"\tat com.example.Run({words(rng, 2)})",
                "\t... 3 more",
            ]
        if rng.random() < 0.05:
            lines.append(f"unstamped {words(rng)}")
    return lines


def access(rng: random.Random, records: int) -> list[str]:
    """A web server's access log."""
    moment, lines = _moments(rng), []
    for _ in range(records):
        status, size = rng.choice((200, 200, 200, 304, 404, 500, 503)), rng.choice(("-", 0, 17, 5_120, 1_048_576))
        request = f"{rng.choice(('GET', 'POST'))} {rng.choice(PATHS)} HTTP/1.1"
        stamp = f"{moment():%d/%b/%Y:%H:%M:%S} +0000"
        user = rng.choice(USERS) or "-"
        lines.append(
            f'{rng.choice(CLIENTS)} - {user} [{stamp}] "{request}" {status} {size} "-" "curl/8 {words(rng, 2)}"'
        )
    return lines


def json_lines(rng: random.Random, records: int) -> list[str]:
    """Structured logs whose records differ in their keys."""
    moment, lines = _moments(rng), []
    for _ in range(records):
        record: dict[str, object] = {"time": moment().isoformat(timespec="milliseconds"), "level": rng.choice(LEVELS)}
        record["msg"] = words(rng) + rng.choice(("", "\n  second line", ' "quoted"'))
        if rng.random() < 0.7:
            record["status"] = rng.choice((200, 404, 500))
        if rng.random() < 0.5:
            record["took_ms"] = rng.choice((0.5, 12.25, 1500.0))
        if rng.random() < 0.5:
            record["ok"] = rng.random() < 0.5
        if (user := rng.choice(USERS)) is not None:
            record["user"] = user
        lines.append(json.dumps(record, ensure_ascii=rng.random() < 0.5))
    return lines


def syslog(rng: random.Random, records: int) -> list[str]:
    """Stamps without a year."""
    moment, lines = _moments(rng), []
    for _ in range(records):
        at = moment()
        lines.append(f"{at:%b} {at.day:2} {at:%H:%M:%S} web{rng.randint(1, 2)} sshd[{rng.randint(1, 4)}]: {words(rng)}")
    return lines


def plain(rng: random.Random, records: int) -> list[str]:
    """Text without stamps."""
    return [rng.choice(("", "", "", "  ")) + words(rng) for _ in range(records)]


FORMATS: dict[str, Callable[[random.Random, int], list[str]]] = {
    "application": application,
    "access": access,
    "json": json_lines,
    "syslog": syslog,
    "plain": plain,
}


def log_bytes(name: str, seed: int, records: int, *, dirty: bool = False) -> bytes:
    """A log of about ``records`` records; ``dirty``: with NULs, bytes that are no UTF-8, CRLF, and no last newline."""
    rng = random.Random(f"{name} {seed}")
    encoded = [line.encode() for line in FORMATS[name](rng, records)]
    if not dirty:
        return b"".join(line + b"\n" for line in encoded)
    parts = []
    for line in encoded:
        fate = rng.random()
        if fate < 0.03:
            line += b" \xff\xfe caf\xe9 \x00tail"
        elif fate < 0.06:
            line = b"\x00\x00" + line
        elif fate < 0.08:
            line += b" " + b"x" * rng.choice((41, 70_000, 300))
        parts.append(line + (b"\r\n" if rng.random() < 0.1 else b"\n"))
    return b"".join(parts).removesuffix(b"\n")


def starts_in_blocks(split: Callable[[bytes, bool], Iterable[int]], data: bytes, size: int) -> list[int]:
    """Where ``split`` finds records when data comes in blocks: what is not certain is given again, with more behind."""
    starts: list[int] = []
    start = end = 0
    while end < len(data):
        end = min(end + size, len(data))
        found = [start + place for place in split(data[start:end], end == len(data))]
        starts += found if end == len(data) else found[:-1]
        start = found[-1]
    return starts
