"""What is known of a dataset as a whole: the table of its fields, and the report on its sources."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sawlog.engine.state import DatasetState
from sawlog.execute.snapshot import Snapshot
from sawlog.ingest.living import living_range
from sawlog.model.schema import LEVEL
from sawlog.storage.catalog import SourceState

if TYPE_CHECKING:
    import pandas as pd


def field_table(snapshot: Snapshot) -> pd.DataFrame:
    """See :attr:`Dataset.fields`."""
    import pandas as pd

    total = sum(s.partition.records for s in snapshot.segments)
    types: dict[str, str] = {}
    counts: dict[str, int] = {}
    distinct: dict[str, int] = {}
    for segment in snapshot.segments:
        for name, stats in segment.partition.manifest.fields.items():
            kind = _KINDS.get(stats.type, "text")
            types[name] = _common_kind(types.get(name, kind), kind)
            counts[name] = counts.get(name, 0) + stats.count
            many = stats.distinct * 2 > stats.count  # ids differ between partitions, categories do not
            distinct[name] = (
                distinct.get(name, 0) + stats.distinct if many else max(distinct.get(name, 0), stats.distinct)
            )
    levels = {v for s in snapshot.segments for v in s.partition.bitmaps.values(LEVEL) or ()}
    with_level = sum(sum((s.partition.bitmaps.values(LEVEL) or {}).values()) for s in snapshot.segments)
    rows = [("level", "text", with_level / total if total else 0.0, len(levels))]
    rows += [(n, types[n], counts[n] / total if total else 0.0, distinct[n]) for n in sorted(types)]
    return pd.DataFrame(rows, columns=["name", "type", "coverage", "distinct"])


_KINDS = {"int64": "integer", "double": "number", "bool": "boolean"}


def _common_kind(a: str, b: str) -> str:
    return a if a == b else "number" if {a, b} == {"integer", "number"} else "text"


def report_table(state: DatasetState) -> pd.DataFrame:
    """How every source was read, a row each.

    Columns: ``file``; ``format``, ``confidence`` (0 to 1) and ``runner_up`` of the detection; ``formats``: records by
    the format that matched them; ``bytes`` and ``lines`` of the decompressed text, ``records`` made of them,
    ``lines_joined`` to records before them, ``unparsed`` (kept, searchable, without fields), ``undecodable`` bytes;
    ``state``: indexed, indexing, gone; ``error``: why the rest of a source could not be read.
    """
    from sawlog.results.whole_table import WholeTable  # brings pandas

    catalog = state.catalog
    rows = {source.id: _source_row(source) for source in catalog.sources}
    for entry in catalog.partitions:
        partition = state.partition(entry, catalog)
        for index, span in enumerate(entry.spans):
            row = rows.get(span.source)
            if row is None:  # rewritten since: no row of it is left
                continue
            row["bytes"] += span.end - span.start
            row["lines"] += span.lines
            read = living_range(partition, index, span, catalog.source(span.source), state.options.format)
            row["records"] += read.records
            row["lines_joined"] += read.joined
            row["unparsed"] += read.unparsed
            row["undecodable"] += read.undecodable
            row["formats"] = dict(Counter(row["formats"]) + Counter(read.formats))
    unread = [{**_NOTHING_READ, "file": p.path, "state": "not read", "error": p.message} for p in catalog.problems]
    return WholeTable([*rows.values(), *unread], columns=list(_NOTHING_READ))


_NOTHING_READ: dict[str, Any] = {
    "file": "",
    "format": "",
    "confidence": 0.0,
    "runner_up": "",
    "formats": {},
    "bytes": 0,
    "lines": 0,
    "records": 0,
    "lines_joined": 0,
    "unparsed": 0,
    "undecodable": 0,
    "state": "",
    "error": "",
}


def _source_row(source: SourceState) -> dict[str, Any]:
    known = {name: source.format[name] for name in ("confidence", "runner_up") if name in source.format}
    return {
        **_NOTHING_READ,
        **known,
        "file": source.source["path"],
        "format": source.format.get("name", ""),
        "state": "gone" if source.gone else "indexed" if source.complete else "indexing",
        "error": source.error,
    }
