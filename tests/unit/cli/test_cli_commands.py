from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sawlog.cli import main
from sawlog.cli.commands import COMMANDS
from sawlog.errors import QueryError

Engine = Any
Capture = pytest.CaptureFixture[str]


def test_search_prints_source_line_and_record(engine: Engine, capsys: Capture) -> None:
    assert main(["search", "boom", "app.log"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "/logs/app.log:1:boom 0",
        "/logs/app.log:11:boom 10",
        "/logs/app.log:21:boom 20",
    ]
    assert captured.err == ""
    assert engine.last("open") == (["app.log"], {"background": False, "progress": "auto"})
    assert engine.last("search") == ("boom", {"limit": None})
    assert engine.calls[-1][0] == "close"


def test_options_reach_the_engine(engine: Engine, capsys: Capture) -> None:
    main(["search", "boom", "--name=w", "--start", "a", "--end=b", "--last", "5m", "--order", "oldest",
          "--timeout", "1.5", "--limit", "2", "--workers", "3", "--year", "2020", "--timezone",
          "Asia/Tokyo", "--format", "json-lines", "--store", "/s", "--progress", "never", "--no-wait"])  # fmt: skip
    times = {"start": "a", "end": "b", "last": "5m"}
    assert engine.last("search") == ("boom", {"limit": 2, **times, "order": "oldest", "timeout": 1.5})
    assert engine.last("open") == (
        None,
        {"name": "w", "store": "/s", "format": "json-lines", "timezone": "Asia/Tokyo", "year": 2020, "workers": 3,
         "background": True, "progress": False},
    )  # fmt: skip
    assert "2 of 3 matches shown" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "query", "paths"),
    [
        (["x", "--json", "a", "b"], "x", ["a", "b"]),
        (["--json", "--", "-x", "a"], "-x", ["a"]),
        (["--query=-x", "a"], "-x", ["a"]),
        (["-q", "x y", "a", "--text", "b"], "x y", ["a", "b"]),
        (["", "a"], "", ["a"]),
    ],
)
def test_query_and_paths(engine: Engine, arguments: list[str], query: str, paths: list[str]) -> None:
    main(["search", *arguments])
    assert engine.last("search")[0] == query and engine.last("open")[0] == paths


def test_exit_codes(engine: Engine, capsys: Capture) -> None:
    assert main(["search", "absent", "a"]) == 1
    assert main(["count", "absent", "a"]) == 1
    assert main(["count", "boom", "a", "--last", "1h"]) == 0
    assert capsys.readouterr().out.splitlines() == ["0", "3"]
    assert engine.last("search") == ("boom", {"limit": 0, "last": "1h"})
    engine.raises = QueryError("the regex does not compile", "/(/", 1, 2)
    assert main(["search", "/(/", "a"]) == 2
    captured = capsys.readouterr()
    assert captured.out == "" and captured.err.startswith("sawlog: the regex") and "Traceback" not in captured.err
    engine.raises = KeyboardInterrupt()
    assert main(["search", "x", "a"]) == 130


def test_nothing_found_in_time_is_no_answer(engine: Engine, capsys: Capture) -> None:
    engine.timed_out = True
    assert main(["search", "absent", "a"]) == 2
    assert main(["search", "boom", "a"]) == 0
    assert main(["count", "boom", "a"]) == 2
    captured = capsys.readouterr()
    assert captured.err.count("timed out") == 3 and "3\n" not in captured.out


@pytest.mark.parametrize(
    "arguments",
    [["search"], ["search", "app.log"], ["count"], ["index"], ["report"], ["tail"], ["drop"], ["drop", "a", "b"],
     ["datasets", "x"], ["search", "x", "a", "--json", "--context", "1"]],
)  # fmt: skip
def test_wrong_usage_is_told(engine: Engine, capsys: Capture, arguments: list[str]) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("sawlog: ") and f"sawlog {arguments[0]} --help" in captured.err


@pytest.mark.parametrize("arguments", [[], ["unknown"], ["search", "--wrong"], ["search", "x", "a", "--limit", "-1"]])
def test_unknown_arguments(engine: Engine, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        main(arguments)
    assert leaving.value.code == 2


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--limit=-3", "give a number of records, or 'all', not '-3'"),
        ("--workers=x", "give a number, 0 or more, not 'x'"),
    ],
)
def test_numbers_that_are_none_are_told(engine: Engine, capsys: Capture, option: str, told: str) -> None:
    with pytest.raises(SystemExit):
        main(["search", "x", "a", option])
    assert f"error: argument {option.split('=')[0]}: {told}\n" in capsys.readouterr().err


