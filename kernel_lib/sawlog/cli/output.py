"""Records on stdout: as text, as JSON lines, as CSV.  On a terminal nothing in a log can act."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from sawlog.results.escape import ACTING, visible
from sawlog.results.times import iso_time

if TYPE_CHECKING:
    import polars as pl

    from sawlog.results.context import Context
    from sawlog.results.highlight import Excerpt, Span
    from sawlog.results.hits import Hit, Hits

_LEVELS = {
    "trace": "2",
    "debug": "2",
    "warning": "33",
    "error": "31",
    "critical": "1;31",
    "alert": "1;31",
    "emergency": "1;31",
}
_SOURCE, _LINE, _MARK, _GAP = "35", "32", "1;30;43", "7"
_SLICE = 50_000


class Screen:
    """Where output goes and how: ``safe`` on a terminal, where acting characters are shown, not sent."""

    def __init__(self, stream: TextIO, color: str) -> None:
        self.stream = stream
        self.is_terminal = is_terminal(stream)
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        self.color = color == "always" or (color == "auto" and self.is_terminal and not plain)
        self.safe = self.is_terminal or self.color

    def write(self, text: str) -> None:
        self.stream.write(text)

    def flush(self) -> None:
        self.stream.flush()

    def paint(self, text: str, style: str) -> str:
        """``text`` (already safe) in an SGR style, if there are colours."""
        return f"\x1b[{style}m{text}\x1b[0m" if self.color and style and text else text


def is_terminal(stream: TextIO) -> bool:
    """Somebody reads the stream as it is written."""
    return stream.isatty()


def open_screen(color: str) -> Screen:
    """stdout; characters that it cannot encode are written as escapes instead of ending the command."""
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    return Screen(sys.stdout, color)


def print_hits(screen: Screen, hits: Hits, output: str, prefix: bool) -> None:
    """The page of an answer."""
    if output == "csv":
        print_csv(screen, hits.to_polars())
        return
    for hit in hits:
        print_hit(screen, hit, output, prefix)


def print_hit(screen: Screen, hit: Hit, output: str, prefix: bool) -> None:
    """One record, as text or JSON."""
    if output == "json":
        screen.write(hit_json(hit) + "\n")
    else:
        screen.write(_record(screen, hit, hit.spans if screen.safe else (), ":" if prefix else "") + "\n")


def print_context(screen: Screen, context: Context, prefix: bool) -> None:
    """Blocks as grep prints them: ``:`` behind a match's place, ``-`` behind a neighbour's, ``--`` between blocks."""
    for number, block in enumerate(context):
        if number:
            screen.write(screen.paint("--", _SOURCE) + "\n")
        spans = context.spans(block) if screen.safe else [()] * len(block.records)
        for hit, match, found in zip(block.records, block.matches, spans, strict=True):
            screen.write(_record(screen, hit, found, (":" if match else "-") if prefix else "") + "\n")


def print_csv(screen: Screen, frame: pl.DataFrame) -> None:
    """A result table with RFC 3339 times."""
    import polars as pl

    frame = frame.with_columns(pl.col("timestamp").dt.strftime("%Y-%m-%dT%H:%M:%S%.9fZ"))
    for start in range(0, max(frame.height, 1), _SLICE):
        text = frame.slice(start, _SLICE).write_csv(include_header=start == 0)
        screen.write(visible(text) if screen.safe else text)


def hit_json(hit: Hit) -> str:
    """A record as one line of JSON that holds no acting character, whoever reads it."""
    return to_json(
        {
            "timestamp": iso_time(hit.timestamp_ns),
            "level": hit.level,
            "message": hit.message,
            "source": hit.source,
            "line": hit.line,
            "offset": hit.offset,
            "length": hit.length,
            "fields": hit.fields,
            "raw": hit.raw,
        }
    )


def to_json(value: Any) -> str:
    """One line of JSON; numbers that JSON lacks (NaN, infinities) become null."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), ensure_ascii=False, allow_nan=False)
    return ACTING.sub(_json_escape, text)


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    pair = (code,) if code < 0x10000 else (0xD7C0 + (code >> 10), 0xDC00 + (code & 0x3FF))
    return "".join(f"\\u{unit:04x}" for unit in pair)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    is_number = not isinstance(value, float) or value - value == 0
    return value if is_number else None


def _record(screen: Screen, hit: Hit, spans: Sequence[Span], mark: str) -> str:
    from sawlog.results.highlight import Excerpt, gap_text, snippet  # brings pyarrow, which no other output needs

    place = ""
    if mark:
        source = visible(_relative(hit.source), one_line=True)
        place = f"{screen.paint(source, _SOURCE)}{mark}{screen.paint(str(hit.line), _LINE)}{mark}"
    if not screen.safe:
        return place + hit.raw
    style = _LEVELS.get(hit.level or "", "")
    return place + "".join(
        _marked(screen, piece, style) if isinstance(piece, Excerpt) else screen.paint(gap_text(piece), _GAP)
        for piece in snippet(hit.raw, spans)
    )


def _marked(screen: Screen, piece: Excerpt, style: str) -> str:
    return "".join(screen.paint(visible(text), _MARK if marked else style) for text, marked in _segments(piece))


def _segments(piece: Excerpt) -> Iterable[tuple[str, bool]]:
    position = 0
    for start, end in piece.spans:
        yield piece.text[position:start], False
        yield piece.text[start:end], True
        position = end
    yield piece.text[position:], False


def _relative(path: str) -> str:
    here = os.getcwd() + os.sep
    return path.removeprefix(here)
