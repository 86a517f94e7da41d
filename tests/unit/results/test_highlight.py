from __future__ import annotations

import re

from sawlog.results.highlight import Excerpt, Gap, excerpt_markup, markup, snippet


def test_markup_escapes_and_marks() -> None:
    assert markup("a <b> c", [(2, 5)]) == "a <mark>&lt;b&gt;</mark> c"


def test_markup_shows_acting_characters() -> None:
    assert markup("\x1b[1m", [(0, 1)]) == '<mark><span class="sawlog-ctrl">\\x1b</span></mark>[1m'


def test_markup_merges_and_clips_spans() -> None:
    assert markup("abcdef", [(4, 99), (0, 2), (1, 3)], "[", "]") == "[abc]d[ef]"


def test_short_records_are_whole() -> None:
    assert snippet("x" * 100, [(1, 2)]) == [Excerpt("x" * 100, 0, ((1, 2),))]


def test_huge_record_shows_first_matches_and_tells_the_rest() -> None:
    text = "x" * 5_000_000 + "NEEDLE" + "é" * 2_500_000 + "NEEDLE"
    spans = [match.span() for match in re.finditer("NEEDLE", text)]
    pieces = snippet(text, spans, windows=1)
    assert [type(piece) for piece in pieces] == [Gap, Excerpt, Gap]
    first, middle, last = pieces
    assert isinstance(first, Gap) and isinstance(middle, Excerpt) and isinstance(last, Gap)
    assert first.bytes == 5_000_000 - 300 and first.matches == 0
    assert middle.text[slice(*middle.spans[0])] == "NEEDLE" and len(middle.text) == 606
    assert last.bytes == 2 * (2_500_000 - 300) + 6 and last.matches == 1


def test_pieces_add_up_whatever_the_spans() -> None:
    text = "".join(chr(97 + i % 26) for i in range(20_000))
    for spans in ([], [(0, 20_000)], [(i, i + 3) for i in range(0, 20_000, 700)], [(19_990, 20_000)], [(5, 15_000)]):
        pieces = snippet(text, spans)
        assert sum(len(p.text) if isinstance(p, Excerpt) else p.characters for p in pieces) == len(text)
        marked = 0
        for piece in pieces:
            if isinstance(piece, Excerpt):
                assert text[piece.start : piece.start + len(piece.text)] == piece.text
                marked += len(piece.spans)
                assert all(0 <= start < end <= len(piece.text) for start, end in piece.spans)
            else:
                marked += piece.matches
        assert marked == len(spans)


def test_excerpt_markup_says_what_is_left_out() -> None:
    shown = excerpt_markup("NEEDLE" + "x" * 10_000_000 + "NEEDLE", [(0, 6), (10_000_006, 10_000_012)])
    assert "<mark>NEEDLE</mark>" in shown and "10.0 MB left out" in shown
    assert len(shown) < 5_000
