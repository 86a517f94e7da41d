"""The slow query log of MySQL, MariaDB and Percona Server: a record is several lines.

Source: https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html and
https://mariadb.com/kb/en/slow-query-log-overview/.  A record begins with ``# Time:``, or with ``# User@Host:``
where the server leaves the time out because the second is the same.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import MATCHED, MESSAGE_START, TIMESTAMP, TimeContext
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.timestamps import to_utc

_SECONDS = {name: "float" for name in ("query_time_s", "lock_time_s")}
_COUNTS = {name: "int" for name in ("connection", "rows_sent", "rows_examined", "rows_affected", "epoch")}
_MARK = r"^(?:# User@Host: |# Query_time: [0-9.]+ +Lock_time: |SET timestamp=[0-9]+;)"
_STATEMENT = r"(?s)\nSET timestamp=[0-9.]+;\n(.*)$"


class MySqlSlow(RegexFormat):
    """Knows which lines begin a record, and finds the statement behind the comments."""

    def confidence(self, lines: pl.Series) -> float:
        # A statement takes any number of lines: that there are some of the lines before it is enough.
        marks = int(lines.str.contains(_MARK).sum())
        return 1.0 if marks and marks * 50 >= len(lines) else 0.0

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        timed = lines.str.starts_with("# Time: ").fill_null(False)
        # A record that was joined is complete: what follows it does not belong to it.
        open_head = timed & ~lines.str.contains("\n", literal=True).fill_null(False)
        lone = lines.str.starts_with("# User@Host: ").fill_null(False) & ~open_head.shift(1, fill_value=False)
        frame = super().parse(lines.set(~(timed | lone), None), ctx)
        statement = lines.str.extract(_STATEMENT)
        size = pl.DataFrame({"line": lines, "statement": statement}).select(
            (pl.col("line").str.len_bytes() - pl.col("statement").str.len_bytes()).alias(MESSAGE_START)
        )[MESSAGE_START]
        return frame.with_columns(
            pl.coalesce(pl.col(TIMESTAMP), to_utc(frame["epoch"], ctx)).alias(TIMESTAMP),
            pl.coalesce(size, pl.when(pl.col(MATCHED)).then(pl.lit(0, pl.UInt32))).alias(MESSAGE_START),
        ).drop("epoch")


FORMAT = MySqlSlow(
    "mysql-slow",
    "MySQL slow query log",
    r"^(?:# Time: (?P<timestamp>[^\n]+)|(?P<untimed># User@Host: ))",
    specificity=50,
    types=_SECONDS | _COUNTS,
    drop=("untimed",),
    details=(
        r"# User@Host: (?P<user>[^\[\n ]*)\[[^\]\n]*\] @ +(?P<host>[^\[\n ]*) *\[(?P<client>[^\]\n]*)\]"
        r"(?: +Id: +(?P<connection>[0-9]+))?",
        r"# Query_time: (?P<query_time_s>[0-9.]+) +Lock_time: (?P<lock_time_s>[0-9.]+) +"
        r"Rows_sent: (?P<rows_sent>[0-9]+) +Rows_examined: (?P<rows_examined>[0-9]+)",
        r"  Rows_affected: (?P<rows_affected>[0-9]+)",
        r"\nSET timestamp=(?P<epoch>[0-9]+)",
        r"\nuse (?P<database>[^;\n]+);",
    ),
    joins_unmatched=True,
)
