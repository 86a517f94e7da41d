"""Formats whose columns are named by a header line: CSV, W3C, CloudFront, Zeek, VPC flow logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from sawlog.formats.base import Format, TimeContext
from sawlog.formats.registry import get

Row = dict[str, Any] | None


def rows(format: Format, *lines: str, **context: Any) -> list[Row]:
    """What is not null of each line; None: unmatched.  Stamps as ISO text without trailing zeros."""
    frame = format.parse(pl.Series(lines, dtype=pl.String), TimeContext(**context))
    assert frame.height == len(lines)
    stamp = pl.col("timestamp").dt.to_string("%Y-%m-%dT%H:%M:%S%.9f").str.replace(r"\.?0+$", "")
    found = frame.with_columns(stamp).to_dicts()
    keep = lambda row: {key: value for key, value in row.items() if value is not None and key != "matched"}  # noqa: E731
    return [keep(row) if row["matched"] else None for row in found]


def bound(name: str, *head: str) -> Format:
    return get(name).bind(pl.Series(head, dtype=pl.String))


DIRECTIVE = {"message_start": 0}

# --- CSV

CSV = ["time,level,host,count,ratio,ok,message", '2024-01-29T10:00:00.5Z,WARN,web1,5,0.5,true,"hello, ""you"""']
CSV_ROW = {
    "timestamp": "2024-01-29T10:00:00.5", "level": "warning", "message": 'hello, "you"', "host": "web1",
    "count": 5, "ratio": 0.5, "ok": True,
}  # fmt: skip


def test_csv_header_in_the_lines():
    assert rows(get("csv"), *CSV) == [DIRECTIVE, CSV_ROW]


def test_csv_bound_to_its_header():
    assert rows(bound("csv", *CSV), CSV[1], CSV[0], "too,few", CSV[1]) == [CSV_ROW, DIRECTIVE, None, CSV_ROW]


def test_csv_without_a_header_matches_nothing():
    assert rows(get("csv"), "1,2,3", "4,5,6", "") == [None, None, None]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_separators(separator):
    lines = ["id,date,time,severity,text", "7,2024-01-29,10:00:01,error,a b", "8,2024-01-29,10:00:02,info,"]
    found = rows(get("csv"), *[line.replace(",", separator) for line in lines])
    assert found[1] == {"timestamp": "2024-01-29T10:00:01", "level": "error", "message": "a b", "id": 7}
    assert found[2] == {"timestamp": "2024-01-29T10:00:02", "level": "info", "message_start": 0, "id": 8}


def test_csv_another_header_below():
    found = rows(get("csv"), *CSV, "timestamp,msg,code", "2024-01-29T11:00:00Z,later,x1")
    assert found[2:] == [DIRECTIVE, {"timestamp": "2024-01-29T11:00:00", "message": "later", "code": "x1"}]


def test_csv_quotes_of_one_line_do_not_reach_the_next():
    head = CSV[0]
    open_ended = '2024-01-29T10:00:01Z,INFO,web1,1,0.5,true,"two'
    found = rows(bound("csv", head, open_ended), open_ended, "lines,of it", 'end"', CSV[1])
    assert (found[0]["message"], found[1], found[2], found[3]["message"]) == ("two", None, None, 'hello, "you"')
    assert bound("csv", head, open_ended).joins_unmatched
    assert not bound("csv", *CSV).joins_unmatched


def test_csv_joined_record():
    [row] = rows(bound("csv", *CSV), '2024-01-29T10:00:01Z,INFO,web1,1,0.5,true,"two\nlines"')
    assert row["message"] == "two\nlines"


def test_csv_columns_of_one_name():
    [directive, row] = rows(get("csv"), "time,code,Code_2,Code,code", "2024-01-29T10:00:00Z,1,2,3,4")
    assert directive is not None and row is not None
    assert {name: row[name] for name in row if "ode" in name} == {"code": 1, "Code_2": 2, "Code_3": 3, "code_4": 4}
    assert rows(get("csv"), "name,name,other", "1,2,3", "1,2,3") == [None, None, None]


def test_csv_numbers_that_are_no_numbers():
    found = rows(get("csv"), "time,code,mixed", "2024-01-29T10:00:00Z,007,1", "2024-01-29T10:00:01Z,012,x")
    assert [(row["code"], row["mixed"]) for row in found[1:]] == [("007", "1"), ("012", "x")]


# --- W3C

W3C = [
    "#Software: Microsoft Internet Information Services 10.0",
    "#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port c-ip cs(User-Agent) sc-status time-taken x-n",
    "2024-01-29 10:00:07 10.1.1.1 GET /a q=1 443 198.51.100.7 Mozilla/5.0+(Test) 503 65 -",
]
W3C_ROW = {
    "message_start": 0, "timestamp": "2024-01-29T10:00:07", "level": "error", "server": "10.1.1.1", "method": "GET",
    "path": "/a?q=1", "port": 443, "client": "198.51.100.7", "user_agent": "Mozilla/5.0 (Test)", "status": 503,
    "duration_ms": 65,
}  # fmt: skip


def test_w3c():
    assert rows(get("w3c"), *W3C) == [DIRECTIVE, DIRECTIVE, W3C_ROW]


def test_w3c_is_utc_whatever_the_zone():
    assert rows(bound("w3c", *W3C), W3C[2], timezone="Asia/Tokyo") == [W3C_ROW]


def test_w3c_columns_change_midway():
    lines = [*W3C, "#Fields: date time c-ip sc-status", "2024-01-29 10:00:08 198.51.100.8 200", W3C[2]]
    found = rows(get("w3c"), *lines)
    assert found[4] == {
        "message_start": 0, "timestamp": "2024-01-29T10:00:08", "level": "info", "client": "198.51.100.8",
        "status": 200,
    }  # fmt: skip
    assert found[5] is None


