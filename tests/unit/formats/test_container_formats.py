"""Docker's json-file driver, and the CRI format of Kubernetes."""

from __future__ import annotations

import json

import pytest

STAMP = "2024-01-29T10:00:00.123456789"


def docker(text: str, **more: object) -> str:
    return json.dumps({"log": text, "stream": "stderr", "time": f"{STAMP}Z", **more})


def test_docker(parse_lines):
    [record] = parse_lines("docker-json", docker("ready\n", attrs={"tag": "web"}))
    assert record == {"timestamp": STAMP, "message": "ready", "stream": "stderr", "attrs.tag": "web"}


def test_docker_message_has_no_terminal_codes(parse_lines):
    [record] = parse_lines("docker-json", docker("\x1b]0;title\x07\x1b[1;31mERROR\x1b[0m boom\r\n"))
    assert (record["message"], record["level"]) == ("ERROR boom", "error")


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("2024-01-29 10:00:00 WARN x", "warning"),
        ("[error] nothing in capitals", None),
        ('time="x" level=fatal msg="y"', "critical"),
        ('{"severity":"DEBUG"}', "debug"),
        ("an Error in prose, and INFO_X", None),
        ("INFO:root:x", "info"),
        ("x" * 200 + " ERROR", None),
    ],
)
@pytest.mark.parametrize("name", ["docker-json", "cri"])
def test_level_inside_the_text(parse_lines, name, text, level):
    line = docker(text) if name == "docker-json" else f"{STAMP}Z stdout F {text}"
    [record] = parse_lines(name, line)
    assert record.get("level") == level


def test_cri(parse_lines):
    full, part, empty, bad = parse_lines(
        "cri", f"{STAMP}Z stdout F hello  you", f"{STAMP}+01:00 stderr P half", f"{STAMP}Z stdout F ", "stdout F x"
    )
    assert full == {"timestamp": STAMP, "message": "hello  you", "stream": "stdout", "logtag": "F"}
    assert part == {
        "timestamp": STAMP.replace("T10", "T09"), "message": "half", "stream": "stderr", "logtag": "P",
    }  # fmt: skip
    assert empty == {"timestamp": STAMP, "message": "", "stream": "stdout", "logtag": "F"}
    assert bad is None


def test_detection(detects):
    assert detects([docker(f"INFO n {number}\n") for number in range(20)]) == ("docker-json", 1.0)
    assert detects([f"{STAMP}Z stdout F INFO n {number}" for number in range(20)]) == ("cri", 1.0)
