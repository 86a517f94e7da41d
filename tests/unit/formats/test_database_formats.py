from __future__ import annotations

import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.records import parse_chunk
from sawlog.formats.registry import get

SLOW = (
    "# Time: 2024-01-29T10:00:00.123456Z\n"
    "# User@Host: ann[ann] @ db-1 [192.0.2.7]  Id:     8\n"
    "# Query_time: 1.500000  Lock_time: 0.000100 Rows_sent: 1  Rows_examined: 10\n"
    "use shop;\n"
    "SET timestamp=1706522400;\n"
    "select sleep(1),\n"
    "  'é';"
)
SLOW_UNTIMED = (
    "# User@Host: bob[bob] @  [192.0.2.8]\n"
    "# Query_time: 2.000000  Lock_time: 0.000000 Rows_sent: 0  Rows_examined: 0  Rows_affected: 3\n"
    "SET timestamp=1706522401;\n"
    "delete from t;"
)

CASES = [
    (
        "postgresql",
        "2024-01-29 10:00:00.526 UTC [7755] LOG:  duration: 12.345 ms  statement: select 1",
        {
            "timestamp": "2024-01-29T10:00:00.526",
            "level": "info",
            "message": "duration: 12.345 ms  statement: select 1",
            "pid": 7755,
            "severity": "LOG",
            "duration_ms": 12.345,
        },
    ),
    (
        "postgresql",
        '2024-01-29 10:00:00.527 UTC [7756] ann@shop ERROR:  relation "x" does not exist at character 15',
        {
            "timestamp": "2024-01-29T10:00:00.527",
            "level": "error",
            "message": 'relation "x" does not exist at character 15',
            "pid": 7756,
            "user": "ann",
            "database": "shop",
            "severity": "ERROR",
        },
    ),
    (
        "postgresql",
        "2024-01-29 10:00:00.527 UTC [7756] ann@shop STATEMENT:  select * from x",
        {
            "timestamp": "2024-01-29T10:00:00.527",
            "message": "select * from x",
            "pid": 7756,
            "user": "ann",
            "database": "shop",
            "severity": "STATEMENT",
        },
    ),
    (
        "postgresql",
        "2024-01-29 10:00:00 CET [9]: [3-1] user=ann,db=[unknown],app=psql,client=192.0.2.7 PANIC:  out of memory",
        {
            "timestamp": "2024-01-29T09:00:00",
            "level": "emergency",
            "message": "out of memory",
            "pid": 9,
            "user": "ann",
            "application": "psql",
            "client": "192.0.2.7",
            "severity": "PANIC",
        },
    ),
    (
        "postgresql-rds",
        "2024-01-29 10:00:00 UTC:192.0.2.7(50123):ann@shop:[77]:FATAL:  too many connections",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "critical",
            "message": "too many connections",
            "client": "192.0.2.7",
            "client_port": 50123,
            "user": "ann",
            "database": "shop",
            "pid": 77,
            "severity": "FATAL",
        },
    ),
    (
        "postgresql-rds",
        "2024-01-29 10:00:00 UTC::@:[77]:LOG:  checkpoint starting: time",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "info",
            "message": "checkpoint starting: time",
            "pid": 77,
            "severity": "LOG",
        },
    ),
    (
        "mysql-error",
        "2024-01-29T10:00:00.123456Z 0 [System] [MY-010116] [Server] mysqld (mysqld 8.0.36) starting as process 1",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "notice",
            "message": "mysqld (mysqld 8.0.36) starting as process 1",
            "thread": "0",
            "code": "MY-010116",
            "subsystem": "Server",
        },
    ),
    (
        "mysql-error",
        "2024-01-29T10:00:00.123456Z 12 [Note] Access denied for user 'ann'@'localhost'",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "notice",
            "message": "Access denied for user 'ann'@'localhost'",
            "thread": "12",
        },
    ),
    (
        "mysql-error",
        "2024-01-29  9:00:00 0 [ERROR] InnoDB: gone",
        {"timestamp": "2024-01-29T09:00:00", "level": "error", "message": "InnoDB: gone", "thread": "0"},
    ),
    (
        "mysql-error-5.5",
        "140129 10:00:00 [Warning] IP address could not be resolved",
        {
            "timestamp": "2014-01-29T10:00:00",
            "level": "warning",
            "message": "IP address could not be resolved",
        },
    ),
    (
        "mysql-error-5.5",
        "140129 10:00:00 mysqld_safe Starting mysqld daemon",
        {"timestamp": "2014-01-29T10:00:00", "message": "Starting mysqld daemon"},
    ),
    (
        "mysql-error-5.5",
        "140129  9:00:00  InnoDB: Initializing buffer pool",
        {"timestamp": "2014-01-29T09:00:00", "message": "Initializing buffer pool"},
    ),
    (
        "mysql-slow",
        SLOW,
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "message": "select sleep(1),\n  'é';",
            "user": "ann",
            "host": "db-1",
            "client": "192.0.2.7",
            "connection": 8,
            "query_time_s": 1.5,
            "lock_time_s": 0.0001,
            "rows_sent": 1,
            "rows_examined": 10,
            "database": "shop",
        },
    ),
    (
        "mysql-slow",
        SLOW_UNTIMED,
        {
            "timestamp": "2024-01-29T10:00:01",
            "message": "delete from t;",
            "user": "bob",
            "client": "192.0.2.8",
            "query_time_s": 2.0,
            "lock_time_s": 0.0,
            "rows_sent": 0,
            "rows_examined": 0,
            "rows_affected": 3,
        },
    ),
    (
        "mongodb",
        '{"t":{"$date":"2024-01-29T10:00:00.123+01:00"},"s":"W",  "c":"NETWORK", "id":51800,   "ctx":"conn1",'
        '"msg":"slow \\"x\\"","attr":{"remote":"192.0.2.7:1","durationMillis":12}}',
        {
            "timestamp": "2024-01-29T09:00:00.123",
            "level": "warning",
            "message": 'slow "x"',
            "component": "NETWORK",
            "id": 51800,
            "thread": "conn1",
            "attr.remote": "192.0.2.7:1",
            "attr.durationMillis": 12,
        },
    ),
    (
        "mongodb",
        '{"t":{"$date":"2024-01-29T10:00:00.124Z"},"s":"I","c":"-","id":1,"ctx":"main","msg":"up"}',
        {
            "timestamp": "2024-01-29T10:00:00.124",
            "level": "info",
            "message": "up",
            "component": "-",
            "id": 1,
            "thread": "main",
        },
    ),
    (
        "mongodb-text",
        "2024-01-29T10:00:00.123-0500 I NETWORK  [initandlisten] waiting for connections",
        {
            "timestamp": "2024-01-29T15:00:00.123",
            "level": "info",
            "message": "waiting for connections",
            "component": "NETWORK",
            "thread": "initandlisten",
        },
    ),
    (
        "mongodb-text",
        "2024-01-29T10:00:00.123+0000 D2 -        [conn1] command shop.$cmd 120ms",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "debug",
            "message": "command shop.$cmd 120ms",
            "thread": "conn1",
            "duration_ms": 120,
        },
    ),
    (
        "redis",
        "1:M 29 Jan 2024 10:00:00.123 * Ready to accept connections",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "notice",
            "message": "Ready to accept connections",
            "pid": 1,
            "role": "M",
        },
    ),
    (
        "redis",
        "77:X 29 Jan 10:00:00.123 # +sdown",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "warning",
            "message": "+sdown",
            "pid": 77,
            "role": "X",
        },
    ),
    (
        "redis",
        "77:C 02 Feb 2023 10:00:00.123 . x",
        {"timestamp": "2023-02-02T10:00:00.123", "level": "debug", "message": "x", "pid": 77, "role": "C"},
    ),
    (
        "redis-2",
        "[7] 29 Jan 10:00:00.123 * The server is now ready",
        {"timestamp": "2024-01-29T10:00:00.123", "level": "notice", "message": "The server is now ready", "pid": 7},
    ),
    (
        "redis-2",
        "[7] 28 Dec 10:00:00 # x",
        {"timestamp": "2023-12-28T10:00:00", "level": "warning", "message": "x", "pid": 7},
    ),
]

