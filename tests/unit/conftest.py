"""Pages and answers made by hand, for the rooms that show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pytest

from sawlog.model import schema

if TYPE_CHECKING:
    from sawlog.query.ast import Query
    from sawlog.results.hits import Hits

#: 2026-11-01 10:00:00 UTC.
START_NS = 1_793_527_200_000_000_000

MakePage = Callable[..., pa.Table]
MakeHits = Callable[..., "Hits"]


def build_page(
    raws: Sequence[str],
    *,
    levels: Sequence[str | None] | None = None,
    source: str = "/logs/app.log",
    first_line: int = 1,
    message_starts: Sequence[int | None] | None = None,
    messages: Sequence[str | None] | None = None,
    **fields: Sequence[Any],
) -> pa.Table:
    """A page in the log schema; records follow each other in one source, one a second."""
    lengths = [len(raw.encode()) + 1 for raw in raws]
    offsets = [sum(lengths[:position]) for position in range(len(raws))]
    columns: dict[str, pa.Array] = {
        schema.TIMESTAMP: pa.array(
            [START_NS + position * 1_000_000_000 + 7 for position in range(len(raws))], pa.timestamp("ns", tz="UTC")
        ),
        schema.LEVEL: pa.array(levels or ["info"] * len(raws), pa.string()),
        schema.SOURCE: pa.array([source] * len(raws), pa.string()).dictionary_encode(),
        schema.SOURCE_ID: pa.array([f"id of {source}"] * len(raws), pa.large_string()),
        schema.LINE: pa.array(range(first_line, first_line + len(raws)), pa.uint32()),
        schema.OFFSET: pa.array(offsets, pa.uint64()),
        schema.LENGTH: pa.array(lengths, pa.uint32()),
        schema.LINES: pa.array([1] * len(raws), pa.uint32()),
        schema.MESSAGE_START: pa.array(message_starts or [0] * len(raws), pa.uint32()),
        schema.MESSAGE: pa.array(messages or [None] * len(raws), pa.large_string()),
        schema.RAW: pa.array(raws, pa.large_string()),
    }
    for name, values in fields.items():
        columns[schema.field_column(name)] = pa.array(values)
    return pa.table(columns)


def build_hits(
    page: pa.Table, *, query: Query | None = None, text: str = "", everything: pa.Table | None = None, **changes: Any
) -> Hits:
    """An answer whose callbacks give ``everything`` (by default the page)."""
    # The other rooms' tests must not need this one.
    from sawlog.query.ast import ALL
    from sawlog.results.histogram import Histogram
    from sawlog.results.hits import Hits

    whole = page if everything is None else everything
    arguments: dict[str, Any] = {
        "query": query or ALL,
        "text": text,
        "page": page,
        "total": whole.num_rows,
        "timed_out": False,
        "took": {"plan": 0.001, "scan": 0.002},
        "fetch": lambda: whole,
        "context": lambda keys, before, after: _around(whole, {offset for _, offset in keys}, before, after),
        "histogram": lambda: Histogram(np.array([START_NS]), np.array([whole.num_rows]), 60 * 10**9),
    }
    return Hits(**{**arguments, **changes})


def _around(table: pa.Table, offsets: set[int], before: int, after: int) -> pa.Table:
    own = table[schema.OFFSET].to_pylist()
    places = [sorted(own).index(offset) for offset in offsets]
    near = [any(place - before <= sorted(own).index(one) <= place + after for place in places) for one in own]
    return table.filter(pa.array(near))


@pytest.fixture
def make_page() -> MakePage:
    return build_page


@pytest.fixture
def make_hits() -> MakeHits:
    return build_hits
