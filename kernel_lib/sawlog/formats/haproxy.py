"""HAProxy's HTTP and TCP log lines, bare or behind a syslog header.

Source: https://docs.haproxy.org/3.0/configuration.html#8.2
A timer of -1 means that its phase was not reached; the total has a plus sign before it with ``option logasap``.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.addresses import address, address_fields
from sawlog.formats.fragments import ABBREVIATION, CLOCK, ISO
from sawlog.formats.levels import http_level
from sawlog.formats.onepass import in_stages
from sawlog.formats.regex_format import RegexFormat

_SYSLOG = (
    rf"(?:<[0-9]{{1,3}}>)?(?:{ABBREVIATION} [ 0-9][0-9] {CLOCK}|{ISO}) (?P<host>[^ ]+) "
    r"(?P<process>[A-Za-z_.-]*haproxy[A-Za-z_.-]*)(?:\[(?P<pid>[0-9]+)\])?: "
)
_FRONT = (
    address("client") + r" \[(?P<timestamp>[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:.]+)\] "
    r"(?P<frontend>[^ ~]+)~? (?P<backend>[^ /]+)/(?P<server>[^ ]+) "
)
_QUEUES = (
    r" (?P<active_connections>[0-9]+)/(?P<frontend_connections>[0-9]+)/(?P<backend_connections>[0-9]+)/"
    r"(?P<server_connections>[0-9]+)/(?P<retries>\+?[0-9]+) (?P<server_queue>[0-9]+)/(?P<backend_queue>[0-9]+)"
)
_HTTP = (
    r"(?P<request_ms>-?[0-9]+)/(?P<queue_ms>-?[0-9]+)/(?P<connect_ms>-?[0-9]+)/(?P<response_ms>-?[0-9]+)/"
    r"\+?(?P<duration_ms>-?[0-9]+) (?P<status>-?[0-9]+) \+?(?P<bytes>[0-9]+) "
    r"(?P<request_cookie>[^ ]+) (?P<response_cookie>[^ ]+) (?P<termination_state>[A-Za-z-]{4})"
    + _QUEUES
    + r' (?:\{(?P<request_headers>[^}]*)\} (?:\{(?P<response_headers>[^}]*)\} )?)?"'
    r'(?:<BADREQ>|(?P<method>[A-Z]+) (?P<path>[^ "]*)(?: (?P<protocol>HTTP/[0-9.]+))?)(?:".*)?$'
)
_TCP = (
    r"(?P<queue_ms>-?[0-9]+)/(?P<connect_ms>-?[0-9]+)/\+?(?P<duration_ms>-?[0-9]+) \+?(?P<bytes>[0-9]+) "
    r"(?P<termination_state>[A-Za-z-]{2})" + _QUEUES + "$"
)
_COUNTS = dict.fromkeys(
    (
        "pid", "status", "bytes", "request_ms", "queue_ms", "connect_ms", "response_ms", "duration_ms",
        "active_connections", "frontend_connections", "backend_connections", "server_connections", "retries",
        "server_queue", "backend_queue",
    ),
    "int",
)  # fmt: skip


def _format(name: str, title: str, pattern: str, level: pl.Expr | None) -> RegexFormat:
    first, *details = in_stages(pattern)
    return RegexFormat(
        name,
        title,
        first,
        specificity=40,
        types=_COUNTS,
        details=details,
        level=level,
        derived=address_fields("client", "client_port"),
        drop=("client_tail",),
    )


_STATUS_LEVEL = http_level(pl.col("status"))

FORMATS = (
    _format("haproxy-http", "HAProxy HTTP log", _FRONT + _HTTP, _STATUS_LEVEL),
    _format("haproxy-http-syslog", "HAProxy HTTP log, by syslog", _SYSLOG + _FRONT + _HTTP, _STATUS_LEVEL),
    _format("haproxy-tcp", "HAProxy TCP log", _FRONT + _TCP, None),
    _format("haproxy-tcp-syslog", "HAProxy TCP log, by syslog", _SYSLOG + _FRONT + _TCP, None),
)
