"""logs.complete: what is suggested where, in which order, with which counts."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import half_indexed, open_logs, state_of, unindexed, write_log

from sawlog.engine import Dataset
from sawlog.engine.build import Build
from sawlog.engine.complete import Suggestion
from sawlog.engine.learner import Learner
from sawlog.engine.queries import Queries
from sawlog.execute import term_choice
from sawlog.model.progress import CancelToken
from sawlog.storage.prefix_merge import COMPLETION


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person waits for must not decide a test on a busy machine."""
    monkeypatch.setattr("sawlog.engine.complete.SECONDS", 60.0)


def texts(found: list[Suggestion], kind: str) -> list[str]:
    return [s.text for s in found if s.kind == kind]


def put(text: str, suggestion: Suggestion) -> str:
    start, end = suggestion.span
    return text[:start] + suggestion.text + text[end:]


def test_words_with_their_counts(logs: Dataset) -> None:
    found = [s for s in logs.complete("t") if s.kind == "term"]
    assert [s.count for s in found] == [logs.count(s.text) for s in found]
    assert [s.count for s in found] == sorted((s.count or 0 for s in found), reverse=True)
    assert logs.complete("zzz") == []


def test_words_under_the_rest_of_the_query(logs: Dataset) -> None:
    for text in (
        "level:error t",
        "-peer t",
        "status:>=400 c",
        "request t",
        "@..2026-03-17T10:02 t",
        "(done OR miss) t",
    ):
        found = [s for s in logs.complete(text, timeout=60) if s.kind == "term"]
        assert found
        for suggestion in found:
            assert suggestion.count == logs.count(put(text, suggestion)), text


def test_words_within_a_time_range_and_a_row_set(logs: Dataset) -> None:
    rows = logs.rows("reset")
    for options in ({"rows": rows}, {"start": "2026-03-17 10:01"}, {"end": "2026-03-17 10:01", "rows": rows}):
        found = [s for s in logs.complete("t", timeout=60, **options) if s.kind == "term"]  # type: ignore[arg-type]
        assert found
        assert [s.count for s in found] == [logs.count(s.text, **options) for s in found]  # type: ignore[arg-type]


def test_what_is_put_in_a_place(logs: Dataset) -> None:
    def first(text: str, kind: str) -> str:
        cursor = text.index("|")
        whole = text.replace("|", "", 1)
        return next(put(whole, s) for s in logs.complete(whole, cursor) if s.kind == kind)

    assert first("request timeo| done", "term") == "request timeout done"
    assert first('"connection rese|', "term") == '"connection reset'
    assert first("TIMEO|", "term") == "timeout"
    assert first("level:err|", "value") == "level:error"
    assert first("method:(GET OR PO|)", "value") == "method:(GET OR POST)"
    assert first("path:app.j|", "value") == "path:/static/app.js"
    assert first("source:acc|", "value").endswith("access.log")
    assert first("tatu|", "field") == "status:"
    assert first("error A|", "operator") == "error AND"
    assert first("@to|", "operator") == "@today"
    assert first("\u0130stan|", "term") == "\u0130stanbul"


def test_values_are_counted_under_the_rest(logs: Dataset) -> None:
    found = {s.text: s.count for s in logs.complete("GET status:", timeout=60) if s.kind == "value"}
    assert found == {value: logs.count(f"GET status:{value}") for value in found}
    assert len(found) >= 4
    assert texts(logs.complete("status:"), "operator") == [">=", "<=", ">", "<", "*"]
    assert texts(logs.complete("user:"), "operator") == ["*"]


def test_fields_by_any_part_of_their_names(logs: Dataset) -> None:
    assert texts(logs.complete("us"), "field") == ["user_agent:", "user:", "status:"]
    assert texts(logs.complete("LEV"), "field") == ["level:"]
    assert {"level:", "status:"} <= set(texts(logs.complete("", limit=32), "field"))
    assert texts(logs.complete('"lev'), "field") == [], "between quotes is text"


def test_operators_only_where_they_can_stand(logs: Dataset) -> None:
    assert texts(logs.complete("A"), "operator") == []
    assert texts(logs.complete("N"), "operator") == ["NOT"]
    assert texts(logs.complete("x O"), "operator") == ["OR"]
    assert texts(logs.complete("x o"), "operator") == []


def test_recent_queries(tmp_path: Path) -> None:
    write_log(tmp_path / "a.log", log_bytes("application", 61, 30))
    with open_logs(tmp_path / "a.log", tmp_path / "store") as logs:
        for query in ("level:error timeout", "level:error reset", "level:error timeout", "peer"):
            logs.search(query)
        logs.count("level:error never")
        assert texts(logs.complete("level:err"), "recent") == ["level:error timeout", "level:error reset"]
        assert texts(logs.complete(""), "recent")[0] in ("peer", "level:error timeout")
        assert texts(logs.complete("level:error timeout"), "recent") == []
        assert texts(logs.complete("level:err x", 9), "recent") == [], "something stands behind the cursor"
        recent = next(s for s in logs.complete("LEVEL:e") if s.kind == "recent")
        assert put("LEVEL:e", recent) == "level:error timeout"
    with open_logs(tmp_path / "a.log", tmp_path / "store") as logs:
        assert texts(logs.complete("pee"), "recent") == ["peer"]


