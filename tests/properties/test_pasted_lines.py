"""Any run of whole words cut from a record and pasted finds that record, and little is said of it.

The lines hold what is an operator, a comparison or a pipe in some query language, and names of the dataset's fields.
"""

from __future__ import annotations

import random

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import OpenBytes, state_of

from sawlog.engine import Dataset

RUNS = 150
WORDS = (
    *("and", "or", "not", "AND", "OR", "NOT", "timeout", "error", "user", "level", "status", "found", "in", "(core)"),
    *("5xx", "500-599", "10.0.0.0/99", "error|warn", "a,b", "->", "-", "||", "&&", "!ref", "x=1", "'x'", "(a or b)"),
)


def _prose(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(4, 9)))


def logfmt(rng: random.Random) -> str:
    return (
        f"time=2026-03-17T10:00:{rng.randint(10, 59)}Z level={rng.choice(('error', 'info'))} "
        f'msg="{_prose(rng)}" status={rng.choice((200, 500))} user={rng.choice(("ada", "bob"))}'
    )


def labelled(rng: random.Random) -> str:
    return f"level: {rng.choice(('error', 'info'))} status: 500, user: ada, message: {_prose(rng)}"


def piped(rng: random.Random) -> str:
    return f"2026-03-17 10:00:{rng.randint(10, 59)} | INFO | worker-{rng.randint(1, 9)} | {_prose(rng)} | count 5"


def shell(rng: random.Random) -> str:
    return f"+ make all || exit {rng.randint(1, 9)} && test status = 500 | head 5 ; [ level != error ] {_prose(rng)}"


def statement(rng: random.Random) -> str:
    return f"LOG: statement: SELECT * FROM t WHERE status >= {rng.randint(1, 9)} AND NOT user = 'ada' OR {_prose(rng)}"


def access(rng: random.Random) -> str:
    return (
        f'10.0.0.{rng.randint(1, 9)} - ada [17/Mar/2026:10:00:00 +0000] "GET /a?level=error&status=500 HTTP/1.1" '
        f'500 17 "-" "curl/8 {_prose(rng)}"'
    )


LINES = {make.__name__: make for make in (logfmt, labelled, piped, shell, statement, access)}


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    made = ["\n".join(make(random.Random(f"{name} {n}")) for n in range(40)) for name, make in LINES.items()]
    return open_bytes(*(text.encode() for text in made), log_bytes("application", 5, 40), log_bytes("json", 5, 40))


def runs(logs: Dataset, seed: str) -> list[tuple[str, int, str]]:
    """(source, line, a run of its words)"""
    rng = random.Random(seed)
    records = list(logs.search("", limit=None))
    found = []
    for hit in rng.sample(records, min(RUNS, len(records))):
        if words := hit.raw.split():
            first = rng.randrange(len(words))
            last = rng.choice((first + rng.randint(1, 4), len(words)))
            found.append((hit.source, hit.line, " ".join(words[first:last])))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_run_of_words_finds_its_record(logs: Dataset, seed: int) -> None:
    for source, line, run in runs(logs, f"runs {seed}"):
        assert (source, line) in {(hit.source, hit.line) for hit in logs.search(run, limit=None)}, run


def warnings(logs: Dataset, text: str) -> int:
    return sum(remark.severity == "warning" for remark in state_of(logs).parsed(text, 0).diagnostics)


def test_little_is_said_of_it(logs: Dataset) -> None:
    said = [warnings(logs, run) for seed in range(4) for _, _, run in runs(logs, f"runs {seed}")]
    assert max(said) <= 3
    assert sum(map(bool, said)) < len(said) / 8


def test_nothing_is_said_of_a_whole_line(logs: Dataset) -> None:
    lines = [hit.raw for hit in logs.search("", limit=None) if len(hit.raw.split()) > 6]
    assert [line for line in lines if warnings(logs, line)] == []
