"""Flow logs of Amazon VPC: the default fields (version 2), or those that a header line names.

Source: https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
A record's time is its window's ``start``.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import TIMESTAMP, TimeContext
from sawlog.formats.delimited import Delimited, Layout
from sawlog.formats.regex_format import typed
from sawlog.formats.timestamps import to_utc

_DEFAULT = Layout(
    (
        "version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol", "packets",
        "bytes", "start", "end", "action", "log-status",
    ),
    " ",
)  # fmt: skip
_COUNTS = frozenset(
    ("version", "srcport", "dstport", "protocol", "packets", "bytes", "end", "tcp-flags", "traffic-path")
)
_HEADER = r"^(?:[a-z][a-z0-9-]* )*start(?: [a-z][a-z0-9-]*)*$"
_DEFAULT_LINE = r"^[2-9] [^ ]+ eni-[0-9a-f]+ (?:[^ ]+ ){7}[0-9]{9,10} [0-9]{9,10} [^ ]+ (?:OK|NODATA|SKIPDATA)$"


class VpcFlow(Delimited):
    """A header line counts from where it stands; without one, lines have the default fields."""

    name = "aws-vpc-flow"
    title = "Amazon VPC flow log"
    specificity = 40
    layout = _DEFAULT

    def headers(self, lines: pl.Series) -> list[tuple[int, Layout]]:
        rows = lines.str.contains(_HEADER).fill_null(False).arg_true()
        found: list[tuple[int, Layout]] = []
        for row, text in zip(rows.to_list(), lines.gather(rows).to_list(), strict=True):
            names = tuple(text.split(" "))
            if len(set(names)) == len(names) and {"srcaddr", "dstaddr", "interface-id"} & set(names):
                found.append((row, Layout(names, " ", header=text)))
        return found

    def directives(self, lines: pl.Series) -> pl.Series:
        return lines.is_in([])

    def confidence(self, lines: pl.Series) -> float:
        if len(lines) and not self.headers(lines) and self.layout is _DEFAULT:
            return float(lines.str.contains(_DEFAULT_LINE).sum()) / len(lines)
        return super().confidence(lines)

    def interpret(self, cells: pl.DataFrame, layout: Layout, ctx: TimeContext) -> pl.DataFrame:
        start = cells["start"].cast(pl.Int64, strict=False)
        expressions = [
            typed(name, "int" if name in _COUNTS else "str", ("-",)).alias(name.replace("-", "_"))
            for name in layout.names
            if name != "start"
        ]
        return cells.select(expressions).insert_column(0, to_utc(start, ctx).alias(TIMESTAMP))


FORMAT = VpcFlow()
