"""The reference semantics, checked against brute force and against the index's own queries."""

from __future__ import annotations

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.query.ast import ALL, NONE, Query
from sawlog.query.compare import compare_matches
from sawlog.query.evaluate import matches, phrase_matches, within_distance
from sawlog.query.parser import parse
from sawlog.query.simplify import canonical, normalise


def holds(clause: str, value: object, field: str) -> bool:
    return compare_matches(parse(clause, [field]).query, value)


@pytest.mark.parametrize(
    ("clause", "value", "expected"),
    [
        ("f:Root", "rOOT", True),
        ("f:roo", "root", False),
        ("f:500", 500, True),
        ("f:500", 500.0, True),
        ("f:500", "0500", False),
        ("f:500.0", "500", True),
        ("f:5e2", "500", True),
        ("f:500", "500.0", False),
        ("f:50?", 500.0, True),
        ("f:/^500$/", 500.0, True),
        ("f:true", True, True),
        ("f:1", True, False),
        ("f:k", "\u212a", True),
        ("f:s", "\u017f", False),
        ('f:""', "", True),
        ("f:x", None, False),
        ("f:x", float("nan"), False),
        ("-f:x", None, False),
        ("f:/a*/?", "/ABC/d", True),
        ("f:/a*", "x/abc", False),
        ("f:5*", 503, True),
        ("f:*x*", "a\nX\nb", True),
        ("f:>=5", 5, True),
        ("f:>5", 5, False),
        ("f:>5", "5.5", True),
        ("f:>5", "high", False),
        ("f:>5", True, False),
        ("f:[1 TO 2}", 2, False),
        ("f:{1 TO 2]", 1.5, True),
        ("f:>=1s", "1500ms", True),
        ("f:>=m", "M", True),
        ("f:>=m", 5, False),
        ('f:>="5"', 7, True),
        ("f:10.0.0.0/8", "10.200.3.4", True),
        ("f:10.0.0.0/8", "11.0.0.1", False),
        ("f:10.0.0.0/8", "not an address", False),
        ("f:fe80::/10", "FE80::1", True),
        ("f:/^a.c$/", "abc", True),
        ("f:/^a.c$/", "ABC", False),
        ("f:/^a.c$/i", "ABC", True),
        ("f:in(a, B, 5)", "b", True),
        ("f:in(a, B, 5)", 5, True),
        ("f:in(a, B, 5)", "c", False),
    ],
)
def test_comparisons(clause: str, value: object, expected: bool) -> None:
    query = parse(clause, ["f"]).query
    if query.kind == "not":
        assert matches(query, "", lambda name: value) is not expected
    else:
        assert compare_matches(query, value) is expected


def test_units_are_those_of_the_field() -> None:
    assert holds("duration_ms:>=1.1ms", 1.1, "duration_ms")
    assert holds("duration_ms:5s", 5000, "duration_ms")
    assert not holds("duration_ms:<5s", 5000, "duration_ms")
    assert holds("size_kb:>=1MB", 1000, "size_kb")


def test_levels_are_compared_by_severity() -> None:
    assert holds("level:>=warn", "critical", "level")
    assert not holds("level:>=warn", "notice", "level")
    assert holds("level:err", "error", "level")
    assert holds("level:in(warn, err)", "error", "level")
    assert not holds("level:>=warn", None, "level")


def test_a_source_is_its_path_or_its_name() -> None:
    assert holds("source:app.log", "/var/log/app.log", "source")
    assert holds("source:APP*", r"C:\logs\app.log", "source")
    assert holds("source:/var/*", "/var/log/app.log", "source")
    assert not holds("source:log", "/var/log/app.log", "source")


def test_message_and_raw_are_searched_by_tokens() -> None:
    fields = {"message": "Disk full on /dev/sda", "timestamp": 5}.get
    raw = "Nov 1 kernel: Disk full on /dev/sda"
    for text, expected in [
        ("message:disk", True), ("message:kernel", False), ('message:"full on"', True), ("message:ful*", True),
        ("message:ker*", False), ("raw:kernel", True), ("message:*", True), ("host:*", False), ("raw:*", True),
    ]:  # fmt: skip
        assert matches(parse(text, ["host"]).query, raw, fields) is expected, text


