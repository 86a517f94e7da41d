"""The small charts of patterns, as text."""

from __future__ import annotations

import pytest

from sawlog.results.pattern_table import bars


@pytest.mark.parametrize(
    ("counts", "chart"),
    [
        ([], ""),
        ([0, 0], "  "),
        ([0, 1, 4, 8, 1000], " ▁▁▁█"),
        ([8, 0] * 15, "█ " * 15),  # as many as there is room for
        ([8, 0] * 30, "█" * 30),
        ([5] * 61, "█" * 21),  # the last bar stands for one count, the others for three
        ([0] * 89 + [1], " " * 29 + "█"),
    ],
)
def test_a_chart_leaves_room_for_what_is_beside_it(counts: list[int], chart: str) -> None:
    assert bars(counts) == chart
