"""Units tile what is not indexed, begin where records begin, and are the same however often they are made."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.corpora import FORMATS, log_bytes
from tests.support.datasets import write_log

from sawlog.ingest.planning import boundary, expected, remaining, split, unit_bytes, units
from sawlog.ingest.reader import PieceReader
from sawlog.ingest.recognise import recognise
from sawlog.ingest.sources import Source, expand
from sawlog.ingest.unit import Piece, ReadOptions, Unit
from sawlog.model.schema import OFFSET, RAW, TIMESTAMP
from sawlog.settings import Settings
from sawlog.storage.catalog import Catalog, PartitionEntry, SourceState, Span

SMALL = Settings(partition_bytes=3_000)
OPTIONS = ReadOptions()


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> list[Source]:
    directory = tmp_path_factory.mktemp("logs")
    for number, name in enumerate(FORMATS):
        write_log(directory / f"{name}.log", log_bytes(name, 41, 150, dirty=number % 2 == 0))
        write_log(directory / f"{name}-small.log", log_bytes(name, 42, 5))
    return list(expand([str(directory)]).sources)


def records(piece: Piece) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for read in PieceReader(piece, OPTIONS).chunks():
        found += zip(*(read.chunk.batch.column(n).to_pylist() for n in (OFFSET, TIMESTAMP, RAW)), strict=True)
    return found


def test_pieces_tile_the_source_and_give_the_records_of_the_whole(sources: list[Source]) -> None:
    many = 0
    for source in sources:
        whole = Piece("s", source)
        pieces = split(whole, OPTIONS, SMALL.partition_bytes)
        assert pieces[0].start == 0
        assert pieces[-1].end is None
        assert [p.end for p in pieces[:-1]] == [p.start for p in pieces[1:]]
        assert [r for p in pieces for r in records(p)] == records(whole)
        many += len(pieces) > 2
    assert many > 2


@settings(max_examples=8)
@given(data=st.data())
def test_the_rest_of_a_source_is_cut_where_the_whole_was(sources: list[Source], data: st.DataObject) -> None:
    source = data.draw(st.sampled_from([s for s in sources if "small" not in s.path]))
    pieces = split(Piece("s", source), OPTIONS, SMALL.partition_bytes)
    first = data.draw(st.sampled_from(pieces))
    rest = split(Piece("s", source, first.start), OPTIONS, SMALL.partition_bytes)
    assert {p.start for p in rest} <= {p.start for p in pieces}


def state(source: Source, **changes: object) -> SourceState:
    return replace(SourceState("s", source.to_json(), {}), **changes)  # type: ignore[arg-type]


def catalog(states: list[SourceState], spans: list[Span]) -> Catalog:
    return Catalog(
        "logs", {}, "", sources=tuple(states), partitions=(PartitionEntry("p", 1, 1, 1, None, None, tuple(spans)),)
    )


@settings(max_examples=40)
@given(cuts=st.lists(st.integers(1, 999), min_size=1, max_size=8, unique=True).map(sorted), chosen=st.integers(0, 255))
def test_what_remains_is_the_complement_of_what_is_covered(cuts: list[int], chosen: int) -> None:
    source = Source("a", "/a", size=1_000, seekable=True)
    bounds = [0, *cuts, 1_000]
    ranges = list(pairwise(bounds))
    covered = [Span("s", a, b, 1, b) for k, (a, b) in enumerate(ranges) if chosen >> k & 1]
    left = remaining(catalog([state(source)], covered))
    told = {(p.start, 1_000 if p.end is None else p.end) for p in left}
    marks = [False] * 1_000
    for a, b in [*told, *((s.start, s.end) for s in covered)]:
        assert not any(marks[a:b]), "nothing is read twice"
        marks[a:b] = [True] * (b - a)
    assert all(marks)
    for piece in left:  # the stamp in force before it is known where what lies before it is sealed
        assert piece.previous_ns == next((s.last_ns for s in covered if s.end == piece.start), None)


def test_what_is_complete_or_gone_is_not_read() -> None:
    source = Source("a", "/a", size=1_000, seekable=True)
    assert remaining(catalog([state(source, gone=True)], [])) == []
    assert remaining(catalog([state(source, complete=True)], [Span("s", 0, 1_000, 1)])) == []
    assert remaining(catalog([state(source)], [Span("s", 0, 1_000, 1)])) == []
    assert len(remaining(catalog([state(replace(source, seekable=False))], []))) == 1


def test_units_are_about_a_partition_each(sources: list[Source]) -> None:
    pieces = [Piece(str(number), source) for number, source in enumerate(sources)]
    made = units(pieces, OPTIONS, SMALL)
    assert [u.id for u in made] == list(range(len(made)))
    assert sorted(p.source_id for u in made for p in u.pieces if p.start == 0) == sorted(p.source_id for p in pieces)
    assert all(u.bytes <= SMALL.partition_bytes * 2 or any(b > 60_000 for b in [u.bytes]) for u in made)
    assert any(len(u.pieces) > 1 for u in made), "small files share one"
    assert made == units(pieces, OPTIONS, SMALL)
    assert all(Unit.from_json(u.to_json()) == u for u in made)


@pytest.mark.parametrize(
    ("total", "workers", "count"),
    [
        (216, 2, 2),
        (300, 2, 4),
        (900, 2, 8),
        (100, 2, 2),
        (33, 2, 2),
        (900, 8, 8),
        (216, 8, 7),
        (9_000, 3, 72),
        (0, 2, 0),
    ],
)
def test_units_have_equal_shares_and_no_worker_has_the_last_one_alone(total: int, workers: int, count: int) -> None:
    plan = Settings(partition_bytes=128 << 20, workers=workers)
    step = unit_bytes(total << 20, plan)
    assert -(-(total << 20) // step) == count
    assert plan.partition_bytes // 4 <= step <= plan.partition_bytes
    source = Source("a", "/a", size=total << 20, seekable=True)
    assert expected([Piece("s", source)], plan) == max(1, round((total << 20) / step))


def test_what_a_compressed_piece_still_costs_is_never_negative() -> None:
    packed = Source("a.gz", "/a.gz", codecs=("gzip",), size=100)
    assert Piece("s", packed, start=5_000).bytes == 100
    assert Piece("s", packed, 5_000, 6_000).bytes == 1_000
    truncated = Source("a", "/a", size=100, seekable=True)
    assert Piece("s", truncated, start=5_000).bytes == 0


def test_a_boundary_is_a_line_that_surely_begins_a_record(sources: list[Source]) -> None:
    for source in sources[::2]:
        format = recognise(source).format
        data = Path(source.file).read_bytes()
        starts = {offset for offset, _, _ in records(Piece("s", source))}
        for target in range(0, len(data), max(1, len(data) // 11)):
            found = boundary(source, target, len(data), format)
            assert found is None or (found in starts and found >= target)
        assert boundary(source, 0, len(data), format) == 0
