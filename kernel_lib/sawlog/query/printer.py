"""From a tree back to text that reads as the same tree: for saved searches, generated cells and ``explain``."""

from __future__ import annotations

import re

from sawlog.errors import QueryError
from sawlog.query.ast import Query
from sawlog.query.fields import QUOTED_NAME, TEXT_FIELDS
from sawlog.query.literals import matches_itself
from sawlog.query.parser import parse
from sawlog.query.quantity import Quantity
from sawlog.query.simplify import normalise
from sawlog.query.times import from_ns
from sawlog.query.tokens import DOTTED_I, DOTTED_I_LOWER
from sawlog.query.values import REGEX_SIGN

_BARE_VALUE = re.compile(r"[A-Za-z0-9_.-]+")
_BARE_GLOB = re.compile(r"[A-Za-z0-9_./*?-]+")
_SLASHED_REGEX = re.compile(r"(?![\s/])(?:[^\\\n]|\\[^\n])+(?<!\s)")
_UNITS = {"": "", "seconds": "s", "bytes": "B"}


def to_text(query: Query) -> str:
    """The query as text: ``parse(to_text(q), fields).query == normalise(q)``.

    ``fields`` are the names that the tree uses.  Trees made by code must hold tokens where tokens are due, and
    times between the years 1 and 9999.
    """
    tree = normalise(query)
    if tree.kind == "all":
        return ""
    text = _text(tree)
    names = {node.field for node in tree.walk() if node.field}
    # Where a clause may be text of a log line, the parser adds the query's own text; a sure clause prevents that.
    return text if _reads_as(text, names, tree) else f"*:* {_text(tree, inner=True)}"


def _reads_as(text: str, names: set[str], tree: Query) -> bool:
    try:
        return parse(text, names, now_ns=0).query == tree
    except QueryError:
        return False


def _text(node: Query, inner: bool = False) -> str:
    """``inner``: the text will stand next to others, so an OR needs parentheses."""
    value = node.value
    match node.kind:
        case "and":
            return " ".join(_text(child, inner=True) for child in node.children)
        case "or":
            text = " OR ".join(_alternative(child) for child in node.children)
            return f"({text})" if inner else text
        case "not":
            return f"-({_text(node.children[0])})"
        case "none":
            return "-(*:*)"
        case "all":
            return "*:*"
        case "term":
            return _token(str(value))
        case "phrase" if isinstance(value, tuple):
            slop = f"~{node.slop}" if node.slop else ""
            return f'"{" ".join(map(_token, value))}"{slop}'
        case "wildcard":
            return _token(str(value)) if matches_itself(str(value)) else f"raw:{_token(str(value))}"
        case "fuzzy":
            return f"{_token(str(value))}~{node.distance}"
        case "regex":
            return _slashed(str(value), node.flags) or f"raw:{_function(node)}"
        case "exists":
            return f"{_name(node.field)}:*"
        case "time" if isinstance(value, tuple):
            start, end = ("" if bound is None else f'"{from_ns(bound)}"' for bound in value)
            return f"@{start}..{end}"
        case _:
            return f"{_name(node.field)}:{_value(node)}"


def _alternative(child: Query) -> str:
    return f"({_text(child)})" if child.kind == "and" else _text(child, inner=True)


def _value(node: Query) -> str:
    value, text = node.value, str(node.value)
    match node.op:
        case "eq":
            return text if _BARE_VALUE.fullmatch(text) and node.field not in TEXT_FIELDS else _quoted(text)
        case "glob":
            bare = _BARE_GLOB.fullmatch(text) and text.strip("*") and node.field not in TEXT_FIELDS
            return text if bare else f"glob({_quoted(text)})"
        case "cidr":
            return text
        case "in" if isinstance(value, frozenset):
            return f"in({', '.join(sorted(map(_quoted, map(str, value))))})"
        case "match" if isinstance(value, tuple):
            return f'"{" ".join(map(_token, value))}"'
        case "range" if isinstance(value, tuple):
            return _range(*value)
        case _:
            return _function(node)


def _range(low: object, high: object, with_low: bool, with_high: bool) -> str:
    if high is None or low is None:
        sign, bound = (">", low) if high is None else ("<", high)
        return f"{sign}{'=' if with_low or with_high else ''}{_bound(bound)}"
    return f"{'[' if with_low else '{'}{_bound(low)} TO {_bound(high)}{']' if with_high else '}'}"


def _bound(bound: object) -> str:
    return f"{bound.number!r}{_UNITS[bound.unit]}" if isinstance(bound, Quantity) else _quoted(str(bound))


def _function(node: Query) -> str:
    """A regex that cannot stand between slashes, or would be taken for a path."""
    slashed = _slashed(str(node.value), node.flags)
    if slashed and node.kind == "compare" and REGEX_SIGN.search(str(node.value)):
        return slashed
    return f"re({_quoted(str(node.value))}{f', {_quoted(node.flags)}' if node.flags else ''})"


def _slashed(pattern: str, flags: str) -> str | None:
    """``/pattern/flags``, or None for a pattern that cannot be written so."""
    if not _SLASHED_REGEX.fullmatch(pattern) or re.search(r"(?<!\\)(?:\\\\)*\\/", pattern):
        return None
    return f"/{pattern.replace('/', chr(92) + '/')}/{flags}"


def _token(token: str) -> str:
    return token.replace(DOTTED_I_LOWER, DOTTED_I)


def _name(name: str) -> str:
    return _quoted(name) if QUOTED_NAME.search(name) else name


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
