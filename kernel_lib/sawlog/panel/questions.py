"""Questions about records: search, record, context, histogram, facets, patterns, explain, select, sets, fields."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sawlog.panel.errors import AskError
from sawlog.panel.excerpts import excerpts, slice_of
from sawlog.panel.scope import Scope, options_of
from sawlog.panel.summaries import summaries
from sawlog.panel.wire.hits import hit_message, record_message
from sawlog.panel.wire.params import (
    ContextAsk,
    ExplainAsk,
    FacetsAsk,
    HistogramAsk,
    Nothing,
    PatternsAsk,
    RecordAsk,
    RecordId,
    SearchAsk,
    SelectAsk,
)
from sawlog.panel.wire.values import stamp, value
from sawlog.panel.words import diagnostics_message

if TYPE_CHECKING:
    from sawlog.query.ast import Query
    from sawlog.results.hits import Hit, Hits

#: Up to here hits are taken from the edge of the partitions, beyond it from the order of all matches.
_EDGE = 500

#: What the panel's selection is saved as; ``logs.selection`` gives it.
_SELECTION = "selection"

#: Characters of a pattern's example.
_EXAMPLE = 2_000

#: Seconds that may go into telling which patterns a query finds exactly.
_PROOF_SECONDS = 0.5


def search(scope: Scope, asked: SearchAsk) -> dict[str, Any]:
    """A page of hits, at any offset."""
    near = asked.offset + asked.limit <= _EDGE
    hits = scope.queries.search(
        asked.query,
        limit=asked.offset + asked.limit if near else 0,
        order="oldest" if asked.order == "oldest" else "newest",
        **options_of(asked),
    )
    scope.phases.update(hits.took)
    began = time.perf_counter()
    page = hits.window(asked.offset, asked.limit) if asked.offset else hits
    scope.phases["window"] = time.perf_counter() - began
    shown = list(page)
    messages = _hit_messages(shown, hits.query)
    scope.phases["highlight"] = time.perf_counter() - began - scope.phases["window"]
    return {
        "total": hits.total,
        "timedOut": hits.timed_out,
        "complete": not asked.offset and hits.complete,
        "took": dict(scope.phases),
        "offset": asked.offset,
        "hits": messages,
        "diagnostics": diagnostics_message(hits.diagnostics, asked.query),
    }


def record(scope: Scope, asked: RecordAsk) -> dict[str, Any]:
    """A slice of one record's text."""
    hit = _found(scope, asked.id)[0]
    return record_message(slice_of(hit, scope.view.parse(asked.query).query, asked.start, asked.length))


def context(scope: Scope, asked: ContextAsk) -> dict[str, Any]:
    """A record and those around it in its source; itself alone while it is not indexed."""
    found = _found(scope, asked.id)
    blocks = found.context(asked.before, asked.after)
    records = sorted((hit for block in blocks for hit in block.records), key=lambda hit: hit.offset)
    index = [(hit.source_id, hit.offset) for hit in records].index(asked.id)
    return {"hits": _hit_messages(records, scope.view.parse(asked.query).query), "index": index}


def histogram(scope: Scope, asked: HistogramAsk) -> dict[str, Any]:
    """Matches over time."""
    found = scope.queries.histogram(asked.query, asked.by or None, asked.split or None, **options_of(asked))
    return {
        "width": _milliseconds(found.width_ns),
        "starts": [_milliseconds(start) for start in found.starts_ns.tolist()],
        "counts": found.counts.tolist(),
        "parts": None if found.split is None else {name: counts.tolist() for name, counts in found.split.items()},
    }


def facets(scope: Scope, asked: FacetsAsk) -> dict[str, Any]:
    """The most frequent values of some fields; none of a field that no record has."""
    from sawlog.query.fields import FieldNames

    known = FieldNames(scope.view.field_names)
    return {"facets": [_facet(scope, asked, field, known.find(field) is not None) for field in asked.fields]}


def _facet(scope: Scope, asked: FacetsAsk, field: str, known: bool) -> dict[str, Any]:
    if not known:
        return {"field": field, "values": [], "more": False}
    table = scope.queries.facets(field, asked.query, asked.limit + 1, **options_of(asked))
    pairs = list(zip(table["value"].tolist(), table["count"].tolist(), strict=True))
    values = [{"value": value(found), "count": int(count)} for found, count in pairs[: asked.limit]]
    return {"field": field, "values": values, "more": len(pairs) > asked.limit}


