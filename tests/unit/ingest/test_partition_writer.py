"""A sealed partition holds what was collected, in time order, with no value lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.corpora import FORMATS, log_bytes
from tests.support.datasets import TINY, write_log

from sawlog.errors import StoreError
from sawlog.ingest.partition_writer import PartitionWriter, unify
from sawlog.ingest.reader import PieceReader
from sawlog.ingest.sources import expand
from sawlog.ingest.unit import Piece, ReadOptions
from sawlog.model.schema import FIXED, LENGTH, LINE, RAW, SOURCE, TIMESTAMP
from sawlog.query.ast import Query
from sawlog.storage.catalog import PARTITIONS, PartitionEntry
from sawlog.storage.manifest import MANIFEST, SourceRange
from sawlog.storage.memory import MemoryCache
from sawlog.storage.partition import Partition


def batch_of(count: int, **fields: pa.Array) -> pa.RecordBatch:
    arrays = [
        pa.array(["x"] * count if name == RAW else [0] * count, kind)
        if not pa.types.is_string(kind)
        else pa.nulls(count, kind)
        for name, kind in zip(FIXED.names, FIXED.types, strict=True)
        if name != "message"
    ]
    arrays.insert(FIXED.get_field_index("message"), pa.nulls(count, pa.large_string()))
    schema = pa.schema([*FIXED, *(pa.field(f"field.{n}", a.type) for n, a in fields.items())])
    return pa.RecordBatch.from_arrays([*arrays, *fields.values()], schema=schema)


KINDS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.int64(): st.integers(-(2**53), 2**53),
    pa.float64(): st.floats(allow_nan=False, allow_infinity=False),
    pa.bool_(): st.booleans(),
    pa.large_string(): st.text(st.characters(codec="utf-8"), max_size=5),
    pa.string(): st.sampled_from(["", "a", "é"]),
}


@given(data=st.data())
def test_columns_of_any_presence_and_type_become_one_table_and_lose_nothing(data: st.DataObject) -> None:
    columns: list[dict[str, list[Any]]] = []
    batches = []
    for _ in range(data.draw(st.integers(1, 4))):
        count = data.draw(st.integers(1, 3))
        fields = {}
        for name in data.draw(st.frozensets(st.sampled_from(["a", "b", "c"]))):
            kind = data.draw(st.sampled_from(sorted(KINDS, key=str)))
            fields[name] = pa.array(data.draw(st.lists(st.none() | KINDS[kind], min_size=count, max_size=count)), kind)
        columns.append({name: array.to_pylist() for name, array in fields.items()} | {"": [None] * count})
        batches.append(batch_of(count, **fields))
    table = unify(batches)
    assert table.column_names[: len(FIXED)] == FIXED.names
    for name in ("a", "b", "c"):
        before = [value for batch in columns for value in batch.get(name, [None] * len(batch[""]))]
        after = table[f"field.{name}"].to_pylist() if f"field.{name}" in table.column_names else [None] * len(before)
        assert len(before) == len(after)
        for old, new in zip(before, after, strict=True):
            assert (old is None) == (new is None)
            assert new == old or _spells(new, old)


def _spells(text: object, value: object) -> bool:
    if not isinstance(text, str):
        return False
    if isinstance(value, bool):
        return text == str(value).lower()
    return isinstance(value, int | float) and float(text) == value


def sealed(directory: Path, *texts: bytes) -> tuple[PartitionEntry, Partition]:
    writer = PartitionWriter(directory, TINY)
    for number, text in enumerate(texts):
        path = write_log(directory / "logs" / f"{number}.log", text)
        [source] = expand([str(path)]).sources
        reader = PieceReader(Piece(f"s{number}", source), ReadOptions(), 3_000)
        index = writer.begin(f"s{number}", 0)
        records = 0
        for read in reader.chunks(index):
            records += read.chunk.batch.num_rows
            writer.add(read.chunk.batch, SourceRange(f"s{number}", 0, read.end, reader.lines, records))
        writer.end_of_range(reader.ended)
    entry = writer.seal()
    assert entry is not None
    spans = [0] * len(entry.spans)
    paths = [f"{s.source}.log" for s in entry.spans]
    return entry, Partition(directory / PARTITIONS / entry.id, MemoryCache(1 << 24), None, spans, paths)


@pytest.mark.parametrize("name", FORMATS)
def test_what_is_collected_is_sealed_in_time_order(tmp_path: Path, name: str) -> None:
    texts = [log_bytes(name, 3, 60), b"", log_bytes(name, 4, 30, dirty=True)]
    entry, partition = sealed(tmp_path, *texts)
    manifest = partition.manifest
    assert [r.source for r in manifest.ranges] == ["s0", "s2"], "a range that holds nothing is forgotten"
    assert all(r.eof for r in manifest.ranges)
    table = partition.rows.take(np.arange(manifest.records), tuple(partition.rows.schema.names))
    assert table.num_rows == entry.records == sum(r.records for r in manifest.ranges)
    assert sum(table[LENGTH].to_pylist()) == entry.raw_bytes == sum(map(len, texts))
    stamps = [-1 if t is None else t for t in table[TIMESTAMP].cast(pa.int64()).to_pylist()]
    keys = list(zip(stamps, table[SOURCE].to_pylist(), table[LINE].to_pylist(), strict=True))
    assert keys == sorted(keys)
    assert (entry.start, entry.end) == (manifest.start, manifest.end)
    assert manifest.untimed == sum(t is None for t in table[TIMESTAMP].to_pylist())
    assert partition.terms.count(Query("all")) == entry.records
    partition.verify()
    sizes = [p.stat().st_size for p in partition.directory.rglob("*") if p.is_file() and p.name != MANIFEST]
    assert sum(sizes) == entry.disk_bytes
    assert partition.rows_between(None, None) == (manifest.untimed, manifest.records)
    for field, stats in manifest.fields.items():
        values = [v for v in table[f"field.{field}"].to_pylist() if v is not None]
        assert stats.count == len(values)
        assert abs(stats.distinct - len(set(values))) <= 1 + len(set(values)) // 20
    partition.close()


def test_damage_is_found_by_checksum(tmp_path: Path) -> None:
    _, partition = sealed(tmp_path, log_bytes("access", 5, 10))
    path = partition.directory / "bitmaps" / "values.json"
    path.write_text(path.read_text() + " ")
    with pytest.raises(StoreError, match=r"values\.json of the dataset .* is damaged"):
        partition.verify()


def test_giving_up_leaves_nothing(tmp_path: Path) -> None:
    writer = PartitionWriter(tmp_path, TINY)
    writer.begin("s", 0)
    writer.add(batch_of(2), SourceRange("s", 0, 4, 2, 2))
    assert writer.seal(lambda: True) is None
    assert list((tmp_path / PARTITIONS).iterdir()) == []


def test_tokens_too_long_for_the_index_are_kept_for_verification(tmp_path: Path) -> None:
    giant = b"z" * 70_000
    entry, partition = sealed(tmp_path, b"short one\n" + b"id " + giant + b" end\n" + b"short two\n")
    assert len(partition.manifest.giants) == 1
    assert entry.records == 3
    partition.close()
