"""The log schema: the Arrow columns that every record has, whatever its format.

A record batch in this schema is what ``formats`` produces and what ``storage`` takes.
Fields that a format extracts follow the fixed columns, each named ``FIELD_PREFIX + name``,
so that a log's own ``offset`` key never collides with a fixed column.
"""

from __future__ import annotations

import pyarrow as pa

TIMESTAMP = "timestamp"
LEVEL = "level"
SOURCE = "source"
LINE = "line"
OFFSET = "offset"
LENGTH = "length"
LINES = "lines"
MESSAGE_START = "message_start"
MESSAGE = "message"
RAW = "raw"

FIELD_PREFIX = "field."

FIXED = pa.schema(
    [
        pa.field(TIMESTAMP, pa.timestamp("ns", tz="UTC")),  # null: no stamp anywhere before it in the source
        pa.field(LEVEL, pa.string()),  # one of LEVELS, or null
        pa.field(SOURCE, pa.uint32(), nullable=False),  # position in the partition's list of sources
        pa.field(LINE, pa.uint32(), nullable=False),  # 1-based number of the record's first line in its source
        pa.field(OFFSET, pa.uint64(), nullable=False),  # of the record's first byte in its (decompressed) source
        pa.field(LENGTH, pa.uint32(), nullable=False),  # in source bytes, the line ending(s) included
        pa.field(LINES, pa.uint32(), nullable=False),  # physical lines joined into this record, usually 1
        pa.field(MESSAGE_START, pa.uint32()),  # where the message begins in RAW, in bytes of UTF-8; null: see MESSAGE
        pa.field(MESSAGE, pa.large_string()),  # only where the message is not a suffix of RAW (decoded JSON); else null
        pa.field(RAW, pa.large_string(), nullable=False),  # the record's text without its final line ending
    ]
)

#: In tables for people, where SOURCE is a path: the id of the source, which with LINE names a record for good.
SOURCE_ID = "source_id"

#: Normalised levels, least severe first.
LEVELS = ("trace", "debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")

#: Arrow's names of the types of fields that hold numbers only.
NUMBERS = frozenset({"int64", "double"})

#: The largest record that lines are joined into.  What follows starts a new record, so nothing is lost.
MAX_RECORD_LINES = 2_000
MAX_RECORD_BYTES = 1 << 20


#: Fields that every record has.  ``raw`` is its whole text, ``source`` the path of its file, ``line`` the number of its
#: first line there.
COMMON = (LEVEL, MESSAGE, SOURCE, RAW, TIMESTAMP, LINE)


def field_column(name: str) -> str:
    """The column that holds a field: ``status`` -> ``field.status``."""
    return FIELD_PREFIX + name


def field_name(column: str) -> str | None:
    """The field that a column holds, or None for a fixed column."""
    return column.removeprefix(FIELD_PREFIX) if column.startswith(FIELD_PREFIX) else None
