"""P24: every span is a true match, every match has a span, and markup shows exactly the text, safely."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sawlog.query.ast import Query
from sawlog.query.evaluate import matches, within_distance
from sawlog.query.tokens import Token, tokenize
from sawlog.results.highlight import Excerpt, Span, escape_html, highlight_spans, markup, merge_spans, snippet

# The tables of the tokenizer are built on first use, which takes longer than a test case may.
tokenize("é")

WORDS = st.sampled_from(
    ["a", "b", "ab", "ba", "abc", "k", "K", "\u212a", "é", "É", "\u03c3", "\u03a3", "\u03c2", "i", "İ", "x7", "नि"]
)
GAPS = st.sampled_from([" ", "_", "-", ". ", "\n", "\x00", "\x1b[", "🙂", "<", "&", "\u0307", "\u202e", "\ud800"])
TEXTS = st.lists(st.one_of(WORDS, GAPS), max_size=25).map("".join)
TOKENS = WORDS.map(lambda word: tokenize(word)[0].text)
PATTERNS = st.sampled_from(["[a-c]+", "a.?b", "(a|b)(b|k)", "x\\d", "b*", "a$", "\\x00", "é|\u03c3", "🙂"])


def leaves() -> st.SearchStrategy[Query]:
    phrases = st.lists(TOKENS, min_size=1, max_size=3).map(tuple)
    wildcards = st.lists(st.one_of(TOKENS, st.sampled_from("*?")), min_size=1, max_size=3).map("".join)
    return st.one_of(
        TOKENS.map(lambda word: Query("term", value=word)),
        phrases.map(lambda words: Query("phrase", value=words)),
        st.builds(lambda words, slop: Query("phrase", value=words, slop=slop), phrases, st.integers(1, 3)),
        wildcards.map(lambda value: Query("wildcard", value=value)),
        st.builds(lambda word, distance: Query("fuzzy", value=word, distance=distance), TOKENS, st.integers(1, 2)),
        PATTERNS.map(lambda pattern: Query("regex", value=pattern)),
    )


def trees() -> st.SearchStrategy[Query]:
    def grow(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(children, min_size=1, max_size=3).map(tuple)
        return st.one_of(
            st.builds(lambda kind, parts: Query(kind, children=parts), st.sampled_from(["and", "or"]), several),
            children.map(lambda child: Query("not", children=(child,))),
        )

    return st.recursive(leaves(), grow, max_leaves=5)


def expected(leaf: Query, text: str) -> list[Span]:
    """The spans of one leaf by brute force, from the tokens or by Python's ``re``."""
    tokens = tokenize(text)
    if leaf.kind == "regex":
        shown = re.sub("[\ud800-\udfff]", "\ufffd", text)
        return merge_spans(
            (found.span() for found in re.finditer(str(leaf.value).replace("$", r"\Z"), shown)), len(text)
        )
    if leaf.kind == "phrase":
        assert isinstance(leaf.value, tuple)
        return merge_spans(_sloppy(tokens, leaf) if leaf.slop else _exact(tokens, leaf.value), len(text))
    test: Callable[[str], bool] = {
        "term": lambda token: token == leaf.value,
        "fuzzy": lambda token: within_distance(str(leaf.value), token, leaf.distance),
        "wildcard": lambda token: matches(leaf, token),
    }[leaf.kind]
    return merge_spans(
        (
            (token.start, token.end)
            for token in tokens
            if test(text[token.start : token.end] if leaf.kind == "wildcard" else token.text)
        ),
        len(text),
    )


def _exact(tokens: list[Token], words: tuple[str, ...]) -> list[Span]:
    windows = (tokens[first : first + len(words)] for first in range(len(tokens)))
    return [(part[0].start, part[-1].end) for part in windows if tuple(token.text for token in part) == words]


def _sloppy(tokens: list[Token], leaf: Query) -> list[Span]:
    assert isinstance(leaf.value, tuple)
    places = [[at for at, token in enumerate(tokens) if token.text == word] for word in leaf.value]
    spans = []
    for chosen in itertools.product(*places):
        moves = [position - index for index, position in enumerate(chosen)]
        if len(set(chosen)) == len(chosen) and max(moves) - min(moves) <= leaf.slop:
            spans += [(tokens[position].start, tokens[position].end) for position in chosen]
    return spans


