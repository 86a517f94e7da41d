"""The channel: what every op answers, and that it is what the library says."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests.support.channel import WIRE, Client
from tests.support.served import HOSTILE, LINES

import sawlog

Connect = Callable[[], Awaitable[Client]]


@pytest.fixture
def logs(place: Path) -> Any:
    with sawlog.open(name="logs", store=place / "store", progress="none", background=False) as dataset:
        yield dataset


def units(text: str, start: int, end: int) -> str:
    """What JavaScript's ``text.slice(start, end)`` gives."""
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


async def test_a_page_of_hits(connect: Connect, logs: Any) -> None:
    client = await connect()
    result = await client.ask("search", query="level:error timeout", order="newest", offset=0, limit=10)
    expected = logs.search("level:error timeout", limit=10)
    assert result["total"] == expected.total
    assert [hit["line"] for hit in result["hits"]] == [hit.line for hit in expected]
    first, known = result["hits"][0], expected[0]
    assert first["id"] == [known.source_id, known.offset]
    assert first["text"] == known.raw
    assert first["timestamp"] == f"{known.timestamp:%Y-%m-%dT%H:%M:%S}.000000000Z"
    assert first["fields"] == known.fields
    assert not result["complete"] and not result["timedOut"] and not result["diagnostics"]
    assert {"parse", "page", "highlight"} <= set(result["took"])


@pytest.mark.parametrize("order", ["newest", "oldest"])
async def test_any_offset(connect: Connect, logs: Any, order: Any) -> None:
    client = await connect()
    everything = [hit.line for hit in logs.search("request", limit=None, order=order)]
    assert len(everything) > 1_100
    for offset, limit in ((0, 3), (400, 100), (401, 100), (900, 50), (len(everything) - 3, 10), (10**6, 10)):
        result = await client.ask("search", query="request", order=order, offset=offset, limit=limit)
        assert [hit["line"] for hit in result["hits"]] == everything[offset : offset + limit]
        assert (result["total"], result["offset"]) == (len(everything), offset)


async def test_places_are_those_of_javascript(connect: Connect) -> None:
    client = await connect()
    result = await client.ask("search", query="timeout", limit=5, order="oldest", offset=0)
    snails = [hit for hit in result["hits"] if "🐌" in hit["text"]]
    assert snails
    for hit in snails:
        assert [units(hit["text"], *span) for span in hit["spans"]] == ["timeout"]
        assert hit["textTotal"] == len(hit["text"]) + 1
    parsed = await client.ask("parse", query="🐌 level:error AND time*")
    shown = [(units("🐌 level:error AND time*", t["start"], t["end"]), t["kind"]) for t in parsed["tokens"]]
    assert shown == [("level:", "field"), ("error", "value"), ("AND", "operator"), ("time*", "wildcard")]


async def test_hostile_text_goes_through_untouched(connect: Connect) -> None:
    client = await connect()
    result = await client.ask("search", query="evil", limit=1)
    assert HOSTILE in result["hits"][0]["text"]
    around = await client.ask("context", id=result["hits"][0]["id"], before=2, after=1, query="evil")
    assert [hit["line"] for hit in around["hits"]] == [699, 700, 701, 702]
    assert around["index"] == 2
    assert around["hits"][2]["spans"] and not around["hits"][0]["spans"]
    code = (await client.ask("code", query=HOSTILE, what="frame", limit=None))["code"]
    assert code.isascii() or "\u202e" not in code
    assert "\0" not in code and "\x1b" not in code


async def test_a_message_that_was_taken_out_of_its_text_is_a_field(connect: Connect, place: Path) -> None:
    client = await connect()
    message = 'no "pool" left\nat all'
    records = [{"time": f"2026-03-17T10:00:0{k}Z", "message": message, "shard": k} for k in range(3)]
    written = "".join(f"{json.dumps(each)}\n" for each in records)
    (place / "root" / "rows.json").write_text(written, encoding="utf-8")
    await client.ask("open", None, path="rows.json", name="rows")
    hits = (await client.ask("search", "rows", query="", limit=3))["hits"]
    assert hits[0]["fields"] == {"message": message, "shard": 2}
    assert hits[0]["summary"] == {
        "message": {"text": message, "start": 0, "total": len(message), "spans": []},
        "fields": [{"name": "shard", "value": "2", "spans": []}],
    }
    quoted = message.replace('"', '\\"')
    assert (await client.ask("search", "rows", query=f'message:"{quoted}"', limit=0))["total"] == 3
    plain = (await client.ask("search", query="", limit=1))["hits"][0]
    assert "message" not in plain["fields"] and plain["summary"] is None