def test_without_a_command_all_are_listed(engine: Engine, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as leaving:
        main([])
    captured = capsys.readouterr()
    assert leaving.value.code == 2 and captured.out == ""
    assert all(f"\n    {command} " in captured.err for command in COMMANDS)


def test_version_and_help(engine: Engine, capsys: Capture) -> None:
    for arguments, shown in ((["--version"], "sawlog 1.2.3"), (["--help"], "COMMAND"), (["tail", "--help"], "--lines")):
        with pytest.raises(SystemExit) as leaving:
            main(arguments)
        assert leaving.value.code == 0 and shown in capsys.readouterr().out


def test_json(engine: Engine, capsys: Capture) -> None:
    hostile = 'boom \x1b[2J \u202e\x7f\x85 "é" \U000e0041 🙂'
    engine.hold([hostile], ratio=[float("nan")], size=[2**60], none=[None])
    assert main(["search", "boom", "a", "--json"]) == 0
    out = capsys.readouterr().out
    (record,) = [json.loads(line) for line in out.splitlines()]
    assert record["raw"] == hostile and record["fields"] == {"ratio": None, "size": 2**60}
    assert record["timestamp"] == "2026-11-01T10:00:00.000000007Z" and record["line"] == 1
    assert not {"\x1b", "\u202e", "\x7f", "\x85", "\U000e0041"} & set(out) and "é" in out and "🙂" in out


def test_csv(engine: Engine, capsys: Capture) -> None:
    engine.hold(['boom, "quoted"', "boom\n  second line"], status=[200, None])
    assert main(["search", "boom", "a", "--csv"]) == 0
    header, first, second = csv.reader(io.StringIO(capsys.readouterr().out))
    assert header == ["timestamp", "level", "message", "source", "line", "offset", "status", "raw"]
    assert first[0] == "2026-11-01T10:00:00.000000007Z" and first[-2:] == ["200", 'boom, "quoted"']
    assert second[-2:] == ["", "boom\n  second line"]


def test_csv_of_nothing_has_a_header(engine: Engine, capsys: Capture) -> None:
    assert main(["search", "absent", "a", "--csv"]) == 1
    assert capsys.readouterr().out == "timestamp,level,message,source,line,offset,raw\n"


def test_context(engine: Engine, capsys: Capture) -> None:
    assert main(["search", "boom", "a", "--context", "1", "--limit", "2"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "/logs/app.log:1:boom 0", "/logs/app.log-2-fine 1", "--",
        "/logs/app.log-10-fine 9", "/logs/app.log:11:boom 10", "/logs/app.log-12-fine 11",
    ]  # fmt: skip


@pytest.mark.parametrize("command", ["search", "count"])
def test_a_path_where_nothing_is(tmp_path: Path, capsys: Capture, command: str) -> None:
    log = tmp_path / "app.log"
    log.write_text("a timeout\nan error\n")
    options = ["--store", str(tmp_path / "store"), "--progress", "never"]
    assert main([command, "error", str(log), *options]) == 0 and capsys.readouterr().err == ""
    assert main([command, "error", "timeout", str(log), *options]) == 2
    out, err = capsys.readouterr()
    assert out and "timeout: no such file" in err and "put one of several words in quotes" in err
    assert main([command, "error", str(tmp_path / "gone.log"), str(log), *options]) == 2
    assert main([command, "--query", "error", "timeout", str(log), *options]) == 2
    assert "quotes" not in capsys.readouterr().err
    log.unlink()
    assert main([command, "error", str(log), *options]) == 0, "what was indexed of a log that is gone stays"


def test_no_prefix(engine: Engine, capsys: Capture) -> None:
    main(["search", "boom", "a", "--no-prefix", "--limit", "1"])
    assert capsys.readouterr().out == "boom 0\n"


def test_tail_shows_the_last_then_follows(engine: Engine, capsys: Capture) -> None:
    assert main(["tail", "boom", "a", "--lines", "2", "--no-prefix"]) == 130
    assert capsys.readouterr().out.splitlines() == ["boom 10", "boom 0", "boom 0"]
    assert engine.last("open")[1]["background"] is True and engine.calls[-1][0] == "close"
    assert main(["tail", "a", "--lines", "0", "--json"]) == 130
    assert engine.last("search")[0] == "" and engine.last("open")[0] == ["a"]


def test_index_and_report(engine: Engine, capsys: Capture) -> None:
    assert main(["index", "a", "b"]) == 0
    assert capsys.readouterr().out == "web: 30 records, 300 B, 1 source, ready\n"
    assert main(["report", "a"]) == 0 and "plain" in capsys.readouterr().out
    engine.error = "damaged \x1b archive"
    assert main(["index", "a"]) == main(["report", "a", "--json"]) == 2
    captured = capsys.readouterr()
    assert "/logs/app.log: damaged \\x1b archive" in captured.err
    assert json.loads(captured.out.splitlines()[-1])["error"] == engine.error


def test_datasets_and_drop(engine: Engine, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert main(["datasets"]) == 0 and "ready" in capsys.readouterr().out
    assert main(["datasets", "--json"]) == 0 and json.loads(capsys.readouterr().out)["name"] == "web"
    assert main(["drop", "absent", "--yes"]) == 2 and "no dataset 'absent'" in capsys.readouterr().err
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert main(["drop", "absent"]) == 2 and "no dataset 'absent'" in capsys.readouterr().err
    assert main(["drop", "web"]) == 2 and "--yes" in capsys.readouterr().err
    monkeypatch.setattr("sawlog.cli.output.is_terminal", lambda stream: True)
    monkeypatch.setattr("builtins.input", lambda question: "n")
    assert main(["drop", "web"]) == 1 and "nothing was deleted" in capsys.readouterr().err
    assert ("drop", "web", {}) not in engine.calls
    assert main(["drop", "web", "--yes"]) == 0 and engine.calls[-1][0] == "drop"
