"""docs/formats.md names every format that detection can choose."""

from pathlib import Path

from sawlog.formats.registry import formats

DOCS = Path(__file__).parents[3] / "docs" / "formats.md"


def test_every_format_is_in_the_docs() -> None:
    documented = DOCS.read_text()
    assert [f.name for f in formats() if f"`{f.name}`" not in documented] == []
