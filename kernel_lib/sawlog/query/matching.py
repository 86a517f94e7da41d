"""From nodes of the query tree to regexes: over a record's raw text, over terms of the index, over field values.

All are Rust syntax without look-around.  Folding is the index's (see :mod:`sawlog.query.tokens`), not ``(?i)``:
the Kelvin sign matches ``k``, but the long s does not match ``s``.  So every letter is written out as a class.
"""

from __future__ import annotations

from sawlog.query.ast import Query
from sawlog.query.regex_cache import rust_pattern
from sawlog.query.required import Fragment, required_literals
from sawlog.query.tokens import DOTTED_I, DOTTED_I_LOWER, GAP_CLASS, TOKEN_CLASS, fold, spellings

__all__ = ["Fragment", "glob_regex", "node_regex", "required_literals", "wildcard_regex"]

#: A token begins, or ends, here; written out since ``\b`` counts the underscore as a letter.
TOKEN_START, TOKEN_END = rf"(?:\A|{GAP_CLASS})", rf"(?:\z|{GAP_CLASS})"
_DOT = DOTTED_I_LOWER[1]
_SPECIAL = frozenset(r"\.+*?()|[]{}^$")


def escape(text: str) -> str:
    """``text`` as a regex that matches it exactly (outside a character class and without the flag ``x``)."""
    return "".join(f"\\{char}" if char in _SPECIAL else char for char in text)


def folded(text: str) -> str:
    """A regex for every raw text that folds to the lower-case ``text``."""
    return DOTTED_I.join("".join(map(_character, part)) for part in text.split(DOTTED_I_LOWER))


def _character(char: str) -> str:
    variants = spellings(char)
    return escape(char) if len(variants) == 1 else f"[{variants}]"


def node_regex(node: Query) -> str | None:
    """A regex over raw text that matches iff the leaf ``node`` matches the record; group 1 is what to highlight.

    For terms, phrases without slop, wildcards and regexes; None for every other node.  The borders take part in the
    match, so of two matches one character apart ``find all`` sees only the first: search again from the end of
    group 1 to see the second.
    """
    match node.kind:
        case "term":
            body = folded(str(node.value))
        case "phrase" if not node.slop and isinstance(node.value, tuple):
            body = f"{GAP_CLASS}+".join(map(folded, node.value))
        case "wildcard":
            parts = {"*": f"{TOKEN_CLASS}*", "?": TOKEN_CLASS}
            body = "".join(parts.get(piece) or folded(piece) for piece in split_wildcards(str(node.value)))
        case "regex":
            return f"({rust_pattern(str(node.value), node.flags)})"
        case _:
            return None
    return f"{TOKEN_START}({body}){TOKEN_END}"


def wildcard_regex(value: str) -> str:
    """A wildcard as a regex over one whole lower-cased term, for the index's term dictionary (no anchors).

    It is valid for Python's ``re`` as well.  A dotted I has two characters in a term but is one in the text; so
    no wildcard splits it.
    """
    parts = {"*": f"(?:[^{_DOT}].*)?", "?": f"[^{_DOT}]{_DOT}?"}
    return "".join(parts.get(piece) or escape(piece) for piece in split_wildcards(value))


def glob_regex(value: str, *, wildcards: bool = True) -> str:
    """A regex for whole field values: case-insensitive, ``*`` any text, ``?`` any character, newlines included.

    With ``wildcards=False`` it is equality: for columns where folding in the engine differs from the index's.
    """
    return rf"\A{glob_body(value) if wildcards else folded_value(value)}\z"


def glob_body(value: str) -> str:
    """:func:`glob_regex` without anchors; valid for Python's ``re`` as well."""
    parts = {"*": "(?s:.*)", "?": "(?s:.)"}
    return "".join(parts.get(piece) or folded_value(piece) for piece in split_wildcards(value))


def folded_value(text: str) -> str:
    """A regex for every text that folds to what ``text`` folds to; other than in a token, U+0307 may stand alone."""
    dotted = f"(?:{DOTTED_I}|[iI]{_DOT})"
    return dotted.join("".join(map(_character, part)) for part in fold(text).split(DOTTED_I_LOWER))


def split_wildcards(value: str) -> list[str]:
    """``"a*b?"`` -> ``["a", "*", "b", "?"]``."""
    pieces: list[str] = []
    start = 0
    for at, char in enumerate(value):
        if char in "*?":
            pieces += [value[start:at], char] if at > start else [char]
            start = at + 1
    return [*pieces, value[start:]] if start < len(value) else pieces
