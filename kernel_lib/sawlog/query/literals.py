"""What a bare word or a quoted text asks for: tokens, wildcards, fuzzy tokens."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sawlog.query.ast import Query
from sawlog.query.matching import escape
from sawlog.query.tokens import fold, is_token_text, words

_FUZZY = re.compile(r"(.+)~([12]?)", re.DOTALL)
_SLOP = re.compile(r"~(\d{1,4})")


def literal(text: str, span: tuple[int, int] = (-1, -1)) -> Query | None:
    """The tokens of ``text``, adjacent and in order; None where it has none."""
    return of_tokens(words(text), span)


def of_tokens(tokens: Sequence[str], span: tuple[int, int] = (-1, -1), slop: int = 0) -> Query | None:
    """A term, a phrase, or None for no tokens."""
    if len(tokens) > 1:
        return Query("phrase", value=tuple(tokens), slop=slop, span=span)
    return Query("term", value=tokens[0], span=span) if tokens else None


def read_word(word: str, span: tuple[int, int]) -> Query | None:
    """What a bare word asks for; None where it has no token, so it asks for nothing.

    ``time*``, ``t?me`` and ``timeuot~`` are operators on one token.  In a word with other punctuation a star at an
    edge of a token is one too (``blk_38*``, ``10.0.1*``); everything else in it is literal.
    """
    if "*" in word or "?" in word:
        pattern = re.sub(r"\*+", "*", fold(word))
        if is_token_text(word.replace("*", "").replace("?", "")):
            return Query("wildcard", value=pattern, span=span)
        if "*" in word and (starred := _starred(word, span)):
            return starred
    if (found := _FUZZY.fullmatch(word)) and is_token_text(found[1]):
        return Query("fuzzy", value=fold(found[1]), distance=int(found[2] or 1), span=span)
    return literal(word, span)


def matches_itself(wildcard: str) -> bool:
    """Whether a text that contains the wildcard as typed is matched by it: ``time*`` is, ``t*me`` and ``t?me`` not."""
    return "?" not in wildcard and "*" not in wildcard.strip("*")


def read_slop(text: str, at: int) -> tuple[int, int]:
    """(slop, place after it) of ``~3`` at ``at``; (0, at) where there is none."""
    found = _SLOP.match(text, at)
    return (int(found[1]), found.end()) if found else (0, at)


def _starred(word: str, span: tuple[int, int]) -> Query | None:
    """An ASCII word of several tokens, some with a star at an edge: its tokens, and its text without outer signs.

    The wildcards and phrases find candidates, the regex holds them together.  None where no token has a star at its
    edge, or one has it within.
    """
    if not word.isascii():
        return None
    nodes: list[Query | None] = []
    plain: list[str] = []
    for part in re.split(r"[^0-9a-z*]+", word.lower()):
        if part.strip("*") and "*" in part:
            if "*" in part.strip("*"):
                return None
            nodes += [of_tokens(plain, span), Query("wildcard", value=re.sub(r"\*+", "*", part), span=span)]
            plain = []
        else:
            plain += words(part)
    if not nodes:
        return None
    core = re.sub(r"^[^0-9A-Za-z]+|[^0-9A-Za-z]+$", "", word)
    text = r"[\w*]*".join(escape(piece) for piece in re.split(r"\*+", core))  # a star in the log fits as well
    nodes += [of_tokens(plain, span), Query("regex", value=text, flags="i", span=span)]
    return Query("and", children=tuple(node for node in nodes if node), span=span)
