from __future__ import annotations

import pytest

APACHE = "apache-error"
NGINX = "nginx-error"

CASES = [
    (
        APACHE,
        "[Mon Jan 29 10:00:00.123456 2024] [core:error] [pid 4711:tid 140001] [client 192.0.2.7:50123] "
        "AH00126: Invalid URI in request, referer: https://example.com/a",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "error",
            "message": "AH00126: Invalid URI in request, referer: https://example.com/a",
            "module": "core",
            "pid": 4711,
            "thread": "140001",
            "client": "192.0.2.7",
            "client_port": 50123,
            "code": "AH00126",
            "referrer": "https://example.com/a",
        },
    ),
    (
        APACHE,
        "[Mon Jan 29 10:00:00 2024] [mpm_event:notice] [pid 4711] AH00489: configured -- resuming normal operations",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "notice",
            "message": "AH00489: configured -- resuming normal operations",
            "module": "mpm_event",
            "pid": 4711,
            "code": "AH00489",
        },
    ),
    (
        APACHE,
        "[Mon Jan 29 10:00:01.5 2024] [ssl:trace4] [pid 1:tid 2] [remote 2001:db8::1:443] handshake",
        {
            "timestamp": "2024-01-29T10:00:01.5",
            "level": "trace",
            "message": "handshake",
            "module": "ssl",
            "pid": 1,
            "thread": "2",
            "client": "2001:db8::1",
            "client_port": 443,
        },
    ),
    (
        APACHE,
        "[Thu Jan  4 09:00:00 2024] [error] [client 2001:db8::1] File does not exist: /srv/www/é",
        {
            "timestamp": "2024-01-04T09:00:00",
            "level": "error",
            "message": "File does not exist: /srv/www/é",
            "client": "2001:db8::1",
        },
    ),
    (
        APACHE,
        "[Thu Jan  4 09:00:00 2024] [warn] child process 12 still did not exit",
        {"timestamp": "2024-01-04T09:00:00", "level": "warning", "message": "child process 12 still did not exit"},
    ),
    (
        NGINX,
        '2024/01/29 10:00:00 [error] 12#34: *567 open() "/srv/x" failed (2: No such file or directory), '
        'client: 192.0.2.7, server: example.com, request: "GET /x?a=1 HTTP/1.1", upstream: "http://192.0.2.9:80/x", '
        'host: "example.com", referrer: "https://example.com/"',
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "error",
            "message": 'open() "/srv/x" failed (2: No such file or directory), client: 192.0.2.7, server: example.com, '
            'request: "GET /x?a=1 HTTP/1.1", upstream: "http://192.0.2.9:80/x", host: "example.com", '
            'referrer: "https://example.com/"',
            "pid": 12,
            "thread": "34",
            "connection": 567,
            "client": "192.0.2.7",
            "server": "example.com",
            "method": "GET",
            "path": "/x?a=1",
            "protocol": "HTTP/1.1",
            "upstream": "http://192.0.2.9:80/x",
            "host": "example.com",
            "referrer": "https://example.com/",
        },
    ),
    (
        NGINX,
        "2024/01/29 10:00:01 [emerg] 1#1: bind() to 0.0.0.0:80 failed (98: Address already in use)",
        {
            "timestamp": "2024-01-29T10:00:01",
            "level": "emergency",
            "message": "bind() to 0.0.0.0:80 failed (98: Address already in use)",
            "pid": 1,
            "thread": "1",
        },
    ),
    (
        NGINX,
        "2024/01/29 10:00:02 [info] 7#7: *1 client 192.0.2.7 closed keepalive connection, client: 192.0.2.7, server: ",
        {
            "timestamp": "2024-01-29T10:00:02",
            "level": "info",
            "message": "client 192.0.2.7 closed keepalive connection, client: 192.0.2.7, server: ",
            "pid": 7,
            "thread": "7",
            "connection": 1,
            "client": "192.0.2.7",
        },
    ),
]

MALFORMED = [
    (APACHE, ""),
    (APACHE, "Mon Jan 29 10:00:00 2024] [core:error] [pid 1] no bracket"),
    (APACHE, "[Mon Jan 29 10:00:00 2024] no level"),
    (NGINX, "2024/01/29 10:00:00 [error] without a process"),
    (NGINX, "2024-01-29 10:00:00 [error] 1#1: wrong date"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted
