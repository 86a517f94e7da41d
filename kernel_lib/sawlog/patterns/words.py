"""What a pattern says, as a query: the words that all its records have."""

from __future__ import annotations

import re

from sawlog.patterns.mask import CUT
from sawlog.query.tokens import tokenize

_VARIABLE = re.compile(r"(<(?:\*|url|path|time|ip)>)")


def words_query(pattern: str) -> str:
    """A query for the words between a pattern's variables, in phrases; "" where there are none.

    Other records may have these words, too; and where a format decodes its messages (escapes in JSON), the text that is
    searched may hold a word in another form.
    """
    phrases: dict[str, None] = {}
    pieces = _VARIABLE.split(pattern.removesuffix(CUT))
    for number in range(0, len(pieces), 2):
        piece = pieces[number]
        words = [
            token.text
            for token in tokenize(piece)
            # A token that touches a variable is a part of a longer one.
            if not (token.start == 0 and number) and not (token.end == len(piece) and number + 1 < len(pieces))
            if not (token.end == len(piece) and number + 1 == len(pieces) and pattern.endswith(CUT))
        ]
        if words:
            phrases[f'"{" ".join(words)}"' if len(words) > 1 else words[0]] = None
    return " ".join(phrases)