@given(leaves(), st.lists(TEXTS, max_size=3))
@example(Query("phrase", value=("a", "a")), ["a a a", "A-a"])
@example(Query("phrase", value=("a", "b", "a"), slop=2), ["b a a", "a a b"])
@example(Query("term", value="k"), ["\u212a K k_k"])
def test_spans_are_exactly_the_matches(leaf: Query, texts: list[str]) -> None:
    assert highlight_spans(leaf, texts) == [expected(leaf, text) for text in texts]


@given(leaves(), TEXTS)
def test_a_record_has_spans_if_and_only_if_it_matches(leaf: Query, text: str) -> None:
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    found = bool(highlight_spans(leaf, [text])[0])
    if leaf.kind != "regex" or leaf.value not in ("b*",):  # which matches the empty text, too
        assert found == matches(leaf, text)


@given(trees(), TEXTS)
def test_a_tree_is_marked_by_its_leaves_that_are_not_negated(tree: Query, text: str) -> None:
    def positive(node: Query) -> list[Query]:
        if node.kind == "not":
            return []
        return [leaf for child in node.children for leaf in positive(child)] if node.children else [node]

    spans = [span for leaf in positive(tree) for span in expected(leaf, text)]
    assert highlight_spans(tree, [text])[0] == merge_spans(spans, len(text))


@given(
    st.sampled_from(["status", "user", "ratio"]),
    st.one_of(
        st.integers(-999, 999), st.from_regex(r"[a-z]{1,5}(/[a-z]{1,3})?", fullmatch=True), st.sampled_from([1.5, 2.0])
    ),
    st.sampled_from(["{f}={v}", '"{f}": "{v}"', "{f}: {v}", "x {v} y", "[{v}]", "{v}"]),
    st.sampled_from(["", "tail 7 z", "status=none"]),
)
def test_a_compared_value_is_marked_where_it_stands(field: str, value: object, form: str, tail: str) -> None:
    shown = form.format(f=field, v=value)
    text = f"{shown} {tail}"
    spans = highlight_spans(Query("compare", field, "eq", str(value)), [text], [{field: value}])[0]
    assert spans and all(text[start:end] == str(value) for start, end in spans)
    assert spans[0][0] == text.index(str(value), shown.find(field) + len(field) if field in shown else 0)
    assert highlight_spans(Query("compare", field, "eq", "absent"), [text], [{field: value}])[0] == []


class _Reader(HTMLParser):
    """Reads markup back: the text with escapes undone, and which characters were marked."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text: list[str] = []
        self.marked: list[bool] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert (tag, attrs) in [("mark", []), ("span", [("class", "sawlog-ctrl")])]
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "span" in self.open:
            data = {r"\r": "\r"}.get(data) or chr(int(data[2:], 16))
        self.text.append(data)
        self.marked += ["mark" in self.open] * len(data)

    def handle_comment(self, data: str) -> None:
        pytest.fail("a comment")

    handle_decl = handle_pi = unknown_decl = handle_comment


ANY_TEXT = st.text(
    st.one_of(st.characters(), st.sampled_from("<>&\"'\x00\x1b\r\t\n\x85\u202e\ud800;#/!-")), max_size=40
)


@given(ANY_TEXT, st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45)), max_size=4))
@example("<!--<script>]]>&lt;&#0;", [(0, 4)])
def test_markup_read_back_is_the_text_and_its_spans(text: str, spans: list[Span]) -> None:
    page = markup(text, spans)
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert "".join(reader.text) == text and reader.open == []
    wanted = {position for start, end in merge_spans(spans, len(text)) for position in range(start, end)}
    assert [position for position, marked in enumerate(reader.marked) if marked] == sorted(wanted)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", page)
    assert markup(text, spans, "", "") == "".join(map(escape_html, text))


@given(ANY_TEXT, st.lists(st.integers(0, 10_000), max_size=6), st.integers(1, 50), st.integers(1, 4))
def test_a_snippet_leaves_nothing_out_in_silence(text: str, starts: list[int], around: int, windows: int) -> None:
    text = (text or "-") * 200
    spans = merge_spans(((start, start + 5) for start in starts), len(text))
    pieces = snippet(text, spans, around=around, windows=windows, whole=100)
    told = 0
    position = 0
    for piece in pieces:
        if isinstance(piece, Excerpt):
            assert piece.start == position and text[position : position + len(piece.text)] == piece.text
            told += len(piece.spans)
            position += len(piece.text)
        else:
            left = text[position : position + piece.characters]
            assert piece.bytes == len(left.encode("utf-8", "surrogatepass"))
            told += piece.matches
            position += piece.characters
    assert position == len(text) and told == len(spans)
