"""JSON text, one object a string, into one column per leaf: ``{"a": {"b": 1}}`` becomes column ``a.b``.

Two ways lead there.  Arrow's reader takes blocks of lines apart at C speed, but refuses a block in which one line is
broken or one key changes its type.  Such blocks, and lines that Arrow must not see, are decoded object by object
(:mod:`sawlog.formats.json_objects`).  Both give the same columns: arrays as JSON text, a key of several types as
String.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.json as pa_json

from sawlog.formats.columns import Rows, assemble, unique
from sawlog.formats.json_objects import EXTRA, MAX_DEPTH, MAX_FIELDS, decode_each
from sawlog.model.values import EXACT

#: Lines with more brackets than this are decoded one by one: they may be nested deeper than C stacks are.
_MAX_BRACKETS = 256
_BLOCK_BYTES = 4 << 20
_BLOCK_LINES = 16_384
_MAX_BLOCK_LEAVES = 2_000
#: Half a surrogate pair is valid JSON, but no text: Arrow refuses it.
_SURROGATE_ESCAPE = r"\\u[dD][89a-fA-F]"

Texts = dict[str, Any]


def flatten(lines: pl.Series) -> tuple[pl.Series, pl.DataFrame]:
    """Take JSON objects apart.

    Args:
        lines: String Series, one JSON object each; anything else is told apart, never an error.

    Returns:
        (valid, leaves), both of the height of ``lines``: whether the line is a JSON object, and its leaves typed
        Int64, Float64, Boolean or String.  Names are paths joined by dots, in order of appearance.  Leaves beyond
        the ``MAX_FIELDS`` most frequent, and objects below ``MAX_DEPTH``, are members of the JSON text in ``extra``.
    """
    text, candidate = lines, _is_braced(lines)
    if not candidate.all():
        text = text.str.strip_chars(" \t\r\n\ufeff")
        candidate = _is_braced(text)
    if text.str.contains(r"[\r\n]").any():
        # A raw newline is white space in JSON, but it ends a line for the readers.
        text = text.str.replace_all(r"[\r\n]", " ")
    slow = candidate & _needs_care(text)
    fast_rows = (candidate & ~slow).arg_true().to_numpy()
    valid = np.zeros(len(lines), dtype=bool)
    parts: list[tuple[Rows, pl.DataFrame]] = []
    refused: list[Rows] = [slow.arg_true().to_numpy()]
    texts: Texts = {}
    for rows, block in _blocks(text, fast_rows):
        frame = _read_block(block, len(rows), texts)
        if frame is None:
            refused.append(rows)
        else:
            valid[rows] = True
            parts.append((rows, frame))
    for rows in refused:
        if len(rows):
            kept, frame = decode_each(text.gather(rows).to_list())
            valid[rows[kept]] = True
            parts.append((rows[kept], frame))
    return pl.Series("valid", valid), assemble(parts, len(lines), _limit)


def _is_braced(text: pl.Series) -> pl.Series:
    return (text.str.starts_with("{") & text.str.ends_with("}")).fill_null(False)


def _needs_care(text: pl.Series) -> pl.Series:
    brackets = text.str.count_matches("{", literal=True) + text.str.count_matches("[", literal=True)
    return ((brackets > _MAX_BRACKETS) | text.str.contains(_SURROGATE_ESCAPE)).fill_null(False)


def _blocks(text: pl.Series, rows: Rows) -> Iterator[tuple[Rows, pa.Buffer]]:
    """The rows' lines as newline separated bytes, in blocks of about ``_BLOCK_BYTES``."""
    chosen = text if len(rows) == len(text) else text.gather(rows)
    array = (chosen + "\n").to_arrow(compat_level=pl.CompatLevel.oldest())
    assert isinstance(array, pa.LargeStringArray)
    offsets = np.frombuffer(array.buffers()[1], dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    start = 0
    while start < len(rows):
        end = int(np.searchsorted(offsets, offsets[start] + _BLOCK_BYTES))
        end = min(max(end, start + 1), start + _BLOCK_LINES, len(rows))
        size = int(offsets[end] - offsets[start])
        yield rows[start:end], array.buffers()[2].slice(int(offsets[start]), size)
        start = end


def _read_block(block: pa.Buffer, count: int, texts: Texts) -> pl.DataFrame | None:
    """The leaves of a block of lines, or None where Arrow refuses it or would change a value.

    ``texts`` is the tree of keys whose strings look like stamps: Arrow would convert them, so it is told not to.
    """
    try:
        table = _read_json(block, texts)
        if _find_stamps(table.schema, texts):
            table = _read_json(block, texts)
    except (pa.ArrowException, OverflowError):
        return None
    if table.num_rows != count:
        return None
    leaves = list(_leaves(table))
    if len(leaves) > _MAX_BLOCK_LEAVES or any(len(path) > MAX_DEPTH for path, _ in leaves):
        return None
    arrays: dict[str, Any] = {}
    columns: list[pl.Series] = []
    for path, values in leaves:
        kind = values.type
        if pa.types.is_list(kind):
            _mark(arrays, path)
        elif pa.types.is_timestamp(kind):
            return None
        elif not pa.types.is_null(kind):
            column = pl.Series(_name(path), values)
            if column.dtype == pl.Float64 and ((column.abs() >= EXACT) & column.is_finite()).any():
                return None  # may be integers beyond 64 bits, or mixed with fractions: digits would be lost
            columns.append(column)
    if arrays:
        texts_of_arrays = _read_arrays(block, arrays)
        if texts_of_arrays is None or texts_of_arrays.height != count:
            return None
        columns += texts_of_arrays.get_columns()
    return unique(columns, count, [_name(path) for path, _ in leaves])


def _read_json(block: pa.Buffer, texts: Texts) -> pa.Table:
    return pa_json.read_json(
        pa.BufferReader(block),
        read_options=pa_json.ReadOptions(use_threads=False, block_size=block.size + 1),
        parse_options=pa_json.ParseOptions(
            explicit_schema=pa.schema(_fields(texts)) if texts else None, newlines_in_values=False
        ),
    )


def _fields(texts: Texts) -> list[pa.Field]:
    return [pa.field(key, pa.struct(_fields(below)) if below else pa.string()) for key, below in texts.items()]


def _find_stamps(fields: Any, texts: Texts) -> bool:
    """Add the keys that Arrow took for stamps to ``texts``; whether there were any."""
    found = False
    for field in fields:
        if pa.types.is_timestamp(field.type):
            texts[field.name] = {}
            found = True
        elif pa.types.is_struct(field.type):
            below = texts.get(field.name, {})
            if _find_stamps(field.type, below):
                texts[field.name] = below
                found = True
    return found


def _leaves(table: pa.Table) -> Iterator[tuple[tuple[str, ...], pa.ChunkedArray]]:
    stack: list[tuple[tuple[str, ...], pa.ChunkedArray]] = []
    for name in table.column_names[::-1]:
        stack.append(((name,), table[name]))
    while stack:
        path, column = stack.pop()
        if pa.types.is_struct(column.type):
            below: list[tuple[str, ...]] = [(*path, field.name) for field in column.type]
            stack += list(zip(below, column.flatten() if below else [], strict=True))[::-1]
        else:
            yield path, column


def _name(path: Sequence[str]) -> str:
    return ".".join(path) or "_"


def _mark(tree: dict[str, Any], path: Sequence[str]) -> None:
    for key in path[:-1]:
        tree = tree.setdefault(key, {})
    tree[path[-1]] = {}


def _read_arrays(block: pa.Buffer, tree: Mapping[str, Any]) -> pl.DataFrame | None:
    """The JSON text of the arrays at the tree's leaves."""

    def dtype(below: Mapping[str, Any]) -> Any:
        return pl.Struct({key: dtype(value) for key, value in below.items()}) if below else pl.String

    try:
        frame = pl.read_ndjson(block.to_pybytes(), schema={key: dtype(below) for key, below in tree.items()})
    except pl.exceptions.PolarsError:
        return None
    columns = []
    stack = frame.get_columns()[::-1]
    while stack:
        column = stack.pop()
        if isinstance(column.dtype, pl.Struct):
            stack += [part.alias(f"{column.name}.{part.name}") for part in column.struct.unnest().get_columns()][::-1]
        else:
            columns.append(column)
    return unique(columns, frame.height, [])


def _limit(frame: pl.DataFrame) -> pl.DataFrame:
    """Drop the columns without any value, and move those beyond the ``MAX_FIELDS`` fullest into ``extra``."""
    counts = {column.name: column.len() - column.null_count() for column in frame.get_columns()}
    named = [name for name in frame.columns if counts[name] and name != EXTRA]
    kept = set(sorted(named, key=lambda name: -counts[name])[:MAX_FIELDS])
    spilled = [name for name in named if name not in kept]
    result = frame.select(name for name in frame.columns if name in kept or (name == EXTRA and counts[name]))
    if not spilled:
        return result
    members = [_members(frame[name]) for name in spilled]
    if EXTRA in result.columns:
        own = result[EXTRA].str.strip_prefix("{").str.strip_suffix("}")
        members.append(pl.DataFrame({"row": pl.int_range(len(own), dtype=pl.UInt32, eager=True), "text": own}))
    joined = pl.concat(members).drop_nulls().group_by("row").agg(pl.col("text").str.join(", "))
    texts = pl.select(("{" + pl.lit(joined["text"]) + "}").alias(EXTRA)).to_series()
    extra = pl.DataFrame({"row": joined["row"], EXTRA: texts})
    rows = pl.DataFrame({"row": pl.int_range(frame.height, dtype=pl.UInt32, eager=True)})
    column = rows.join(extra, on="row", how="left", maintain_order="left")[EXTRA]
    return result.drop(EXTRA, strict=False).with_columns(column)


def _members(column: pl.Series) -> pl.DataFrame:
    """A column's values as members of a JSON object, without the braces: row, text."""
    rows = column.is_not_null().arg_true()
    objects = column.gather(rows).to_frame().select(pl.struct(pl.all()).struct.json_encode())
    texts = objects.to_series().str.strip_prefix("{").str.strip_suffix("}")
    return pl.DataFrame({"row": rows.cast(pl.UInt32), "text": texts})
