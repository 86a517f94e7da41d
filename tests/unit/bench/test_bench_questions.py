"""The benchmark's questions follow their rules, its peers understand them alike, and its rows judge as they say."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))

from tests.bench import corpora, queries, questions, report  # noqa: E402
from tests.bench.corpora import Corpus  # noqa: E402
from tests.bench.measure import Stat  # noqa: E402
from tests.bench.peers import overhead  # noqa: E402
from tests.bench.peers.base import Peer  # noqa: E402
from tests.bench.peers.registry import PEERS  # noqa: E402
from tests.bench.peers.searchers import ask_all  # noqa: E402
from tests.bench.questions import Question  # noqa: E402
from tests.bench.rows import concurrency, words  # noqa: E402
from tests.bench.rows.base import Row  # noqa: E402

LINES = 30_000


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def corpus(scratch: Path) -> Corpus:
    return corpora.ids(scratch, LINES)


def opened(name: str, corpus: Corpus, directory: Path) -> Peer:
    peer = PEERS[name]()
    peer.load()
    if name == "sawlog":
        peer.build(corpus, directory, 1)
    peer.open(corpus, directory)
    return peer


def test_questions_follow_their_rules_and_are_kept(corpus: Corpus, scratch: Path) -> None:
    asked = questions.ask(corpus, scratch)
    text = corpus.path.read_text().lower().split("\n")
    tokens = [set(line.replace("_", " ").replace("$", " ").split()) for line in text]
    assert 2 <= len(asked.words) <= questions.MOST_WORDS and len(set(asked.words)) == len(asked.words)
    assert sum(asked.words[0] in line for line in tokens) == asked.word_lines[0]
    assert list(asked.word_lines) == sorted(asked.word_lines, reverse=True) and asked.word_lines[-1] >= 10
    assert asked.literal in asked.regex and asked.bare_regex
    kinds = Counter(question.kind for question in asked.workload)
    assert set(kinds) == set(questions.SHARES)
    assert len({(question.kind, question.text) for question in asked.workload}) == len(asked.workload)
    assert questions.ask(corpus, scratch) == asked, "kept for the next run"


def test_the_same_words_are_asked_in_both_orders(corpus: Corpus, scratch: Path) -> None:
    asked = questions.ask(corpus, scratch)
    first, last = (asked.conjunction(2, rarest_first=order) for order in (True, False))
    assert first.words == last.words[::-1] and first.words[0] == asked.words[0]
    assert asked.conjunction(1, rarest_first=True).words == asked.words[:1]


def test_peers_agree_on_what_is_counted(corpus: Corpus, scratch: Path) -> None:
    pytest.importorskip("duckdb")
    common, asked = queries.choose(corpus, scratch).common, questions.ask(corpus, scratch)
    found: dict[str, tuple[int, ...]] = {}
    for name in ("sawlog", "duckdb", "polars"):
        peer = opened(name, corpus, scratch / name)
        counts = (peer.count(common), peer.histogram(common), peer.facet(common))
        found[name] = (*counts, peer.regex_count(asked.regex, asked.literal), peer.regex_count(r"\d{19}", ""))
        peer.close()
    assert found["sawlog"] == found["duckdb"] == found["polars"]
    assert found["sawlog"][0] == common.lines and found["sawlog"][-1] == LINES


def test_sawlog_answers_the_workload_and_times_its_planning(corpus: Corpus, scratch: Path) -> None:
    workload = questions.ask(corpus, scratch).workload[:20]
    peer = opened("sawlog", corpus, scratch / "sawlog-again")
    seconds = peer.searchers(workload, 4, [Question("regex", r"/\d{19}/")])
    planned = peer.overhead()
    peer.close()
    assert len(seconds) == len(workload) and min(seconds) > 0
    steps = planned["milliseconds"]
    assert isinstance(steps, dict) and {len(values) for values in steps.values()} == {overhead.TIMES}
    assert all(all_of_them >= one for one, all_of_them in zip(steps["one"], steps["all"], strict=True))


def test_searchers_ask_at_the_same_time_and_every_question_once() -> None:
    together = threading.Barrier(3, timeout=10)
    asked: list[str] = []

    def answer(question: Question) -> None:
        asked.append(question.text)
        together.wait()

    assert len(ask_all(answer, [Question("rare", str(number)) for number in range(6)], 3)) == 6
    assert sorted(asked) == list("012345")


def test_the_load_beside_the_searchers_ends_with_them_and_errors_are_raised() -> None:
    loads = threading.Event()

    def answer(question: Question) -> None:
        if question.kind == "heavy":
            loads.set()
        else:
            assert loads.wait(10)

    assert len(ask_all(answer, [Question("rare", "a")], 1, [Question("heavy", "b")])) == 1

    def fail(question: Question) -> None:
        raise ValueError(question.text)

    with pytest.raises(ValueError, match="first"):
        ask_all(fail, [Question("rare", "first"), Question("rare", "second")], 1)


def test_words_name_what_they_miss() -> None:
    peers = {"rarest word alone": Stat("ms", (2.0,)), "rg": Stat("ms", (40.0,)), "sqlite": Stat("ms", (1.0,))}
    assert words.missed(Stat("ms", (2.0,)), peers) == []
    assert words.missed(Stat("ms", (10.0,)), peers) == [
        "5.0 x the time of rarest word alone",
        "10.0 x the time of sqlite",
        "4.0 x the speed of rg",
    ]


def test_throughput_must_reach_the_cores_and_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(concurrency, "cores", lambda: 2)

    def rates(*values: float) -> dict[int, Stat]:
        return {number: Stat("queries/s", (value,)) for number, value in zip((1, 2, 4), values, strict=True)}

    assert concurrency.usual(rates(1, 1, 1)) == 2
    assert concurrency.stays(rates(50, 90, 82))
    assert not concurrency.stays(rates(50, 90, 80)), "more searchers than cores lose too much"
    assert not concurrency.stays(rates(91, 90, 90)), "slower with a searcher a core than with one"


def test_a_percentile_leaves_out_the_rounds_that_warmed_up() -> None:
    rounds = [[9.0, 9.0], [0.001, 0.003], [0.002, 0.002]]
    assert concurrency.percentile(rounds, 2, 50).values == pytest.approx((2.0, 2.0))


def test_rows_are_listed_by_part_and_equal_notes_once() -> None:
    def row(key: str, note: str = "") -> Row:
        return Row(key, f"what {key}", "≤ 5 ms", None, {}, None, "", None, note)

    data: dict[str, object] = {
        "date": "2026-01-01",
        "commit": "",
        "machine": {"cpu": "c", "cores": 2, "memory": 2**34, "system": "Linux", "load": 0.5},
        "versions": {"python": "3.11"},
        "failures": [],
    }
    text = report.markdown(data, [row("words.2", "n"), row("build.ci"), row("counts.count", "n"), row("overhead.one")])
    first, asking = text.split("### Asking")
    assert "what build.ci" in first and "what words.2" not in first
    assert asking.index("what words.2") < asking.index("what counts.count") < asking.index("what overhead.one")
    assert "- what words.2; what counts.count: n." in asking