def test_what_begins_with_what_is_typed_comes_first(tmp_path: Path) -> None:
    rows = (f'{{"lev_id": {k}, "app.err": {k}, "referrer": "x", "text": "error errand"}}\n' for k in range(5))
    write_log(tmp_path / "a.json", "".join(rows).encode())
    with open_logs(tmp_path / "a.json", tmp_path / "store") as logs:
        for query in ("error AND lev_id:1", "level:error", "err*", "errand x", "error z"):
            logs.search(query)
        shown = [(s.kind, s.text) for s in logs.complete("err", limit=12)]
        assert shown[:4] == [("term", "err"), ("term", "errand"), ("term", "error"), ("field", "app.err:")]
        assert shown[4] == ("field", "referrer:")
        assert {kind for kind, _ in shown[5:]} == {"recent"} and len(shown) == 8
        assert [s.kind for s in logs.complete("lev")][:2] == ["field", "field"]
        assert [s.kind for s in logs.complete("level:", limit=4)][-1] == "recent"
        assert logs.complete("")[0].kind == "recent"
        assert [s.kind for s in logs.complete("err", limit=2)] == ["term", "term"]


def test_a_search_does_not_fail_for_its_history(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("sawlog.storage.history.os.write", full)
    assert logs.search("timeout never asked before").total >= 0


def test_the_limit(logs: Dataset) -> None:
    assert logs.complete("t", limit=0) == []
    assert len(logs.complete("t", limit=3)) == 3
    assert len(logs.complete("", limit=1_000)) <= 32


def test_what_is_not_indexed_is_sampled(tmp_path: Path, logs: Dataset) -> None:
    write_log(tmp_path / "a.log", log_bytes("application", 62, 50))
    state = unindexed(tmp_path / "a.log", tmp_path / "store")
    found = [s for s in Queries(state, Build(None)).complete("t") if s.kind == "term"]
    assert [s.text for s in found][:1] == ["timeout"]
    state.close("closed")
    half = half_indexed(logs)
    sampled = [s for s in Queries(half, Build(None)).complete("timeo") if s.kind == "term"]
    assert sampled[0].text == "timeout"
    half.close("closed")


def test_without_time_nothing_is_made_up(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    state_of(logs).cache.clear()
    for found in (logs.complete("level:error t", timeout=0), logs.complete("t", timeout=0)):
        for suggestion in found:
            if suggestion.kind == "term" and suggestion.count is not None:
                assert suggestion.count in (logs.count(suggestion.text), logs.count(f"level:error {suggestion.text}"))


def test_a_filter_is_learned_behind_the_answer(logs: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(term_choice, "_READ_BATCHES", 0)
    monkeypatch.setattr(term_choice.Chooser, "_few", lambda *_: False)
    state = state_of(logs)
    state.cache.clear()
    logs.complete("level:error t", timeout=0)
    state.learner.wait(60)
    found = [s for s in logs.complete("level:error t") if s.kind == "term"]
    assert found
    assert [s.count for s in found] == [logs.count(f"level:error {s.text}") for s in found]


def test_a_merged_table_is_made_in_the_background(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sawlog.engine.merged_tables._FEW_TOKENS", 1)
    write_log(tmp_path / "a.log", log_bytes("application", 63, 200))
    with open_logs(tmp_path / "a.log", tmp_path / "store") as logs:
        before = logs.complete("t")
        tables = state_of(logs).tables
        tables.wait(60)
        snapshot = state_of(logs).snapshot()
        table = tables.current(snapshot)
        assert table is not None and set(table.covered) == {s.partition.id for s in snapshot.segments}
        assert logs.complete("t") == before
        tables.prepare(snapshot)
        tables.wait(60)
        assert len(list((state_of(logs).directory / COMPLETION).iterdir())) == 1
        gone = replace(snapshot, segments=snapshot.segments[1:])
        assert tables.current(gone) is None, "it counts a partition that is gone"
        write_log(tmp_path / "a.log", log_bytes("application", 64, 200), seconds=1_773_900_000.0)
        logs.refresh()
        assert [s.count for s in logs.complete("timeout") if s.text == "timeout"] == [logs.count("timeout")]


def test_old_tables_go_when_a_new_one_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sawlog.engine.merged_tables._FEW_TOKENS", 1)
    write_log(tmp_path / "logs" / "a.log", log_bytes("application", 65, 100))
    with open_logs(tmp_path / "logs", tmp_path / "store") as logs:
        for number in range(2):
            logs.complete("t")
            state_of(logs).tables.wait(60)
            write_log(tmp_path / "logs" / f"b{number}.log", log_bytes("application", 66 + number, 300))
            logs.refresh()
        assert len(list((state_of(logs).directory / COMPLETION).iterdir())) == 1


def test_a_learner_runs_the_last_task_and_ends() -> None:
    learner, done = Learner(), []
    begun, go = threading.Event(), threading.Event()

    def slow(token: CancelToken) -> None:
        begun.set()
        go.wait(30)
        done.append("slow")

    learner.start(slow)
    begun.wait(30)
    learner.start(lambda token: done.append("skipped"))
    learner.start(lambda token: done.append("last"))
    go.set()
    learner.wait(30)
    assert done == ["slow", "last"]
    learner.close()
    learner.start(lambda token: done.append("late"))
    assert done == ["slow", "last"]
