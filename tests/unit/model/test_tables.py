"""Tables whose fields have several types."""

from __future__ import annotations

import pyarrow as pa
import pytest

from sawlog.model.tables import common_types, concat
from sawlog.model.values import as_text, text_column

INT, FLOAT, TEXT = pa.int64(), pa.float64(), pa.large_string()


@pytest.mark.parametrize(
    ("parts", "kind", "values"),
    [
        ([[1], [2]], INT, [1, 2]),
        ([[1], [0.5]], FLOAT, [1.0, 0.5]),
        ([[0.5], [-(2**53)]], FLOAT, [0.5, -(2.0**53)]),
        ([[0.5], [2**53 + 1]], TEXT, ["0.5", "9007199254740993"]),
        ([[-(2**63)], [1, None], [2.0]], TEXT, ["-9223372036854775808", "1", None, "2"]),
        ([[2**53 + 1], [1]], INT, [2**53 + 1, 1]),
        ([[1.0, 0.25], ["x"]], TEXT, ["1", "0.25", "x"]),
        ([[True], [1]], TEXT, ["true", "1"]),
        ([[None], [1], [0.5]], FLOAT, [None, 1.0, 0.5]),
    ],
)
def test_no_value_is_lost(parts, kind, values):
    tables = [pa.table({"f": pa.array(part)}) for part in parts]
    assert common_types(tables) == {"f": kind}
    assert concat(tables, pa.schema([("f", kind)]))["f"].to_pylist() == values


def test_a_part_without_the_column():
    tables = [pa.table({"f": [2**53 + 1]}), pa.table({"g": [1]}), pa.table({"f": [0.5]})]
    assert common_types(tables) == {"f": TEXT, "g": INT}


@pytest.mark.parametrize("values", [[5.0, None, 5.0, 2.5e-7, 1e20], [True, None, False], [1, None], ["x", None]])
def test_a_column_of_text_has_the_spelling_of_single_values(values):
    expected = [None if value is None else as_text(value) for value in values]
    assert text_column(pa.array(values)).to_pylist() == expected
    assert text_column(pa.chunked_array([values, values[:1]])).to_pylist() == [*expected, *expected[:1]]
