"""P11: records out = records in, for any bytes and any chunking, in memory that does not grow with the input."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.corpora import FORMATS, log_bytes
from tests.support.datasets import write_log

from sawlog.errors import SourceError
from sawlog.formats import records
from sawlog.ingest import partition_writer, reader, work
from sawlog.ingest.reader import PieceReader
from sawlog.ingest.sources import Source, expand
from sawlog.ingest.unit import Piece, ReadOptions, Unit
from sawlog.ingest.work import UnitWork
from sawlog.model.schema import LENGTH, LINE, LINES, OFFSET, RAW, TIMESTAMP
from sawlog.settings import Settings

Key = tuple[object, ...]

PIECES = st.sampled_from(
    [
        *(
            b"\n",
            b"\r\n",
            b"\r",
            b"\x00",
            b"\xff",
            b"\xc3",
            "é".encode(),
            "🙂".encode(),
            b"\xef\xbb\xbf",
            b" ",
            b"\t",
            b"x" * 90,
        ),
        *(b"2026-03-17 10:00:00,123 INFO [main] a.B started\n", b"2026-03-17 10:00:01,000 ERROR [main] a.B failed\n"),
        *(b"java.lang.Error: no\n", b"\tat a.B(C.java:1)\n", b"plain words\n", b'{"a": 1}\n', b"{\n", b"}\n"),
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map(b"".join) | st.binary(max_size=200)


def source_of(path: Path) -> Source:
    [source] = expand([str(path)]).sources
    return source


def records_of(path: Path, chunk: int) -> list[Key]:
    made = PieceReader(Piece("s", source_of(path)), ReadOptions(), chunk)
    found: list[Key] = []
    for read in made.chunks():
        batch = read.chunk.batch
        columns = (batch.column(name).to_pylist() for name in (OFFSET, LENGTH, LINE, LINES, RAW))
        found += zip(*columns, strict=True)
    return found


@settings(max_examples=60)
@given(data=TEXTS, chunk=st.integers(1, 200))
@example(data=b"\xef\xbb\xbf2026-03-17 10:00:00,123 INFO [main] a.B started\n", chunk=1)
@example(data="naïve é🙂".encode()[:-1], chunk=3)
def test_every_byte_is_in_one_record_whatever_the_chunks(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, chunk: int
) -> None:
    path = write_log(tmp_path_factory.mktemp("s") / "a.log", data)
    try:
        seekable = source_of(path).seekable
    except SourceError:  # told by its first bytes to be binary
        return
    if not seekable:  # or compressed, or UTF-16
        return
    whole = records_of(path, 1 << 20)
    text = data.removeprefix(b"\xef\xbb\xbf")
    position = 0
    line = 1
    for offset, length, number, lines, raw in whole:
        assert (offset, number) == (position, line)
        piece = text[position : position + length]  # type: ignore[operator]
        ended = piece[:-2] if piece.endswith(b"\r\n") else piece.removesuffix(b"\n")
        assert raw == ended.decode("utf-8", "replace")
        position += length  # type: ignore[operator]
        line += lines  # type: ignore[operator]
    assert position == len(text)
    assert records_of(path, chunk) == whole


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("chunk", [64, 1_000, 5_000])
def test_chunks_do_not_show_in_real_logs(tmp_path: Path, name: str, chunk: int) -> None:
    path = write_log(tmp_path / "a.log", log_bytes(name, 11, 80, dirty=True))
    assert records_of(path, chunk) == records_of(path, 1 << 20)
    zipped = write_log(tmp_path / "b.log.gz", gzip.compress(path.read_bytes()))
    assert records_of(zipped, chunk) == records_of(path, 1 << 20)


def test_stamps_do_not_depend_on_chunks(tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.log", log_bytes("application", 11, 120))
    stamps = []
    for chunk in (2_000, 1 << 20):
        reads = PieceReader(Piece("s", source_of(path)), ReadOptions(), chunk).chunks()
        stamps.append([s for read in reads for s in read.chunk.batch.column(TIMESTAMP).to_pylist()])
    assert stamps[0] == stamps[1]


@pytest.mark.parametrize("packed", [False, True])
def test_what_is_held_is_bounded_by_settings_and_not_by_the_input(
    tmp_path: Path, packed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {size: _most_held(tmp_path, size, packed, monkeypatch) for size in (200, 2_000)}
    limits = {
        "parsed at once": 2 * CHUNK,
        "collected": PARTITION + CHUNK + 1_000,
        "sorted at once": PARTITION + CHUNK + 1_000,
    }
    for size, most in held.items():
        assert all(most[what] <= limit for what, limit in limits.items()), (size, most)
    assert held[2_000]["collected"] <= 1.25 * held[200]["collected"]


CHUNK, PARTITION = 2_000, 16_000


def _most_held(directory: Path, size: int, packed: bool, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The most bytes of log that any step of a unit had in its hands."""
    data = log_bytes("access", 12, size)
    path = write_log(directory / f"{size}.log{'.gz' * packed}", gzip.compress(data) if packed else data)
    most = {"parsed at once": 0, "collected": 0, "sorted at once": 0}

    def note(what: str, count: int) -> None:
        most[what] = max(most[what], count)

    def parse(block: bytes, **arguments: object) -> records.Chunk:
        note("parsed at once", len(block))
        return records.parse_chunk(block, **arguments)  # type: ignore[arg-type]

    class Writer(partition_writer.PartitionWriter):
        def add(self, batch: pa.RecordBatch, grown: object) -> None:
            super().add(batch, grown)  # type: ignore[arg-type]
            note("collected", sum(sum(b.column(LENGTH).to_pylist()) for b in self._batches))

    def unify(batches: list[pa.RecordBatch]) -> pa.Table:
        note("sorted at once", sum(sum(b.column(LENGTH).to_pylist()) for b in batches))
        return real(batches)

    real = partition_writer.unify
    monkeypatch.setattr(reader, "parse_chunk", parse)
    monkeypatch.setattr(work, "PartitionWriter", Writer)
    monkeypatch.setattr(partition_writer, "unify", unify)
    monkeypatch.setattr(PieceReader.__init__, "__defaults__", (CHUNK,))
    # No text index: its memory is a setting of its own, and this is about the rest.
    monkeypatch.setattr(partition_writer, "TermWriter", _NoTerms)
    monkeypatch.setattr(partition_writer, "counted_tokens", lambda terms, raw_bytes: None)
    sealed: list[int] = []

    def emit(event: str, body: object) -> None:
        if event == "sealed":
            sealed.append(body["entry"]["raw_bytes"])  # type: ignore[index]

    unit = Unit(0, (Piece("s", source_of(path)),), ReadOptions())
    UnitWork(unit, directory / f"store{size}", Settings(partition_bytes=PARTITION), emit, lambda: False).run()
    assert sum(sealed) == len(data)
    monkeypatch.undo()
    return most


class _NoTerms:
    def __init__(self, directory: Path) -> None:
        directory.mkdir()

    def prepend(self, texts: object) -> None: ...

    def close(self) -> None: ...
