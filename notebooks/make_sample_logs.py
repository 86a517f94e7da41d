"""Believable sample logs for the notebooks and the tests: ``python notebooks/make_sample_logs.py DIR [--size small]``.

The same bytes every time.  One invented day, 2026-03-17 (UTC), of a web shop whose services are ``storefront``,
``checkout`` and ``inventory``:

==========================  ============================================================================
web/access.log              combined access log with a daily rhythm
app/checkout.log            log4j style: request ids, Java and Python tracebacks
service/inventory.ndjson    JSON lines with nested objects
system/auth.log             syslog without a year: ssh logins, cron, a slow password guesser
rotated/storefront.log*     logfmt, rotated: storefront.log, .1, .2.gz
==========================  ============================================================================

At 14:05 checkout 4.12.0 is deployed with a connection pool of 4 in place of 40.  From 14:07 the pool is exhausted,
inventory and storefront time out in the same requests (same ``request_id``), until the rollback at 14:31.

All addresses are from ranges reserved for documentation; all names are invented.
"""

from __future__ import annotations

import argparse
import gzip
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

SEED = 20_260_317
DAY = datetime(2026, 3, 17, tzinfo=UTC)
DEPLOYED, BROKEN, ROLLED_BACK = (hour * 3_600 + minute * 60 for hour, minute in ((14, 5), (14, 7), (14, 31)))
#: requests in the day: about 30 MB and about 300 MB of logs
SIZES = {"small": 62_000, "large": 620_000}
_DAY_SECONDS = 86_400

_PATHS = np.array(
    ["/", "/search?q=lamp", "/api/cart", "/api/checkout", "/product/4711", "/product/42?ref=mail", "/static/app.js"]
)
_PATH_SHARES = [0.2, 0.12, 0.16, 0.08, 0.17, 0.12, 0.15]
_AGENTS = np.array(
    [
        "Mozilla/5.0 (X11; Linux x86_64; rv:139.0) Gecko/20100101 Firefox/139.0",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 19_2 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148",
        "ExampleBot/2.1 (+https://example.com/bot)",
    ]
)
_USERS = np.array(["-", "ada", "grace", "linus", "margaret", "barbara"])
_WAREHOUSES = np.array(["north", "south", "harbour"])
_LOGGERS = np.array(["c.e.checkout.Cart", "c.e.checkout.Payment", "c.e.checkout.Pool"])

_JAVA_TRACE = """\
java.sql.SQLTransientConnectionException: checkout-pool - Connection is not available, request timed out after 3000ms
\tat com.example.pool.Pool.createTimeoutException(Pool.java:696)
\tat com.example.pool.Pool.getConnection(Pool.java:181)
\tat com.example.checkout.OrderRepository.save(OrderRepository.java:58)
\tat com.example.checkout.CheckoutService.place(CheckoutService.java:114)
Caused by: java.util.concurrent.TimeoutException: no idle connection among 4
\t... 11 more
"""
_PYTHON_TRACE = """\
Traceback (most recent call last):
  File "/srv/checkout/pricing.py", line 88, in quote
    rate = rates[currency]
KeyError: 'XTS'
"""


def requests(count: int = SIZES["small"], seed: int = SEED) -> pl.DataFrame:
    """One row a request, as all services saw it, in order of ``second`` since midnight.

    Columns: second, at, request_id, client, path, user, agent, status, bytes, duration_ms, failed, order, thread,
    warehouse, logger, and ``rare``, uniform in 0 to 1, by which a service picks what it logs.
    """
    rng = np.random.default_rng(seed)
    second = np.sort(_daily_rhythm(rng, count))
    path = rng.choice(len(_PATHS), count, p=_PATH_SHARES)
    dynamic = np.isin(path, (2, 3))
    incident = (second >= BROKEN) & (second < ROLLED_BACK)
    failed = incident & dynamic & (rng.random(count) < 0.55)
    usual = rng.choice([200, 200, 200, 304, 301, 404, 500], count, p=[0.5, 0.2, 0.18, 0.07, 0.02, 0.027, 0.003])
    duration = np.where(failed, 3_000 + rng.exponential(250, count), rng.lognormal(3.2, 0.7, count))
    frame = pl.DataFrame(
        {
            "second": second,
            "request_id": _hex(rng, count),
            "client": _clients(rng, count),
            "path": _PATHS[path],
            "user": _USERS[rng.choice(len(_USERS), count, p=[0.7, 0.1, 0.08, 0.06, 0.04, 0.02])],
            "agent": _AGENTS[rng.choice(len(_AGENTS), count, p=[0.55, 0.35, 0.1])],
            "status": np.where(failed, np.where(rng.random(count) < 0.7, 504, 503), usual),
            "bytes": rng.integers(180, 48_000, count),
            "duration_ms": duration.round(1),
            "failed": failed,
            "order": rng.integers(100_000, 999_999, count),
            "thread": rng.integers(1, 33, count),
            "warehouse": _WAREHOUSES[rng.integers(0, len(_WAREHOUSES), count)],
            "logger": _LOGGERS[rng.integers(0, 2, count)],
            "rare": rng.random(count),
        }
    )
    return frame.with_columns(_moment("second").alias("at"))


