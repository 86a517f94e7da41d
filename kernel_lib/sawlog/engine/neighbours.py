"""The records around a record in its source, whichever partitions hold them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from sawlog.execute.resolve import combine, gather
from sawlog.execute.run import Segment, Snapshot


def neighbours(snapshot: Snapshot, keys: Sequence[tuple[str, int]], before: int, after: int) -> pa.Table:
    """The records named by (path, first line), with those before and after them in their sources; each once."""
    wanted: dict[str, list[int]] = {}
    for path, line in keys:
        wanted.setdefault(path, []).append(line)
    tables = []
    for path, lines in wanted.items():
        tables += _of_source(snapshot, path, np.asarray(lines, np.int64), before, after)
    return combine(tables)


def _of_source(snapshot: Snapshot, path: str, lines: np.ndarray, before: int, after: int) -> list[pa.Table]:
    """Tables, one a segment, of the records around these lines."""
    spans: list[tuple[Segment, np.ndarray, np.ndarray]] = []
    for segment in snapshot.segments:
        for index, name in enumerate(segment.partition.paths):
            if name == path:
                numbers, rows = segment.partition.source_lines(index)
                spans.append((segment, numbers + segment.partition.line_bases[index], rows))
    if not spans:
        return []
    spans.sort(key=lambda span: int(span[1][0]) if len(span[1]) else 0)
    everything = np.concatenate([numbers for _, numbers, _ in spans])
    at = np.searchsorted(everything, lines)
    chosen = np.unique(np.concatenate([np.arange(max(0, k - before), min(len(everything), k + after + 1)) for k in at]))
    tables, first = [], 0
    for segment, numbers, rows in spans:
        inside = chosen[(chosen >= first) & (chosen < first + len(numbers))] - first
        if len(inside):
            tables.append(gather([(segment.partition, np.sort(rows[inside]))]))
        first += len(numbers)
    return tables
