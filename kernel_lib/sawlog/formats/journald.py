"""systemd's journal, as ``journalctl -o json`` exports it.

Source: https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-json-format and systemd.journal-fields(7): values are text,
or an array of bytes where they are not UTF-8 text.
"""

from __future__ import annotations

import json

import polars as pl

from sawlog.formats.base import MESSAGE, TimeContext
from sawlog.formats.json_lines import JsonLines
from sawlog.formats.keys import Keys

_BYTES = r'"MESSAGE"\s*:\s*(\[[0-9,\s]*\])'
#: Field of the journal -> the name that other formats use.  The first that is there gives a name.
_NAMES = {
    "_HOSTNAME": "host", "SYSLOG_IDENTIFIER": "process", "_COMM": "process", "_PID": "pid", "SYSLOG_PID": "pid",
    "_SYSTEMD_UNIT": "unit", "UNIT": "unit", "_UID": "uid", "_GID": "gid", "_BOOT_ID": "boot_id",
}  # fmt: skip
_INTEGERS = ("pid", "uid", "gid")


class Journald(JsonLines):
    """JSON lines with the journal's names, and with messages that may be bytes."""

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        frame = super().parse(lines, ctx)
        arrays = lines.str.extract(_BYTES)
        if MESSAGE in frame.columns and arrays.null_count() < len(lines):
            rows = arrays.is_not_null().arg_true()
            frame = frame.with_columns(frame[MESSAGE].scatter(rows, [_decode(array) for array in arrays.drop_nulls()]))
        return frame

    def interpret(self, leaves: pl.DataFrame, ctx: TimeContext) -> pl.DataFrame:
        frame = super().interpret(leaves, ctx)
        columns: dict[str, list[str]] = {}
        for name, common in _NAMES.items():
            if name in frame.columns:
                columns.setdefault(common, []).append(name)
        return frame.with_columns(
            pl.coalesce(pl.col(names).cast(pl.Int64 if common in _INTEGERS else pl.String, strict=False)).alias(common)
            for common, names in columns.items()
        ).drop(names[0] for names in columns.values())


def _decode(array: str) -> str:
    values = json.loads(array)
    return bytes(value for value in values if value < 256).decode("utf-8", "replace")


FORMAT = Journald(
    "journald",
    "systemd journal (journalctl -o json)",
    specificity=30,
    keys=Keys(time=("__realtime_timestamp", "_source_realtime_timestamp"), level=("priority",), message=("message",)),
    signature=("__REALTIME_TIMESTAMP", "MESSAGE"),
)
