"""How fields and values are written in a query so that they mean themselves."""

from __future__ import annotations

import re

from sawlog.errors import QueryError
from sawlog.query.fields import QUOTED_NAME
from sawlog.query.parser import parse

_BARE = re.compile(r"[^\s\"()\[\]{}*?,:<>\\~^$|+@!;'`&=]+")


def field_matches(typed: str, name: str) -> bool:
    """Whether a field's name can complete what is typed: it contains it, case ignored."""
    return typed.casefold() in name.casefold()


def name_text(name: str) -> str:
    """A field's name with its colon, quoted where it must be."""
    quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{quoted if QUOTED_NAME.search(name) else name}:"


def value_text(field: str, value: str, quoted: bool = False) -> str:
    """How a value is written behind its field, so that it means this value; ``quoted``: a quote is open already."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    if quoted:
        return escaped
    if _BARE.fullmatch(value) and _reads_as(field, value):
        return value
    return f'"{escaped}"'


def _reads_as(field: str, value: str) -> bool:
    try:
        node = parse(f"*:* {name_text(field)}{value}", (field,), now_ns=0).query
    except QueryError:
        return False
    return node.kind == "compare" and node.op == "eq" and str(node.value) == value
