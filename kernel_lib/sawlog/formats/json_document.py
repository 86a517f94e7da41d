"""One JSON document with an array of records: AWS CloudTrail's ``Records``, an API's ``items``, a bare array.

Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
Documents may be on one line or pretty-printed, and several may follow one another.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from sawlog.formats.base import LEVEL, MATCHED, Format, TimeContext
from sawlog.formats.json_flatten import flatten
from sawlog.formats.keys import MESSAGE_KEYS, Keys

_ARRAYS = "Records|records|events|Events|logs|items|value|values|data|results|entries|hits|logEvents"
_SCALAR = r'(?:"(?:[^"\\]|\\.)*"|[-+.0-9a-zA-Z]+)'
#: What stands before the first record, up to its brace.
_HEAD = re.compile(
    rf'[\s\ufeff]*(?:\{{\s*(?:"(?:[^"\\]|\\.)*"\s*:\s*{_SCALAR}\s*,\s*){{0,20}}"(?:{_ARRAYS})"\s*:\s*)?\[\s*(?=\{{)'
)
_HEAD_LOOKS = rf'^\s*(?:\[\s*(?:\{{|$)|\{{\s*$|\{{[^\[\]{{}}]*"(?:{_ARRAYS})"\s*:\s*\[)'
_SPACE = re.compile(r"\s*")
_BETWEEN = re.compile(r"\s*,\s*(?=\{)")
_CLOSE = re.compile(r"\s*\]")
#: Behind the records of one document: no more than this is looked at for where it ends.
_MAX_TAIL = 1 << 16
_DECODER = json.JSONDecoder(strict=False)
_KEYS = Keys(message=("message", "eventname", *MESSAGE_KEYS[1:]))


class JsonDocument(Format):
    """Records are the objects of the array; a record's text runs up to the next one's brace."""

    name = "json-document"
    title = "JSON document with an array of records"
    specificity = 15
    fallback = False

    def confidence(self, lines: pl.Series) -> float:
        """1 where the sample begins like such a document, else 0: its lines say nothing each for itself."""
        if not len(lines):
            return 0.0
        head = _HEAD.match("\n".join(lines.head(40).to_list()))
        return 1.0 if head is not None else 0.0

    def split(self, data: bytes, final: bool) -> npt.NDArray[np.int64] | None:
        text = data.decode("utf-8", errors="surrogateescape")
        starts = np.array(_record_starts(text), dtype=np.int64)
        if len(text) == len(data):
            return starts
        pieces = [text[start:end] for start, end in pairwise(starts)]
        sizes = [len(piece.encode("utf-8", errors="surrogateescape")) for piece in pieces]
        return np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        text = lines.str.strip_chars(" \t\r\n\ufeff").str.strip_suffix(",")
        valid, leaves = flatten(text.str.strip_chars_end())
        # The first record carries the document's head, the last its tail; a document of one record is valid as it is.
        ends = ((~valid & text.str.contains("{", literal=True)) | text.str.contains(_HEAD_LOOKS)).fill_null(False)
        if ends.any():
            bare = pl.Series([_bare(record) for record in text.filter(ends).to_list()], dtype=pl.String)
            text = text.scatter(ends.arg_true(), bare)
            valid, leaves = flatten(text)
        frame = _KEYS.interpret(leaves, ctx)
        if "errorCode" in frame.columns:
            failed = pl.when(pl.col("errorCode").is_not_null()).then(pl.lit("error"))
            frame = frame.with_columns(pl.coalesce(LEVEL, failed).alias(LEVEL))
        return pl.DataFrame([valid.alias(MATCHED)]).hstack(frame)


def _decode_end(text: str, start: int) -> int:
    """Where the JSON value that starts there ends, or -1."""
    try:
        return _DECODER.raw_decode(text, start)[1]
    except (ValueError, RecursionError):
        return -1


def _head_end(text: str, start: int) -> int:
    """Where the first record begins, if a document begins at ``start``; else -1.

    A record may begin like a document does: an object that ends before a comma or the end of an array is a record.
    """
    head = _HEAD.match(text, start)
    if head is None:
        return -1
    opening = _SPACE.match(text, start)
    assert opening is not None
    if text.startswith("{", opening.end()):
        end = _decode_end(text, opening.end())
        if end >= 0 and (_BETWEEN.match(text, end) or _CLOSE.match(text, end)):
            return -1
    return head.end()


def _record_starts(text: str) -> list[int]:
    """The starts of the records' texts, in characters; the first is 0."""
    starts = [0]
    position = _head_end(text, 0)
    if position < 0:
        position = _skip(text, 0)
    while (end := _decode_end(text, position)) >= 0:
        following = _BETWEEN.match(text, end)
        if following is not None:
            position = following.end()
            starts.append(position)
            continue
        begin = _skip(text, _document_end(text, end))
        if begin >= len(text):
            break
        position = _head_end(text, begin)
        if position < 0:
            position = begin
        starts.append(begin)
    return starts


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    assert match is not None
    return match.end()


def _document_end(text: str, position: int) -> int:
    """Where the document ends whose last record ends at ``position``; the text's end where it does not."""
    close = _CLOSE.match(text, position)
    if close is None:
        return len(text)
    begin = _skip(text, close.end())
    if text.startswith("}", begin):
        return begin + 1
    if not text.startswith(",", begin):
        return close.end()
    # What is left of the outer object, made whole with a first member in place of the array.
    front = '{"":0'
    end = _decode_end(front + text[begin : begin + _MAX_TAIL], 0)
    return len(text) if end < 0 else begin + end - len(front)


def _bare(record: str) -> str:
    """The record's own object, without the document's head and tail; unchanged where there is none."""
    head = _HEAD.match(record)
    start = head.end() if head is not None else record.find("{")
    end = _decode_end(record, start)
    return record[start:end] if end >= 0 else record


FORMAT = JsonDocument()
