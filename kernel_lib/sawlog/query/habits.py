"""Remarks on what is written as another tool would have it: KQL, Lucene, SQL, Splunk, a shell, a programming language.

Nothing here changes what a query finds.  Log lines hold ``level=error``, ``user: x``, ``a | b`` and "and" as well, so
the rules speak only of a text that looks typed (:mod:`sawlog.query.typed`), and each of them only where it is quite
certain what was meant.  A fix is given only if it is read as it is meant.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches

from sawlog.model.schema import LEVEL, LEVELS
from sawlog.query.ast import Query
from sawlog.query.diagnostics import Diagnostic, Severity
from sawlog.query.fields import canonical_level
from sawlog.query.quantity import number_of
from sawlog.query.typed import Piece, Reading

#: How a comparison is written here, by the operator that was typed without blanks.
_WRITTEN = {
    **dict.fromkeys((":", "=", "==", ":=", ":=="), "{name}:{value}"),
    **dict.fromkeys(("!=", "<>"), "NOT {name}:{value}"),
    **{f"{colon}{sign}": f"{{name}}:{sign}{{value}}" for colon in ("", ":") for sign in (">=", "<=", ">", "<")},
}
_AS_WORDS = "A field is compared by a colon with no blank beside it; as typed, this is searched for as words."
_NO_VALUE = "No value follows the colon at once, so the name is searched for as a word."

_SMALL = "In small letters this is searched for as a word."
_SIGN = "This is no operator here, so it is not searched for."

_NEGATED = re.compile(r"!(?=\(|[^\W\d_]\w*(?::\S+)?$)")
_NOT_NEGATED = "An exclamation mark excludes nothing here."

#: What follows a pipe in other tools.
_COMMANDS = (
    *("awk", "count", "dedup", "eval", "extend", "fields", "filter", "grep", "head", "json", "limit", "logfmt"),
    *("parse", "project", "rex", "sort", "stats", "summarize", "table", "tail", "take", "timechart", "top"),
    *("uniq", "where", "wc"),
)
_NO_PIPE = "There are no pipes here: what stands behind | is searched for as words."

_ALTERNATIVES = re.compile(r"[^\W\d_]\w+(?:\|\|?[^\W\d_]\w+){1,5}")
_NEXT_TO_EACH_OTHER = "This finds the words next to each other, in this order; either of them is found by OR."

_EXISTS = re.compile(r"_exists_:(\S+)")
_WHICH_HAVE = "Which records have a field is asked by a star behind its name; as typed, this is searched for as text."
_NO_FIELD = "There is no field {!r}, so this is taken as text."
_UNKNOWN = re.compile(r"([^\W\d]\w\w+):([^/:\s]\S*)")
_WORDLESS = "There is no letter or digit here, so this is not searched for."

_SEVERAL = re.compile(r"[^,|]+(?:[,|]+[^,|]+)+")
_HUNDREDS = re.compile(r"(\d+)([xX]+)")
_SPAN = re.compile(r"(\d+(?:\.\d+)?)(?:-|\u2013|\.\.\.?)(\d+(?:\.\d+)?)")
_NETWORK = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}/\d{1,3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*/\d{1,3}")
_NUMBERS = "All values of {} are numbers"
_RANGE = "The values are numbers, so no record has this one; a range is written in brackets."
_WHOLE = "Only a field's whole value is found; with stars, what holds this is, too."
_NEAR = re.compile(r"""[^:]+:("[^"]*"|[^\W_]+)~\d?""")
_WHOLE_RECORD = "Behind a field's value ~ means nothing: typing errors and distances are those of the whole record."
_SINGLE_QUOTED = re.compile(r"'([^'\"]*)'")


def remarks(reading: Reading) -> list[Diagnostic]:
    """What to say of a query, at most once of each piece."""
    if not reading.asked:
        return []
    found: list[Diagnostic] = []
    for place in range(len(reading.pieces)):
        said = next((remark for rule in _RULES if (remark := rule(reading, place))), None)
        if said is not None:
            found.append(said)
            if said.message == _NO_PIPE:
                break
    return found


