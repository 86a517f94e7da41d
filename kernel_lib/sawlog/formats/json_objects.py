"""JSON texts that are decoded one by one: slow, but it reads whatever is JSON."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl

from sawlog.formats.columns import Rows, unique
from sawlog.model.values import EXACT, as_text

MAX_DEPTH = 8
MAX_FIELDS = 200

#: The column for what is deeper than ``MAX_DEPTH`` or beyond ``MAX_FIELDS``.
EXTRA = "extra"

_INT64 = 1 << 63
_SURROGATES = re.compile("[\ud800-\udfff]")


def decode_each(lines: Sequence[str]) -> tuple[Rows, pl.DataFrame]:
    """Positions of the lines that are JSON objects, and the leaves of these, typed and named as ``flatten`` says."""
    kept: list[int] = []
    rows: dict[str, list[int]] = defaultdict(list)
    values: dict[str, list[Any]] = defaultdict(list)
    extras: list[dict[str, Any]] = []
    for position, line in enumerate(lines):
        try:
            decoded = _DECODER.decode(line)
        except (ValueError, RecursionError):
            continue
        extra: dict[str, Any] = {}
        if isinstance(decoded, dict):
            try:
                for path, value in _walk(decoded, extra):
                    rows[path].append(len(kept))
                    values[path].append(value)
            except RecursionError:
                continue
            kept.append(position)
            extras.append(extra)
    common = set(sorted(rows, key=lambda path: -len(rows[path]))[:MAX_FIELDS])
    columns = [_column(path, rows[path], values[path], len(kept)) for path in rows if path in common]
    for path in rows.keys() - common:
        for row, value in zip(rows[path], values[path], strict=True):
            extras[row][path] = value
    if any(extras):
        texts = [_dump(extra) if extra else None for extra in extras]
        columns.append(pl.Series(EXTRA, texts, dtype=pl.String))
    return np.array(kept, dtype=np.int64), unique(columns, len(kept), [])


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) < 19 or (len(digits) < 21 and -_INT64 <= int(digits) < _INT64) else digits


_DECODER = json.JSONDecoder(strict=False, parse_int=_integer)


def _walk(decoded: dict[str, Any], extra: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    stack = [(1, "", iter(decoded.items()))]
    while stack:
        depth, prefix, items = stack[-1]
        for key, value in items:
            path = prefix + key
            if isinstance(value, dict):
                if depth < MAX_DEPTH:
                    stack.append((depth + 1, f"{path}.", iter(value.items())))
                    break
                extra[path] = value
            elif isinstance(value, list):
                yield path, _dump(value)
            elif value is not None:
                yield path, value
        else:
            stack.pop()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _column(path: str, rows: list[int], values: list[Any], height: int) -> pl.Series:
    kinds = {type(value) for value in values}
    name = _SURROGATES.sub("\ufffd", path) or "_"
    if kinds == {int, float} and all(abs(value) < EXACT for value in values if type(value) is int):
        kinds = {float}
    if len(kinds) > 1 or str in kinds:
        dtype: Any = pl.String
        values = [text if text.isascii() else _SURROGATES.sub("\ufffd", text) for text in map(as_text, values)]
    else:
        dtype = {int: pl.Int64, float: pl.Float64, bool: pl.Boolean}[kinds.pop()]
    dense: list[Any] = [None] * height
    for row, value in zip(rows, values, strict=True):
        dense[row] = value
    return pl.Series(name, dense, dtype=dtype, strict=False)
