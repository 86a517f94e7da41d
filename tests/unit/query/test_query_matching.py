"""Regexes made from nodes say what the reference semantics say; required literals never rule out a match."""

from __future__ import annotations

import re

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.query.ast import Query
from sawlog.query.compare import compare_matches
from sawlog.query.evaluate import matches
from sawlog.query.literals import of_tokens
from sawlog.query.matching import glob_regex, node_regex, wildcard_regex
from sawlog.query.regex_cache import find_fault
from sawlog.query.required import Fragment, required_literals
from sawlog.query.tokens import tokenize, words

ODD = "aAiIkKsS\u0130\u0307\u212a\u017f\u03c3\u03a3\u03c2\u00b2\u00bd\u093e1_ -.\n"
raws = st.text(st.sampled_from(ODD), max_size=14)
token_texts = raws.map(lambda text: "".join(words(text))).filter(bool)
nodes = st.one_of(
    st.lists(token_texts, min_size=1, max_size=3).map(of_tokens),
    st.lists(st.one_of(token_texts, st.sampled_from("*?")), min_size=1, max_size=4)
    .map("".join)
    .filter(lambda text: set(text) & set("*?") and words(text))
    .map(lambda text: Query("wildcard", value=re.sub(r"\*+", "*", text))),
)


def contains(text: str, pattern: str) -> bool:
    return bool(pl.Series([text]).str.contains(pattern)[0])


@settings(max_examples=400, deadline=None)
@given(nodes, raws)
def test_a_leaf_and_its_regex_agree(node: Query, raw: str) -> None:
    pattern = node_regex(node)
    assert pattern is not None
    assert contains(raw, pattern) == matches(node, raw)


@settings(max_examples=200, deadline=None)
@given(st.lists(token_texts, min_size=1, max_size=3), st.sampled_from([" ", "_", "--", "\n"]))
def test_group_one_is_what_to_highlight(tokens: list[str], gap: str) -> None:
    text = f"x {gap.join(tokens)} y"
    node = of_tokens(words(gap.join(tokens)))
    assert node is not None
    found = pl.Series([text]).str.extract(node_regex(node) or "", 1)[0]
    assert words(found) == words(gap.join(tokens))


def test_only_leaves_that_a_regex_can_tell_have_one() -> None:
    for node in (Query("fuzzy", value="a", distance=1), Query("phrase", value=("a", "b"), slop=2), Query("all")):
        assert node_regex(node) is None
    verbose = Query("regex", value="a b # c", flags="x")
    assert contains("xaby", node_regex(verbose) or "")


def test_wildcards_are_read_alike_by_the_term_dictionary() -> None:
    tantivy = pytest.importorskip("tantivy")
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("text", stored=True, tokenizer_name="raw")
    schema = builder.build()
    index = tantivy.Index(schema)
    terms = sorted({token.text for token in tokenize("time timeout out t \u0130x \u0130 ix Itme a.b tme t\u03a3me")})
    writer = index.writer(15_000_000, 1)
    for term in terms:
        writer.add_document(tantivy.Document(text=[term]))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()
    for value in ("time*", "*out", "t?me", "i*", "?", "?x", "*x", "??", "t*e", "*m*"):
        query = tantivy.Query.regex_query(schema, "text", wildcard_regex(value))
        found = {searcher.doc(address)["text"][0] for _, address in searcher.search(query, len(terms)).hits}
        assert found == {term for term in terms if re.fullmatch(wildcard_regex(value), term)}, value
    assert re.fullmatch(wildcard_regex("?x"), words("\u0130x")[0])
    assert not re.fullmatch(wildcard_regex("i*"), words("\u0130x")[0])


@settings(max_examples=300, deadline=None)
@given(raws, raws)
def test_whole_values_are_compared_alike_by_regex(wanted: str, value: str) -> None:
    exact = Query("compare", "f", "eq", wanted)
    assert contains(value, glob_regex(wanted, wildcards=False)) == compare_matches(exact, value)
    glob = Query("compare", "f", "glob", f"{wanted}*?")
    assert contains(value, glob_regex(f"{wanted}*?")) == compare_matches(glob, value)


pieces = st.sampled_from(
    ["a", "B", "s", "K", "1", " ", "-", "_", "\\.", ".", "\\d", "\\w+", "\\s", "\\b", "^", "$", "[ab]", "[ -]", "[^a]",
     "[A-C1]", "[sS]", "(?i)", "(a|b 1)", "(?: |-)", "(b|)", "(?P<n>ab)", "a*", "b+", "s{2}", "a{1,3}", " ?", "|",
     "\u0130", "\u212a", "\\x41", "\\u{62}", "\\p{L}", "(?i:S b)", "[[:alpha:]]", "[\\d-]", "\\n", "ab 1", "\\-",
     "(?-i)", "[]a]", "[a\\]]"]
)  # fmt: skip
subjects = st.text(st.sampled_from("aAbBsS\u017fkK\u212a1 -_.\n\u0130\u00b2c]"), max_size=12)


def _may_match(fragment: Fragment, tokens: tuple[str, ...]) -> bool:
    if fragment.term is not None:
        return fragment.term in tokens
    return any(re.fullmatch(wildcard_regex(fragment.wildcard), token) for token in tokens)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(pieces, min_size=1, max_size=6).map("".join),
    st.sampled_from(["", "i", "s", "is"]),
    st.lists(subjects, max_size=12),
)
def test_a_match_has_the_required_literals(pattern: str, flags: str, texts: list[str]) -> None:
    if find_fault(pattern, flags):
        return
    clauses = required_literals(pattern, flags)
    series = pl.Series([*texts, pattern], dtype=pl.String)
    prefix = f"(?{flags})" if flags else ""
    for text in series.filter(series.str.contains(prefix + pattern)).to_list():
        tokens = words(text)
        assert all(any(_may_match(fragment, tokens) for fragment in clause) for clause in clauses), (text, clauses)


@pytest.mark.parametrize(
    ("pattern", "flags", "expected"),
    [
        (r"Connection reset by (peer|host) \d+", "", [["*connection"], ["reset"], ["by"], ["host", "peer"]]),
        (r"^ERROR: [Ff]oo$", "", [["error"], ["foo"]]),
        (r"\bfoo\b", "", [["*foo*"]]),
        (r"session opened", "i", [["*?e??ion"], ["opened*"]]),
        (r"\/var\/log\/(\w+)\.log", "", [["var"], ["log"], ["log*"]]),
        (r"time(out|r) x", "", [["*time*"], ["*out", "*r"], ["x*"]]),
        (r"(a|)b.*", "", [["*b*"]]),
        (r"a b", "x", []),
        (r"\d+-\d+", "", []),
        (r"(?i)x (y)", "", [["*x"], ["y*"]]),
    ],
)
def test_required_literals(pattern: str, flags: str, expected: list[list[str]]) -> None:
    assert [sorted(item.wildcard for item in clause) for clause in required_literals(pattern, flags)] == expected


def test_own_patterns_give_their_terms() -> None:
    node = Query("phrase", value=("kilo", "b"))
    clauses = required_literals(node_regex(node) or "")
    assert [item.term for clause in clauses for item in clause] == ["kilo", "b"]
