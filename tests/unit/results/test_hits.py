from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from sawlog.errors import SettingsError
from sawlog.query.ast import Query
from sawlog.query.diagnostics import Diagnostic
from sawlog.results.hits import Hits

RAWS = ["2026 ERROR disk full", "2026 INFO disk ok é", "2026 WARN slow"]


@pytest.fixture
def page(make_page: Callable[..., pa.Table]) -> pa.Table:
    return make_page(
        RAWS,
        levels=["error", "info", None],
        message_starts=[11, 10, None],
        messages=[None, None, "decoded\nmessage"],
        status=[500, None, 2**53 + 1],
        level=["E", "I", "W"],
        ok=[True, None, False],
    )


@pytest.fixture
def hits(page: pa.Table, make_hits: Callable[..., Hits]) -> Hits:
    return make_hits(page, query=Query("term", value="disk"), text="disk")


def test_hit_attributes(hits: Hits) -> None:
    hit = hits[0]
    assert hit.raw == RAWS[0] and hit.message == "disk full" and hit.level == "error"
    assert (hit.source, hit.line, hit.offset) == ("/logs/app.log", 1, 0)
    assert hit.fields == {"status": 500, "level": "E", "ok": True}
    assert hit.spans == ((11, 15),)
    assert hit.timestamp == pd.Timestamp("2026-11-01T10:00:00.000000007Z")
    assert hit.timestamp is not None and hit.timestamp.nanosecond == 7
    assert hits[1].fields == {"level": "I"} and hits[1].message == "disk ok é"
    assert hits[2].message == "decoded\nmessage" and hits[2].level is None
    assert hash(hit) == hash(hits[0]) and hit == hits[0]


def test_hit_without_time(page: pa.Table, make_hits: Callable[..., Hits]) -> None:
    empty = pa.array([None] * 3, pa.timestamp("ns", tz="UTC"))
    hits = make_hits(page.set_column(0, "timestamp", empty))
    assert hits[0].timestamp is None and hits.to_pandas()["timestamp"].isna().all()
    assert hits.html() and repr(hits)


def test_sequence(hits: Hits) -> None:
    assert len(hits) == 3 and [hit.line for hit in hits] == [1, 2, 3]
    assert hits[-1].line == 3 and [hit.line for hit in hits[::-2]] == [3, 1]
    assert isinstance(hits[:2], Hits) and hits[:2].total == 3
    with pytest.raises(IndexError):
        hits[3]


def test_tables(hits: Hits) -> None:
    names = ["timestamp", "level", "message", "source", "line", "offset", "status", "field.level", "ok", "raw"]
    frame, table, polars = hits.to_pandas(), hits.to_arrow(), hits.to_polars()
    assert list(frame.columns) == table.column_names == polars.columns == names
    assert frame["message"].tolist() == ["disk full", "disk ok é", "decoded\nmessage"]
    assert frame["status"].tolist() == [500, pd.NA, 2**53 + 1]
    assert str(frame["timestamp"].dtype) == "datetime64[ns, UTC]"
    assert frame["line"].dtype == frame["offset"].dtype == "int64"
    assert polars.schema["timestamp"] == pl.Datetime("ns", "UTC") and polars.schema["source"] == pl.String
    assert polars["ok"].to_list() == [True, None, False]


def test_empty_results_keep_the_schema(hits: Hits) -> None:
    for table in (hits.to_arrow(limit=0), hits[:0].to_arrow()):
        assert table.num_rows == 0 and table.schema == hits.to_arrow().schema
    assert hits.to_pandas(limit=0).dtypes.equals(hits.to_pandas().dtypes)


def test_limit_none_gives_every_match(make_page: Callable[..., pa.Table], make_hits: Callable[..., Hits]) -> None:
    everything = make_page([f"line {number}" for number in range(50)])
    hits = make_hits(everything.slice(0, 10), everything=everything)
    assert (len(hits), hits.total, hits.complete) == (10, 50, False)
    assert [hits.to_arrow(limit=limit).num_rows for limit in ("page", 5, 20, 99, None)] == [10, 5, 20, 50, 50]
    assert len(hits.all()) == 50 and hits.all().complete and len(hits[:3].to_pandas(limit=None)) == 50
    for wrong in (-1, "all", 1.5):
        with pytest.raises(SettingsError, match="limit"):
            hits.to_arrow(limit=wrong)  # type: ignore[arg-type]