def test_w3c_time_only_takes_the_date_above():
    dates = ["#Date: 2024-01-29 00:00:00", "#Date: 2024-01-30 00:00:00"]
    found = rows(get("w3c"), dates[0], "#Fields: time c-ip", "10:00:00 a", dates[1], "00:00:01 b")
    assert [found[2]["timestamp"], found[4]["timestamp"]] == ["2024-01-29T10:00:00", "2024-01-30T00:00:01"]


def test_w3c_malformed_lines():
    assert rows(bound("w3c", *W3C), "", "short line", W3C[2] + " extra", W3C[2].replace("2024", "x")) == [None] * 4
    assert rows(get("w3c"), *W3C[2:], "# comment") == [None, None], "without a header nothing is known"


def test_cloudfront():
    names = "date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(User-Agent) time-taken"
    cells = "2024-01-29 10:00:07 FRA1 392 198.51.100.7 GET d1.example /i.html 200 Mozilla/5.0%20(Test) 0.001"
    lines = ["#Version: 1.0", f"#Fields: {names}", cells.replace(" ", "\t")]
    assert rows(get("aws-cloudfront"), *lines)[2] == {
        "message_start": 0, "timestamp": "2024-01-29T10:00:07", "level": "info", "x_edge_location": "FRA1",
        "bytes": 392,
        "client": "198.51.100.7", "method": "GET", "host": "d1.example", "path": "/i.html", "status": 200,
        "user_agent": "Mozilla/5.0 (Test)", "duration_s": 0.001,
    }  # fmt: skip


# --- Zeek

ZEEK = [
    "#separator \\x09",
    "#set_separator\t,",
    "#path\tconn",
    "#fields\tts\tuid\tid.resp_p\tlocal_orig\tduration\ttags",
    "#types\ttime\tstring\tport\tbool\tinterval\tset[string]",
    "1706522400.123456\tCabc\t443\tT\t0.5\ta,b",
    "1706522401.000001\tCdef\t-\tF\t-\t(empty)",
]
ZEEK_ROWS = [
    {
        "message_start": 0, "timestamp": "2024-01-29T10:00:00.123456", "uid": "Cabc", "id.resp_p": 443,
        "local_orig": True, "duration": 0.5, "tags": "a,b",
    },
    {"message_start": 0, "timestamp": "2024-01-29T10:00:01.000001", "uid": "Cdef", "local_orig": False},
]  # fmt: skip


def test_zeek():
    assert rows(get("zeek"), *ZEEK, "#close\t2024-01-29-11-00-00") == [*[DIRECTIVE] * 5, *ZEEK_ROWS, DIRECTIVE]
    assert rows(bound("zeek", *ZEEK), *ZEEK[5:]) == ZEEK_ROWS


def test_zeek_iso_stamps_and_malformed_lines():
    line = ZEEK[5].replace("1706522400.123456", "2024-01-29T10:00:00.123456Z")
    assert rows(bound("zeek", *ZEEK), line, "a\tb", "", "x\tCabc\t443\tT\t0.5\ta") == [ZEEK_ROWS[0], None, None, None]


# --- VPC flow logs

FLOW = "2 123456789010 eni-0a1b2c 10.0.0.1 10.0.0.2 20641 443 6 20 4249 1706522400 1706522460 ACCEPT OK"


def test_vpc_flow_default_fields():
    assert rows(get("aws-vpc-flow"), FLOW) == [
        {
            "message_start": 0, "timestamp": "2024-01-29T10:00:00", "version": 2, "account_id": "123456789010",
            "interface_id": "eni-0a1b2c", "srcaddr": "10.0.0.1", "dstaddr": "10.0.0.2", "srcport": 20641,
            "dstport": 443, "protocol": 6, "packets": 20, "bytes": 4249, "end": 1706522460, "action": "ACCEPT",
            "log_status": "OK",
        }
    ]  # fmt: skip


def test_vpc_flow_header_and_gaps():
    header, nodata = "version interface-id srcaddr start bytes", "5 eni-1 - 1706522400 -"
    assert rows(get("aws-vpc-flow"), header, nodata, "garbage") == [
        DIRECTIVE,
        {"message_start": 0, "timestamp": "2024-01-29T10:00:00", "version": 5, "interface_id": "eni-1"},
        None,
    ]


# --- all

SAMPLES = {
    "csv": [CSV[0], *[CSV[1].replace("5Z", f"{number}Z") for number in range(20)]],
    "w3c": [*W3C[:2], *[W3C[2].replace(":07", f":{number:02}") for number in range(20)]],
    "aws-cloudfront": [
        "#Version: 1.0",
        "#Fields: date time x-edge-location sc-bytes",
        *[f"2024-01-29\t10:00:{number:02}\tFRA1\t1" for number in range(20)],
    ],
    "zeek": [*ZEEK, *[ZEEK[5]] * 20],
    "aws-vpc-flow": [FLOW.replace("20641", str(number)) for number in range(20)],
}


@pytest.mark.parametrize("name", SAMPLES)
def test_detection(detects: Callable[[list[str]], tuple[str, float]], name: str):
    found, confidence = detects(SAMPLES[name])
    assert (found, confidence >= 0.9) == (name, True)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_later_block_needs_the_head(name):
    lines = SAMPLES[name]
    whole = rows(get(name), *lines)
    assert rows(bound(name, *lines[:8]), *lines[10:]) == whole[10:]


@pytest.mark.parametrize("name", SAMPLES)
def test_no_lines(name):
    assert rows(get(name)) == []
    assert rows(bound(name, *SAMPLES[name])) == []
