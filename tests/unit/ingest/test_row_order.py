"""Rows leave in time order, block by block, whatever chunks they arrived in."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.ingest.row_order import OrderedRows

LOWEST = np.iinfo(np.int64).min
ROW = st.tuples(st.none() | st.integers(0, 5), st.integers(0, 2), st.integers(0, 9))


def _table(rows: list[tuple[int | None, int, int]], chunk: int) -> pa.Table:
    texts = [f"record {k} é" for k in range(len(rows))]
    whole = pa.table(
        {
            "timestamp": pa.array([time for time, _, _ in rows], pa.timestamp("ns", "UTC")),
            "source": pa.array([source for _, source, _ in rows], pa.uint32()),
            "line": pa.array([line for _, _, line in rows], pa.uint32()),
            "raw": pa.array(texts, pa.large_string()),
        }
    )
    parts = [whole.slice(start, chunk) for start in range(0, len(rows), chunk)]
    return pa.concat_tables([pa.Table.from_batches(part.to_batches()) for part in parts]) if parts else whole


@settings(max_examples=150)
@given(rows=st.lists(ROW, max_size=40), chunk=st.integers(1, 15), size=st.integers(1, 15))
def test_blocks_are_the_rows_by_time_range_and_line(
    rows: list[tuple[int | None, int, int]], chunk: int, size: int
) -> None:
    rows = sorted(rows, key=lambda row: row[1:])  # rows arrive by range and line
    expected = sorted(range(len(rows)), key=lambda k: (LOWEST if rows[k][0] is None else rows[k][0], *rows[k][1:], k))
    ordered = OrderedRows(_table(rows, chunk))
    found: list[str] = []
    alone: list[str] = []
    for start in range(0, len(ordered), size):
        block = ordered.block(start, size)
        assert all(column.num_chunks == 1 for column in block.columns)
        found += block.column("raw").to_pylist()
        alone += ordered.block(start, size, ("raw",)).column(0).to_pylist()
    assert found == alone == [f"record {k} é" for k in expected]
    times = [rows[k][0] for k in expected]
    assert ordered.times.tolist() == [LOWEST if time is None else time for time in times]
    assert ordered.arranged(np.arange(len(rows))).tolist() == expected
