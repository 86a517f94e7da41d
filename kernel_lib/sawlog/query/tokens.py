"""Tokens, exactly as the text index has them: tantivy's SimpleTokenizer followed by its LowerCaser.

A token is a maximal run of characters for which Rust's ``char::is_alphanumeric`` holds (Unicode Alphabetic, or
general category Nd, Nl or No), lower-cased character by character.  Python's ``str.isalnum`` is narrower (it lacks
combining vowel signs) and ``str.lower`` looks at neighbours (final sigma), so neither is used beyond ASCII.
The tables are asked of the Rust regex engine that polars carries, once, when the first non-ASCII text comes.
"""

from __future__ import annotations

import re
import sys
from array import array
from functools import cache
from typing import NamedTuple

# Alphanumeric since Unicode 17, which tantivy's standard library knows and polars' regex tables (16) do not yet.
_SINCE_UNICODE_17 = (
    r"\x{88f}\x{c5c}\x{cdc}\x{a7ce}\x{a7cf}\x{a7d2}\x{a7d4}\x{a7f1}\x{10940}-\x{10959}\x{10ec5}-\x{10ec7}"
    r"\x{10efa}\x{10efb}\x{11b60}-\x{11b67}\x{11db0}-\x{11ddb}\x{11de0}-\x{11de9}\x{16ea0}-\x{16eb8}"
    r"\x{16ebb}-\x{16ed3}\x{16ff2}-\x{16ff6}\x{187f8}-\x{187ff}\x{18d09}-\x{18d1e}\x{18d80}-\x{18df2}"
    r"\x{1e6c0}-\x{1e6de}\x{1e6e0}-\x{1e6f5}\x{1e6fe}\x{1e6ff}\x{2b73a}-\x{2b73f}\x{2cea2}-\x{2cead}"
    r"\x{323b0}-\x{33479}"
)
_MEMBERS = r"\p{Alphabetic}\p{Nd}\p{Nl}\p{No}" + _SINCE_UNICODE_17

#: One character of a token, and one character between tokens, as Rust regex classes.
TOKEN_CLASS = f"[{_MEMBERS}]"
GAP_CLASS = f"[^{_MEMBERS}]"

#: The one lower-case mapping to two characters, U+0130 -> "i" U+0307; U+0307 stands in a token through it only.
DOTTED_I, DOTTED_I_LOWER = "\u0130", "i\u0307"
#: The only character beyond ASCII that lower-cases to an ASCII character alone.
KELVIN = "\u212a"

_ASCII_TOKEN = re.compile(r"[0-9A-Za-z]+")


class Token(NamedTuple):
    """A lower-cased token and where it stands, in characters of the text (``end`` excluded)."""

    text: str
    start: int
    end: int


@cache
def _runs() -> list[str]:
    """All token characters, as runs of consecutive code points."""
    import polars as pl

    below, above = array("I", range(0xD800)), array("I", range(0xE000, 0x110000))
    # Each half holds its characters once, in order, so a run of matches is a range; surrogates stand between them.
    halves = [half.tobytes().decode(f"utf-32-{sys.byteorder[0]}e") for half in (below, above)]
    runs: list[str] = pl.Series(halves).str.extract_all(TOKEN_CLASS + "+").explode().to_list()
    return runs


@cache
def _token_pattern() -> re.Pattern[str]:
    """The token class for Python's ``re``, as plain ranges."""
    return re.compile("[" + "".join(f"{re.escape(run[0])}-{re.escape(run[-1])}" for run in _runs()) + "]+")


@cache
def _lower_table() -> dict[int, str]:
    """Code point -> lower-case text, for the characters that change."""
    import polars as pl

    characters = "".join(_runs())
    lowered = pl.Series(["\n".join(characters)]).str.to_lowercase()[0].split("\n")
    return {ord(char): lower for char, lower in zip(characters, lowered, strict=True) if char != lower}


@cache
def _spellings() -> dict[str, str]:
    """Lower-case character -> every character that lower-cases to it alone, for those with more than one."""
    table: dict[str, str] = {}
    for point, lower in _lower_table().items():
        if len(lower) == 1:
            table[lower] = table.get(lower, lower) + chr(point)
    return table


def fold(text: str) -> str:
    """Lower-case ``text`` as the index does: character by character, without regard to neighbours."""
    return text.lower() if text.isascii() else text.translate(_lower_table())


def spellings(char: str) -> str:
    """All characters that fold to the lower-case ``char``, itself first: ``k`` -> ``kK`` and the Kelvin sign."""
    if char.isascii():  # the common case must not build the tables
        return f"kK{KELVIN}" if char == "k" else char + char.upper() if char.islower() else char
    return _spellings().get(char, char)


class _Spacing(dict[int, str]):
    """Code point -> its lower case if it stands in tokens, else a space; asked of the Rust engine, 256 at a time.

    The tables of all characters take longer to make than a log with a few of them takes to index.
    """

    def __missing__(self, point: int) -> str:
        import polars as pl

        points = range(point & ~0xFF, (point | 0xFF) + 1)
        if 0xD800 <= point < 0xE000:  # surrogates are no characters
            self.update(dict.fromkeys(points, " "))
            return " "
        chars = pl.Series(list(map(chr, points)))
        lower, inside = chars.str.to_lowercase().to_list(), chars.str.contains(TOKEN_CLASS).to_list()
        self.update(zip(points, (low if token else " " for low, token in zip(lower, inside, strict=True)), strict=True))
        return self[point]


_SPACING = _Spacing({point: chr(point).lower() if chr(point).isalnum() else " " for point in range(128)})


def spaced(text: str) -> str:
    """The text's tokens, folded, with spaces for what stands between them."""
    return text.translate(_SPACING)


def is_token_text(text: str) -> bool:
    """Whether ``text`` is a run of token characters and nothing else."""
    return bool((_ASCII_TOKEN if text.isascii() else _token_pattern()).fullmatch(text))


def tokenize(text: str) -> list[Token]:
    """The tokens of ``text`` in order; positions are 0, 1, 2 ... in this list, as in the index."""
    if text.isascii():
        return [Token(found[0].lower(), found.start(), found.end()) for found in _ASCII_TOKEN.finditer(text)]
    return [Token(fold(found[0]), found.start(), found.end()) for found in _token_pattern().finditer(text)]


def words(text: str) -> tuple[str, ...]:
    """The texts of the tokens only."""
    return tuple(spaced(text).split())
