"""Suricata's and Windows' events."""

from __future__ import annotations

import json

import pytest

ALERT = {
    "timestamp": "2024-01-29T11:00:00.123456+0100", "event_type": "alert", "src_ip": "198.51.100.7", "src_port": 1,
    "alert": {"severity": 2, "signature": "ET TEST x", "signature_id": 7},
}  # fmt: skip
SYSMON = {
    "EventID": 1, "Channel": "Sysmon/Operational", "Hostname": "pc1", "Message": "Process Create:\r\nx",
    "Severity": "INFO", "UtcTime": "2024-01-29 10:00:00.123", "@timestamp": "2024-01-29T10:00:05Z",
    "Keywords": -(2**63), "ProcessId": "12",
}  # fmt: skip


def test_suricata(parse_lines):
    other = {**ALERT, "alert": None, "event_type": "flow"}
    alert, flow = parse_lines("suricata-eve", json.dumps(ALERT), json.dumps(other))
    assert alert == {
        "timestamp": "2024-01-29T10:00:00.123456", "level": "warning", "message": "ET TEST x", "event_type": "alert",
        "src_ip": "198.51.100.7", "src_port": 1, "alert.severity": 2, "alert.signature_id": 7,
    }  # fmt: skip
    assert (flow.get("level"), flow["event_type"]) == (None, "flow")


def test_sysmon(parse_lines):
    [record] = parse_lines("windows-events", json.dumps(SYSMON), timezone="America/New_York")
    assert record == {
        "timestamp": "2024-01-29T10:00:00.123", "level": "info", "message": "Process Create:\r\nx", "EventID": 1,
        "Channel": "Sysmon/Operational", "Hostname": "pc1", "@timestamp": "2024-01-29T10:00:05Z",
        "Keywords": -(2**63), "ProcessId": "12",
    }  # fmt: skip


@pytest.mark.parametrize(("number", "level"), list(enumerate(["info", "critical", "error", "warning", "info"])))
def test_windows_levels(parse_lines, number, level):
    event = {"EventID": 7, "Channel": "System", "Level": number, "TimeCreated": "2024-01-29T10:00:00Z"}
    [record] = parse_lines("windows-events", json.dumps(event))
    assert (record["level"], record["timestamp"]) == (level, "2024-01-29T10:00:00")


def test_evtx_dump(parse_lines):
    created = {"#attributes": {"SystemTime": "2024-01-29T10:00:00.5Z"}}
    system = {"EventID": 1, "Channel": "S", "Level": 4, "TimeCreated": created}
    [record] = parse_lines("windows-events", json.dumps({"Event": {"System": system}}))
    assert (record["timestamp"], record["level"]) == ("2024-01-29T10:00:00.5", "info")
    assert record["Event.System.EventID"] == 1


def test_lines_that_are_no_objects(parse_lines):
    assert parse_lines("suricata-eve", "", "{") == [None, None]
    assert parse_lines("windows-events", "", "x") == [None, None]


def test_detection(detects):
    assert detects([json.dumps({**ALERT, "n": number}) for number in range(20)]) == ("suricata-eve", 1.0)
    assert detects([json.dumps({**SYSMON, "n": number}) for number in range(20)]) == ("windows-events", 1.0)
