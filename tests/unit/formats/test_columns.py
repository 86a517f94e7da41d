"""Parts that were read apart come together in their places."""

from __future__ import annotations

import json

import numpy as np
import polars as pl
import pytest

from sawlog.formats.columns import assemble
from sawlog.formats.json_flatten import flatten


@pytest.mark.parametrize("kind", [np.int64, np.uint32])
def test_rows_of_any_integer_type_keep_their_places(kind: type) -> None:
    parts = [
        (np.array([0, 3], kind), pl.DataFrame({"a": [0, 3]})),
        (np.array([1, 2], kind), pl.DataFrame({"a": [1, 2]})),
    ]
    assert assemble(parts, 4)["a"].to_list() == [0, 1, 2, 3]


def test_an_object_that_is_decoded_apart_stays_in_its_place() -> None:
    objects = [{"n": 0}, {"n": 1, "text": "\U0001f642"}, {"n": 2}]  # a pair of surrogates, which Arrow must not see
    valid, leaves = flatten(pl.Series([json.dumps(o) for o in objects]))
    assert valid.all()
    assert leaves["n"].to_list() == [0, 1, 2]
