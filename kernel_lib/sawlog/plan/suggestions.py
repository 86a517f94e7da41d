"""Rewrites that people may prefer to what they wrote: cheaper, and perhaps of the same rows.

A rule must keep the rows of any log; a suggestion need only keep them in this one.  So each is tried before it is made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sawlog.plan.required import required_query
from sawlog.query.ast import Query
from sawlog.query.printer import to_text
from sawlog.query.simplify import normalise
from sawlog.query.tokens import words

#: A wildcard is spelled out in so many words at the most.
_SPELLED = 12

#: What may stand around the plain text of a regular expression without changing what it looks for, much.
_AROUND = re.compile(r"\\[bB]|\(\?i\)|^\^|\$$|^\.\*|\.\*$")
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


@dataclass(frozen=True)
class Suggestion:
    """Advice on a query.

    Attributes:
        message: what is slow, and what to do.
        query: the rewrite: the same records of this dataset for less work; "" where the advice is no rewrite.
        saves: the share of the expected work that the rewrite saves, 0 to 1.
    """

    message: str
    query: str = ""
    saves: float = 0.0


@dataclass(frozen=True)
class Rewrite:
    """A query that may have the same rows, and why it would be cheaper."""

    query: Query
    why: str


def rewrites(query: Query, matched: Mapping[Query, Sequence[str]], span: tuple[int, int] | None) -> Iterator[Rewrite]:
    """Rewrites to be tried.

    Args:
        matched: for wildcards and fuzzy words of the query, the words that they were seen to match.
        span: the first and last time of the matches, in UTC nanoseconds, where all of them have one.
    """
    for node in dict.fromkeys(query.walk()):
        for instead, why in _instead(node, matched.get(node, ())):
            yield Rewrite(normalise(_replaced(query, node, instead)), why)
    if span is not None and not any(node.kind == "time" for node in query.walk()):
        bounded = Query("and", children=(query, Query("time", value=(span[0], span[1] + 1))))
        yield Rewrite(normalise(bounded), "all matches lie in this time range: partitions outside it need not be asked")


def _instead(node: Query, found: Sequence[str]) -> Iterator[tuple[Query, str]]:
    shown = to_text(node)
    if node.kind in ("wildcard", "fuzzy") and 0 < len(found) <= _SPELLED:
        terms = tuple(Query("term", value=word) for word in found)
        instead = terms[0] if len(terms) == 1 else Query("or", children=terms)
        yield instead, f"{shown} goes through the dictionary; here it stands for: {', '.join(found)}"
    if node.kind == "regex":
        plain = _AROUND.sub("", str(node.value))
        if not _SPECIAL.search(plain) and (tokens := words(plain)):
            yield _phrase(tokens), f"{shown} looks for plain words, which the text index knows"
    if node.op == "match" and isinstance(node.value, tuple):
        yield _phrase(node.value), f"{shown} reads every message; the same words are found by the text index"
    if node.op == "eq" and (tokens := words(str(node.value))):
        both = Query("and", children=(_phrase(tokens), node))
        yield both, f"{shown} reads the field's values; its words in the text say which records to look at"


def _phrase(tokens: Sequence[str]) -> Query:
    return Query("term", value=tokens[0]) if len(tokens) == 1 else Query("phrase", value=tuple(tokens))


def _replaced(query: Query, node: Query, instead: Query) -> Query:
    if query == node:
        return instead
    return replace(query, children=tuple(_replaced(child, node, instead) for child in query.children))


def advice(query: Query, is_indexed: Callable[[str], bool]) -> Iterator[Suggestion]:
    """What makes a query slow that no rewrite mends.

    Args:
        is_indexed: whether a field's values have bitmaps.
    """
    timed = any(node.kind == "time" for node in query.walk())
    for node in dict.fromkeys(query.walk()):
        if node.kind == "regex" and required_query(node) is None:
            where = "" if timed else ", or give a time range"
            yield Suggestion(
                f"{to_text(node)} requires no whole word, so that every record's text is read: add a word that the "
                f"records hold{where}"
            )
        if node.kind in ("compare", "exists") and node.op not in ("eq", "match") and not is_indexed(node.field):
            yield Suggestion(
                f"{node.field} has too many values for bitmaps, so that {to_text(node)} reads the whole column: add a "
                "word or a time range, or keep its records as a set with logs.save(name, logs.rows(...))"
            )
    if query.kind == "not":
        yield Suggestion("the query says only what not to find: add what to find, or a time range")