def access_log(day: pl.DataFrame) -> bytes:
    """Combined access log."""
    return _text(
        day.select(
            pl.format(
                '{} - {} [{} +0000] "{} {} HTTP/1.1" {} {} "https://shop.example.com/" "{}"\n',
                "client",
                "user",
                pl.col("at").dt.strftime("%d/%b/%Y:%H:%M:%S"),
                pl.when(pl.col("path") == "/api/checkout").then(pl.lit("POST")).otherwise(pl.lit("GET")),
                "path",
                "status",
                "bytes",
                "agent",
            )
        )
    )


def checkout_log(day: pl.DataFrame) -> bytes:
    """log4j style, two records a request of the API, with tracebacks where it failed; the deploy and the rollback."""
    calls = day.filter(pl.col("path").str.starts_with("/api/") | (pl.col("rare") < 0.5))
    head = "{} {} [worker-{}] {} [request_id={}] "
    stamp = pl.col("at").dt.strftime("%Y-%m-%d %H:%M:%S,%3f")
    later = (pl.col("at") + pl.duration(milliseconds=pl.col("duration_ms").cast(pl.Int64))).dt.strftime(
        "%Y-%m-%d %H:%M:%S,%3f"
    )
    begun = pl.format(head + "handling order {}\n", stamp, pl.lit("INFO "), "thread", "logger", "request_id", "order")
    done = pl.format(
        head + "order {} answered {} in {} ms\n",
        later,
        pl.lit("INFO "),
        "thread",
        "logger",
        "request_id",
        "order",
        "status",
        "duration_ms",
    )
    exhausted = pl.format(
        head + "order {} failed: connection pool exhausted (active=4, idle=0, waiting={})\n{}",
        later,
        pl.lit("ERROR"),
        "thread",
        pl.lit(_LOGGERS[2]),
        "request_id",
        "order",
        "thread",
        pl.lit(_JAVA_TRACE),
    )
    unknown = pl.format(
        head + "no price for order {}\n{}",
        later,
        pl.lit("WARN "),
        "thread",
        "logger",
        "request_id",
        "order",
        pl.lit(_PYTHON_TRACE),
    )
    outcome = pl.when("failed").then(exhausted).when(pl.col("rare") < 0.002).then(unknown).otherwise(done)
    records = pl.concat(
        [
            calls.select("second", begun.alias("text")),
            calls.select((pl.col("second") + pl.col("duration_ms") / 1e3).alias("second"), outcome.alias("text")),
            _deploys(),
        ]
    )
    return _text(records.sort("second", "text").select("text"))


def _deploys() -> pl.DataFrame:
    rows = [
        (DEPLOYED, "deployed checkout 4.12.0 (was 4.11.3): pool.maximum=4"),
        (ROLLED_BACK, "rolled back checkout to 4.11.3: pool.maximum=40"),
    ]
    text = [
        f"2026-03-17 {second // 3600:02}:{second // 60 % 60:02}:00,000 INFO  [main] c.e.checkout.Deploy {what}\n"
        for second, what in rows
    ]
    return pl.DataFrame({"second": [float(second) for second, _ in rows], "text": text})


def inventory_log(day: pl.DataFrame) -> bytes:
    """JSON lines, nested; the reservations of the calls to the API."""
    calls = day.filter(pl.col("path").str.starts_with("/api/") | (pl.col("rare") < 0.35))
    level = pl.when("failed").then(pl.lit("error")).when(pl.col("rare") < 0.01).then(pl.lit("warn"))
    message = (
        pl.when("failed")
        .then(pl.lit("reservation timed out waiting for checkout"))
        .when(pl.col("rare") < 0.01)
        .then(pl.lit("stock is low"))
        .otherwise(pl.lit("reserved"))
    )
    rows = calls.select(
        pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").alias("timestamp"),
        level.otherwise(pl.lit("info")).alias("level"),
        message.alias("message"),
        "request_id",
        pl.struct(
            pl.lit("inventory").alias("name"), pl.format("inventory-{}", pl.col("thread") % 3).alias("instance")
        ).alias("service"),
        pl.struct(
            pl.col("order").alias("id"),
            pl.col("warehouse"),
            pl.struct((pl.col("order") % 90 + 1).alias("count"), (pl.col("bytes") % 500).alias("left")).alias("items"),
        ).alias("order"),
        "duration_ms",
    )
    return rows.write_ndjson(None).encode()


def storefront_log(day: pl.DataFrame) -> bytes:
    """logfmt: one record a request, its upstream's failures included."""
    message = (
        pl.when("failed")
        .then(pl.lit("upstream timeout: checkout did not answer within 3000 ms"))
        .otherwise(pl.lit("served"))
    )
    level = pl.when("failed").then(pl.lit("error")).when(pl.col("status") >= 500).then(pl.lit("warn"))
    return _text(
        day.select(
            pl.format(
                'time={} level={} service=storefront request_id={} status={} duration_ms={} path="{}" msg="{}"\n',
                pl.col("at").dt.strftime("%Y-%m-%dT%H:%M:%S.%3fZ"),
                level.otherwise(pl.lit("info")),
                "request_id",
                "status",
                "duration_ms",
                "path",
                message,
            )
        )
    )


