from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pytest

from sawlog.errors import SettingsError
from sawlog.query.ast import Query
from sawlog.results.hits import Hits


@pytest.fixture
def hits(make_page: Callable[..., pa.Table], make_hits: Callable[..., Hits]) -> Hits:
    everything = make_page([f"line {number}{' boom' if number in (10, 12, 30) else ''}" for number in range(1, 41)])
    matching = everything.take([29, 11, 9])
    return make_hits(matching, query=Query("term", value="boom"), everything=everything, total=3)


def test_overlapping_neighbours_share_a_block(hits: Hits) -> None:
    context = hits.context(before=1, after=1)
    assert [[hit.line for hit in block.records] for block in context] == [[29, 30, 31], [9, 10, 11, 12, 13]]
    assert [block.matches for block in context][1] == (False, True, False, True, False)


def test_touching_blocks_are_merged_and_separate_ones_are_not(hits: Hits) -> None:
    assert len(hits.context(0, 0)) == 3
    assert len(hits.context(before=0, after=1)) == 2
    assert len(hits.context(before=9, after=9)) == 1


def test_context_views(hits: Hits) -> None:
    context = hits.context(1, 0)
    assert context.html().count("<mark>boom</mark>") == 3 and context.html().count("sawlog-match") >= 3
    assert "30: line 30 boom" in repr(context) and "29- line 29" in repr(context)
    frame = context.to_pandas()
    assert frame["match"].sum() == 3 and frame["block"].nunique() == 2
    assert str(frame["timestamp"].dtype) == "datetime64[ns, UTC]"


def test_no_hits_no_context(hits: Hits) -> None:
    context = hits[:0].context()
    assert len(context) == 0 and "No hits" in context.html() and "no hits" in repr(context)
    assert context.to_pandas().empty


def test_negative_context_is_refused(hits: Hits) -> None:
    with pytest.raises(SettingsError, match="before=-1"):
        hits.context(before=-1)
