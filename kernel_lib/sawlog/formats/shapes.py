"""Take apart text in which a few layouts repeat, such as key=value lists.

What a line's keys are is learnt from one line by a plain function; the regex made from it takes apart every line with
the same keys in the same order at once.  Lines whose layout does not repeat are taken apart one by one, so that the
result does not depend on what surrounds a line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from sawlog.formats.base import SPECIAL
from sawlog.formats.regex_format import typed

MAX_SHAPES = 64
MAX_FIELDS = 200
#: A longer sample, or one with more values, would make a regex that is too large to compile.
_MAX_SAMPLE = 8_192
_MAX_VALUES = 150


class Value(NamedTuple):
    """One value in a text: the field's name, where it is, and a Rust regex for the texts that could be there."""

    name: str
    start: int
    end: int
    pattern: str


ValuesOf = Callable[[str], Sequence[Value]]


def take_apart(text: pl.Series, values_of: ValuesOf) -> pl.DataFrame:
    """The named values of each text.

    Args:
        text: String Series; null where there is nothing to take apart.
        values_of: the values of one text, in the order of their places, without overlap.  Of two with one name the
            first counts.

    Returns:
        A frame of the height of ``text`` with one String column a name; at most ``MAX_FIELDS``, the fullest ones.
    """
    pending = pl.DataFrame({"row": pl.int_range(len(text), dtype=pl.UInt32, eager=True), "text": text}).drop_nulls()
    parts: list[pl.DataFrame] = []
    odd: list[pl.DataFrame] = []
    for _ in range(MAX_SHAPES):
        if not pending.height:
            break
        pattern, names = _shape(pending.item(0, "text"), values_of)
        found = pending["text"].str.extract_groups(pattern).struct.unnest() if names else None
        if found is None or found.item(0, 0) is None:
            odd.append(pending.head(1))
            pending = pending.slice(1)
            continue
        alike = found.to_series(0).is_not_null()
        parts.append(found.rename(dict(zip(found.columns, names, strict=True))).hstack([pending["row"]]).filter(alike))
        pending = pending.filter(~alike)
    parts.append(_one_by_one(pl.concat([*odd, pending]), values_of))
    return _assemble(parts, len(text))


def _shape(sample: str, values_of: ValuesOf) -> tuple[str, list[str]]:
    """A regex for texts that have the same words between the same values as ``sample``, and the groups' names.

    No names: ``sample`` has no value, or is too large for a regex.
    """
    values = values_of(sample) if len(sample) <= _MAX_SAMPLE else ()
    if len(values) > _MAX_VALUES:
        return "", []
    names: list[str] = []
    pieces = ["(?s)^"]
    end = 0
    for value in values:
        pieces.append(pl.escape_regex(sample[end : value.start]))
        repeated = value.name in names
        pieces.append(f"(?:{value.pattern})" if repeated else f"(?P<v{len(names)}>{value.pattern})")
        if not repeated:
            names.append(value.name)
        end = value.end
    pieces.append(pl.escape_regex(sample[end:]) + "$")
    return "".join(pieces), names


def _one_by_one(pending: pl.DataFrame, values_of: ValuesOf) -> pl.DataFrame:
    columns: dict[str, dict[int, str]] = {}
    for row, text in enumerate(pending["text"]):
        for value in values_of(text):
            columns.setdefault(value.name, {}).setdefault(row, text[value.start : value.end])
    fullest = sorted(columns, key=lambda name: -len(columns[name]))[:MAX_FIELDS]
    height = pending.height
    dense = {name: [columns[name].get(row) for row in range(height)] for name in fullest}
    return pl.DataFrame({**dense, "row": pending["row"]}, schema_overrides=dict.fromkeys(fullest, pl.String))


def _assemble(parts: Sequence[pl.DataFrame], height: int) -> pl.DataFrame:
    """The parts' rows at their places, null where there are none."""
    together = pl.concat(parts, how="diagonal")
    names = [name for name in together.columns if name != "row"]
    fullest = sorted(names, key=lambda name: together[name].null_count())[:MAX_FIELDS]
    rows = pl.DataFrame({"row": pl.int_range(height, dtype=pl.UInt32, eager=True)})
    chosen = together.select("row", *(name for name in names if name in fullest))
    return rows.join(chosen, on="row", how="left", maintain_order="left").drop("row")


def as_fields(
    values: pl.DataFrame, taken: Sequence[str], types: Mapping[str, str], null_values: Sequence[str] = ()
) -> pl.DataFrame:
    """Columns of :func:`take_apart` as a format's fields: typed, without those whose names are ``taken``.

    A name that means something special in a parsed frame gets ``_value`` behind it.
    """
    names = {name: f"{name}_value" if name in SPECIAL else name for name in values.columns}
    wanted = [name for name in values.columns if names[name] not in taken]
    return values.select(typed(name, types.get(name, "str"), null_values).alias(names[name]) for name in wanted)


def behind(lines: pl.Series, start: pl.Series) -> pl.Series:
    """What stands in each line from byte ``start`` on; null where that is null."""
    offset = pl.col("start").cast(pl.Int64)
    rest = pl.col("line").cast(pl.Binary).bin.slice(offset).cast(pl.String)
    return pl.DataFrame({"line": lines, "start": start}).select(rest).to_series()