async def test_slices_of_a_record(connect: Connect) -> None:
    client = await connect()
    hit = (await client.ask("search", query="evil", limit=1))["hits"][0]
    whole = await client.ask("record", id=hit["id"], start=0, length=100_000, query="evil")
    assert (whole["text"], whole["total"]) == (hit["text"], hit["textTotal"])
    put_together = ""
    while len(put_together.encode("utf-16-le")) // 2 < whole["total"]:
        start = len(put_together.encode("utf-16-le")) // 2
        piece = await client.ask("record", id=hit["id"], start=start, length=7, query="evil")
        assert piece["start"] == start
        put_together += piece["text"]
    assert put_together == whole["text"]
    error = await client.refused("record", id=[hit["id"][0], 100_000], start=0, length=1, query="")
    assert error["kind"] == "missing"


async def test_charts_and_counts(connect: Connect, logs: Any) -> None:
    client = await connect()
    histogram = await client.ask("histogram", query="timeout", by="1m", split="level")
    expected = logs.histogram("timeout", by="1m", split="level")
    assert histogram["width"] == 60_000
    assert histogram["starts"] == [start // 10**6 for start in expected.starts_ns.tolist()]
    assert histogram["counts"] == expected.counts.tolist()
    assert {name: sum(counts) for name, counts in histogram["parts"].items()} == {
        name: int(counts.sum()) for name, counts in expected.split.items()
    }
    facets = await client.ask("facets", query="timeout", fields=["level", "took", "nothing"], limit=3)
    level, took, nothing = facets["facets"]
    assert {v["value"]: v["count"] for v in level["values"]} == dict(logs.facets("level", "timeout").values.tolist())
    assert not level["more"]
    assert len(took["values"]) in (0, 3) and nothing["values"] == []


async def test_fields_and_sets(connect: Connect, logs: Any) -> None:
    client = await connect()
    fields = await client.ask("fields")
    assert [field["name"] for field in fields["fields"]] == logs.fields["name"].tolist()
    assert fields["records"] == LINES
    assert fields["start"] == "2026-03-17T10:00:00.000000000Z"
    assert (await client.ask("sets"))["sets"] == []
    assert (await client.ask("select", query="level:error", ids=None))["count"] == logs.count("level:error")
    hits = (await client.ask("search", query="", limit=5))["hits"]
    ids = [hit["id"] for hit in hits]
    assert (await client.ask("select", query="", ids=[*ids, ["nowhere", 1], [ids[0][0], 10**7]]))["count"] == 5
    assert (await client.ask("sets"))["sets"] == [{"name": "selection", "count": 5}]
    assert (await client.ask("search", query="", rows="selection", limit=0))["total"] == 5
    assert len(logs.selection) == 5
    assert (await client.refused("search", query="", rows="nothing", limit=0))["kind"] == "query"


async def test_explained_and_clustered(connect: Connect, logs: Any) -> None:
    client = await connect()
    explained = await client.ask("explain", query="timeout NOT level:error", analyze=True)
    assert {"parse", "execute", "fetch"} <= set(explained["phases"])
    assert sum(part["actual"] for part in explained["partitions"]) == logs.count("timeout NOT level:error")
    assert explained["text"]
    patterns = await client.ask("patterns", query="timeout", limit=10)
    assert patterns["total"] == logs.count("timeout")
    assert sum(pattern["count"] for pattern in patterns["patterns"]) == patterns["total"]


async def test_a_pattern_has_a_query_where_that_finds_it_exactly(connect: Connect) -> None:
    client = await connect()
    for query in ("", "level:error OR evil"):
        patterns = (await client.ask("patterns", query=query, limit=10))["patterns"]
        exact = [pattern for pattern in patterns if pattern["query"]]
        assert exact
        for pattern in exact:
            both = f"({query}) AND {pattern['query']}" if query else pattern["query"]
            assert (await client.ask("search", query=both, limit=0))["total"] == pattern["count"]


async def test_the_pattern_of_a_record_whatever_its_format(connect: Connect, place: Path) -> None:
    client = await connect()
    moments = [f"2026-03-17T10:00:{number:02}Z" for number in range(12)]
    traceback = '\nTraceback (most recent call last):\n  File "/srv/app.py", line 7, in run\nValueError: no 5'
    written = {
        "rows.json": [f'{{"time": "{m}", "msg": "job {k} is done", "shard": {k}}}' for k, m in enumerate(moments)],
        "keys.log": [f'time={m} level=info msg="job {k} is done" shard={k}' for k, m in enumerate(moments)],
        "trace.log": [f"{m} ERROR job {k} has failed{traceback}" for k, m in enumerate(moments)],
    }
    for name, records in written.items():
        (place / "root" / name).write_text("\n".join(records) + "\n", encoding="utf-8")
        await client.ask("open", None, path=name, name=name)
        hits = (await client.ask("search", name, query="job", limit=50))["hits"]
        assert len(hits) == len(moments)
        found = await client.ask("patterns", name, query="job", limit=1, record=hits[3]["id"])
        (pattern,) = found["patterns"]
        assert pattern["pattern"].startswith(("job <*> ", "ERROR job <*> ")), name
        assert (pattern["count"], found["total"]) == (12, 12)
        assert (await client.ask("search", name, query=f"job AND {pattern['query']}", limit=0))["total"] == 12


async def test_completion_under_the_cursor(connect: Connect, logs: Any) -> None:
    client = await connect()
    text = "🐌 lev timeout"
    suggestions = (await client.ask("complete", text=text, cursor=6, limit=5))["suggestions"]
    first = suggestions[0]
    assert (first["text"], first["kind"], units(text, first["start"], first["end"])) == ("level:", "field", "lev")
    start, counts = "2026-03-17 10:01", [None]
    for _ in range(100):  # what a busy machine cannot count in its time is counted for a later key
        terms = (await client.ask("complete", text="timeo", cursor=5, start=start, limit=5))["suggestions"]
        counts = [each["count"] for each in terms if each["text"] == "timeout"]
        if counts != [None]:
            break
    assert counts == [logs.count("timeout", start=start)]


async def test_cells_run_and_ask_the_same(connect: Connect, place: Path) -> None:
    client = await connect()
    asked = {"query": 'level:error "timeout"', "start": "2026-03-17 10:05", "end": "2026-03-17 10:06"}
    total = (await client.ask("search", **asked, limit=0))["total"]
    assert total
    for what, limit, rows in (("search", 7, 7), ("frame", None, total), ("frame", 3, 3)):
        code = (await client.ask("code", **asked, what=what, limit=limit))["code"]
        *statements, last = code.strip().splitlines()
        names: dict[str, Any] = {}
        exec("\n".join(statements), names)
        assert len(eval(last, names)) == rows
        names["logs"].close()
    code = (await client.ask("code", **asked, what="histogram", limit=None))["code"]
    assert code.endswith(".plot()\n")
    completed = (await client.ask("code", query="level:error ", what="search", limit=None))["code"]
    assert completed.endswith("\nlogs.search('level:error')\n")


async def test_the_dashboard_counts_what_was_asked(connect: Connect) -> None:
    client = await connect()
    for _ in range(3):
        await client.ask("search", query="<b>timeout</b>", limit=1)
    figures = (await client.ask("dashboard", dataset=None))["figures"]
    assert [figure["title"] for figure in figures] == [
        "Builds",
        "Searches a minute",
        "Latency by phase",
        "Slowest queries",
    ]
    searches = figures[1]["figure"]["data"]
    assert [(trace["name"], sum(trace["y"])) for trace in searches] == [("search", 3)]
    cells = figures[3]["figure"]["data"][0]["cells"]["values"]
    assert any("&lt;b&gt;timeout" in cell for cell in cells[2])


async def test_what_the_store_holds(connect: Connect) -> None:
    client = await connect()
    result = await client.ask("datasets", dataset=None)
    schema = json.loads((WIRE / "datasets.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft7Validator(schema).validate(result)
    assert [dataset["name"] for dataset in result["datasets"]] == ["logs"]


async def test_remarks_come_with_the_hits(connect: Connect) -> None:
    client = await connect()
    result = await client.ask("search", query="🐌 AND", limit=1)
    assert [(remark["start"], remark["end"]) for remark in result["diagnostics"]][-1] == (3, 6)


async def test_errors_have_a_kind_and_a_place(connect: Connect) -> None:
    client = await connect()
    error = await client.refused("search", query="🐌 /(/", limit=1)
    assert error["kind"] == "query"
    assert units("🐌 /(/", *error["span"]).startswith("(")
    assert "\n" not in error["message"]
    parsed = await client.ask("parse", query="🐌 /(/")
    assert [token["kind"] for token in parsed["tokens"]] == ["error"]
    assert (await client.refused("search", query="", start="someday", limit=1))["span"] is None
    assert (await client.refused("search", dataset="other", query="", limit=1))["kind"] == "missing"
    assert (await client.refused("search", dataset="../logs", query="", limit=1))["kind"] == "missing"