def patterns(scope: Scope, asked: PatternsAsk) -> dict[str, Any]:
    """What kinds of messages there are among the matches, or which kind one of them is."""
    of = None if asked.record is None else scope.view.record_set([asked.record])
    table = scope.queries.patterns(asked.query, asked.limit, of=of, **options_of(asked))
    columns = ("pattern", "count", "first", "last", "example", "query", "histogram")
    deadline = time.monotonic() + _PROOF_SECONDS
    return {
        "patterns": [
            {
                "pattern": pattern,
                "count": int(count),
                "first": _moment(first),
                "last": _moment(last),
                "example": example if len(example) <= _EXAMPLE else f"{example[: _EXAMPLE - 1]}…",
                "query": _proved(scope, asked, query, int(count), deadline),
                "histogram": [int(each) for each in counts],
            }
            for pattern, count, first, last, example, query, counts in zip(*(table[c] for c in columns), strict=True)
        ],
        "total": int(table.attrs["records"]),
    }


def _proved(scope: Scope, asked: PatternsAsk, words: str, count: int, deadline: float) -> str:
    """The query for a pattern's words if it finds as many records as the pattern has, else ""."""
    if not words or time.monotonic() > deadline:
        return ""
    both = f"({asked.query}) AND {words}" if asked.query.strip() else words
    return words if scope.queries.count(both, **options_of(asked)) == count else ""


def explain(scope: Scope, asked: ExplainAsk) -> dict[str, Any]:
    """How the query is answered."""
    found = scope.queries.explain(asked.query, analyze=asked.analyze, **options_of(asked))
    columns = ("partition", "executor", "plan", "estimate", "actual", "seconds")
    table = found.to_pandas()
    return {
        "text": repr(found),
        "query": found.query,
        "pruned": found.pruned,
        "partitions": [
            dict(zip(columns, row, strict=True)) for row in zip(*(table[c].tolist() for c in columns), strict=True)
        ],
        "phases": found.phases,
        "counts": found.counts,
        "suggestions": [{"message": each.message, "query": each.query} for each in found.suggestions],
    }


def select(scope: Scope, asked: SelectAsk) -> dict[str, Any]:
    """Saves records as the dataset's selection: those of these ids, or all matches."""
    if asked.ids is None:
        rows = scope.queries.rows(asked.query, **options_of(asked))
    else:
        rows = scope.queries.rows(rows=scope.view.record_set(asked.ids))
    return {"count": len(scope.view.dataset.save(_SELECTION, rows))}


def sets(scope: Scope, asked: Nothing) -> dict[str, Any]:
    """The saved sets."""
    return {"sets": [{"name": name, "count": len(rows)} for name, rows in scope.view.dataset.saved.items()]}


def fields(scope: Scope, asked: Nothing) -> dict[str, Any]:
    """The fields of the records, and the time that these span."""
    table = scope.view.dataset.fields
    summary = scope.view.summary
    return {
        "fields": [
            {"name": name, "type": kind, "coverage": min(1.0, float(coverage)), "distinct": int(distinct)}
            for name, kind, coverage, distinct in table.itertuples(index=False)
        ],
        "timezone": summary.timezone,
        "records": summary.records,
        "start": stamp(summary.start_ns),
        "end": stamp(summary.end_ns),
    }


ANSWERS: dict[str, Callable[[Scope, Any], dict[str, Any]]] = {
    "search": search,
    "record": record,
    "context": context,
    "histogram": histogram,
    "facets": facets,
    "patterns": patterns,
    "explain": explain,
    "select": select,
    "sets": sets,
    "fields": fields,
}


def _found(scope: Scope, id: RecordId) -> Hits:
    """One record, as a search's only hit."""
    hits = scope.queries.search(limit=1, rows=scope.view.record_set([id]))
    if not hits:
        raise AskError("This record is not in the dataset any more: search again.", "missing")
    return hits


def _hit_messages(hits: Sequence[Hit], query: Query) -> list[dict[str, Any]]:
    parts = zip(hits, excerpts(hits, query), summaries(hits, query), strict=True)
    return [hit_message(hit, shown, summary) for hit, shown, summary in parts]


def _milliseconds(ns: int) -> int | float:
    return ns / 1e6 if ns % 1_000_000 else ns // 1_000_000


def _moment(found: Any) -> str | None:
    return None if found is None or found != found else stamp(int(found.value))
