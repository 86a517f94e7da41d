"""rows.arrow: any text comes back, in any order, decoding only the batches that are needed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.model.schema import FIXED, RAW
from sawlog.storage import rows as rows_module
from sawlog.storage.memory import MemoryCache
from sawlog.storage.rows import RowReader, RowWriter

texts = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=40), min_size=1, max_size=60)


def table_of(raws: list[str]) -> pa.Table:
    n = len(raws)
    numbers = {name: pa.array(range(n), FIXED.field(name).type) for name in ("source", "line", "offset", "length", "lines")}
    columns = [pa.array(raws, pa.large_string()) if f.name == RAW else numbers.get(f.name, pa.nulls(n, f.type)) for f in FIXED]
    return pa.Table.from_arrays(columns, schema=FIXED)


def write(path: Path, raws: list[str], pieces: int = 3) -> RowReader:
    table = table_of(raws)
    writer = RowWriter(path, FIXED)
    for start in range(0, len(raws), pieces):
        writer.write(table.slice(start, pieces))
    writer.close()
    return RowReader(path, writer.batch_starts, writer.rows, MemoryCache(1 << 20))


@given(raws=texts, data=st.data())
def test_any_rows_come_back_in_the_order_asked(
    tmp_path_factory: pytest.TempPathFactory, raws: list[str], data: st.DataObject
) -> None:
    reader = write(tmp_path_factory.mktemp("rows") / "rows.arrow", raws)
    wanted = data.draw(st.lists(st.sampled_from(range(len(raws))), unique=True))
    taken = reader.take(np.array(wanted, np.int64), ("line", RAW))
    assert taken.column(RAW).to_pylist() == [raws[row] for row in wanted]
    assert taken.column("line").to_pylist() == wanted
    reader.close()


def test_batches_are_bounded_by_rows_and_by_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows_module, "BATCH_ROWS", 4)
    monkeypatch.setattr(rows_module, "BATCH_BYTES", 100)
    raws = ["x" * 5] * 10 + ["y" * 1_000] + ["z" * 60] * 3
    reader = write(tmp_path / "rows.arrow", raws, pieces=len(raws))
    bounds = [reader.bounds(k) for k in range(reader.batches)]
    assert bounds[0][0] == 0 and bounds[-1][1] == len(raws)
    assert all(a[1] == b[0] for a, b in zip(bounds, bounds[1:], strict=False))
    sizes = [(stop - start, sum(len(r) + 1 for r in raws[start:stop])) for start, stop in bounds]
    assert all(count <= 4 and (size <= 100 or count == 1) for count, size in sizes)


def test_a_missing_column_is_left_out(tmp_path: Path) -> None:
    reader = write(tmp_path / "rows.arrow", ["a", "b"])
    assert reader.take(np.array([1]), ("field.absent", RAW)).to_pydict() == {RAW: ["b"]}


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40)), max_size=60))
def test_the_memory_cache_holds_its_budget(steps: list[tuple[int, int]]) -> None:
    cache, held = MemoryCache(100), {}
    for key, size in steps:
        cache.put(key, (key, size), size)
        held[key] = (key, size)
        assert cache.bytes <= 100
        assert cache.get(key) in (None, held[key])
