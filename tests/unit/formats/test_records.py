from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawlog.formats.base import Format, TimeContext
from sawlog.formats.records import Chunk, parse_chunk, sure_boundary
from sawlog.formats.registry import get
from sawlog.model import schema

CTX = TimeContext(mtime_ns=1_709_251_200 * 10**9)
DAY = 86_400 * 10**9


@dataclass
class Parsed:
    """All chunks of a text."""

    chunks: list[Chunk]

    def rows(self, *columns: str) -> list[tuple[object, ...]]:
        names = columns or tuple(schema.FIXED.names)
        return [
            row
            for chunk in self.chunks
            for row in zip(*(_values(chunk.batch.column(name)) for name in names), strict=True)
        ]

    def column(self, name: str) -> list[object]:
        return [value for (value,) in self.rows(name)]

    def total(self, name: str) -> int:
        return sum(getattr(chunk, name) for chunk in self.chunks)


def _values(column: pa.Array) -> list[object]:
    values: list[object] = (column.cast(pa.int64()) if pa.types.is_timestamp(column.type) else column).to_pylist()
    return values


def parse(data: bytes, format: Format | str = "generic", size: int = 1 << 30, ctx: TimeContext = CTX) -> Parsed:
    """As a reader does: blocks of ``size``, larger where one holds no whole record."""
    chosen = get(format) if isinstance(format, str) else format
    chunks: list[Chunk] = []
    at, line = 0, 1
    block = size
    while True:
        final = at + block >= len(data)
        chunk = parse_chunk(data[at : at + block], format=chosen, time=ctx, source=7, offset=at, line=line, final=final)
        block = size if chunk.consumed else block * 2
        chunks.append(chunk)
        at, line, ctx = at + chunk.consumed, line + chunk.lines, ctx.after(chunk.previous_ns)
        if final:
            assert at == len(data)
            return Parsed(chunks)


def check(data: bytes, parsed: Parsed) -> None:
    """Every byte is in exactly one record, and the lines add up."""
    physical = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    assert parsed.total("lines") == sum(parsed.column("lines")) == physical  # type: ignore[arg-type]
    end, line = 0, 1
    for offset, length, first, lines, raw in parsed.rows("offset", "length", "line", "lines", "raw"):
        assert (offset, first) == (end, line)
        text = data[offset : offset + length].decode("utf-8", "replace")  # type: ignore[operator,index]
        text = text.removesuffix("\n").removesuffix("\r") if text.endswith("\n") else text
        assert raw == text
        end, line = end + length, line + lines  # type: ignore[operator]
    assert end == len(data)


def test_lines_and_joined_records() -> None:
    data = b"2024-01-29 10:00:00 ERROR boom\r\n  at x\r\nplain\n2024-01-29 10:00:01 ok"
    parsed = parse(data)
    check(data, parsed)
    assert parsed.column("raw") == [
        "2024-01-29 10:00:00 ERROR boom\r\n  at x", "plain", "2024-01-29 10:00:01 ok",
    ]  # fmt: skip
    assert parsed.column("level") == ["error", None, None]
    assert parsed.column("message_start") == [26, 0, 20]
    assert parsed.column("timestamp") == [1706522400 * 10**9, 1706522400 * 10**9, 1706522401 * 10**9]
    assert parsed.column("source") == [7, 7, 7]
    chunk = parsed.chunks[0]
    assert (chunk.joined, chunk.unparsed, chunk.formats) == (1, 1, {"generic": 2, "plain": 1})
    assert chunk.previous_ns == 1706522401 * 10**9


def test_batches_are_in_the_log_schema() -> None:
    batch = parse(b'{"time": "2024-01-29T10:00:00Z", "status": 200}\nnot json\n', "json-lines").chunks[0].batch
    fixed = pa.schema([batch.schema.field(name) for name in schema.FIXED.names])
    assert fixed.equals(schema.FIXED)
    assert batch.column(schema.field_column("status")).to_pylist() == [200, None]
    batch.validate(full=True)


