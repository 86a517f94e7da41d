"""Formats that users add, in one call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as changed

import polars as pl

from sawlog.errors import FormatError
from sawlog.formats.base import TIMESTAMP, Format, TimeContext
from sawlog.formats.grok import expand
from sawlog.formats.mixed import Mixed
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.registry import get, register
from sawlog.formats.zones import checked_zone
from sawlog.model import arguments

_TIME_GROUPS = ("timestamp", "time", "ts", "datetime", "date")


class CustomFormat(RegexFormat):
    """A user's format: a regex format that remembers what it was made from."""

    def __init__(
        self,
        name: str,
        pattern: str,
        *,
        title: str = "",
        timezone: str | None = None,
        types: Mapping[str, str] | None = None,
        level: str = "level",
    ) -> None:
        regex, grok_types = expand(pattern, name)
        self.timezone = None if timezone is None else checked_zone(timezone)
        self._spec: dict[str, object] = {
            "name": name, "pattern": pattern, "title": title, "timezone": timezone, "types": dict(types or {}),
            "level": level,
        }  # fmt: skip
        time = next((group for group in _TIME_GROUPS if f"<{group}>" in regex), _TIME_GROUPS[0])
        super().__init__(
            name, title or name, regex, specificity=50, types={**grok_types, **(types or {})}, time_group=time,
            level_group=level,
        )  # fmt: skip
        self.regex = regex

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        return super().parse(lines, ctx if self.timezone is None else changed(ctx, timezone=self.timezone))

    def spec(self) -> Mapping[str, object]:
        return self._spec


def register_format(
    name: str,
    pattern: str,
    *,
    samples: str | Sequence[str] = (),
    title: str = "",
    timezone: str | None = None,
    types: Mapping[str, str] | None = None,
    level: str = "level",
    replace: bool = False,
) -> Format:
    """Add a format, here and in the workers that builds start.

    Args:
        name: to ask for it by; detection tries it too, before the built-in ones.
        pattern: Rust/Python regex with named groups ``(?P<status>\\d+)``, grok names ``%{NUMBER:status:int}`` (see
            :data:`sawlog.formats.grok.NAMES`), or both; from the line's start.  Groups become fields, but for
            ``timestamp`` (or time, ts, datetime, date), the level and ``message``.
        samples: lines that it must match, or a single one.
        title: for people; default: the name.
        timezone: IANA name of the zone of its stamps, where they name none; default: that of ``open``.
        types: field -> "int", "float" or "bool".
        level: the group that holds the level.
        replace: an existing format of the name.

    Raises:
        FormatError: the pattern is no regex, has no named group or an unknown grok name, the name is taken, or a
            sample is not matched: the message says from which character on.
        SettingsError: an unknown time zone.
    """
    arguments.text("name", name, "a name for the format", error=FormatError)
    arguments.text("pattern", pattern, "a regular expression with named groups", error=FormatError)
    lines = arguments.texts("samples", samples, "a list of lines that the format matches", error=FormatError)
    made = CustomFormat(name, pattern, title=title, timezone=timezone, types=types, level=level)
    for number, sample in enumerate(lines, start=1):
        _check_sample(made, number, sample)
    return register(made, replace=replace)


def from_spec(spec: Mapping[str, object]) -> Format:
    """The format that :func:`sawlog.formats.base.described` described.

    Raises:
        FormatError: a name that is not known here, or something that is no description.
    """
    mixed = spec.get("mixed")
    if isinstance(mixed, Sequence) and not isinstance(mixed, str):
        return Mixed([from_spec(part) for part in mixed])
    name, pattern, types = spec.get("name"), spec.get("pattern"), spec.get("types")
    if not isinstance(name, str):
        raise FormatError(f"no format can be made from {dict(spec)!r}; use what described() returned")
    if not isinstance(pattern, str):
        return get(name)
    timezone = spec.get("timezone")
    return CustomFormat(
        name,
        pattern,
        title=str(spec.get("title") or ""),
        timezone=timezone if isinstance(timezone, str) else None,
        types=types if isinstance(types, Mapping) else None,
        level=str(spec.get("level") or "level"),
    )


def _check_sample(format: CustomFormat, number: int, sample: str) -> None:
    line = pl.Series([sample.rstrip("\r\n")])
    if not line.str.contains(format.pattern).item():
        matched, part = _matched_prefix(format.regex, line)
        raise FormatError(
            f"format {format.name!r} does not match sample {number} from character {matched + 1} on:\n"
            f"  {sample}\n  {' ' * matched}^ expected {part}"
        )
    if format.time_group in format.groups:
        stamp = line.str.extract_groups(format.pattern).struct.field(format.time_group).item()
        if stamp is not None and format.parse(line, TimeContext()).get_column(TIMESTAMP).item() is None:
            raise FormatError(
                f"format {format.name!r}, sample {number}: group {format.time_group!r} holds {stamp!r}, which is no "
                "known stamp; capture the whole date and time, or give the group another name"
            )


def _matched_prefix(regex: str, line: pl.Series) -> tuple[int, str]:
    """How many characters the longest matching part of the pattern covers, and the pattern behind it."""
    for cut in reversed(_cuts(regex)):
        try:
            found = line.str.extract(f"(?s)^(?:{regex[:cut]})", 0).item()
        except pl.exceptions.ComputeError:
            continue
        if found is not None:
            return len(found), regex[cut : cut + 60] or "the end of the line"
    return 0, regex[:60]


def _cuts(regex: str) -> list[int]:
    """Where the pattern can be cut: outside of groups and classes, not before a quantifier."""
    cuts, depth, in_class, at = [], 0, False, 0
    while at < len(regex):
        if depth == 0 and not in_class and regex[at] not in "*+?{|":
            cuts.append(at)
        char = regex[at]
        if char == "\\":
            at += 1
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
            at += regex.startswith("[^", at) + (regex[at + 1 + regex.startswith("[^", at) :][:1] == "]")
        elif char in "()":
            depth += 1 if char == "(" else -1
        at += 1
    return cuts
