"""P23: suggestions are the brute-force best under the same filter, and finding them does not walk what need not be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import log_bytes
from tests.support.datasets import OpenBytes, Reference, open_logs, search, state_of, write_log
from tests.support.queries import queries, text_leaves

from sawlog.engine import Dataset
from sawlog.engine.complete import Suggestion
from sawlog.execute.top_terms import learn, top_terms
from sawlog.query.ast import ALL, Query
from sawlog.query.tokens import fold, words
from sawlog.storage.prefix_merge import merge_prefixes
from sawlog.storage.prefixes import MAX_SUGGESTED, TOP, PrefixTable

RAW = 7  # of a record as tests.support.datasets sees it


@pytest.fixture(scope="module", autouse=True)
def short_lists() -> Iterator[None]:
    """Partitions list so few of their tokens that most of the best ones are on no list of some partition."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sawlog.storage.prefixes._FEWEST", 40)
        yield


@pytest.fixture(scope="module")
def logs(open_bytes: OpenBytes) -> Dataset:
    return open_bytes(
        log_bytes("application", 31, 200), log_bytes("json", 32, 150), log_bytes("plain", 33, 120, dirty=True)
    )


@pytest.fixture(scope="module")
def rewritten(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dataset]:
    """Logs that have grown within their last record, and one that was rewritten: partitions with deleted rows."""
    directory = tmp_path_factory.mktemp("rewritten")
    grown = log_bytes("application", 34, 160)
    write_log(directory / "logs" / "a.log", grown.removesuffix(b"\n"))
    write_log(directory / "logs" / "b.log", log_bytes("access", 35, 60))
    with open_logs(directory / "logs", directory / "store") as dataset:
        tail = b" tail of the last record\njava.lang.Error: tail\n\tat com.example.Tail(tail)\n"
        write_log(directory / "logs" / "a.log", grown.removesuffix(b"\n") + tail, seconds=1_773_900_000.0)
        dataset.refresh()
        assert any(segment.partition.deleted for segment in state_of(dataset).snapshot().segments)
        yield dataset