@pytest.mark.parametrize("format", ["generic", "plain", "json-lines", "ci", "access-log"])
@pytest.mark.parametrize(
    "data",
    [b"", b"\n", b"\r\n", b"\r", b"a", b"a\rb\n", b"a\x00b\n\x00\n", b"\xff\xfe\n\xc3", b"\xef\xbf\xbd\n",
     b"\xe2\x82\r\n", b"\n\n  \n\t\n", b"{\n}\n"],
)  # fmt: skip
def test_odd_bytes(format: str, data: bytes) -> None:
    check(data, parse(data, format))


def test_undecodable_bytes_are_counted_once_each() -> None:
    data = b"2024-01-29 10:00:00 \xff\xfe x\nok \xef\xbf\xbd\n\xc3\n" * 3
    for size in (8, 40, 1000):
        assert parse(data, size=size).total("undecodable") == 9


def test_long_lines() -> None:
    data = b"2024-01-29 10:00:00 " + b"x" * (11 << 20) + b"\n2024-01-29 10:00:01 y\n"
    parsed = parse(data, size=1 << 20)
    check(data, parsed)
    assert len(parsed.column("raw")) == 2


def test_stamps_are_inherited_across_chunks() -> None:
    data = b"head\n2024-01-29 10:00:00 a\nplain\nplain\n2024-01-29 10:00:01 b\n"
    first = parse(data).column("timestamp")
    assert first == [1706522400 * 10**9] * 4 + [1706522401 * 10**9]
    assert parse(data[5:], size=30).column("timestamp") == first[1:]
    assert parse(b"a\nb\n").column("timestamp") == [None, None]
    assert parse(b"a\n", ctx=CTX.after(5)).column("timestamp") == [5]


def test_clock_times_keep_their_date_across_chunks() -> None:
    lines = [b"2024-01-29 22:00:00 start"]
    lines += [f"{hour % 24:02}:{minute:02}:00     INFO - x".encode() for hour in range(22, 30) for minute in range(60)]
    data = b"\n".join(lines) + b"\n"
    whole = parse(data, "ci").column("timestamp")
    assert whole == parse(data, "ci", size=100).column("timestamp")
    assert whole[-1] == 1706486400 * 10**9 + DAY + (5 * 3600 + 59 * 60) * 10**9


def test_lines_of_another_format_get_their_stamps() -> None:
    data = b'{"time": "2024-01-29T10:00:00Z"}\n2024-01-29 10:00:05 WARN text\n' * 2
    parsed = parse(data, "json-lines")
    assert parsed.column("level") == [None, "warning"] * 2
    assert parsed.chunks[0].formats == {"json-lines": 2, "generic": 2}
    assert parsed.chunks[0].unparsed == 0


def test_pretty_printed_object_is_one_record_with_fields() -> None:
    data = b'{\n  "time": "2024-01-29T10:00:00Z",\n  "status": 500\n}\n'
    parsed = parse(data * 2, "json-lines")
    check(data * 2, parsed)
    assert parsed.column("timestamp") == [1706522400 * 10**9] * 2
    assert parsed.column("field.status") == [500, 500]


def test_nul_in_a_key() -> None:
    parsed = parse(b'{"a\\u0000b": 1, "a\\ufffdb": 2}\n', "json-lines")
    assert parsed.column("field.a\N{REPLACEMENT CHARACTER}b") in ([1], [2])


_LINE = st.sampled_from(
    [b"2024-01-29 10:00:00 INFO a", b"2024-01-30T23:59:59.5Z ERROR b", b"  indented", b"\tat a.b.C(D.java:1)", b"",
     b"plain", b"Traceback (most recent call last):", b"ValueError: x", b"java.lang.Error: y", b"}", b"{",
     b"panic: z", b"goroutine 1 [running]:", b"main.main()", b'{"time": "2024-01-29T10:00:00Z", "a": 1}', b"\r",
     b"During handling of the above exception, another", b"\xff\xc3(", b"\x00", "é ü".encode(), b"10:00:00 clock",
     b"[task 2024-01-29T10:00:00.000Z] 10:00:00     INFO - x", b"starttime: 1706522400.5"],
)  # fmt: skip
_TEXT = st.one_of(
    st.binary(max_size=300),
    st.lists(_LINE, max_size=40).flatmap(
        lambda lines: st.sampled_from([b"\n", b"\r\n"]).map(lambda end: end.join(lines))
    ),
)


