"""Files that change under the reader, and files and directories that cannot be read."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

import sawlog

CHANGE_WHILE_READ = """
import json, os, sys, time, sawlog
directory, store, change = sys.argv[1:]
path = os.path.join(directory, "big.log")
logs = sawlog.open(directory, store=store, workers=2, background=True)
deadline = time.monotonic() + 20
while not logs.build.progress.partitions and not logs.build.progress.finished and time.monotonic() < deadline:
    time.sleep(0.005)
if change == "truncate":
    os.truncate(path, 300_000)
elif change == "empty":
    os.truncate(path, 0)
elif change == "replace":
    with open(path + ".new", "w") as file:
        file.write("2026-03-18 00:00:00,000 INFO [main] replacement fresh\\n" * 10)
    os.replace(path + ".new", path)
else:
    os.remove(path)
result = {"steady": logs.count("steady7"), "error": None}
try:
    logs.wait()
except sawlog.SawlogError as error:
    result["error"] = f"{type(error).__name__}: {error}"
result["after"] = logs.count("steady7")
logs.close()
print(json.dumps(result))
"""


@pytest.mark.parametrize("change", ["truncate", "empty", "replace", "remove"])
def test_a_file_that_changes_while_it_is_read(
    change: str, tmp_path: Path, start_script: Any, sample_log: Any, small_partitions: None
) -> None:
    directory = tmp_path / "logs"
    directory.mkdir()
    (directory / "big.log").write_bytes(sample_log(60_000, "big"))
    (directory / "steady.log").write_bytes(sample_log(2_000, "steady"))
    process = start_script(CHANGE_WHILE_READ, directory, tmp_path / "store", change)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, f"ended with {process.returncode} (a negative number is a signal)\n{errors}"
    result = json.loads(output.splitlines()[-1])
    assert result["steady"] == result["after"] == 1, result
    assert result["error"] is None or "big.log" in result["error"], result

    with sawlog.open(directory, store=tmp_path / "store", background=False) as logs:
        assert logs.count("steady7") == 1
        assert logs.count("steady*") == 2_000
        if change == "replace":
            assert logs.count("fresh") == 10


@pytest.fixture
def without_privileges() -> list[str]:
    """What starts a process for which permissions count: root as such reads everything."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root reads everything, and setpriv is not installed")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


OPEN = """
import json, sys, sawlog
try:
    logs = sawlog.open(sys.argv[1], store=sys.argv[2], background=False)
except sawlog.SawlogError as error:
    print(json.dumps({"error": f"{type(error).__name__}: {error}", "count": None}))
else:
    problems = [f"{row['file']}: {row['error']}" for row in logs.report().to_dict("records") if row["error"]]
    print(json.dumps({"error": "; ".join(problems), "count": logs.count("took")}))
    logs.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="permissions work otherwise there")
@pytest.mark.parametrize("what", ["the directory", "a directory in it", "a file in it"])
def test_what_cannot_be_read_is_named(
    what: str, without_privileges: list[str], tmp_path: Path, start_script: Any, sample_log: Any
) -> None:
    logs = tmp_path / "logs"
    (logs / "inner").mkdir(parents=True)
    (logs / "app.log").write_bytes(sample_log(100))
    (logs / "inner" / "more.log").write_bytes(sample_log(10))
    hidden = {"the directory": logs, "a directory in it": logs / "inner", "a file in it": logs / "inner" / "more.log"}
    hidden[what].chmod(0)
    try:
        process = start_script(OPEN, logs, tmp_path / "store", prefix=without_privileges)
        output, errors = process.communicate(timeout=60)
    finally:
        hidden[what].chmod(0o700)
    assert process.returncode == 0, errors
    result = json.loads(output.splitlines()[-1])
    assert hidden[what].name in result["error"], result
    assert result["count"] == (None if what == "the directory" else 100), result


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(sawlog.errors.SourceError, match="nowhere"):
        sawlog.open(tmp_path / "nowhere.log", store=tmp_path / "store", background=False)


def test_growth_and_rotation_are_picked_up_by_content(tmp_path: Path, sample_log: Any) -> None:
    directory = tmp_path / "logs"
    directory.mkdir()
    live = directory / "app.log"
    live.write_bytes(sample_log(1_000))
    with sawlog.open(directory, store=tmp_path / "store", background=False) as logs:
        with live.open("ab") as file:
            file.write(sample_log(500, start=1_000))
        logs.refresh()
        logs.wait()
        assert logs.count("took") == 1_500
        live.rename(directory / "app.log.1")
        live.write_bytes(sample_log(200, start=1_500))
        logs.refresh()
        logs.wait()
        assert logs.count("took") == 1_700
        assert logs.count("app1499") == 1