MALFORMED = [
    ("postgresql", "\tselect 1"),
    ("postgresql", "2024-01-29 10:00:00.526 UTC [7755] NOTE:  x"),
    ("postgresql-rds", "2024-01-29 10:00:00 UTC [7755] LOG:  x"),
    ("mysql-error", "2024-01-29T10:00:00.123456Z 0 [Loud] x"),
    ("mysql-error-5.5", "140129 10:00:00 something else"),
    ("mysql-slow", "# Query_time: 1.5  Lock_time: 0"),
    ("mysql-slow", "select 1;"),
    ("mongodb", '{"t":{"$date":'),
    ("mongodb-text", "2024-01-29T10:00:00.123-0500 X NETWORK  [a] x"),
    ("redis", "1:Q 29 Jan 2024 10:00:00.123 * x"),
    ("redis-2", "[x] 29 Jan 10:00:00 * x"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted


def test_the_first_lines_of_slow_queries(parse_lines):
    lines = (SLOW + "\n" + SLOW_UNTIMED + "\n" + SLOW).split("\n")
    heads = [number for number, record in enumerate(parse_lines("mysql-slow", *lines)) if record is not None]
    assert heads == [0, 7, 11]


def test_slow_queries_become_one_record_each():
    data = f"/usr/sbin/mysqld, Version: 8.0.36\n{SLOW}\n{SLOW_UNTIMED}\n{SLOW}\n".encode()
    chunk = parse_chunk(data, format=get("mysql-slow"), time=TimeContext(), source=0, offset=0, line=1, final=True)
    batch = chunk.batch.to_pydict()
    assert batch["line"] == [1, 2, 9, 13]
    assert batch["field.user"] == [None, "ann", "bob", "ann"]
    assert batch["field.query_time_s"] == [None, 1.5, 2.0, 1.5]
    assert sum(batch["length"]) == len(data)