@settings(max_examples=150, deadline=None)
@given(data=_TEXT, size=st.integers(1, 200), format=st.sampled_from(["generic", "plain", "json-lines", "ci", "log4j"]))
def test_any_bytes_in_any_chunks_are_the_same_records(data: bytes, size: int, format: str) -> None:
    # Records before a source's first stamp take the first chunk's, so begin where there is one.
    ctx = CTX.after(1_706_486_400 * 10**9)
    whole, parts = parse(data, format, ctx=ctx), parse(data, format, size, ctx)
    check(data, whole)
    check(data, parts)
    assert whole.rows() == parts.rows()
    for name in ("unparsed", "joined", "undecodable", "lines"):
        assert whole.total(name) == parts.total(name)


@settings(max_examples=150, deadline=None)
@given(
    lines=st.lists(_LINE, min_size=1, max_size=60),
    at=st.integers(0, 2000),
    format=st.sampled_from(["generic", "plain", "json-lines", "ci"]),
)
def test_a_file_cut_at_a_sure_boundary_gives_the_same_records(lines: list[bytes], at: int, format: str) -> None:
    data = b"\n".join([b"2024-01-29 09:00:00 first", *lines]) + b"\n"
    cut = sure_boundary(data, get(format), at)
    if cut is None:
        return
    assert at <= cut < len(data)
    whole = parse(data, format)
    head, tail = parse(data[:cut], format), parse(data[cut:], format)
    columns = ("timestamp", "level", "length", "lines", "message_start", "raw")
    assert whole.rows(*columns) == head.rows(*columns) + tail.rows(*columns)


def test_sure_boundary() -> None:
    stamped = b"  tail\n10:00:00 clock\n2024-01-29 10:00:00 a\n2024-01-29 10:00:01 b\n"
    assert sure_boundary(stamped, get("generic")) == stamped.index(b"2024")
    assert sure_boundary(stamped, get("generic"), stamped.index(b"2024")) == stamped.index(b"2024")
    assert sure_boundary(stamped, get("generic"), stamped.index(b"2024") + 1) == stamped.rindex(b"2024")
    assert sure_boundary(b"2024-01-29 10:00:00 a\n", get("generic")) == 0
    assert sure_boundary(b"x\n10:00:00 clock\n", get("generic")) is None
    assert sure_boundary(b"ne\nplain\nordinary\n", get("plain")) == 3
    assert sure_boundary(b"no newline", get("plain"), 3) is None
    assert sure_boundary(b'{"Records": [{"a": 1}]}', get("json-document")) is None


def test_whole_records_only_until_the_end() -> None:
    data = b"2024-01-29 10:00:00 a\n  more\n2024-01-29 10:00:01 b\n"
    chunk = parse_chunk(data, format=get("generic"), time=CTX, source=0, offset=0, line=1, final=False)
    assert (chunk.consumed, chunk.lines, chunk.batch.num_rows) == (data.rindex(b"2024"), 2, 1)
    chunk = parse_chunk(data[:-1], format=get("generic"), time=CTX, source=0, offset=0, line=1, final=False)
    assert (chunk.consumed, chunk.batch.num_rows) == (0, 0)


def test_own_keys_with_the_names_that_all_records_have():
    data = b'{"time": "2024-01-29T10:00:00Z", "source": "s", "line": 7, "raw": "r", "offset": 3, "level": "loud"}\n'
    batch = parse(data, "json-lines").chunks[0].batch
    own = {name: batch[name].to_pylist() for name in batch.schema.names if name.startswith("field.")}
    assert own == {
        "field.source_value": ["s"],
        "field.line_value": [7],
        "field.raw_value": ["r"],
        "field.offset": [3],
        "field.level_value": ["loud"],
    }
