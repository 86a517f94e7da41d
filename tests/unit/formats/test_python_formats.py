from __future__ import annotations

import pytest

CASES = [
    ("python-basic", "INFO:root:ready", {"level": "info", "message": "ready", "logger": "root"}),
    ("python-basic", "CRITICAL:a.b_c:x: y", {"level": "critical", "message": "x: y", "logger": "a.b_c"}),
    ("python-basic", "WARNING:py.warnings:", {"level": "warning", "message": "", "logger": "py.warnings"}),
    (
        "python-dashes",
        "2024-01-29 10:00:00,123 - shop.cart - INFO - added - 2",
        {"timestamp": "2024-01-29T10:00:00.123", "level": "info", "message": "added - 2", "logger": "shop.cart"},
    ),
    (
        "python-dashes",
        "2024-01-29 10:00:00,124 - root - CRITICAL - é",
        {"timestamp": "2024-01-29T10:00:00.124", "level": "critical", "message": "é", "logger": "root"},
    ),
    (
        "python-dashes",
        "2024-01-29 10:00:00,125 - __main__ - DEBUG - ",
        {"timestamp": "2024-01-29T10:00:00.125", "level": "debug", "message": "", "logger": "__main__"},
    ),
    (
        "python-name",
        "2024-01-29 10:00:00,123 INFO shop.cart added 2",
        {"timestamp": "2024-01-29T10:00:00.123", "level": "info", "message": "added 2", "logger": "shop.cart"},
    ),
    (
        "python-name",
        "2024-01-29 10:00:00,123 [WARNING] shop.cart: late",
        {"timestamp": "2024-01-29T10:00:00.123", "level": "warning", "message": "late", "logger": "shop.cart"},
    ),
    (
        "python-name",
        "2024-01-29T10:00:00Z ERROR    a.b.c x",
        {"timestamp": "2024-01-29T10:00:00", "level": "error", "message": "x", "logger": "a.b.c"},
    ),
    (
        "python-level",
        "2024-01-29 10:00:00,123 - INFO - two words",
        {"timestamp": "2024-01-29T10:00:00.123", "level": "info", "message": "two words"},
    ),
    (
        "python-level",
        "2024-01-29 10:00:00,123 [ERROR] two words",
        {"timestamp": "2024-01-29T10:00:00.123", "level": "error", "message": "two words"},
    ),
    (
        "python-level",
        "2024-01-29 10:00:00,123 WARNING: two words",
        {"timestamp": "2024-01-29T10:00:00.123", "level": "warning", "message": "two words"},
    ),
    (
        "gunicorn",
        "[2024-01-29 10:00:00 +0100] [123] [INFO] Booting worker with pid: 124",
        {"timestamp": "2024-01-29T09:00:00", "level": "info", "message": "Booting worker with pid: 124", "pid": 123},
    ),
    (
        "gunicorn",
        "[2024-01-29 10:00:00 +0000] [1] [CRITICAL] WORKER TIMEOUT (pid:7)",
        {"timestamp": "2024-01-29T10:00:00", "level": "critical", "message": "WORKER TIMEOUT (pid:7)", "pid": 1},
    ),
    (
        "gunicorn",
        "[2024-01-29 10:00:01] [1] [DEBUG] x",
        {"timestamp": "2024-01-29T10:00:01", "level": "debug", "message": "x", "pid": 1},
    ),
    (
        "uvicorn",
        'INFO:     192.0.2.7:50123 - "GET /a?b=1 HTTP/1.1" 404 Not Found',
        {
            "level": "info",
            "message": '192.0.2.7:50123 - "GET /a?b=1 HTTP/1.1" 404 Not Found',
            "client": "192.0.2.7",
            "client_port": 50123,
            "method": "GET",
            "path": "/a?b=1",
            "protocol": "HTTP/1.1",
            "status": 404,
        },
    ),
    ("uvicorn", "INFO:     Started server process [7]", {"level": "info", "message": "Started server process [7]"}),
    ("uvicorn", "WARNING:  late", {"level": "warning", "message": "late"}),
    (
        "loguru",
        "2024-01-29 10:00:00.123 | SUCCESS  | shop.cart:add:42 - added",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "added",
            "logger": "shop.cart",
            "function": "add",
            "line_number": 42,
        },
    ),
    (
        "loguru",
        "2024-01-29 10:00:00.123456 | ERROR    | __main__:<module>:7 - x | y",
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "error",
            "message": "x | y",
            "logger": "__main__",
            "function": "<module>",
            "line_number": 7,
        },
    ),
    (
        "celery",
        "[2024-01-29 10:00:00,123: INFO/MainProcess] Task shop.pay[01234567-89ab-cdef-0123-456789abcdef] received",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "Task shop.pay[01234567-89ab-cdef-0123-456789abcdef] received",
            "process": "MainProcess",
            "task": "shop.pay",
            "task_id": "01234567-89ab-cdef-0123-456789abcdef",
        },
    ),
    (
        "celery",
        "[2024-01-29 10:00:00,123: WARNING/ForkPoolWorker-1] late",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "warning",
            "message": "late",
            "process": "ForkPoolWorker-1",
        },
    ),
    (
        "airflow",
        "[2024-01-29T10:00:00.123+0000] {taskinstance.py:1234} INFO - Marking task",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "Marking task",
            "file": "taskinstance.py",
            "line_number": 1234,
        },
    ),
    (
        "oslo",
        "2024-01-29 10:00:00.008 25746 INFO nova.wsgi [req-38101a0b-2096 ann proj - - -] GET /v2",
        {
            "timestamp": "2024-01-29T10:00:00.008",
            "level": "info",
            "message": "GET /v2",
            "pid": 25746,
            "logger": "nova.wsgi",
            "request_id": "req-38101a0b-2096",
        },
    ),
    (
        "oslo",
        "nova-api.log.1 2024-01-29 10:00:00.008 25746 WARNING nova.compute [-] late",
        {
            "timestamp": "2024-01-29T10:00:00.008",
            "level": "warning",
            "message": "late",
            "pid": 25746,
            "logger": "nova.compute",
        },
    ),
    (
        "django-verbose",
        "INFO 2024-01-29 10:00:00,123 views 12 140001 rendered",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "rendered",
            "logger": "views",
            "pid": 12,
            "thread": "140001",
        },
    ),
    (
        "django-server",
        '[29/Jan/2024 10:00:00] "GET /a HTTP/1.1" 500 1234',
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "error",
            "message": '"GET /a HTTP/1.1" 500 1234',
            "method": "GET",
            "path": "/a",
            "protocol": "HTTP/1.1",
            "status": 500,
            "bytes": 1234,
        },
    ),
    (
        "django-server",
        '[29/Jan/2024 10:00:00] "GET /b HTTP/1.1" 304 0',
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "info",
            "message": '"GET /b HTTP/1.1" 304 0',
            "method": "GET",
            "path": "/b",
            "protocol": "HTTP/1.1",
            "status": 304,
            "bytes": 0,
        },
    ),
    (
        "django-server",
        "[29/Jan/2024 10:00:00] Not Found: /x",
        {"timestamp": "2024-01-29T10:00:00", "message": "Not Found: /x"},
    ),
]

MALFORMED = [
    ("python-basic", "NOTE:root:x"),
    ("python-basic", "INFO:no second colon"),
    ("python-dashes", "2024-01-29 10:00:00,123 - shop.cart - INFORM - x"),
    ("python-name", "2024-01-29 10:00:00,123 INFO plain words"),
    ("python-level", "2024-01-29 10:00:00,123 nothing"),
    ("gunicorn", "[2024-01-29 10:00:00 +0100] [INFO] x"),
    ("uvicorn", "INFO: one blank"),
    ("loguru", "2024-01-29 10:00:00.123 | INFO | no place"),
    ("celery", "[2024-01-29 10:00:00,123: INFO] x"),
    ("airflow", "[2024-01-29T10:00:00.123+0000] INFO - x"),
    ("oslo", "2024-01-29 10:00:00.008 INFO nova [-] no pid"),
    ("django-verbose", "INFO 2024-01-29 10:00:00,123 views x"),
    ("django-server", "[29/01/2024 10:00:00] x"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted
