"""``address:port`` in patterns that stay one-pass (see ``fragments``), though an IPv6 address has colons of its own."""

from __future__ import annotations

import polars as pl


def address(name: str) -> str:
    """A fragment with the groups that ``address_fields`` takes together."""
    return rf"(?P<{name}>(?:[^ :-][^ :]*)?)(?P<{name}_tail>(?::[0-9A-Fa-f.%\]]*)+)"


def address_fields(name: str, port: str) -> dict[str, pl.Expr]:
    """The fields ``name`` and ``port`` from the groups of ``address(name)``; leave out the group ``<name>_tail``."""
    head, tail = pl.col(name), pl.col(f"{name}_tail")
    lone_port = tail.str.strip_prefix(":").cast(pl.Int64, strict=False)
    rest = tail.str.replace(r":[0-9]*$", "")
    whole = pl.when(lone_port.is_null() & tail.is_not_null()).then(head + rest).otherwise(head)
    return {
        name: whole.str.strip_chars("[]"),
        port: pl.coalesce(lone_port, tail.str.extract(r":([0-9]+)$").cast(pl.Int64, strict=False)),
    }
