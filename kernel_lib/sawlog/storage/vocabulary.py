"""The distinct tokens of a partition as one text: which of them hold a piece, without walking the dictionary.

The text index finds tokens by their beginning.  For a piece inside a token, as wildcards and regular expressions ask
for, it holds every token against an automaton.  A search for bytes through all tokens is a hundred times faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from sawlog.query.matching import split_wildcards, wildcard_regex
from sawlog.storage.blocks import read_block, write_block
from sawlog.storage.terms import DICTIONARY, TermReader

VOCABULARY = "tokens.zst"

#: Tokens that a wildcard is spelled out in at the most; beyond, its automaton walks postings as fast.
MOST_WORDS = 512

_LEVEL = 3

#: A dictionary over this share of the raw text (ids) takes a tenth of the build to walk: it is not walked then.
_DICTIONARY_SHARE = 32
_SMALL_DICTIONARY = 256 << 10


def counted_tokens(terms: Path, raw_bytes: int) -> list[tuple[str, int]] | None:
    """All tokens of a finished text index with their doc freqs, most frequent first; None where they are too many."""
    dictionary = sum(path.stat().st_size for path in terms.iterdir() if path.name.endswith(DICTIONARY))
    if dictionary > max(_SMALL_DICTIONARY, raw_bytes // _DICTIONARY_SHARE):
        return None
    return TermReader(terms).terms("")


def write_vocabulary(path: Path, tokens: Iterable[str]) -> None:
    """Writes the tokens, each between two line ends, compressed; their size in front."""
    text = ("\n" + "".join(f"{token}\n" for token in sorted(tokens))).encode()
    write_block(path, text, _LEVEL)


class Vocabulary:
    """The tokens of a partition.  Immutable."""

    def __init__(self, path: Path) -> None:
        """Raises StoreError where the file cannot be read."""
        self._text = read_block(path)

    @property
    def nbytes(self) -> int:
        return len(self._text)

    def fitting(self, wildcard: str) -> tuple[str, ...] | None:
        """The tokens that a wildcard fits; None where they are too many, or it has no piece to look for."""
        longest = max((piece for piece in split_wildcards(wildcard) if piece not in ("*", "?")), key=len, default="")
        if not longest:
            return None
        fits = re.compile(wildcard_regex(wildcard)).fullmatch
        found = []
        for token in self._holding(longest.encode()):
            if fits(token):
                found.append(token)
                if len(found) > MOST_WORDS:
                    return None
        return tuple(found)

    def _holding(self, piece: bytes) -> Iterator[str]:
        """The tokens that hold some bytes, each once."""
        text = self._text
        at = text.find(piece)
        while at >= 0:
            start, stop = text.rfind(b"\n", 0, at) + 1, text.index(b"\n", at)
            yield text[start:stop].decode()
            at = text.find(piece, stop)
