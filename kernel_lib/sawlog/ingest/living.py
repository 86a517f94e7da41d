"""What is known of a range of a source, less what its deleted records were read as: they were read again since."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from sawlog.formats.base import TimeContext
from sawlog.formats.records import parse_chunk
from sawlog.ingest.recognise import recognise
from sawlog.ingest.sources import Source
from sawlog.model.rowset import to_numpy
from sawlog.model.schema import RAW, SOURCE
from sawlog.storage.catalog import SourceState, Span
from sawlog.storage.manifest import SourceRange
from sawlog.storage.partition import Partition


def living_range(
    partition: Partition, index: int, span: Span, source: SourceState | None, wanted: str = "auto"
) -> SourceRange:
    """A partition's range as it is now.

    Args:
        index: the range's, in the partition.
        span: its bytes and lines, as the catalog has them.
        source: whose it is; None where it is no longer listed, and then nothing of it is left.
        wanted: the format that the user named, or "auto".
    """
    known = partition.manifest.ranges[index]
    known = replace(known, start=span.start, end=span.end, lines=span.lines, last_ns=span.last_ns)
    if not partition.deleted:
        return known
    owner = partition.rows.column(SOURCE).to_numpy()
    deleted = to_numpy(partition.deleted)
    deleted = deleted[owner[deleted] == index]
    if not len(deleted):
        return known
    records = known.records - len(deleted)
    if not records or source is None:  # maybe in another format, of when there was less of the source
        return replace(known, records=records, joined=0, unparsed=0, undecodable=0, formats={})
    format = recognise(Source.from_json(dict(source.source)), wanted, source.format).format
    texts = partition.rows.take(deleted, (RAW,)).column(RAW).to_pylist()
    data = "".join(f"{text}\n" for text in texts).encode()
    gone = parse_chunk(data, format=format, time=TimeContext(), source=0, offset=0, line=1, final=True)
    return replace(
        known,
        records=records,
        joined=max(0, span.lines - records),
        unparsed=max(0, known.unparsed - gone.unparsed),
        undecodable=max(0, known.undecodable - sum(text.count("\ufffd") for text in texts)),
        formats=dict(Counter(known.formats) - Counter(gone.formats)),
    )
