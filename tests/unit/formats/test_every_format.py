"""What holds for each format, whatever the text."""

from __future__ import annotations

import polars as pl
import pytest

from sawlog.formats.base import TimeContext
from sawlog.formats.registry import formats

HOSTILE = [
    "",
    " ",
    "\x00",
    "\ufffd\ufffd",
    "x" * 100_000,
    "[" * 5_000,
    '{"a":' * 500,
    "a=" * 2_000,
    "<999>1 9999-99-99T99:99:99Z h p - - - x",
    "[Xyz Abc 99 99:99:99 0000] [core:error] [pid 99999999999999999999] x",
    "type=A msg=audit(9999999999999.9:1): " + "k=v " * 3_000,
    "CEF:0|a|b|c|d|e|99|" + " ".join(f"k{n}={n}" for n in range(500)),
    "# Time: never",
    "ein\nzwei\n\ndrei",
    "\x1b[2m\x1b[0m",
]


@pytest.mark.parametrize("format", formats(), ids=lambda format: format.name)
def test_hostile_text_is_no_error(format):
    for lines in ([], HOSTILE, HOSTILE * 3):
        frame = format.parse(pl.Series("line", lines, dtype=pl.String), TimeContext())
        assert frame.height == len(lines)
        assert frame["matched"].null_count() == 0
        assert frame.schema.get("timestamp", pl.Datetime("ns", "UTC")) == pl.Datetime("ns", "UTC")
    assert 0.0 <= format.confidence(pl.Series("line", HOSTILE)) <= 1.0
    assert format.confidence(pl.Series("line", [], dtype=pl.String)) == 0.0 or format.explains_all


@pytest.mark.parametrize("format", formats(), ids=lambda format: format.name)
def test_has_a_title_and_a_name(format):
    assert format.title
    assert format.name == format.name.lower().replace("_", "-")
