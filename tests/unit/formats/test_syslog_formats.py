from __future__ import annotations

import pytest

BSD, ISO, CHROMEOS, PROTOCOL, JOURNALD = "syslog-rfc3164", "syslog-iso", "syslog-chromeos", "syslog-rfc5424", "journald"
DMESG, DMESG_TIME = "dmesg", "dmesg-time"

CASES = [
    (
        BSD,
        "Jan 29 10:00:00 web-1 sshd[4711]: Accepted publickey for ann",
        {
            "timestamp": "2024-01-29T10:00:00",
            "message": "Accepted publickey for ann",
            "host": "web-1",
            "process": "sshd",
            "pid": 4711,
        },
    ),
    (
        BSD,
        "<34>Mar  6 04:07:23 web-1 su: denied",
        {
            "timestamp": "2023-03-06T04:07:23",
            "level": "critical",
            "message": "denied",
            "host": "web-1",
            "process": "su",
            "facility": "auth",
        },
    ),
    (
        BSD,
        "Jan 29 10:00:00 mac firewalld[9] <Info>: allow",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "info",
            "message": "allow",
            "host": "mac",
            "process": "firewalld",
            "pid": 9,
        },
    ),
    (
        BSD,
        "Jan 29 10:00:00 mac com.apple.launchd[1] (com.example.job[7]): exited",
        {
            "timestamp": "2024-01-29T10:00:00",
            "message": "exited",
            "host": "mac",
            "process": "com.apple.launchd",
            "pid": 1,
        },
    ),
    (
        BSD,
        "Jan 29 10:00:00 web-1 last message repeated 3 times",
        {"timestamp": "2024-01-29T10:00:00", "message": "last message repeated 3 times", "host": "web-1"},
    ),
    (
        BSD,
        "Jan 29 2024 10:00:00 fw : %ASA-6-302013: Built connection",
        {
            "timestamp": "2024-01-29T10:00:00",
            "message": "Built connection",
            "host": "fw",
            "process": "%ASA-6-302013",
        },
    ),
    (
        ISO,
        "2024-01-29T10:00:00.123456+01:00 web-1 systemd[1]: Started Daily Cleanup.",
        {
            "timestamp": "2024-01-29T09:00:00.123456",
            "message": "Started Daily Cleanup.",
            "host": "web-1",
            "process": "systemd",
            "pid": 1,
        },
    ),
    (
        ISO,
        "<30>2024-01-29T10:00:00Z web-1 rsyslogd:  [origin] start",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "info",
            "message": " [origin] start",
            "host": "web-1",
            "process": "rsyslogd",
            "facility": "daemon",
        },
    ),
    (
        ISO,
        "2024-01-29 10:00:00.5-0800  localhost kernel[0]: (AppleACPI) wake",
        {
            "timestamp": "2024-01-29T18:00:00.5",
            "message": "(AppleACPI) wake",
            "host": "localhost",
            "process": "kernel",
            "pid": 0,
        },
    ),
    (
        CHROMEOS,
        "2024-01-29T10:00:00.000001-07:00 ERR kernel: [  1.5] ath: TX while asleep",
        {
            "timestamp": "2024-01-29T17:00:00.000001",
            "level": "error",
            "message": "[  1.5] ath: TX while asleep",
            "process": "kernel",
        },
    ),
    (
        CHROMEOS,
        "2024-01-29T10:00:00.2-07:00 INFO scheduler[13]: job completed",
        {
            "timestamp": "2024-01-29T17:00:00.2",
            "level": "info",
            "message": "job completed",
            "process": "scheduler",
            "pid": 13,
        },
    ),
    (
        CHROMEOS,
        "2024-01-29T10:00:00.3-07:00 WARNING powerd[13]: battery",
        {
            "timestamp": "2024-01-29T17:00:00.3",
            "level": "warning",
            "message": "battery",
            "process": "powerd",
            "pid": 13,
        },
    ),
    (
        PROTOCOL,
        '<165>1 2024-01-29T10:00:00.123456789Z host.example.com app 4711 ID47 [ex@32473 iut="3" src="a \\"b\\" [c\\]"]'
        '[meta seq="1"] \ufeffGrüße',
        {
            "timestamp": "2024-01-29T10:00:00.123456789",
            "level": "notice",
            "message": "Grüße",
            "host": "host.example.com",
            "process": "app",
            "pid": 4711,
            "message_id": "ID47",
            "facility": "local4",
            "sd.ex@32473.iut": "3",
            "sd.ex@32473.src": 'a "b" [c]',
            "sd.meta.seq": "1",
        },
    ),
    (
        PROTOCOL,
        "83 <34>1 2024-01-29T10:00:00-05:00 h su - - - denied",
        {
            "timestamp": "2024-01-29T15:00:00",
            "level": "critical",
            "message": "denied",
            "host": "h",
            "process": "su",
            "facility": "auth",
        },
    ),
    (
        PROTOCOL,
        "<14>1 - - - - - -",
        {"level": "info", "message": "", "facility": "user"},
    ),
    (
        JOURNALD,
        '{"__REALTIME_TIMESTAMP":"1706522400123456","PRIORITY":"4","_HOSTNAME":"web-1","SYSLOG_IDENTIFIER":"sshd",'
        '"_PID":"4711","_UID":"0","_SYSTEMD_UNIT":"ssh.service","MESSAGE":"slow \\"login\\"","_TRANSPORT":"syslog"}',
        {
            "timestamp": "2024-01-29T10:00:00.123456",
            "level": "warning",
            "message": 'slow "login"',
            "host": "web-1",
            "process": "sshd",
            "pid": 4711,
            "uid": 0,
            "unit": "ssh.service",
            "_TRANSPORT": "syslog",
        },
    ),
    (
        JOURNALD,
        '{"__REALTIME_TIMESTAMP":"1706522400000000","PRIORITY":"6","_COMM":"x","MESSAGE":[72,105,255,33]}',
        {"timestamp": "2024-01-29T10:00:00", "level": "info", "message": "Hi\ufffd!", "process": "x"},
    ),
    (
        JOURNALD,
        '{"__REALTIME_TIMESTAMP":"1706522400000000","MESSAGE":"[1, 2]","_HOSTNAME":"h"}',
        {"timestamp": "2024-01-29T10:00:00", "message": "[1, 2]", "host": "h"},
    ),
    (
        DMESG,
        "[    0.000000] Linux version 6.1.0",
        {"message": "Linux version 6.1.0", "uptime_s": 0.0},
    ),
    (
        DMESG,
        "<4>[   12.345678][    T1] usb 1-1: slow",
        {"level": "warning", "message": "usb 1-1: slow", "uptime_s": 12.345678, "thread": "T1", "facility": "kern"},
    ),
    (
        DMESG,
        "kern  :err   : [  12.345678] ata1: failed",
        {"level": "error", "message": "ata1: failed", "uptime_s": 12.345678, "facility": "kern"},
    ),
    (
        DMESG_TIME,
        "[Mon Jan 29 10:00:00 2024] [drm] initialised",
        {"timestamp": "2024-01-29T10:00:00", "message": "[drm] initialised"},
    ),
    (
        DMESG_TIME,
        "[Mon Jan  1 10:00:00 2024] usb 1-1: new device",
        {"timestamp": "2024-01-01T10:00:00", "message": "usb 1-1: new device"},
    ),
    (
        DMESG_TIME,
        "kern  :warn  : [Mon Jan 29 10:00:00 2024] ata1: slow",
        {"timestamp": "2024-01-29T10:00:00", "level": "warning", "message": "ata1: slow", "facility": "kern"},
    ),
]

