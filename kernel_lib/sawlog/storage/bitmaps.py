"""Roaring bitmaps of a partition's low-cardinality field values: one data file and its directory."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from sawlog.model.rowset import bitmap_of
from sawlog.model.schema import LEVEL, SOURCE, field_name
from sawlog.model.values import as_text
from sawlog.storage.json_files import read_signed, signed
from sawlog.storage.reading import Reading

#: A field with more distinct values than this in a partition gets no bitmaps: its column is read instead.
MAX_VALUES = 256

_DATA, _INDEX = "values.bin", "values.json"


#: Puts one number for each row of a table in the order of the partition's rows.
Arrange = Callable[[npt.NDArray[np.integer]], npt.NDArray[np.integer]]


def build_bitmaps(table: pa.Table, arranged: Arrange) -> dict[str, dict[str, BitMap]]:
    """Bitmaps of every low-cardinality column of a partition's table, by column and value (as text)."""
    found = {}
    for name in table.schema.names:
        if name in (LEVEL, SOURCE) or field_name(name) is not None:
            values = _value_bitmaps(table.column(name), arranged)
            if values is not None:
                found[name] = values
    return found


def _value_bitmaps(column: pa.ChunkedArray, arranged: Arrange) -> dict[str, BitMap] | None:
    if pa.types.is_floating(column.type):
        return None
    # A glance at the head spares the encoding of ids and free text.
    head = column.slice(0, 8 * MAX_VALUES)
    if len(pc.unique(head)) > MAX_VALUES:
        return None
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = encoded.dictionary.to_pylist()
    if len(values) > MAX_VALUES:
        return None
    codes = arranged(pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False))
    order = codes.argsort(kind="stable")
    bounds = codes[order].searchsorted(range(len(values) + 1))
    return {
        as_text(value): bitmap_of(order[bounds[k] : bounds[k + 1]])
        for k, value in enumerate(values)
        if value is not None
    }


def write_bitmaps(directory: Path, bitmaps: Mapping[str, Mapping[str, BitMap]]) -> None:
    directory.mkdir()
    index: dict[str, dict[str, tuple[int, int, int, int]]] = {}
    with open(directory / _DATA, "wb") as data:
        for column, values in bitmaps.items():
            index[column] = {}
            for value, bitmap in values.items():
                bitmap.run_optimize()
                packed = bitmap.serialize()
                index[column][value] = (data.tell(), data.write(packed), len(bitmap), zlib.crc32(packed))
    (directory / _INDEX).write_text(signed(index))


class BitmapReader:
    """Reads a partition's bitmaps, each when it is first asked for.  Shared by threads.

    Raises:
        StoreError: a file cannot be read, or was changed.
    """

    def __init__(self, directory: Path) -> None:
        self._data = directory / _DATA
        #: Where each bitmap begins, its bytes, its rows, and its CRC-32, which partitions of an earlier make lack.
        self._index: dict[str, dict[str, Sequence[int]]] = read_signed(directory / _INDEX)
        self._counts: dict[str, dict[str, int]] = {}
        self._loaded: dict[tuple[str, str], BitMap] = {}

    def values(self, column: str) -> Mapping[str, int] | None:
        """Every value of a column with its number of rows; None where the column has no bitmaps."""
        found = self._counts.get(column)
        if found is None and column in self._index:
            found = {value: count for value, (_, _, count, *_) in self._index[column].items()}
            self._counts[column] = found
        return found

    def rows(self, column: str, value: str) -> BitMap:
        """The rows that hold a value.  Not to be changed."""
        bitmap = self._loaded.get((column, value))
        if bitmap is None:
            start, length, _, *checksum = self._index[column][value]
            with Reading(self._data), open(self._data, "rb") as data:
                data.seek(start)
                packed = data.read(length)
                if checksum and zlib.crc32(packed) != checksum[0]:
                    raise ValueError(f"the checksum of the rows with {column} {value!r} differs")
                bitmap = BitMap.deserialize(packed)
            self._loaded[column, value] = bitmap
        return bitmap
