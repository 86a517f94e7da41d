"""A format from one regular expression: what most line formats are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import polars as pl

from sawlog.errors import FormatError
from sawlog.formats.base import LEVEL, MATCHED, MESSAGE, MESSAGE_START, TIMESTAMP, UTC_NS, Format, TimeContext
from sawlog.formats.levels import normalise_level
from sawlog.formats.timestamps import to_utc

_DTYPES: dict[str, type[pl.DataType]] = {"int": pl.Int64, "float": pl.Float64, "bool": pl.Boolean, "str": pl.String}
_GROUP = re.compile(r"\(\?P?<([A-Za-z_]\w*)>")
_HEAD = "_head"
_TRUE = ("true", "t", "yes", "y", "1", "on")
_FALSE = ("false", "f", "no", "n", "0", "off")


def typed(column: str, kind: str, null_values: Sequence[str]) -> pl.Expr:
    """A String column -> its type (int, float, bool, str); null where it is empty, a null value or does not fit."""
    text = pl.col(column)
    if kind in ("int", "float"):
        return text.cast(_DTYPES[kind], strict=False)
    if kind == "bool":
        words = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False)}
        return text.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)
    return pl.when(text.is_in(["", *null_values]).not_()).then(text)


class RegexFormat(Format):
    """A format from one Rust regex with named groups, anchored at the line's start.

    Group names are field names, but for ``time_group``, ``level_group`` and ``message_group``.  Where the pattern
    ends in the message group (``(?P<message>.*)``), the message is a suffix of the line and only its offset is kept.
    What comes before it is then matched as a group of its own: not walking through the message halves the time of a
    one-pass pattern (see :mod:`sawlog.formats.fragments`).

    Args:
        name, title, specificity: see :class:`Format`.
        pattern: Rust regex syntax (no look-around, no back-references).  ``.`` matches a newline too.
        types: field -> "int", "float", "bool" or "str" (the default).
        null_values: texts that mean "no value".
        level: what gives the level where there is no level group: an expression over the group columns.
        derived: further columns, computed from the group columns; one named like a group replaces it.
        drop: groups that are only there for ``level`` or ``derived``.
        details: further patterns, each searched anywhere in a matched line, for what is optional in it; a literal
            at their beginning keeps them cheap.
        joins_unmatched: see :class:`Format`.

    Raises:
        FormatError: a pattern without named groups, one that does not compile, or an unknown type.
    """

    def __init__(
        self,
        name: str,
        title: str,
        pattern: str,
        specificity: int = 20,
        types: Mapping[str, str] | None = None,
        time_group: str = "timestamp",
        level_group: str = "level",
        message_group: str = "message",
        null_values: Sequence[str] = ("-",),
        level: pl.Expr | None = None,
        derived: Mapping[str, pl.Expr] | None = None,
        drop: Sequence[str] = (),
        details: Sequence[str] = (),
        joins_unmatched: bool = False,
    ) -> None:
        self.name, self.title, self.specificity = name, title, specificity
        self.joins_unmatched = joins_unmatched
        # A verbose pattern may end in a comment.
        end = "\n)" if re.match(r"\(\?[a-zA-Z]*x", pattern) else ")"
        self.pattern = f"(?s)^(?:{pattern}{end}"
        self.types = dict(types or {})
        self.time_group, self.level_group, self.message_group = time_group, level_group, message_group
        self.null_values = tuple(null_values)
        self.level_expr, self.derived, self.drop = level, dict(derived or {}), frozenset(drop)
        self.details = tuple(details)
        self.groups = tuple(name for text in (pattern, *self.details) for name in _GROUP.findall(text))
        suffix = re.search(rf"\(\?P?<{re.escape(message_group)}>\.([*+])\)(?:\$|\\z)?\Z", pattern)
        self._suffix = suffix is not None
        self._matcher = self.pattern
        if suffix is not None:
            some = "." if suffix[1] == "+" else ""
            self._matcher = f"(?s)^(?P<{_HEAD}>{pattern[: suffix.start()]}{end}{some}"
        self._check()

    def _check(self) -> None:
        if not self.groups:
            raise FormatError(f"format {self.name!r}: the pattern has no named group (?P<name>...)")
        for field, kind in self.types.items():
            if kind not in _DTYPES:
                raise FormatError(f"format {self.name!r}: field {field!r} has type {kind!r}; use {', '.join(_DTYPES)}")
        try:
            for pattern in (self._matcher, *self.details):
                pl.Series([""]).str.contains(pattern)
        except pl.exceptions.ComputeError as error:
            raise FormatError(f"format {self.name!r}: the pattern does not compile: {error}") from None

    def confidence(self, lines: pl.Series) -> float:
        return float(lines.str.contains(self._matcher).sum()) / len(lines) if len(lines) else 0.0

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        groups = lines.str.extract_groups(self._matcher).struct.unnest()
        seen = pl.col(_HEAD).is_not_null() if self._suffix else pl.any_horizontal(pl.all().is_not_null())
        matched = groups.select(seen.alias(MATCHED)).to_series()
        for detail in self.details:
            found = lines.set(~matched, None).str.extract_groups(detail).struct.unnest()
            groups = groups.hstack(found)
        columns = [matched]
        if self.time_group in self.groups:
            columns.append(to_utc(groups.get_column(self.time_group), ctx).alias(TIMESTAMP))
        else:
            columns.append(pl.Series(TIMESTAMP, [None], dtype=UTC_NS).new_from_index(0, len(lines)))
        frame = groups.select(self._expressions())
        return pl.DataFrame(columns).hstack(frame) if frame.width else pl.DataFrame(columns)

    def _expressions(self) -> list[pl.Expr]:
        out: list[pl.Expr] = []
        if self.level_expr is not None:
            out.append(self.level_expr.alias(LEVEL))
        elif self.level_group in self.groups:
            out.append(normalise_level(pl.col(self.level_group)).alias(LEVEL))
        if self.message_group in self.groups:
            if self._suffix:
                out.append(pl.col(_HEAD).str.len_bytes().cast(pl.UInt32).alias(MESSAGE_START))
            else:
                out.append(pl.col(self.message_group).alias(MESSAGE))
        special = {self.time_group, self.level_group, self.message_group}
        for group in self.groups:
            if group not in special and group not in self.drop and group not in self.derived:
                out.append(typed(group, self.types.get(group, "str"), self.null_values).alias(group))
        out.extend(expression.alias(name) for name, expression in self.derived.items())
        return out
