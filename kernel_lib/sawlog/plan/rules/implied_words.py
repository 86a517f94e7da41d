"""Words that others of the same AND or OR make needless: ``"connection reset" reset`` asks for the phrase alone."""

from __future__ import annotations

import re
from dataclasses import replace

from sawlog.plan.rules.base import QueryRule, each_node
from sawlog.query.ast import Query
from sawlog.query.matching import wildcard_regex

#: Wildcards of one AND or OR that are held against its words at the most.
_MOST = 32


def _drop(node: Query) -> Query:
    if node.kind == "and":
        needless = _implied(node.children)
    elif node.kind == "or":
        needless = _covered(node.children)
    else:
        return node
    kept = tuple(child for child in node.children if child not in needless)
    if len(kept) == len(node.children):
        return node
    return kept[0] if len(kept) == 1 else replace(node, children=kept)


def _implied(children: tuple[Query, ...]) -> set[Query]:
    """In an AND: the words of a phrase, a wildcard that a word fits, a field's presence beside its comparison."""
    phrases = {token for child in children for token in _phrase(child)}
    words = phrases | {str(child.value) for child in children if child.kind == "term"}
    compared = {child.field for child in children if child.kind == "compare"}
    needless = {c for c in children if c.kind == "term" and c.value in phrases}
    needless |= {c for c in children if c.kind == "exists" and c.field in compared}
    return needless | {
        c for c in _wildcards(children) if any(map(re.compile(wildcard_regex(str(c.value))).fullmatch, words))
    }


def _covered(children: tuple[Query, ...]) -> set[Query]:
    """In an OR: phrases that hold one of its words, words that one of its wildcards fits."""
    words = {str(child.value) for child in children if child.kind == "term"}
    needless = {c for c in children if c.kind == "phrase" and words.intersection(_phrase(c))}
    for wildcard in _wildcards(children):
        pattern = re.compile(wildcard_regex(str(wildcard.value)))
        needless |= {c for c in children if c.kind == "term" and pattern.fullmatch(str(c.value))}
    return needless


def _phrase(node: Query) -> tuple[str, ...]:
    return node.value if node.kind == "phrase" and isinstance(node.value, tuple) else ()


def _wildcards(children: tuple[Query, ...]) -> list[Query]:
    return [child for child in children if child.kind == "wildcard"][:_MOST]


RULE = QueryRule(
    "implied-words",
    "drops words that others make needless",
    lambda query: each_node(query, _drop),
    frozenset({"phrase", "wildcard", "exists"}),
)
