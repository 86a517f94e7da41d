"""times.zst: any ascending times come back, from the file and, where there is none, from the column."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawlog.errors import StoreError
from sawlog.model.arrow import times_of
from sawlog.storage.times import TIMES, read_times, write_times

INT64 = np.iinfo(np.int64)


@given(times=st.lists(st.integers(INT64.min, INT64.max) | st.integers(0, 5)).map(sorted))
def test_any_ascending_times_come_back(tmp_path_factory: pytest.TempPathFactory, times: list[int]) -> None:
    path = tmp_path_factory.mktemp("times") / TIMES
    write_times(path, np.asarray(times, np.int64))
    found = read_times(path)
    assert found.dtype == np.int64
    assert found.tolist() == times


def test_records_without_a_time_come_first() -> None:
    stamps = pa.chunked_array([pa.array([None, 5], pa.timestamp("ns", "UTC"))])
    assert times_of(stamps).tolist() == [INT64.min, 5]


def test_a_damaged_file_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / TIMES
    write_times(path, np.arange(1_000, dtype=np.int64))
    path.write_bytes(path.read_bytes()[:20])
    with pytest.raises(StoreError, match=TIMES):
        read_times(path)
