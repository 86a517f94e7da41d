from __future__ import annotations

from pathlib import Path

import pytest

from sawlog.ingest.reader import PieceReader
from sawlog.ingest.sources import expand
from sawlog.ingest.unit import Piece, ReadOptions

STAMPED = "2026-01-01 10:00:00 INFO up"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_what_precedes_the_first_stamp_has_its_time(tmp_path: Path, end: str) -> None:
    (tmp_path / "a.log").write_bytes(f"banner\n\nmore\n{STAMPED}{end}".encode())
    (source,) = expand(tmp_path).sources
    reads = list(PieceReader(Piece("s", source), ReadOptions(format="generic")).chunks())
    stamps = [stamp.value for read in reads for stamp in read.chunk.batch["timestamp"]]
    assert len(set(stamps)) == 1
    assert stamps[0] is not None
    assert reads[-1].end == source.size