def whole_values(text: str, query: Query, said: Sequence[Diagnostic] = ()) -> list[Diagnostic]:
    """What to say of a query that found nothing: values that may have been meant as a part of a field's.

    Args:
        said: remarks; of their places nothing more is said.
    """
    found = []
    places = {(remark.start, remark.end) for remark in said}
    for node in _asked(query):
        value, (start, end) = str(node.value), node.span
        # Neither quoted nor alone in a group; numbers and levels are whole.
        bare = start + len(value) < end and text.endswith(value, start, end) and not set(value) & set("*?\"'")
        whole = node.field == LEVEL or number_of(value) is not None or node.span in places
        if node.op == "eq" and bare and not whole:
            fix = f"{text[start : end - len(value)]}*{value}*"
            found.append(Diagnostic(start, end, _WHOLE, "info", fix))
    return found


def _asked(query: Query) -> Iterator[Query]:
    """The leaves that a record must or may match."""
    if query.kind in ("and", "or"):
        for child in query.children:
            yield from _asked(child)
    elif query.kind != "not":
        yield query


def _say(piece: Piece, message: str, fix: str | None = None, severity: Severity = "warning") -> Diagnostic:
    return Diagnostic(piece.start, piece.end, message, severity, fix)


def _compared(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    found = reading.comparisons.get(piece.start)
    if found is None:
        return None
    written = _WRITTEN.get(re.sub(r"\s", "", found["op"]), "")
    value = _SINGLE_QUOTED.sub(r'"\1"', found["value"])
    fix = ("NOT " if found["no"] else "") + written.format(name=reading.names.find(found["name"]), value=value)
    return _say(piece, _AS_WORDS, fix) if reading.reads(fix) else None


def _without_value(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    named = piece.kind == "word" and reading.empty_field(piece)
    return _say(piece, _NO_VALUE, f"{piece.text}*") if named else None


def _connective(reading: Reading, place: int) -> Diagnostic | None:
    piece, before, after = reading.pieces[place], reading.at(place - 1), reading.at(place + 1)
    if not piece.operator or piece.kind not in ("word", "blank") or piece.text in ("-", piece.operator) or not after:
        return None
    # What a NOT stands before decides for the AND before it, too.
    operand = reading.at(place + 2) if after.operator else after
    certain = operand is not None and operand.marked and operand.kind != "close"
    if piece.operator != "NOT":
        certain = certain or piece.kind == "blank" or (before is not None and before.marked) or reading.alternating
    return _say(piece, _SIGN if piece.kind == "blank" else _SMALL, piece.operator) if certain else None


def _negated(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    if piece.kind != "word" or not _NEGATED.match(piece.text):
        return None
    if piece.text[1] == "(":
        return Diagnostic(piece.start, piece.start + 1, _NOT_NEGATED, "warning", "NOT ")
    fix = f"NOT {piece.text[1:]}"
    certain = reading.reads(fix) if ":" in fix else reading.alone(place)
    return _say(piece, _NOT_NEGATED, fix) if certain else None


def _pipe(reading: Reading, place: int) -> Diagnostic | None:
    piece, after = reading.pieces[place], reading.at(place + 1)
    if piece.text != "|" or not place or after is None or after.kind != "word":
        return None
    asked = any(before.marked for before in reading.pieces[:place])
    if not asked and after.text not in _COMMANDS:
        return None
    return Diagnostic(piece.start, len(reading.text), _NO_PIPE, "warning")


def _alternatives(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    if piece.kind != "word" or not _ALTERNATIVES.fullmatch(piece.text) or not reading.alone(place):
        return None
    fix = _joined(piece.text)
    return _say(piece, _NEXT_TO_EACH_OTHER, fix if len(reading.pieces) > 1 else fix[1:-1])


def _existing(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    found = _EXISTS.fullmatch(piece.text)
    if not found or piece.kind != "word":
        return None
    name = reading.names.find(found[1])
    return _say(piece, _WHICH_HAVE, f"{name}:*") if name else _say(piece, _NO_FIELD.format(found[1]))


def _unknown(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    found = _UNKNOWN.fullmatch(piece.text) if piece.kind == "word" else None
    if not found or reading.names.find(found[1]):
        return None
    message = _NO_FIELD.format(found[1])
    for known in get_close_matches(found[1], list(reading.names), 1, 0.8):
        return _say(piece, f"{message}  Is {known!r} meant?", f"{known}:{found[2]}")
    return _say(piece, message, severity="info") if reading.alone(place) else None


def _bounds(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    leaf = piece.leaf
    if leaf is None or leaf.op != "range" or leaf.field not in reading.names.numbers:
        return None
    assert isinstance(leaf.value, tuple)
    for bound in leaf.value[:2]:
        if isinstance(bound, str) and number_of(bound, leaf.field) is None:
            return _say(piece, f"{_NUMBERS.format(leaf.field)}, and {bound!r} is none.")
    return None


def _near(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    found = _NEAR.fullmatch(piece.text) if piece.kind == "clause" else None
    return _say(piece, _WHOLE_RECORD, piece.text[found.start(1) :]) if found else None


def _value(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    leaf = piece.leaf
    if piece.kind != "clause" or leaf is None or leaf.op != "eq" or not piece.text.endswith(str(leaf.value)):
        return None
    value = str(leaf.value)
    found = _value_remark(leaf.field, value, leaf.field in reading.names.numbers)
    if found is None:
        return None
    message, fix = found
    name = piece.text.removesuffix(value)
    usable = fix is not None and name and reading.reads(name + fix)
    return _say(piece, message, f"{name}{fix}" if usable else None)


def _value_remark(field: str, value: str, numeric: bool) -> tuple[str, str | None] | None:
    """What to say of a field's value, and how the value is written here."""
    if found := _SINGLE_QUOTED.fullmatch(value):
        return "Single quotes are a part of the value.", f'"{found[1]}"'
    if _NETWORK.fullmatch(value):
        return "No network has so long a prefix, so this is compared as text.", None
    fits = (lambda part: number_of(part, field) is not None) if numeric else canonical_level if field == LEVEL else bool
    parts = re.split(r"[,|]+", value)
    if _SEVERAL.fullmatch(value) and all(map(fits, parts)) and (fits is not bool or "," not in value):
        return "This is one value; several are written in parentheses.", _joined(value)
    if field == LEVEL and canonical_level(value) is None:
        near = get_close_matches(value.lower(), LEVELS, 1, 0.6)
        return f"There is no level {value!r}: there are {', '.join(LEVELS)}.", near[0] if near else None
    if not numeric or number_of(value, field) is not None:
        return None
    if found := _HUNDREDS.fullmatch(value):
        zeros, nines = (digit * len(found[2]) for digit in "09")
        return _RANGE, f"[{found[1]}{zeros} TO {found[1]}{nines}]"
    if found := _SPAN.fullmatch(value):
        return _RANGE, f"[{found[1]} TO {found[2]}]"
    return f"{_NUMBERS.format(field)}, so no record has this one.", None


def _joined(alternatives: str) -> str:
    return f"({' OR '.join(re.split(r'[,|]+', alternatives))})"


def _blank(reading: Reading, place: int) -> Diagnostic | None:
    piece = reading.pieces[place]
    return _say(piece, _WORDLESS, severity="info") if piece.kind == "blank" else None


#: What is asked of each piece, in this order; the first answer is given.
_RULES: tuple[Callable[[Reading, int], Diagnostic | None], ...] = (
    _compared,
    _connective,
    _negated,
    _pipe,
    _existing,
    _without_value,
    _alternatives,
    _unknown,
    _near,
    _value,
    _bounds,
    _blank,
)