def test_complete_page_is_not_fetched_again(make_page: Callable[..., pa.Table], make_hits: Callable[..., Hits]) -> None:
    def fetch() -> pa.Table:
        raise AssertionError("fetched")

    hits = make_hits(make_page(["a"]), fetch=fetch)
    assert hits.to_arrow(limit=None).num_rows == 1


def test_string_encodings_of_a_page_do_not_show(page: pa.Table, make_hits: Callable[..., Hits]) -> None:
    plain = page.set_column(2, "source", page["source"].cast(pa.large_string()))
    assert make_hits(plain).to_arrow().equals(make_hits(page).to_arrow())


def test_a_million_rows_are_quick(make_hits: Callable[..., Hits], make_page: Callable[..., pa.Table]) -> None:
    few = make_page(["2026-11-01 INFO request 17 served in 12 ms"] * 1000, message_starts=[16] * 1000)
    hits = make_hits(pa.concat_tables([few] * 300).combine_chunks())
    begin = time.perf_counter()
    frame = hits.to_pandas()
    # A tenth of a second here; a conversion row by row would take tens of seconds.
    assert len(frame) == 300_000 and time.perf_counter() - begin < 5


def test_views(hits: Hits, make_hits: Callable[..., Hits], page: pa.Table) -> None:
    html = hits._repr_html_()
    assert "<mark>disk</mark>" in html and "3 records" in html and "app.log:1" in html and "3.0 ms" in html
    assert "app.log:2" in repr(hits) and "3 records for disk" in repr(hits)
    partial = make_hits(page.slice(0, 1), everything=page, timed_out=True)
    assert "timed out" in partial.html() and "to_pandas(limit=None)" in partial.html()
    assert "timed out" in repr(partial) and "2 more" in repr(partial)
    assert "500" in hits[0]._repr_html_()
    nothing = make_hits(page.slice(0, 0)).html()
    assert "<b>0 records</b>" in nothing and "<table>" not in nothing


def test_remarks_on_the_query_stand_above_the_hits(page: pa.Table, make_hits: Callable[..., Hits]) -> None:
    text = "level=error <b>\x1b"
    remark = Diagnostic(0, 11, "A field has a colon.", "warning", "level:error")
    hits = make_hits(page, text=text, diagnostics=(remark, Diagnostic(12, 16, "Not <i>found</i>.")))
    html, shown = hits.html(), repr(hits)
    assert html.index("<code>level:error</code>") < html.index("<table>")
    assert "<code>&lt;b&gt;" in html and "<b>\x1b" not in html and "<i>" not in html
    assert "remark: level=error: A field has a colon.  Write level:error" in shown.splitlines()[1]
    assert shown.splitlines()[2] == r"remark: <b>\x1b: Not <i>found</i>."
    assert hits[:1].diagnostics == hits.all().diagnostics == hits.diagnostics


def test_times_are_shown_in_the_zone(page: pa.Table, make_hits: Callable[..., Hits]) -> None:
    html = make_hits(page, timezone="Asia/Kolkata").html()
    assert "2026-11-01 15:30:00" in html and "Asia/Kolkata" in html


@pytest.mark.parametrize("hostile", ["<script>alert(1)</script>", "\x1b[2J\x00\u202e", '"><img src=x onerror=y>'])
def test_views_of_hostile_text(hostile: str, make_page: Callable[..., Any], make_hits: Callable[..., Hits]) -> None:
    page = make_page([hostile, hostile], source=f"/{hostile}", levels=[hostile, None], key=[hostile, None])
    hits = make_hits(page, text=hostile)
    for shown in (hits.html(), hits[0]._repr_html_(), hits.context().html()):
        assert "<script>" not in shown and "<img" not in shown
        assert not {"\x1b", "\x00", "\u202e"} & set(shown)
    assert not {"\x1b", "\x00", "\u202e"} & set(repr(hits) + repr(hits.context()))
