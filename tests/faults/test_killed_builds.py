"""kill -9 at 50 random moments of a build: whoever opens next resumes, and the index is that of one clean run."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

import sawlog

KILLS, SEEDS = 10, 5  # 50 in all

LINES = (3_000, 5_000, 200)

BUILD = """
import sys, sawlog
print("imported", flush=True)
logs = sawlog.open(sys.argv[1], store=sys.argv[2], workers=2, background=False)
print(logs.count(), flush=True)
logs.close()
"""


@pytest.fixture
def corpus(tmp_path: Path, sample_log: Any) -> Path:
    directory = tmp_path / "logs"
    directory.mkdir()
    for number, lines in enumerate(LINES):
        (directory / f"app{number}.log").write_bytes(sample_log(lines, f"app{number}x"))
    return directory


def _kill(process: subprocess.Popen[str], *, whole_group: bool) -> None:
    """The whole tree at once, or only the main process, whose workers then have to notice that they are orphans."""
    with contextlib.suppress(ProcessLookupError):
        if whole_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _finish(process: subprocess.Popen[str]) -> str:
    output, errors = process.communicate(timeout=120)
    assert process.returncode == 0, errors
    return output


@pytest.mark.parametrize("seed", range(SEEDS))
def test_killed_at_random_moments_and_resumed_the_index_is_the_same(
    seed: int, corpus: Path, tmp_path: Path, start_script: Any, small_partitions: None, table_of: Any
) -> None:
    clean = start_script(BUILD, corpus, tmp_path / "clean")
    assert clean.stdout.readline() == "imported\n"
    began = time.monotonic()
    records = int(_finish(clean))
    duration = time.monotonic() - began
    with sawlog.open(corpus, store=tmp_path / "clean", background=False) as logs:
        expected = table_of(logs)
    assert expected.num_rows == records

    random_moments = random.Random(seed)
    kills, attempt = 0, 0
    while kills < KILLS:
        store = tmp_path / f"store{attempt}"
        attempt += 1
        for _ in range(KILLS // 2):  # kills of one build, before it is left to finish
            process = start_script(BUILD, corpus, store)
            process.stdout.readline()
            time.sleep(random_moments.uniform(0, duration))
            if process.poll() is None:
                _kill(process, whole_group=random_moments.random() < 0.5)
                kills += 1
        resumed = start_script(BUILD, corpus, store)
        assert int(_finish(resumed).split()[-1]) == records
        with sawlog.open(corpus, store=store, background=False) as logs:
            assert table_of(logs).equals(expected)
            assert logs.count("took") == records
            assert logs.count("app1x77") == 1
            assert logs.report()["records"].sum() == records


def test_a_cancelled_build_resumes_to_the_same_index(
    corpus: Path, tmp_path: Path, small_partitions: None, table_of: Any
) -> None:
    with sawlog.open(corpus, store=tmp_path / "clean", workers=1, background=False) as logs:
        expected = table_of(logs)
    logs = sawlog.open(corpus, store=tmp_path / "store", workers=1, background=True)
    logs.build.cancel()
    assert logs.count("took") == expected.num_rows, "what is not indexed is scanned"
    logs.close()
    with sawlog.open(corpus, store=tmp_path / "store", workers=1, background=False) as logs:
        assert table_of(logs).equals(expected)


def test_ctrl_c_leaves_a_store_that_resumes(corpus: Path, tmp_path: Path, start_script: Any) -> None:
    process = start_script(BUILD, corpus, tmp_path / "store")
    process.stdout.readline()
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    resumed = start_script(BUILD, corpus, tmp_path / "store")
    assert int(_finish(resumed).split()[-1]) == sum(LINES)
