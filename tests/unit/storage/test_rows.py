"""rows.arrow: any text comes back as it was, in any order, and only the batches that hold it are decoded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.errors import DatasetClosedError, StoreError
from sawlog.model.schema import FIXED, RAW, TIMESTAMP
from sawlog.storage import rows as rows_module
from sawlog.storage.batches import BatchWriter
from sawlog.storage.memory import MemoryCache
from sawlog.storage.rows import BATCH_ROWS, RowReader, RowWriter

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(
    ["", "\n", "a\nb", "\x00", "🙂" * 3, "e\u0301", "\u2028", "x" * 5_000, "\r", "tail\n"]
)


def table_of(texts: list[str], **fields: pa.Array) -> pa.Table:
    count = len(texts)
    values: dict[str, Any] = {
        name: pa.array(range(count), FIXED.field(name).type)
        for name in FIXED.names
        if name not in ("level", "message", RAW)
    }
    values |= {"level": pa.nulls(count, pa.string()), "message": pa.nulls(count, pa.large_string())}
    values[TIMESTAMP] = pa.array([None if k < count // 3 else k for k in range(count)], FIXED.field(TIMESTAMP).type)
    values[RAW] = pa.array(texts, pa.large_string())
    schema = pa.schema([*FIXED, *(pa.field(name, array.type) for name, array in fields.items())])
    return pa.table([*(values[name] for name in FIXED.names), *fields.values()], schema=schema)


def written(directory: Path, table: pa.Table, cache: MemoryCache | None = None) -> RowReader:
    writer = RowWriter(directory / "rows.arrow", table.schema)
    for start in range(0, table.num_rows, rows_module.BLOCK_ROWS):
        writer.write(table.slice(start, rows_module.BLOCK_ROWS))
    writer.close()
    assert writer.rows == table.num_rows
    return RowReader(directory / "rows.arrow", writer.batch_starts, writer.rows, cache or MemoryCache(1 << 20))


@settings(max_examples=30)
@given(texts=st.lists(TEXTS, min_size=1, max_size=40), data=st.data())
def test_any_texts_come_back_in_any_order(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    table = table_of(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows_module, "BATCH_ROWS", data.draw(st.integers(1, 9)))
        patch.setattr(rows_module, "BATCH_BYTES", data.draw(st.sampled_from([1, 50, 1 << 20])))
        patch.setattr(rows_module, "BLOCK_ROWS", data.draw(st.sampled_from([1, 7, 8_192])))
        reader = written(tmp_path_factory.mktemp("rows"), table)
    assert reader.take(np.arange(len(texts)), tuple(FIXED.names)).equals(table)
    chosen = np.array(data.draw(st.lists(st.integers(0, len(texts) - 1), unique=True)), dtype=np.uint32)
    taken = reader.take(chosen, (RAW, "line"))
    assert taken[RAW].to_pylist() == [texts[k] for k in chosen]
    assert taken["line"].to_pylist() == chosen.tolist()
    first, stop = sorted(data.draw(st.tuples(*[st.integers(0, reader.batches - 1)] * 2)))
    read = reader.read(range(first, stop + 1), ("line", "field.none", RAW, "level"))
    inside = slice(reader.bounds(first)[0], reader.bounds(stop)[1])
    assert read.column_names == ["line", RAW, "level"]
    assert read[RAW].to_pylist() == [text + "\n" for text in texts[inside]]
    assert read["line"].to_pylist() == list(range(len(texts)))[inside]
    bounds = [reader.bounds(k) for k in range(reader.batches)]
    assert [first for first, _ in bounds] == [0, *(stop for _, stop in bounds[:-1])]
    assert bounds[-1][1] == len(texts)
    least = np.iinfo(np.int64).min
    assert reader.times().tolist() == [least if k < len(texts) // 3 else k for k in range(len(texts))]
    reader.close()


def test_batches_are_bounded_by_rows_and_by_bytes_unless_one_row_is_larger(tmp_path: Path) -> None:
    texts = ["a"] * (2 * BATCH_ROWS + 7) + ["b" * (rows_module.BATCH_BYTES - 50)] * 3 + ["c" * (3 << 20)] + ["d"] * 5
    reader = written(tmp_path, table_of(texts))
    for index in range(reader.batches):
        first, stop = reader.bounds(index)
        size = sum(len(text) + 1 for text in texts[first:stop])
        assert stop - first <= BATCH_ROWS
        assert size <= rows_module.BATCH_BYTES or stop - first == 1
    assert reader.column(RAW).length() == len(texts)
    reader.close()


def test_only_the_batches_of_the_rows_are_decoded(tmp_path: Path) -> None:
    cache = MemoryCache(1 << 24)
    reader = written(tmp_path, table_of([f"text {k}" for k in range(5 * BATCH_ROWS)]), cache)
    reader.take(np.array([3 * BATCH_ROWS + 1, 5, 6, 3 * BATCH_ROWS]), (RAW,))
    assert (cache.misses, cache.hits) == (2, 0)
    reader.take(np.array([7]), (RAW,))
    assert (cache.misses, cache.hits) == (2, 1)
    reader.close()


def test_a_column_that_is_not_there_is_left_out(tmp_path: Path) -> None:
    table = table_of(["a", "b"], **{"field.status": pa.array([200, None], pa.int64())})
    reader = written(tmp_path, table)
    taken = reader.take(np.array([1, 0]), ("field.nothing", "field.status", RAW))
    assert taken.column_names == ["field.status", RAW]
    assert taken["field.status"].to_pylist() == [None, 200]
    assert reader.take(np.empty(0, np.uint32), (RAW,)).num_rows == 0
    assert reader.read([0], ("field.nothing",)).num_columns == 0
    reader.close()


def test_rows_of_an_earlier_make_lie_in_one_file(tmp_path: Path) -> None:
    table = table_of([f"text {k}\n" for k in range(10)])
    writer = BatchWriter(tmp_path / "rows.arrow", table.schema)
    for start in (0, 6):
        writer.write(table.slice(start, 6))
    writer.close()
    reader = RowReader(tmp_path / "rows.arrow", [0, 6], 10, MemoryCache(1 << 20))
    assert reader.take(np.array([9, 0]), ("line", RAW, "level"))[RAW].to_pylist() == ["text 9", "text 0"]
    assert reader.read([0, 1], ("line",))["line"].to_pylist() == list(range(10))
    assert reader.column("length").to_pylist() == list(range(10))
    reader.close()


def test_rows_of_a_closed_dataset_are_refused_and_not_called_damaged(tmp_path: Path) -> None:
    table = pa.table({"line": range(10), "raw": ["text"] * 10})
    writer = BatchWriter(tmp_path / "rows.arrow", table.schema)
    writer.write(table)
    writer.close()
    reader = RowReader(tmp_path / "rows.arrow", [0], 10, MemoryCache(0))
    assert reader.column("line").to_pylist() == list(range(10))
    reader.close()
    with pytest.raises(DatasetClosedError, match="was closed: open it again"):
        reader.column("line")


@pytest.mark.parametrize("damage", ["missing", "empty", "garbage"])
def test_damaged_rows_are_said(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "rows.arrow"
    if damage != "missing":
        path.write_bytes(b"" if damage == "empty" else b"ARROW1 but no more")
    with pytest.raises(StoreError, match=r"rows\.arrow"):
        RowReader(path, [0], 1, MemoryCache(0))
