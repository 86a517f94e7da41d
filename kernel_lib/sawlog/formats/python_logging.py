"""Python's logging module, and the layouts of software written in Python.

Source: https://docs.python.org/3/library/logging.html (``basicConfig``), gunicorn's ``glogging``, uvicorn's
``LOGGING_CONFIG``, Celery's ``worker_log_format``, Airflow's ``log_format``, Loguru's default format,
Django's ``django.server`` and the ``verbose`` formatter of its manual, OpenStack's oslo.log.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import CLOCK, DATE_TIME, ISO, LEVEL
from sawlog.formats.levels import http_level
from sawlog.formats.regex_format import RegexFormat

_STAMP = rf"(?P<timestamp>{ISO})"
_LEVEL = rf"(?P<level>{LEVEL})"
_MESSAGE = r"(?P<message>.*)"
_REQUEST = r'"(?P<method>[A-Z]+) (?P<path>[^ "]+) (?P<protocol>[^ "]+)" (?P<status>[0-9]{3})'

FORMATS = (
    RegexFormat(
        "python-basic",
        "Python logging: LEVEL:name:message",
        rf"^{_LEVEL}:(?P<logger>[A-Za-z_][A-Za-z0-9_.-]*):{_MESSAGE}",
        specificity=18,
    ),
    RegexFormat(
        "python-dashes",
        "Python logging: stamp - name - LEVEL - message",
        rf"^{_STAMP} - (?P<logger>[^ ]+) - {_LEVEL} +- {_MESSAGE}",
        specificity=30,
    ),
    RegexFormat(
        "python-name",
        "Python logging: stamp LEVEL package.module message",
        rf"^{_STAMP} +\[?{_LEVEL}\]? +(?P<logger>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)+):? {_MESSAGE}",
        specificity=17,
    ),
    RegexFormat(
        "python-level",
        "Python logging: stamp LEVEL message",
        rf"^{_STAMP}(?: -)? +\[?{_LEVEL}\]?:? +(?:- )?{_MESSAGE}",
        specificity=12,
    ),
    RegexFormat(
        "gunicorn",
        "Gunicorn",
        rf"^\[(?P<timestamp>{DATE_TIME}(?: [+-][0-9]{{4}})?)\] \[(?P<pid>[0-9]+)\] \[{_LEVEL}\] {_MESSAGE}",
        specificity=40,
        types={"pid": "int"},
    ),
    RegexFormat(
        "uvicorn",
        "Uvicorn",
        rf"^{_LEVEL}: {{2,}}{_MESSAGE}",
        specificity=20,
        types={"client_port": "int", "status": "int"},
        details=(rf"(?P<client>[0-9A-Fa-f.:]+):(?P<client_port>[0-9]+) - {_REQUEST}",),
    ),
    RegexFormat(
        "loguru",
        "Loguru",
        rf"^{_STAMP} \| {_LEVEL} +\| (?P<logger>[^ ]+):(?P<function>[^ :]+):(?P<line_number>[0-9]+) - {_MESSAGE}",
        specificity=40,
        types={"line_number": "int"},
    ),
    RegexFormat(
        "celery",
        "Celery",
        rf"^\[(?P<timestamp>{DATE_TIME}): {_LEVEL}/(?P<process>[A-Za-z0-9_-]+)\] {_MESSAGE}",
        specificity=40,
        details=(r"Task (?P<task>[^ \[]+)\[(?P<task_id>[0-9a-f-]{36})\]",),
    ),
    RegexFormat(
        "airflow",
        "Airflow",
        rf"^\[{_STAMP}\] \{{(?P<file>[^:}}]+):(?P<line_number>[0-9]+)\}} {_LEVEL} - {_MESSAGE}",
        specificity=40,
        types={"line_number": "int"},
    ),
    RegexFormat(
        "oslo",
        "OpenStack (oslo.log)",
        # The first word is the file's name, where several files were put into one.
        rf"^(?:[A-Za-z][^ ]*\.log[^ ]* )?{_STAMP} (?P<pid>[0-9]+) {_LEVEL} (?P<logger>[^ ]+) "
        rf"\[(?:(?P<request_id>req-[^ \]]+)|-)?[^\]]*\] {_MESSAGE}",
        specificity=40,
        types={"pid": "int"},
    ),
    RegexFormat(
        "django-verbose",
        "Django: LEVEL stamp module process thread message",
        rf"^{_LEVEL} {_STAMP} (?P<logger>[A-Za-z_][A-Za-z0-9_.]*) (?P<pid>[0-9]+) (?P<thread>[0-9]+) {_MESSAGE}",
        specificity=40,
        types={"pid": "int"},
    ),
    RegexFormat(
        "django-server",
        "Django's development server",
        rf"^\[(?P<timestamp>[0-9]{{2}}/[A-Z][a-z]{{2}}/[0-9]{{4}} {CLOCK})\] {_MESSAGE}",
        specificity=20,
        types={"status": "int", "bytes": "int"},
        level=http_level(pl.col("status")),
        details=(rf"{_REQUEST} (?P<bytes>[0-9]+|-)",),
    ),
)
