"""What users ask of a dataset: every argument, every error."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from tests.support.corpora import log_bytes
from tests.support.datasets import Reference, open_logs, state_of, write_log

from sawlog.engine import Dataset
from sawlog.errors import QueryError


def test_every_match_comes_with_limit_none_whatever_the_search_had(logs: Dataset) -> None:
    total = logs.count("timeout")
    hits = logs.search("timeout", limit=3)
    assert (len(hits), hits.total) == (3, total)
    assert len(hits.to_pandas(limit=None)) == len(logs.search("timeout", limit=None)) == total
    assert hits.to_arrow(limit=None).num_rows == hits.all().to_polars().height == total
    assert len(logs) == logs.count() == len(Reference(state_of(logs)).records)


def test_a_query_is_parsed_once_unless_it_asks_for_the_time(logs: Dataset) -> None:
    state, hour = state_of(logs), 3_600 * 10**9
    assert state.parsed("level:error timeout", 0) is state.parsed("level:error timeout", hour)
    assert state.parsed('@"2026-11-01 10:00"..', 0).query == state.parsed('@"2026-11-01 10:00"..', hour).query
    for relative in ("@-15m", "@last 15m", "@today timeout", "timestamp:>=now"):
        early, late = (state.parsed(relative, now) for now in (10 * 24 * hour, 30 * 24 * hour))
        assert not early.lasting
        assert early.query != late.query
    with pytest.raises(QueryError):
        state.parsed("/(/", 0)


def test_hits_bring_the_remarks_on_their_query(logs: Dataset) -> None:
    assert [remark.fix for remark in logs.search("level=error").diagnostics] == ["level:error"]
    assert logs.search('"unbalanced').diagnostics
    assert logs.search("level:error").diagnostics == ()
    # Of a part of a value it is said only where nothing was found.
    path = logs.search(limit=1)[0].source
    assert [remark.fix for remark in logs.search(f"source:{path[:-1]}").diagnostics] == [f"source:*{path[:-1]}*"]
    assert logs.search(f"source:{path}").diagnostics == ()


@pytest.mark.parametrize("order", ["newest", "oldest", "relevance"])
def test_no_hits_are_asked_for(logs: Dataset, order: str) -> None:
    hits = logs.search("timeout", limit=0, order=order)  # type: ignore[arg-type]
    assert len(hits) == 0
    assert hits.total == logs.count("timeout")
    assert len(logs.search("", limit=0)) == 0


def test_the_orders(logs: Dataset) -> None:
    newest = [hit.timestamp_ns for hit in logs.search("timeout", limit=None)]
    oldest = [hit.timestamp_ns for hit in logs.search("timeout", limit=None, order="oldest")]
    assert newest == oldest[::-1] == sorted(newest, reverse=True)  # type: ignore[type-var]


def test_rows_limit_a_search_as_a_set_and_as_a_table(logs: Dataset) -> None:
    wanted = logs.rows("reset")
    hits = logs.search("reset", limit=None)
    assert all(hit in wanted for hit in hits)
    assert all(hit in wanted for hit in zip(_ids(logs, hits.to_pandas()), hits.to_pandas()["offset"], strict=True))
    lines = hits.to_pandas()[["line", "source"]]
    batch = hits.to_arrow().combine_chunks().to_batches()[0]
    tables = (hits.to_pandas(), hits.to_polars(), hits.to_polars().lazy(), hits.to_arrow(), batch)
    for rows in (wanted, *tables, lines, lines.assign(offset=None)):
        assert logs.rows(rows=rows) == wanted
        assert logs.count("timeout", rows=rows) == logs.count("timeout reset")
        assert logs.search("timeout", rows=rows).total == len(wanted & logs.rows("timeout"))
    assert logs.count(rows=hits.to_pandas().iloc[:0]) == 0
    with pytest.raises(QueryError, match="several columns 'line'"):
        logs.count(rows=pd.concat([lines, lines["line"]], axis=1))


def _ids(logs: Dataset, table: pd.DataFrame) -> list[str]:
    ids = {source.source["path"]: source.id for source in state_of(logs).catalog.sources}
    return [ids[path] for path in table["source"]]


def test_lines_that_begin_no_record_name_no_record(logs: Dataset) -> None:
    joined = next(hit for hit in logs.search("IllegalStateException", limit=None) if hit.lines > 1)
    inside = pd.DataFrame({"source": [joined.source], "line": [joined.line + 1]})
    assert logs.count(rows=inside) == 0
    assert logs.count(rows=pd.DataFrame({"source": ["nowhere", joined.source], "line": [1, 10**9]})) == 0


@pytest.mark.parametrize(
    "rows", [5, [1, 2], pl.Series([1]), pd.DataFrame({"line": [1]}), {"source": [], "line": []}.keys()]
)
def test_what_names_no_rows_is_refused(logs: Dataset, rows: object) -> None:
    with pytest.raises(QueryError, match="columns 'source' and 'line'"):
        logs.count(rows=rows)  # type: ignore[arg-type]


def test_time_arguments_say_the_same_as_the_language(logs: Dataset) -> None:
    start, end = "2026-03-17 10:00:30", "2026-03-17 10:01:00"
    expected = logs.rows(f'@"{start}".."{end}"')
    aware = datetime(2026, 3, 17, 10, 0, 30, tzinfo=UTC)
    assert 0 < len(expected) < len(logs)
    assert logs.rows(start=start, end=end) == expected
    assert logs.rows(start=aware, end=aware + timedelta(seconds=30)) == expected
    assert logs.rows(start=pd.Timestamp(aware), end=end) == expected
    assert logs.rows(end=end, last="30s") == logs.rows(end=end, last=timedelta(seconds=30)) == expected
    assert logs.rows("timeout", start=start, end=end) == logs.rows("timeout") & expected
    assert logs.count(start=start, end=start) == 0
    assert logs.count(last="1m", end="2026-03-17 09:00") == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"start": "2026-03-18", "end": "2026-03-16"}, "ends before it begins"),
        ({"start": "2026-03-18", "last": "1h"}, "give one of them"),
        ({"start": "sometime"}, "sometime"),
        ({"last": "5 parsecs"}, "parsecs"),
        ({"order": "random"}, "'newest', 'oldest' or 'relevance'"),
        ({"limit": -1}, "limit=-1: give a number of hits"),
        ({"query": 5}, "give a string"),
        ({"query": "raw:/(/"}, "regex"),
    ],
)
def test_what_has_no_meaning_is_said(logs: Dataset, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        logs.search(**arguments)  # type: ignore[arg-type]


def test_a_histogram_counts_every_match_that_has_a_time(logs: Dataset) -> None:
    for query in ("", "timeout", "level:error", "status:>=400"):
        histogram = logs.histogram(query, by="10s", split="level")
        assert sum(histogram.counts) == logs.count(query)


def test_facets_are_counted_exactly(logs: Dataset) -> None:
    values = [str(v["status"]) for v, _ in Reference(state_of(logs)).records if v.get("status") is not None]
    facets = logs.facets("status")
    assert dict(zip(facets["value"].astype(str), facets["count"], strict=True)) == {
        v: values.count(v) for v in set(values)
    }
    assert list(facets["count"]) == sorted(facets["count"], reverse=True)
    assert logs.facets("LEVEL", "timeout")["count"].sum() == logs.count("timeout level:*")
    assert logs.facets("source")["count"].sum() == logs.count()
    assert logs.facets("raw", limit=None)["count"].sum() == logs.count()
    assert logs.facets("message", limit=1).shape == (1, 2)
    with pytest.raises(QueryError, match="no record has a field 'nothing'"):
        logs.facets("nothing")


def test_explain_and_report_and_fields_add_up(logs: Dataset, directory: Path) -> None:
    explained = logs.explain("timeout level:error")
    assert explained.to_pandas()["actual"].sum() == logs.count("timeout level:error")
    report = logs.report()
    assert report["records"].sum() == logs.count()
    assert report["bytes"].sum() == sum(p.stat().st_size for p in directory.rglob("*.log"))
    fields = logs.fields.set_index("name")
    assert fields.loc["status", "type"] == "integer"
    assert 0 < fields.loc["status", "coverage"] < 1


def test_context_reaches_across_partitions(logs: Dataset) -> None:
    records = Reference(state_of(logs)).all()
    path = records[0][0]
    mine = [record for record in records if record[0] == path]
    edges = {span.start for p in state_of(logs).catalog.partitions for span in p.spans if span.start}
    at = next(k for k, record in enumerate(mine) if record[2] in edges)
    hits = logs.search(rows=pd.DataFrame({"source": [path], "line": [mine[at][1]]}))
    assert len(hits) == 1
    table = logs._context(state_of(logs).snapshot(), [(hits[0].source_id, hits[0].offset)], 2, 3)
    assert sorted(table["raw"].to_pylist()) == sorted(str(record[-1]) for record in mine[at - 2 : at + 4])


@pytest.mark.parametrize("timeout", [-1, "2s"])
def test_a_timeout_is_a_number_of_seconds(logs: Dataset, timeout: object) -> None:
    with pytest.raises(QueryError, match="give seconds as a number"):
        logs.count("timeout", timeout=timeout)  # type: ignore[arg-type]


def test_a_notebook_shows_paths_and_errors_of_the_report_whole(tmp_path: Path) -> None:
    folder = tmp_path / ("a" * 60)
    write_log(folder / "app.log", log_bytes("application", 91, 15))
    write_log(folder / "b.log.gz", gzip.compress(log_bytes("access", 4, 30))[:-20])
    with open_logs(folder, tmp_path / "store") as logs:
        report = logs.report()
    shown = report._repr_html_()
    assert str(folder / "app.log") in shown and report["error"].max() in shown
    assert isinstance(report[report["records"] > 0], pd.DataFrame)