MALFORMED = [
    (BSD, "Jan 29 10:00:00"),
    (BSD, "January 29 10:00:00 web-1 sshd: x"),
    (BSD, "Jan 29, 2024 10:00:00 AM com.example.Main run"),
    (ISO, "2024-01-29T10:00:00 web-1 no: offset"),
    (ISO, "2024-04-12 00:16:05.526 UTC [7755] LOG:  starting PostgreSQL"),
    (CHROMEOS, "2024-01-29T10:00:00.3-07:00 LOUD powerd: battery"),
    (PROTOCOL, "<34>Jan 29 10:00:00 h su: denied"),
    (PROTOCOL, '<34>1 2024-01-29T10:00:00Z h su - - [open a="1" denied'),
    (JOURNALD, '{"__REALTIME_TIMESTAMP":"1706522400000000","MESSAGE":'),
    (DMESG, "[0.054s][info][gc] Using G1"),
    (DMESG_TIME, "[Mon Jan 29 2024] x"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted


def test_a_year_less_stamp_is_not_after_the_file(parse_lines):
    december, january = parse_lines(BSD, "Dec 31 23:59:59 h p: a", "Jan  1 00:00:00 h p: b")
    assert december["timestamp"] == "2023-12-31T23:59:59"
    assert january["timestamp"] == "2024-01-01T00:00:00"


def test_structured_data_of_many_shapes(parse_lines):
    lines = [f'<14>1 2024-01-29T10:00:00Z h p - - [id{n} k="{n}"] m' for n in range(100)]
    records = parse_lines(PROTOCOL, *lines)
    assert [record[f"sd.id{n}.k"] for n, record in enumerate(records)] == [str(n) for n in range(100)]
