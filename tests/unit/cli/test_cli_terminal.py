from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sawlog.cli import main
from sawlog.cli.parser import build

Engine = Any
Capture = pytest.CaptureFixture[str]
SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.usefixtures("terminal")
def test_terminal_gets_colours_and_the_newest_hundred(engine: Engine, capsys: Capture) -> None:
    engine.hold([f"boom {number}" for number in range(150)], levels=["error"] * 150)
    assert main(["search", "boom", "a"]) == 0
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 100 and "100 of 150 matches shown; --limit all" in captured.err
    assert "\x1b[1;30;43mboom\x1b[0m\x1b[31m 0\x1b[0m" in captured.out
    assert SGR.sub("", captured.out).splitlines()[0] == "/logs/app.log:1:boom 0"
    main(["search", "boom", "a", "--limit", "all"])
    assert capsys.readouterr().out.count("\n") == 150


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("options", [[], ["--json"], ["--csv"], ["--context", "1"], ["--color", "never"]])
def test_nothing_in_a_log_acts_on_a_terminal(engine: Engine, capsys: Capture, options: list[str]) -> None:
    engine.hold(["boom \x1b]0;title\x07 \x1b[2J \x9b31m \u202e \r"], source="/logs/\x1b[8m.log", levels=[None])
    assert main(["search", "boom", "a", *options]) == 0
    shown = SGR.sub("", capsys.readouterr().out)
    assert not {"\x1b", "\x07", "\x9b", "\u202e", "\r"} & set(shown)


def test_a_pipe_gets_the_bytes_as_they_are(engine: Engine, capsys: Capture) -> None:
    engine.hold(["boom \x1b[2J \u202e"])
    main(["search", "boom", "a", "--no-prefix"])
    assert capsys.readouterr().out == "boom \x1b[2J \u202e\n"


@pytest.mark.usefixtures("terminal")
def test_no_color(engine: Engine, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    main(["search", "boom", "a"])
    assert "\x1b" not in capsys.readouterr().out
    main(["search", "boom", "a", "--color", "always"])
    assert "\x1b[" in capsys.readouterr().out


@pytest.mark.usefixtures("terminal")
def test_huge_record_is_shortened_on_a_terminal_and_says_so(engine: Engine, capsys: Capture) -> None:
    engine.hold(["x" * 1_000_000 + " boom " + "y" * 1_000_000])
    main(["search", "boom", "a", "--limit", "1"])
    out = capsys.readouterr().out
    assert len(out) < 3_000 and "boom" in out and "1.0 MB left out" in out


def test_a_reader_that_leaves_is_no_error(tmp_path: Path) -> None:
    script = tmp_path / "writer.py"
    script.write_text(
        "import sys, types, sawlog\n"
        "from sawlog.cli import commands, main\n"
        "def flood(options):\n"
        "    while True: print('x' * 1000)\n"
        "commands.COMMANDS['datasets'] = flood\n"
        "sys.exit(main(['datasets']))\n"
    )
    import sawlog.cli

    root = Path(sawlog.cli.__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None and process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(timeout=30) == 0
    process.stderr.close()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full device")
@pytest.mark.parametrize("arguments", ["search ''", "count ''", "index", "report", "report --json"])
def test_output_that_cannot_be_written(tmp_path: Path, arguments: str) -> None:
    log = tmp_path / "a.log"
    log.write_text("2026-01-01 00:00:00 INFO a\n" * 1_000)
    run = "import sys; from sawlog.cli import main; sys.exit(main())"
    command = f"{sys.executable} -c '{run}' {arguments} {log} --store {tmp_path}"
    full, closed = (
        subprocess.run(f"{command} {where}", shell=True, capture_output=True, text=True)
        for where in (">/dev/full", ">&-")
    )
    assert full.returncode == 2
    told = "sawlog: the output cannot be written (No space left on device): send it to where there is room\n"
    assert full.stderr == told
    assert (closed.returncode, closed.stderr) == (0, "")


def test_every_option_is_documented_and_has_help() -> None:
    document = next(
        parent / "docs" / "cli.md" for parent in Path(__file__).parents if (parent / "docs" / "cli.md").is_file()
    ).read_text(encoding="utf-8")
    top, commands = build()
    for name, parser in commands.items():
        assert f"`sawlog {name}" in document
        for action in parser._actions:
            assert action.help is not None, (name, action.option_strings)
            for option in action.option_strings:
                assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", document), (name, option)
    assert all(option in document for action in top._actions for option in action.option_strings)
