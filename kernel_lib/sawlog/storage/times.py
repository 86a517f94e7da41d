"""The times of a partition's rows, apart from its other columns: every search by time or for a page needs them.

They are one block of differences, which most rows have few of: read in a tenth of the time that their column takes.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from sawlog.storage.blocks import read_block, write_block
from sawlog.storage.reading import Reading

TIMES = "times.zst"

#: Higher levels save a fifth of the bytes for many times the work.
_LEVEL = 1


def write_times(path: Path, times: npt.NDArray[np.int64]) -> None:
    """Writes ascending UTC nanoseconds; the least int64 stands for no time."""
    # Unsigned, because the first difference to the least int64 does not fit into one with a sign.
    differences = np.diff(times.view(np.uint64), prepend=np.uint64(0))
    write_block(path, differences.astype("<u8").tobytes(), _LEVEL)


def read_times(path: Path) -> npt.NDArray[np.int64]:
    """What :func:`write_times` wrote.

    Raises:
        StoreError: the file cannot be read.
    """
    block = read_block(path)
    with Reading(path):
        differences = np.frombuffer(block, "<u8")
    return np.cumsum(differences, dtype=np.uint64).view(np.int64)
