from __future__ import annotations

import pytest

CASES = [
    (
        "auditd",
        'type=SYSCALL msg=audit(1706522400.243:24287): arch=c000003e syscall=2 success=no exit=-13 pid=7 comm="cat" '
        'exe="/bin/my cat" key=(null)',
        {
            "timestamp": "2024-01-29T10:00:00.243",
            "message": 'arch=c000003e syscall=2 success=no exit=-13 pid=7 comm="cat" exe="/bin/my cat" key=(null)',
            "type": "SYSCALL",
            "serial": 24287,
            "arch": "c000003e",
            "syscall": 2,
            "success": "no",
            "exit": -13,
            "pid": 7,
            "comm": "cat",
            "exe": "/bin/my cat",
        },
    ),
    (
        "auditd",
        "node=web-1 type=USER_LOGIN msg=audit(1706522400.001:7): pid=9 uid=0 auid=4294967295 "
        'msg=\'op=login acct="ann" exe="/usr/sbin/sshd" hostname=? addr=192.0.2.7 res=failed\'\x1dUID="root"',
        {
            "timestamp": "2024-01-29T10:00:00.001",
            "message": 'pid=9 uid=0 auid=4294967295 msg=\'op=login acct="ann" exe="/usr/sbin/sshd" hostname=? '
            'addr=192.0.2.7 res=failed\'\x1dUID="root"',
            "host": "web-1",
            "type": "USER_LOGIN",
            "serial": 7,
            "pid": 9,
            "uid": 0,
            "auid": 4294967295,
            "op": "login",
            "acct": "ann",
            "exe": "/usr/sbin/sshd",
            "addr": "192.0.2.7",
            "res": "failed",
            "UID": "root",
        },
    ),
    (
        "auditd",
        "type=AVC msg=audit(1706522400.5:8): avc:  denied  { read write } for  pid=12 tclass=file",
        {
            "timestamp": "2024-01-29T10:00:00.5",
            "message": "avc:  denied  { read write } for  pid=12 tclass=file",
            "type": "AVC",
            "serial": 8,
            "pid": 12,
            "tclass": "file",
        },
    ),
    (
        "auditd",
        "type=EOE msg=audit(1706522400.5:8): ",
        {"timestamp": "2024-01-29T10:00:00.5", "message": "", "type": "EOE", "serial": 8},
    ),
    (
        "cef",
        "CEF:0|Acme|Fire\\|wall|1.0|100|Port scan|10|"
        "src=192.0.2.7 spt=1232 act=drop it msg=a\\=b c\\nd rt=1706522400123",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "critical",
            "message": "a=b c\nd",
            "vendor": "Acme",
            "product": "Fire|wall",
            "product_version": "1.0",
            "event_id": "100",
            "event_name": "Port scan",
            "severity": "10",
            "src": "192.0.2.7",
            "spt": 1232,
            "act": "drop it",
            "msg": "a=b c\nd",
            "rt": "1706522400123",
        },
    ),
    (
        "cef",
        "<134>Jan 29 10:00:00 fw-1 CEF:0|Acme|Wall|2|7|Denied|Medium|request=http://x/?a=b&c=d dst=192.0.2.9",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "warning",
            "message": "Denied",
            "host": "fw-1",
            "vendor": "Acme",
            "product": "Wall",
            "product_version": "2",
            "event_id": "7",
            "event_name": "Denied",
            "severity": "Medium",
            "request": "http://x/?a=b&c=d",
            "dst": "192.0.2.9",
        },
    ),
    (
        "cef",
        "<131>1 2024-01-29T10:00:00Z fw-1 app - - - CEF:1|A|B|2|7|Up|Unknown|",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "error",
            "message": "Up",
            "host": "fw-1",
            "vendor": "A",
            "product": "B",
            "product_version": "2",
            "event_id": "7",
            "event_name": "Up",
            "severity": "Unknown",
        },
    ),
    (
        "leef",
        "Jan 29 10:00:00 h LEEF:1.0|Acme|Wall|1|login|src=192.0.2.7\tdstPort=22\tsev=8\tusrName=ann b",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "error",
            "message": "login",
            "host": "h",
            "vendor": "Acme",
            "product": "Wall",
            "product_version": "1",
            "event_id": "login",
            "src": "192.0.2.7",
            "dstPort": 22,
            "sev": 8,
            "usrName": "ann b",
        },
    ),
    (
        "leef",
        "LEEF:2.0|Acme|Wall|1|login|^|src=192.0.2.7^devTime=Jan 29 2024 10:00:00^sev=2",
        {
            "timestamp": "2024-01-29T10:00:00",
            "level": "info",
            "message": "login",
            "vendor": "Acme",
            "product": "Wall",
            "product_version": "1",
            "event_id": "login",
            "src": "192.0.2.7",
            "devTime": "Jan 29 2024 10:00:00",
            "sev": 2,
        },
    ),
    (
        "leef",
        "LEEF:2.0|Acme|Wall|1|login|x7C|src=192.0.2.7|sev=5",
        {
            "level": "warning",
            "message": "login",
            "vendor": "Acme",
            "product": "Wall",
            "product_version": "1",
            "event_id": "login",
            "src": "192.0.2.7",
            "sev": 5,
        },
    ),
]

MALFORMED = [
    ("auditd", "type=SYSCALL msg=audit(now): a=1"),
    ("auditd", "msg=audit(1706522400.243:24287): a=1"),
    ("cef", "CEF:0|Acme|Wall|1.0|100"),
    ("cef", "Jan 29 10:00:00 h sshd[1]: x"),
    ("leef", "LEEF:1.0|Acme"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values_do_not_depend_on_the_neighbours(parse_lines, name, line, expected):
    others = [other for other_name, other, _ in CASES if other_name == name]
    assert parse_lines(name, *others, "junk", line, line)[-2:] == [expected, expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted
