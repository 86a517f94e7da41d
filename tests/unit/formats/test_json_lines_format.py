"""JSON, one object a line: which key is what."""

from __future__ import annotations

import json

import pytest

AT = "2024-01-29T10:00:00.123"
EPOCH = 1706522400

LOGGERS = {
    "pino": {"level": 50, "time": EPOCH * 1000 + 123, "pid": 7, "hostname": "web1", "msg": "M"},
    "bunyan": {"name": "app", "level": 50, "time": f"{AT}Z", "msg": "M", "v": 0},
    "zap": {"level": "error", "ts": EPOCH + 0.123, "caller": "x.go:1", "msg": "M"},
    "zap in development": {"L": "ERROR", "T": f"{AT}Z", "C": "x.go:1", "M": "M"},
    "logrus": {"level": "error", "time": "2024-01-29T11:00:00.123+01:00", "msg": "M"},
    "winston": {"level": "error", "message": "M", "timestamp": f"{AT}Z"},
    "structlog": {"event": "M", "level": "error", "timestamp": f"{AT}000Z"},
    "python-json-logger": {"asctime": "2024-01-29 10:00:00,123", "levelname": "ERROR", "message": "M"},
    "python levelno": {"asctime": "2024-01-29 10:00:00,123", "levelno": 40, "message": "M"},
    "loguru": {
        "text": "x", "record": {"level": {"name": "ERROR"}, "message": "M", "time": {"timestamp": EPOCH + 0.123}},
    },
    "ecs": {"@timestamp": f"{AT}Z", "log.level": "ERROR", "message": "M", "ecs": {"version": "8"}},
    "ecs nested": {"@timestamp": f"{AT}Z", "log": {"level": "error"}, "message": "M"},
    "logstash": {"@timestamp": f"{AT}Z", "@version": "1", "level": "ERROR", "message": "M", "logger_name": "a.B"},
    "gelf": {"version": "1.1", "host": "h", "short_message": "M", "timestamp": EPOCH + 0.123, "level": 3},
    "clef": {"@t": f"{AT}0000Z", "@mt": "M", "@l": "Error"},
    "stackdriver": {"severity": "ERROR", "timestamp": f"{AT}Z", "textPayload": "M"},
    "otel log record": {
        "timeUnixNano": str(EPOCH * 10**9 + 123_000_000), "severityNumber": 17, "body": {"stringValue": "M"},
    },
    "otel stdout": {"body": "M", "severity_text": "ERROR", "timestamp": f"{AT}000Z"},
    "log4j2": {"instant": {"epochSecond": EPOCH, "nanoOfSecond": 123_000_000}, "level": "ERROR", "message": "M"},
    "mongodb": {"t": {"$date": f"{AT}+00:00"}, "s": "E", "c": "NETWORK", "msg": "M"},
    "rust tracing": {"timestamp": f"{AT}Z", "level": "ERROR", "fields": {"message": "M"}, "target": "a::b"},
    "monolog": {"message": "M", "level": 400, "datetime": "2024-01-29T10:00:00.123+00:00"},
    "journald": {"__REALTIME_TIMESTAMP": str(EPOCH * 10**6 + 123_000), "PRIORITY": "3", "MESSAGE": "M"},
    "date and time": {"date": "2024-01-29", "time": "10:00:00.123", "level": "E", "message": "M"},
}  # fmt: skip


@pytest.mark.parametrize("logger", LOGGERS)
def test_loggers(parse_lines, logger):
    [record] = parse_lines("json-lines", json.dumps(LOGGERS[logger]))
    assert (record["timestamp"], record["level"], record["message"]) == (AT, "error", "M")


def test_fields_keep_their_paths_and_types(parse_lines):
    [record] = parse_lines("json-lines", json.dumps({**LOGGERS["pino"], "req": {"id": 1, "ok": True, "ids": [1, 2]}}))
    assert record == {
        "timestamp": AT, "level": "error", "message": "M", "pid": 7, "hostname": "web1",
        "req.id": 1, "req.ok": True, "req.ids": "[1, 2]",
    }  # fmt: skip


def test_nanoseconds(parse_lines):
    lines = [json.dumps({"time": stamp, "msg": "M"}) for stamp in ("2024-01-29T10:00:00.123456789Z", EPOCH * 10**9 + 7)]
    text, number = parse_lines("json-lines", lines[0])[0], parse_lines("json-lines", lines[1])[0]
    assert text["timestamp"] == "2024-01-29T10:00:00.123456789"
    assert number["timestamp"] == "2024-01-29T10:00:00.000000007"


def test_each_line_takes_the_first_key_that_it_has(parse_lines):
    found = parse_lines(
        "json-lines", '{"msg": "a", "ts": 1706522400}', '{"message": "b", "time": "2024-01-29T10:00:01Z"}'
    )
    assert [(record["message"], record["timestamp"][-2:]) for record in found] == [("a", "00"), ("b", "01")]


def test_what_is_no_stamp_or_level_stays_a_field(parse_lines):
    [record] = parse_lines("json-lines", '{"time": 12, "level": "purple", "message": {"id": 1}}')
    assert record == {"time": 12, "level_value": "purple", "message.id": 1, "message": record["message"]}
    assert record["message"].startswith('{"time"'), "without a message, the whole line is it"


def test_a_duration_beside_the_stamp(parse_lines):
    [record] = parse_lines("json-lines", '{"timestamp": "2024-01-29T10:00:00Z", "time": 0.25, "msg": "M"}')
    assert record["time"] == 0.25


def test_zone_less_stamps_take_the_context_but_utc_time_does_not(parse_lines):
    berlin = {"timezone": "Europe/Berlin"}
    [local] = parse_lines("json-lines", '{"time": "2024-01-29 10:00:00"}', **berlin)
    [utc] = parse_lines("json-lines", '{"UtcTime": "2024-01-29 10:00:00"}', **berlin)
    assert (local["timestamp"], utc["timestamp"]) == ("2024-01-29T09:00:00", "2024-01-29T10:00:00")


def test_lines_that_are_no_objects(parse_lines):
    assert parse_lines("json-lines", "", "hello", "[1]", '{"a": 1') == [None] * 4


@pytest.mark.parametrize("logger", [name for name in LOGGERS if name not in ("mongodb", "journald")])
def test_detection(detects, logger):
    name, confidence = detects([json.dumps({**LOGGERS[logger], "n": number}) for number in range(20)])
    assert (name, confidence >= 0.9) == ("json-lines", True)