def test_a_record_without_a_timestamp_is_in_no_time_range() -> None:
    query = Query("time", value=(None, 10))
    assert matches(query, "", {"timestamp": 9}.get)
    assert not matches(query, "", {"timestamp": 10}.get)
    assert not matches(query, "")


def _slop_by_force(tokens: tuple[str, ...], phrase: tuple[str, ...], slop: int) -> bool:
    return any(
        all(tokens[place] == token for place, token in zip(places, phrase, strict=True))
        and max(place - index for index, place in enumerate(places))
        - min(place - index for index, place in enumerate(places))
        <= slop
        for places in permutations(range(len(tokens)), len(phrase))
    )


letters = st.lists(st.sampled_from("abc"), max_size=7).map(tuple)


@settings(max_examples=300, deadline=None)
@given(letters, st.lists(st.sampled_from("abc"), min_size=2, max_size=4).map(tuple), st.integers(0, 4))
def test_slop_is_the_spread_of_displacements(tokens: tuple[str, ...], phrase: tuple[str, ...], slop: int) -> None:
    assert phrase_matches(tokens, phrase, slop) == _slop_by_force(tokens, phrase, slop)


def test_fuzzy_terms_are_those_of_the_index() -> None:
    tantivy = pytest.importorskip("tantivy")
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=True, tokenizer_name="raw")
    schema = builder.build()
    index = tantivy.Index(schema)
    vocabulary = ["".join(word) for size in range(1, 5) for word in product("ab\u00e9", repeat=size)]
    writer = index.writer(15_000_000, 1)
    for word in vocabulary:
        writer.add_document(tantivy.Document(text=[word]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    for wanted, distance in product(["ab", "aba", "b\u00e9ab"], [1, 2]):
        query = tantivy.Query.fuzzy_term_query(schema, "text", wanted, distance, True, False)
        found = {searcher.doc(address)["text"][0] for _, address in searcher.search(query, len(vocabulary)).hits}
        assert found == {word for word in vocabulary if within_distance(wanted, word, distance)}


leaves = st.sampled_from("abcd").map(lambda letter: Query("term", value=letter)) | st.sampled_from([ALL, NONE])
trees = st.recursive(
    leaves,
    lambda children: st.one_of(
        st.builds(
            lambda kind, nodes: Query(kind, children=tuple(nodes)),
            st.sampled_from(["and", "or"]),
            st.lists(children, max_size=4),
        ),
        children.map(lambda child: Query("not", children=(child,))),
    ),
    max_leaves=10,
)


@settings(max_examples=300, deadline=None)
@given(trees)
def test_the_normal_form_finds_the_same_records(tree: Query) -> None:
    normal = normalise(tree)
    for present in product([False, True], repeat=4):
        raw = " ".join(letter for letter, there in zip("abcd", present, strict=True) if there)
        assert matches(tree, raw) == matches(normal, raw) == matches(canonical(tree), raw)
    assert normalise(normal) == normal
    nodes = list(normal.walk())
    assert len(nodes) <= len(list(tree.walk()))
    for node in nodes[1:]:
        assert node.kind not in ("all", "none")
    for node in nodes:
        if node.kind in ("and", "or"):
            assert len(set(node.children)) == len(node.children) > 1
            assert all(child.kind != node.kind for child in node.children)
        assert node.kind != "not" or node.children[0].kind != "not"


@given(st.permutations(["a", "b c", '"d e"', "f*", "-(g)"]))
def test_the_canonical_form_does_not_know_the_order(words: list[str]) -> None:
    expected = canonical(parse('a b c "d e" f* -(g)').query)
    assert canonical(parse(" ".join(words)).query) == expected
