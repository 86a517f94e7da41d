"""Datasets in every stage of being indexed, and the ways in which they can be asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from sawlog.engine import Dataset, SearchEngineManager
from sawlog.engine.state import DatasetState
from sawlog.execute.resolve import gather
from sawlog.execute.run import Search
from sawlog.execute.snapshot import Segment
from sawlog.execute.work import Work
from sawlog.ingest.changes import update
from sawlog.ingest.recognise import recognise
from sawlog.ingest.sources import Source, expand
from sawlog.ingest.unit import ReadOptions
from sawlog.model import schema
from sawlog.model.progress import CancelToken
from sawlog.model.rowset import RowSet, to_numpy
from sawlog.plan.optimizer import QueryOptimizer
from sawlog.query.ast import Query
from sawlog.query.evaluate import matches
from sawlog.settings import Settings
from sawlog.storage.catalog import Catalog

#: Partitions of a few kilobytes, built in this process.
TINY = Settings(partition_bytes=8 << 10, inline_bytes=1 << 30, search_threads=2)

#: Makes a dataset with one source a text.
OpenBytes = Callable[..., Dataset]

Record = tuple[object, ...]
#: A record as people see it; two ways of answering agree when they agree on all of this.
SEEN = (
    schema.SOURCE,
    schema.LINE,
    schema.OFFSET,
    schema.LENGTH,
    schema.LINES,
    schema.TIMESTAMP,
    schema.LEVEL,
    schema.RAW,
)


def open_logs(target: Path | Sequence[Path], store: Path, settings: Settings = TINY, **options: Any) -> Dataset:
    """The logs, fully indexed unless ``background=True`` is given."""
    arguments = {"name": "logs", "background": False, "progress": "none", **options}
    return SearchEngineManager(store, settings).open(target, **arguments)


def state_of(logs: Dataset) -> DatasetState:
    return logs._state


def unindexed(target: Path | Sequence[Path], store: Path, settings: Settings = TINY) -> DatasetState:
    """A dataset of which nothing is indexed yet."""
    targets = [str(t) for t in ([target] if isinstance(target, Path) else target)]
    options = ReadOptions()
    catalog = update(Catalog("logs", {"target": targets}, ""), expand(targets), options, _nothing_is_indexed)
    # Recognised once, not in each search.
    known = (replace(s, format=recognise(Source.from_json(dict(s.source))).description) for s in catalog.sources)
    catalog = catalog.change(sources=tuple(known))
    return DatasetState(store / "unindexed", catalog, options, settings)


def _nothing_is_indexed(entry: object) -> Any:
    raise AssertionError("a fresh catalog has no partitions")


def half_indexed(logs: Dataset, every: int = 2) -> DatasetState:
    """The dataset as if only each ``every``-th partition was sealed."""
    state = state_of(logs)
    kept = state.catalog.partitions[::every]
    sources = tuple(replace(source, complete=False) for source in state.catalog.sources)
    catalog = state.catalog.change(partitions=kept, sources=sources, state="building")
    return DatasetState(state.directory, catalog, state.options, state.settings)


def search(
    state: DatasetState,
    query: Query,
    *,
    rows: RowSet | None = None,
    scan_only: bool = False,
    optimizer: QueryOptimizer | None = None,
    token: CancelToken | None = None,
) -> Search:
    """A search that finds nothing in the memory cache."""
    state.cache.clear()
    return Search(state.snapshot(), query, state.pool, Work(token), rows, optimizer, scan_only)


def seen(table: pa.Table) -> list[Record]:
    """The records of a resolved table, by source and line."""
    columns = [table[name].cast(pa.int64()) if name == schema.TIMESTAMP else table[name] for name in SEEN]
    return sorted(zip(*(column.to_pylist() for column in columns), strict=True), key=lambda r: (r[0], r[1]))


def found(state: DatasetState, query: Query, **options: Any) -> list[Record]:
    """The records that match, by source and line."""
    return seen(search(state, query, **options).table())


def all_rows(segment: Segment) -> pa.Table:
    """The living records of a partition, resolved."""
    return gather([(segment.partition, to_numpy(segment.partition.alive))])


class Reference:
    """The records of an indexed dataset, one by one, judged by ``query.evaluate``."""

    def __init__(self, state: DatasetState) -> None:
        tables = [all_rows(segment) for segment in state.snapshot().segments]
        self.records = [
            record for table in tables for record in zip(_values(table), _seen_in_order(table), strict=True)
        ]

    def found(self, query: Query) -> list[Record]:
        chosen = [record for values, record in self.records if matches(query, str(values["raw"]), values.get)]
        return sorted(chosen, key=lambda r: (r[0], r[1]))

    def all(self) -> list[Record]:
        return sorted((record for _, record in self.records), key=lambda r: (r[0], r[1]))


def _seen_in_order(table: pa.Table) -> Iterable[Record]:
    columns = [table[name].cast(pa.int64()) if name == schema.TIMESTAMP else table[name] for name in SEEN]
    return zip(*(column.to_pylist() for column in columns), strict=True)


def _values(table: pa.Table) -> Iterator[dict[str, object]]:
    fields = [name for name in table.column_names if schema.field_name(name) is not None]
    stamps = table[schema.TIMESTAMP].cast(pa.int64()).to_pylist()
    for stamp, row in zip(stamps, table.drop_columns([schema.SOURCE_ID, schema.TIMESTAMP]).to_pylist(), strict=True):
        values: dict[str, object] = {name.removeprefix(schema.FIELD_PREFIX): row[name] for name in fields}
        raw, start = row[schema.RAW], row[schema.MESSAGE_START] or 0
        message = row[schema.MESSAGE] if row[schema.MESSAGE] is not None else raw.encode()[start:].decode()
        values |= {name: row[name] for name in (schema.LEVEL, schema.SOURCE, schema.LINE, schema.RAW)}
        yield values | {"timestamp": stamp, "message": message}


def write_log(path: Path, data: bytes, seconds: float | None = None) -> Path:
    """A file, modified at ``seconds`` since 1970 (by default when the corpora end)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    moment = 1_773_800_000.0 if seconds is None else seconds
    os.utime(path, (moment, moment))
    return path
