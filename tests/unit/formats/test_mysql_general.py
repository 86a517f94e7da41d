from __future__ import annotations

import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.records import parse_chunk
from sawlog.formats.registry import get

NAME = "mysql-general"
HEADER = (
    "/usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:\n"
    "Tcp port: 3306  Unix socket: /run/mysqld/mysqld.sock\n"
    "Time                 Id Command    Argument\n"
)
MODERN = HEADER + (
    "2024-01-29T10:00:00.000001Z\t    8 Connect\tann@db-1 on shop using TCP/IP\n"
    "2024-01-29T10:00:00.000002Z\t    8 Query\tselect *\nfrom t\n\n  where x = '2024-01-29 8 Query'\n"
    "2024-01-29T10:00:00.000003Z\t    8 Quit\t\n"
)
OLD = HEADER + (
    "240129  9:00:00\t   12 Connect\tann@localhost as bob on \n"
    "\t\t   12 Init DB\tshop\n"
    "\t\t   12 Query\tselect 1\n"
    "240129 10:00:01\t   13 Connect\tAccess denied for user 'ann'@'db-1' (using password: YES)\n"
)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (
            "2024-01-29T10:00:00.123456Z\t    8 Connect\tann@db-1 on shop using TCP/IP",
            {
                "timestamp": "2024-01-29T10:00:00.123456",
                "message": "ann@db-1 on shop using TCP/IP",
                "connection": 8,
                "command": "Connect",
                "user": "ann",
                "host": "db-1",
                "database": "shop",
            },
        ),
        ("\t\t   12 Init DB\tshop", {"message": "shop", "connection": 12, "command": "Init DB"}),
        (
            "2024-01-29T10:00:00.1+01:00\t123456 Quit\t",
            {"timestamp": "2024-01-29T09:00:00.1", "message": "", "connection": 123456, "command": "Quit"},
        ),
        ("\tselect 1", None),
        ("2024-01-29T10:00:00.1Z\t8 Loud\tx", None),
        ("\t\t   12 Queryx\ty", None),
    ],
)
def test_values(parse_lines, line, expected):
    assert parse_lines(NAME, line) == [expected]


def read(text: str) -> list[dict[str, object]]:
    chunk = parse_chunk(
        text.encode(), format=get(NAME), time=TimeContext(), source=0, offset=0, line=1, final=True
    )  # fmt: skip
    rows = chunk.batch.to_pylist()
    assert sum(row["length"] for row in rows) == len(text)
    return rows


def test_statements_of_several_lines():
    rows = read(MODERN)
    assert [row["line"] for row in rows] == [1, 4, 5, 9]
    assert [row["raw"].partition("Query\t")[2] for row in rows][
        2
    ] == "select *\nfrom t\n\n  where x = '2024-01-29 8 Query'"


def test_the_time_is_that_of_the_line_before():
    _, *rows = read(OLD)
    assert [str(row["timestamp"])[:19] for row in rows] == ["2024-01-29 09:00:00"] * 3 + ["2024-01-29 10:00:01"]
    assert [row["field.user"] for row in rows] == ["ann", None, None, None]


def test_a_restart_begins_a_record():
    rows = read(MODERN + MODERN)
    assert [row["lines"] for row in rows] == [3, 1, 4, 1] * 2


@pytest.mark.parametrize("text", [MODERN, OLD], ids=["modern", "old"])
def test_detection(detects, text):
    assert detects(text.splitlines() * 3) == (NAME, 1.0)
