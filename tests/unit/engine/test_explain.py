"""What explain says: the plan as it ran, its phases, what would be cheaper; and the slow-query log."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import TINY, open_logs, state_of, write_log

from sawlog.engine import Dataset
from sawlog.engine.slow import SLOW_LOG
from sawlog.errors import SettingsError

#: All in one partition.
ONE = replace(TINY, partition_bytes=8 << 20)

PHASES = ["parse", "plan", "prune", "execute", "verify", "unindexed"]


def test_the_plan_its_rules_and_its_phases(logs: Dataset) -> None:
    explained = logs.explain("timeout AND (timeout OR reset) AND level:error")
    assert explained.simplified == "timeout level:error"
    assert {rule.rule for rule in explained.rules} >= {"common-factors"}
    assert list(explained.phases) == PHASES
    assert all(seconds >= 0 for seconds in explained.phases.values())
    assert explained.total == logs.count("timeout level:error") == explained.to_pandas()["actual"].sum()
    shown = repr(explained)
    for part in ("asked as: timeout level:error", "rule common-factors", "partitions:", "time: parse", "work:"):
        assert part in shown
    assert not explained.suggestions


def test_remarks_are_noted_with_their_place(logs: Dataset) -> None:
    explained = logs.explain("level:error or timeout")
    assert "  note: or: In small letters this is searched for as a word.  Write OR\n" in repr(explained)


def test_analyze_makes_the_page_as_well(logs: Dataset) -> None:
    explained = logs.explain("timeout", analyze=True)
    assert list(explained.phases) == [*PHASES, "fetch", "highlight", "frame"]
    assert explained.phases["highlight"] > 0


def test_rules_are_counted_as_the_query_was_planned_and_not_as_rewrites_were_tried(logs: Dataset) -> None:
    plain, analysed = (logs.explain("timeout -retry level:error", analyze=analyze) for analyze in (False, True))
    assert [(rule.rule, rule.changed) for rule in analysed.rules] == [(rule.rule, rule.changed) for rule in plain.rules]
    assert plain.rules


def test_text_of_the_query_is_escaped_in_html(logs: Dataset) -> None:
    assert "<script>" not in logs.explain('"<script>alert(1)</script>"')._repr_html_()


@pytest.fixture(scope="module")
def requests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """5,000 lines, of which every fiftieth is a timeout."""
    ends = ("timeout" if number % 50 == 0 else "done" for number in range(5_000))
    lines = (f"2026-03-17 10:00:{n % 60:02} INFO request {n} {end}\n" for n, end in enumerate(ends))
    directory = tmp_path_factory.mktemp("requests")
    with open_logs(write_log(directory / "a.log", "".join(lines).encode()), directory / "store", ONE) as logs:
        yield logs


@pytest.mark.parametrize(
    ("query", "part", "rewrite"),
    [
        ("timeuot~", "stands for: timeout", "timeout"),
        ("message:timeout", "found by the text index", "timeout"),
        (r"/\btimeout\b/", "plain words", "timeout"),
    ],
)
def test_rewrites_that_give_the_same_for_less(requests: Dataset, query: str, part: str, rewrite: str) -> None:
    logs = requests
    suggestions = logs.explain(query, analyze=True).suggestions
    found = [s for s in suggestions if s.query == rewrite]
    assert found and part in found[0].message
    assert 0 < found[0].saves <= 1
    assert logs.rows(found[0].query) == logs.rows(query)
    assert found[0].query in repr(logs.explain(query, analyze=True))


def test_advice_where_no_rewrite_helps(logs: Dataset) -> None:
    messages = [s.message for s in logs.explain(r"/[a-z]{3}\d/", analyze=True).suggestions if not s.query]
    assert any("requires no whole word" in message and "time range" in message for message in messages)
    messages = [s.message for s in logs.explain("-(timeout)", analyze=True).suggestions if not s.query]
    assert any("only what not to find" in message for message in messages)


def test_rules_can_be_switched_off_by_a_setting(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", log_bytes("application", 1, 50))
    with open_logs(log, tmp_path / "store", replace(TINY, disabled_rules="common-factors, implied-words")) as logs:
        explained = logs.explain("timeout AND (timeout OR reset)")
        assert "common-factors" not in {rule.rule for rule in explained.rules}
        assert explained.total == logs.count("timeout")
    with (
        open_logs(log, tmp_path / "store", replace(TINY, disabled_rules="magic")) as logs,
        pytest.raises(SettingsError, match="no optimizer rule 'magic'"),
    ):
        logs.count("timeout")


def test_slow_questions_are_noted(tmp_path: Path) -> None:
    log = write_log(tmp_path / "a.log", log_bytes("application", 1, 50))
    with open_logs(log, tmp_path / "store", replace(TINY, slow_seconds=0.0)) as logs:
        assert logs.slow().empty
        logs.search("timeout")
        logs.count("reset")
        logs.facets("level")
        logs.histogram("timeout")
        logs.rows("timeout")
        slow = logs.slow()
        assert slow["what"].tolist() == ["rows", "histogram", "facets", "count", "search"]
        assert slow["total"].tolist()[3:] == [logs.count("reset"), logs.count("timeout")]
        assert (slow["seconds"] >= 0).all()
        assert slow["phases"][4]["parse"] >= 0
        path = state_of(logs).directory / SLOW_LOG
        with path.open("a") as file:
            file.write('{"cut sho')
        assert len(logs.slow()) == 7
        path.write_text(
            "".join(json.dumps({"time": "2026-01-01T00:00:00Z", "query": "x" * 99}) + "\n" for _ in range(9000))
        )
        logs.count("reset")
        assert path.stat().st_size < 1 << 20
        assert logs.slow()["query"][0] == "reset"
    with open_logs(log, tmp_path / "store", TINY) as logs:
        before = len(logs.slow())
        logs.count("timeout")
        assert len(logs.slow()) == before


def test_the_load_of_the_search_threads(logs: Dataset) -> None:
    logs.count("time*")
    load = logs.load()
    assert load.threads == state_of(logs).settings.effective_threads()
    assert (load.running, load.waiting, load.degraded) == (0, 0, "")
