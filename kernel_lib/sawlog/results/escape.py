"""Log text is hostile: characters that act instead of showing are replaced by visible escapes."""

from __future__ import annotations

import html
import re

# C0 (but tab and line feed), DEL, C1, Arabic letter mark, zero-width space, direction marks, line and paragraph
# separators, bidi embeddings, overrides and isolates, invisible operators, byte order mark, interlinear annotation,
# lone surrogates, and tag characters.  Zero-width joiners stay: scripts and emoji are written with them.
_ACTING = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f"
)

#: Matches each character that must not reach a page or a terminal as it is.
ACTING = re.compile(f"[{_ACTING}]")
# The ASCII characters that do not act.
_SHOWN = bytes([9, 10, *range(0x20, 0x7F)])
_ACTING_OR_BREAK = re.compile(f"[\t\n{_ACTING}]")
_NAMED = {"\t": r"\t", "\n": r"\n", "\r": r"\r"}


def acts(text: str) -> bool:
    """Whether any character of ``text`` acts instead of showing."""
    if text.isascii():  # what most text is, and by bytes twenty times faster
        return bool(text.encode("ascii").translate(None, _SHOWN))
    return ACTING.search(text) is not None


def escape_character(character: str) -> str:
    """The visible form of one character: ``\\x1b``, ``\\u202e``, ``\\U000e0001``."""
    named = _NAMED.get(character)
    if named is not None:
        return named
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def visible(text: str, one_line: bool = False) -> str:
    """``text`` with every acting character made visible; with ``one_line`` also tabs and line breaks."""
    if not one_line and not acts(text):
        return text
    pattern = _ACTING_OR_BREAK if one_line else ACTING
    return pattern.sub(lambda match: escape_character(match.group()), text)


def escape_html(text: str) -> str:
    """``text`` as HTML that shows it: markup escaped, acting characters as ``<span class="sawlog-ctrl">``."""
    escaped = html.escape(text)
    if not acts(text):
        return escaped
    return ACTING.sub(lambda match: f'<span class="sawlog-ctrl">{escape_character(match.group())}</span>', escaped)