def auth_log(day: pl.DataFrame) -> bytes:
    """syslog without a year: cron each minute, logins of people, and one address that guesses passwords all night."""
    rng = np.random.default_rng(SEED + 1)
    guesses = max(200, day.height // 60)
    cron = pl.DataFrame({"second": np.arange(0, _DAY_SECONDS, 60.0)}).select(
        "second", pl.lit("CRON[911]: (root) CMD (/usr/local/bin/rotate-sessions)").alias("text")
    )
    guess = pl.DataFrame(
        {
            "second": np.sort(rng.uniform(3_600, 5 * 3_600, guesses)),
            "user": np.array(["root", "admin", "oracle", "test"])[rng.integers(0, 4, guesses)],
            "port": rng.integers(30_000, 60_000, guesses),
        }
    ).select(
        "second",
        pl.format("sshd[4242]: Failed password for {} from 203.0.113.66 port {} ssh2", "user", "port").alias("text"),
    )
    people = pl.DataFrame(
        {"second": np.sort(_daily_rhythm(rng, 240)), "user": _USERS[rng.integers(1, len(_USERS), 240)]}
    ).select(
        "second",
        pl.format("sshd[2001]: Accepted publickey for {} from 2001:db8::17 port 50022 ssh2", "user").alias("text"),
    )
    records = pl.concat([cron, guess, people]).sort("second", "text")
    stamp = _moment("second").dt.strftime("%b %e %H:%M:%S")
    return _text(records.select(pl.format("{} shop-1 {}\n", stamp, "text")))


def write_sample_logs(directory: Path, size: str = "small") -> list[Path]:
    """Write the whole set below ``directory``; the files written, in order.

    Raises:
        ValueError: ``size`` is not one of :data:`SIZES`.
    """
    if size not in SIZES:
        raise ValueError(f"size {size!r} is not one of {', '.join(SIZES)}")
    day = requests(SIZES[size])
    makers: dict[str, Callable[[pl.DataFrame], bytes]] = {
        "web/access.log": access_log,
        "app/checkout.log": checkout_log,
        "service/inventory.ndjson": inventory_log,
        "system/auth.log": auth_log,
    }
    contents = {name: make(day) for name, make in makers.items()} | _rotated(storefront_log(day))
    midnight = (DAY + timedelta(days=1)).timestamp()
    written: list[Path] = []
    for name, data in contents.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (midnight, midnight))  # stamps without a year take it from here
        written.append(path)
    return written


def _rotated(data: bytes) -> dict[str, bytes]:
    """Oldest part compressed, newest plain, cut at line ends."""
    first = data.index(b"\n", len(data) * 2 // 5) + 1
    second = data.index(b"\n", len(data) * 4 // 5) + 1
    return {
        "rotated/storefront.log.2.gz": gzip.compress(data[:first], 3, mtime=0),
        "rotated/storefront.log.1": data[first:second],
        "rotated/storefront.log": data[second:],
    }


def _daily_rhythm(rng: np.random.Generator, count: int) -> npt.NDArray[Any]:
    """Seconds of the day, few at night and most in the evening."""
    hours = np.array(
        [3, 2, 1, 1, 1, 2, 4, 7, 10, 12, 13, 14, 15, 14, 14, 14, 15, 17, 20, 22, 20, 15, 9, 5], dtype=float
    )
    hour = rng.choice(24, count, p=hours / hours.sum())
    return np.asarray((hour * 3_600 + rng.uniform(0, 3_600, count)).round(3))


def _clients(rng: np.random.Generator, count: int) -> pl.Series:
    nets = np.array(["192.0.2.", "198.51.100.", "203.0.113.", "2001:db8::"])
    net = pl.Series(nets[rng.choice(4, count, p=[0.4, 0.35, 0.2, 0.05])])
    return net + pl.Series(np.minimum(rng.geometric(0.02, count), 254)).cast(pl.String)


def _hex(rng: np.random.Generator, count: int) -> npt.NDArray[Any]:
    """Unique in practice: 64 random bits each, as 16 hexadecimal digits."""
    digits = rng.bytes(8 * count).hex()
    return np.frombuffer(digits.encode(), dtype="S16").astype(str)


def _moment(seconds: str) -> pl.Expr:
    return pl.lit(DAY.replace(tzinfo=None)) + pl.duration(microseconds=(pl.col(seconds) * 1e6).round(0).cast(pl.Int64))


def _text(lines: pl.DataFrame) -> bytes:
    return str(lines.to_series().str.join("").item()).encode()


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a day of believable sample logs.")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--size", choices=list(SIZES), default="small")
    options = parser.parse_args()
    for path in write_sample_logs(options.directory, options.size):
        print(f"{path.stat().st_size:>12,}  {path}", file=sys.stderr)


if __name__ == "__main__":
    main()
