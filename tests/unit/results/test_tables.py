from __future__ import annotations

from datetime import UTC, datetime

from sawlog.results.tables import DatasetInfo, Datasets, html_table, text_table

WEB = DatasetInfo("web", "/s/web", 1_234_567, 5_000_000, datetime(2026, 11, 1, tzinfo=UTC), None, "ready", 3, 12)


def test_datasets() -> None:
    table = Datasets([WEB])
    assert table[0] is WEB and len(table) == 1
    text = repr(table)
    assert "1,234,567" in text and "5.0 MB" in text and "2026-11-01 00:00:00" in text and "message" not in text
    assert "1 dataset<" in table.html() and table.to_pandas().loc[0, "partitions"] == 3
    assert table.to_dicts()[0]["start"] == "2026-11-01T00:00:00+00:00"
    assert repr(Datasets()) == "no datasets" and next(iter(Datasets().to_pandas().columns)) == "name"


def test_rows_of_hostile_text() -> None:
    rows = [
        {"file": "/logs/<x>.gz\x1b", "confidence": 0.5, "bytes": 1_500, "formats": {"plain": 8}, "error": "damaged\n"},
        {"file": "b", "confidence": float("nan"), "bytes": 0, "formats": {}, "error": ""},
    ]
    text, page = text_table(rows), html_table(rows)
    assert "50%" in text and "1.5 kB" in text and "plain 8" in text and len(text.splitlines()) == 3
    assert "<x>" not in page and "\x1b" not in text + page
    assert text_table([]) == ""
