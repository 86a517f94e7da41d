"""Bitmaps hold, for each value of a low-cardinality column, exactly the rows that have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.model.values import as_text
from sawlog.storage.bitmaps import MAX_VALUES, BitmapReader, build_bitmaps, write_bitmaps


def _as_they_are(codes: npt.NDArray[np.integer]) -> npt.NDArray[np.integer]:
    return codes


VALUES = {
    pa.large_string(): st.none() | st.sampled_from(["a", "A", "", "true", "é", "a\nb", '"', "x" * 300]),
    pa.int64(): st.none() | st.sampled_from([0, -1, 200, 2**63 - 1, -(2**63)]),
    pa.bool_(): st.none() | st.booleans(),
}


@settings(max_examples=40)
@given(data=st.data(), kind=st.sampled_from(sorted(VALUES, key=str)), chunks=st.integers(1, 3))
def test_each_value_has_its_rows(tmp_path_factory: object, data: st.DataObject, kind: pa.DataType, chunks: int) -> None:
    directory: Path = tmp_path_factory.mktemp("bitmaps")  # type: ignore[attr-defined]
    values = data.draw(st.lists(VALUES[kind], max_size=40))
    step = -(-len(values) // chunks) or 1
    column = pa.chunked_array([pa.array(values[k : k + step], kind) for k in range(0, len(values), step)], kind)
    write_bitmaps(
        directory / "b",
        build_bitmaps(pa.table({"field.x": column, "offset": pa.nulls(len(values), pa.uint64())}), _as_they_are),
    )
    reader = BitmapReader(directory / "b")
    assert reader.values("offset") is None
    expected = {as_text(v): [k for k, other in enumerate(values) if other == v and other is not None] for v in values}
    expected.pop("None", None)
    assert reader.values("field.x") == {value: len(rows) for value, rows in expected.items()}
    for value, rows in expected.items():
        assert list(reader.rows("field.x", value)) == rows


def test_rows_are_numbered_as_arranged(tmp_path: Path) -> None:
    table = pa.table({"field.x": pa.array(["a", "b", "a"], pa.large_string())})
    write_bitmaps(tmp_path / "b", build_bitmaps(table, lambda codes: codes[[2, 0, 1]]))
    assert list(BitmapReader(tmp_path / "b").rows("field.x", "b")) == [2]


def test_many_values_or_fractions_have_none() -> None:
    count = 20 * MAX_VALUES
    table = pa.table(
        {
            "field.ids": pa.array([str(k) for k in range(count)], pa.large_string()),
            "field.late": pa.array(
                ["same"] * (count - MAX_VALUES) + [str(k) for k in range(MAX_VALUES)], pa.large_string()
            ),
            "field.just": pa.array([k % MAX_VALUES for k in range(count)], pa.int64()),
            "field.share": pa.array([0.5] * count),
            "level": pa.array(["info"] * count),
            "line": pa.array([1] * count),
        }
    )
    assert set(build_bitmaps(table, _as_they_are)) == {"field.just", "level"}
