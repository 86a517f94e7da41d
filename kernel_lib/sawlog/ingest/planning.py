"""From sources to units: what is not in sealed partitions yet, cut into work for independent workers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sawlog.formats.base import Format
from sawlog.formats.records import sure_boundary
from sawlog.ingest.recognise import recognise
from sawlog.ingest.sources import Source, open_source
from sawlog.ingest.unit import Piece, ReadOptions, Unit
from sawlog.settings import Settings
from sawlog.storage.catalog import Catalog, SourceState, Span

#: A boundary between records is looked for in blocks of this many bytes, and no farther than so many.
_WINDOW, _FAR = 256 << 10, 16 << 20

#: Units are not made smaller than this part of a partition, however many workers wait for one.
_SMALLEST = 4

#: Compressed logs unpack to about so many times their size.
_UNPACKS = 8


def remaining(catalog: Catalog) -> list[Piece]:
    """The pieces of the catalog's sources that no sealed partition holds, in order."""
    pieces: list[Piece] = []
    for state in catalog.sources:
        if not state.gone:
            pieces += _uncovered(state, catalog.covered(state.id))
    return pieces


def _uncovered(state: SourceState, spans: Sequence[Span]) -> Iterator[Piece]:
    source = Source.from_json(dict(state.source))
    position, last_ns = 0, None
    for span in spans:
        if span.start > position:
            yield Piece(state.id, source, position, span.start, last_ns, state.format)
        position, last_ns = span.end, span.last_ns
    if not state.complete and (position < source.size or not source.seekable):
        yield Piece(state.id, source, position, None, last_ns, state.format)


def units(pieces: Sequence[Piece], options: ReadOptions, settings: Settings) -> list[Unit]:
    """Groups small pieces and splits large seekable ones, so that a unit makes about one partition."""
    step = unit_bytes(sum(map(_unpacked, pieces)), settings)
    groups: list[list[Piece]] = []
    small: list[Piece] = []
    size = 0
    for piece in pieces:
        parts = split(piece, options, step)
        if len(parts) > 1:
            groups += [[part] for part in parts]
            continue
        here = _unpacked(piece)
        together = bool(small) and small[-1].source.file == piece.source.file and piece.source.sequential
        if small and size + here > step and not together:
            groups.append(small)
            small, size = [], 0
        small.append(piece)
        size += here
    if small:
        groups.append(small)
    return [Unit(number, tuple(group), options) for number, group in enumerate(groups)]


def unit_bytes(total: int, settings: Settings) -> int:
    """How large a unit is: all have the same share, so that no worker is left with a last one alone."""
    workers = settings.effective_workers()
    count = -(-total // settings.partition_bytes)
    return max(-(-total // (-(-count // workers) * workers or 1)), settings.partition_bytes // _SMALLEST)


def expected(pieces: Sequence[Piece], settings: Settings) -> int:
    """About how many units they become, without a look at them; at least one."""
    total = sum(map(_unpacked, pieces))
    return max(1, round(total / unit_bytes(total, settings)))


def _unpacked(piece: Piece) -> int:
    """About how much text a piece holds."""
    return piece.bytes * (1 if piece.source.seekable else _UNPACKS)


def split(piece: Piece, options: ReadOptions, step: int) -> list[Piece]:
    """A large piece of a seekable source as several of about ``step`` bytes that begin where a record surely begins.

    Where a source is split depends only on its bytes and the step.
    """
    end = piece.source.size if piece.end is None else piece.end
    if not piece.source.seekable or end - piece.start <= step * 3 // 2:
        return [piece]
    recognised = recognise(piece.source, options.format, piece.format)
    cuts = [piece.start]
    for target in range((piece.start // step + 1) * step, end - step // 2, step):
        if target - cuts[-1] > step // 2:
            cut = boundary(piece.source, target, end, recognised.format)
            if cut is not None and cut > cuts[-1]:
                cuts.append(cut)
    ends = [*cuts[1:], piece.end]
    described = recognised.description
    return [
        Piece(piece.source_id, piece.source, a, b, piece.previous_ns if a == piece.start else None, described)
        for a, b in zip(cuts, ends, strict=True)
    ]


def boundary(source: Source, target: int, end: int, format: Format) -> int | None:
    """The first byte from ``target`` on where a record surely begins; None where none is near, or before ``end``."""
    if target <= 0:
        return 0
    start = target - 1  # so that a line that begins at the target is seen to begin there
    with open_source(source, start) as stream:
        while start < min(end, target + _FAR) and (data := stream.read(_WINDOW)):
            found = sure_boundary(data, format, 1)
            if found is not None:
                return start + found if start + found < end else None
            start += len(data)
    return None