def brute_force(records: Reference, query: Query, prefix: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for record in records.found(query):
        counts.update({t for t in words(str(record[RAW])) if t.startswith(prefix) and len(t.encode()) <= MAX_SUGGESTED})
    return counts


def agree(found: tuple[tuple[str, int | None], ...], counts: Counter[str], limit: int) -> None:
    """The best counts, each of a token that has it; which of equally frequent tokens are shown is open."""
    assert [count for _, count in found] == sorted(counts.values(), reverse=True)[:limit]
    assert dict(found) == {token: counts[token] for token, _ in found}
    assert list(found) == sorted(found, key=lambda pair: (-(pair[1] or 0), pair[0]))


def prefixes(reference: Reference) -> st.SearchStrategy[str]:
    tokens = sorted({token for record in reference.all() for token in words(str(record[RAW])) if len(token) < 60})
    cut = st.builds(lambda token, length: token[:length], st.sampled_from(tokens), st.integers(1, 6))
    return cut | st.sampled_from(["", "zz", "i\u0307", "\u0928", "1", "k"])


limits = st.integers(1, TOP)


@pytest.mark.parametrize("which", ["logs", "rewritten"])
@given(data=st.data(), query=queries(), limit=limits)
def test_the_best_under_any_filter(
    which: str, request: pytest.FixtureRequest, data: st.DataObject, query: Query, limit: int
) -> None:
    dataset: Dataset = request.getfixturevalue(which)
    reference = _reference(dataset)
    prefix = data.draw(prefixes(reference))
    found = top_terms(search(state_of(dataset), query), prefix, limit)
    assert found.sure
    agree(found.terms, brute_force(reference, query, prefix), limit)


@pytest.mark.parametrize("which", ["logs", "rewritten"])
@settings(max_examples=40)
@given(data=st.data(), limit=limits)
def test_the_best_of_everything_by_a_merged_table(
    which: str, request: pytest.FixtureRequest, data: st.DataObject, limit: int
) -> None:
    dataset: Dataset = request.getfixturevalue(which)
    reference, state = _reference(dataset), state_of(dataset)
    prefix = data.draw(prefixes(reference))
    table = _merged(dataset, skip=data.draw(st.sampled_from([0, 2])))
    found = top_terms(search(state, ALL), prefix, limit, None, table)
    assert found.sure
    agree(found.terms, brute_force(reference, ALL, prefix), limit)


@given(data=st.data(), query=queries(text_leaves(), most=3), limit=limits)
def test_a_row_set_and_what_was_learned_change_nothing(
    logs: Dataset, data: st.DataObject, query: Query, limit: int
) -> None:
    reference, state = _reference(logs), state_of(logs)
    prefix = data.draw(prefixes(reference))
    within = search(state, query).rowset()
    expected = brute_force(reference, query, prefix)
    agree(top_terms(search(state, ALL, rows=within), prefix, limit, within).terms, expected, limit)
    run = search(state, ALL, rows=within)
    learn(run, within)
    again = top_terms(run, prefix, limit, within)
    agree(again.terms, expected, limit)


@pytest.mark.parametrize("rest", ["", "every "])
def test_a_token_that_is_best_only_in_the_sum(open_bytes: OpenBytes, rest: str) -> None:
    # Each source becomes a partition of its own, of whose tokens with an "a" forty are more frequent than "aall".
    sources = []
    for name in "bcdef":
        words_ = [f"a{name}{number}" for number in range(60)] * 3 + ["aall"] * 2
        sources.append("".join(f"2026-03-17 10:00:00 INFO every {word}\n" for word in words_).encode())
    logs = open_bytes(*sources)
    assert len(state_of(logs).catalog.partitions) >= 5
    table = state_of(logs).snapshot().segments[0].partition.prefixes
    assert table is not None and table.top("aall") == []
    suggested = logs.complete(f"{rest}aa", limit=3, timeout=60) + logs.complete(f"{rest}a", limit=10, timeout=60)
    assert [(s.text, s.count) for s in suggested if s.kind == "term" and s.text == "aall"] == [("aall", 10)] * 2
    assert next(s.count for s in logs.complete(f"{rest}a", limit=10, timeout=60) if s.kind == "term") == 10


@settings(max_examples=40)
@given(data=st.data(), limit=limits)
def test_listed_prefixes_walk_no_dictionary(logs: Dataset, data: st.DataObject, limit: int) -> None:
    table = _merged(logs, skip=0, heavy=8)
    prefix = data.draw(prefixes(_reference(logs)))
    run = search(state_of(logs), ALL)
    found = top_terms(run, prefix, limit, None, table)
    agree(found.terms, brute_force(_reference(logs), ALL, prefix), limit)
    listed = len(table.top(prefix)) == TOP or table.terms(prefix)
    few = 0 if listed else 8 * len(run.segments)
    assert run.work.counts.get("tokens", 0) <= few, "a prefix that is not listed has few tokens in any partition"
    assert "postings" not in run.work.counts and "batches" not in run.work.counts and "read" not in run.work.counts


@given(data=st.data())
def test_the_public_question(logs: Dataset, data: st.DataObject) -> None:
    reference = _reference(logs)
    rest, query = data.draw(
        st.sampled_from([("", ALL), ("level:error ", Query("compare", "level", "eq", "error")), ("-peer ", None)])
    )
    prefix = data.draw(prefixes(reference))
    typed = prefix.replace("i\u0307", "\u0130")
    suggested = logs.complete(rest + typed, limit=TOP, timeout=60)
    terms = [s for s in suggested if s.kind == "term"]
    if not prefix:
        assert terms == []
        return
    filter_ = query or Query("not", children=(Query("term", value="peer"),))
    counts = brute_force(reference, filter_, fold(typed))
    assert [s.count for s in terms] == sorted(counts.values(), reverse=True)[: len(terms)]
    assert len(terms) == min(len(counts), TOP - (len(suggested) - len(terms)))
    for suggestion in terms:
        assert counts[fold(suggestion.text)] == suggestion.count
        assert _accepted(rest + typed, suggestion).startswith(rest)


def _accepted(text: str, suggestion: Suggestion) -> str:
    start, end = suggestion.span
    return text[:start] + suggestion.text + text[end:]


_KEPT: dict[object, Reference] = {}
_TABLES: dict[object, PrefixTable] = {}


def _reference(dataset: Dataset) -> Reference:
    state = state_of(dataset)
    if state not in _KEPT:
        _KEPT[state] = Reference(state)
    return _KEPT[state]


def _merged(dataset: Dataset, skip: int, heavy: int = 1_024) -> PrefixTable:
    """A merged table of all partitions without deleted rows but the first ``skip``."""
    key = (state_of(dataset), skip, heavy)
    if key not in _TABLES:
        segments = state_of(dataset).snapshot().segments
        ids = [s.partition.id for s in segments if not s.partition.deleted][skip:]
        directory: Path = state_of(dataset).directory
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sawlog.storage.prefix_merge.HEAVY", heavy)
            _TABLES[key] = PrefixTable(merge_prefixes(directory, ids))
    return _TABLES[key]
