"""Completion tables: the most frequent tokens with any prefix, without walking the dictionary.

Two kinds, one file format.  A partition's own table (``prefixes.arrow``, made when it is sealed) lists its most
frequent tokens; what it does not list is at most as frequent as ``floor`` says.  A merged table
(:mod:`sawlog.storage.prefix_merge`) lists the :data:`TOP` most frequent tokens of every prefix that many tokens share,
counted over several partitions.
"""

from __future__ import annotations

import json
import zlib
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.ipc

from sawlog.storage.reading import Reading

PREFIXES = "prefixes.arrow"

#: How many tokens of a prefix a merged table gives, and so the most that can be suggested.
TOP = 32

#: Longer tokens, in bytes of UTF-8, are not suggested: nobody completes to a blob in base64.
MAX_SUGGESTED = 256

#: Beyond every byte of UTF-8.
_BEYOND = b"\xff"

#: Tokens whose largest count is kept, so that the best of a long run are found without reading all of it.
_BLOCK = 64

#: A partition's own table has one token for so many bytes of raw text: a quarter of a percent of them on disk.
_BYTES_A_TOKEN = 8_192
_FEWEST, _MOST = 256, 16_384

Counted = tuple[str, int]


class PrefixTable:
    """Tokens in the order of their bytes with their counts, mapped from a file.  Immutable; shared by threads.

    Attributes:
        floor: no token that is not listed has a higher count; of a merged table -1: see :mod:`.prefix_merge`.
        covered: ids of the partitions that a merged table counts.
    """

    def __init__(self, path: Path) -> None:
        with Reading(path):
            with pa.memory_map(str(path)) as source, pa.ipc.open_file(source) as reader:
                batch, described = reader.get_batch(0), reader.schema.metadata or {}
            about = json.loads(described[b"sawlog"])
            if about.pop("crc", None) not in (None, _crc(batch, about)):
                raise ValueError("its checksum is not the one in it")
            self.floor, self.covered = int(about["floor"]), tuple(map(str, about["covered"]))
            self._terms: dict[str, int] = about["terms"]
            _, offsets, data = batch.column("token").buffers()
        self._bounds = np.frombuffer(offsets, np.int32)
        self._data = memoryview(data if data is not None else b"")
        self._counts: npt.NDArray[np.int64] = batch.column("count").to_numpy().astype(np.int64)

    def __len__(self) -> int:
        return len(self._counts)

    def _token(self, index: int) -> bytes:
        return bytes(self._data[self._bounds[index] : self._bounds[index + 1]])

    @cached_property
    def _maxima(self) -> npt.NDArray[np.int64]:
        """The largest count of each whole block."""
        whole = len(self) // _BLOCK
        maxima: npt.NDArray[np.int64] = self._counts[: whole * _BLOCK].reshape(whole, _BLOCK).max(axis=1)
        return maxima

    def terms(self, prefix: str) -> int:
        """Dictionary entries with the prefix over all covered partitions; 0: so few that they can be walked."""
        return self._terms.get(prefix, 0)

    def top(self, prefix: str, limit: int = TOP) -> list[Counted]:
        """The most frequent listed tokens that begin with a prefix, most frequent first, then by name."""
        encoded, every = prefix.encode(), range(len(self))
        first = bisect_left(every, encoded, key=self._token)
        stop = bisect_left(every, encoded + _BEYOND, lo=first, key=self._token)
        rows = self._contenders(first, stop, limit)
        if len(rows) > limit:
            rows = rows[np.argpartition(-self._counts[rows], limit - 1)[:limit]]
        order = np.lexsort((rows, -self._counts[rows]))
        return [(self._token(row).decode(), int(self._counts[row])) for row in rows[order].tolist()]

    def _contenders(self, first: int, stop: int, limit: int) -> npt.NDArray[np.int64]:
        """Rows that hold the best of a run: those at its ends, and the blocks with the largest maxima."""
        if stop - first <= 4 * _BLOCK * limit:
            return np.arange(first, stop)
        low, high = -(-first // _BLOCK), stop // _BLOCK
        best = np.argpartition(-self._maxima[low:high], limit - 1)[:limit] + low
        inside = (best[:, None] * _BLOCK + np.arange(_BLOCK)).ravel()
        return np.concatenate([np.arange(first, low * _BLOCK), inside, np.arange(high * _BLOCK, stop)])


def write_table(
    path: Path,
    counted: Iterable[Counted],
    *,
    floor: int = -1,
    covered: Sequence[str] = (),
    terms: dict[str, int] | None = None,
) -> None:
    """Writes a table of tokens, each given once; see :class:`PrefixTable` for the rest."""
    ordered = sorted(counted)  # the order of code points is that of the bytes of UTF-8
    about: dict[str, Any] = {"floor": floor, "covered": list(covered), "terms": terms or {}}
    wide = max((count for _, count in ordered), default=0) > np.iinfo(np.uint32).max
    tokens = pa.array([token for token, _ in ordered], pa.string())
    counts = pa.array([count for _, count in ordered], pa.uint64() if wide else pa.uint32())
    batch = pa.record_batch([tokens, counts], ["token", "count"])
    described = {"sawlog": json.dumps(about | {"crc": _crc(batch, about)})}
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, batch.schema.with_metadata(described)) as writer:
        writer.write_batch(batch.replace_schema_metadata(described))


def _crc(batch: pa.RecordBatch, about: dict[str, Any]) -> int:
    """The CRC-32 of all that a table says."""
    found = zlib.crc32(json.dumps(about).encode())
    if len(batch):
        _, offsets, data = batch.column("token").buffers()
        _, counts = batch.column("count").buffers()
        ends = np.frombuffer(offsets, np.int32)[: len(batch) + 1]
        for part, size in ((offsets, ends.nbytes), (data, int(ends[-1])), (counts, batch.column("count").nbytes)):
            found = zlib.crc32(part.slice(0, size), found)
    return found


def seal_prefixes(directory: Path, counted: Sequence[Counted], raw_bytes: int) -> None:
    """Writes a partition's own table; ``counted`` is its whole dictionary, most frequent first."""
    most = min(_MOST, max(_FEWEST, raw_bytes // _BYTES_A_TOKEN))
    found = counted[:most]
    floor = found[-1][1] if len(found) == most else 0
    write_table(directory / PREFIXES, [pair for pair in found if suggestible(pair[0])], floor=floor)


def suggestible(token: str) -> bool:
    """Whether a token is short enough to be suggested."""
    return len(token) * 4 <= MAX_SUGGESTED or len(token.encode()) <= MAX_SUGGESTED
