"""The general query log of MySQL and MariaDB: who connected, and every statement.

Source: https://dev.mysql.com/doc/refman/8.4/en/query-log.html, the manuals of 5.5 to 5.7, and
https://mariadb.com/kb/en/general-query-log/.  MySQL up to 5.6 and MariaDB leave the time out where the second is that
of the line before.  A statement takes any number of lines.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import CLOCK, OFFSET
from sawlog.formats.regex_format import RegexFormat

_STAMP = rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{CLOCK}{OFFSET}?|[0-9]{{6}} [ 0-9][0-9](?::[0-9]{{2}}){{2}}"
_COMMAND = (
    r"Binlog Dump(?: GTID)?|Change user|Close stmt|Connect(?: Out)?|Create DB|Daemon|Debug|Delayed insert|Drop DB|Error"
    r"|Execute|Fetch|Field List|Init DB|Kill|Long Data|Ping|Prepare|Processlist|Query|Quit|Refresh|Register Slave"
    r"|Reset stmt|Set option|Shutdown|Sleep|Statistics|Table Dump|Time"
)
_START = r"[^ \t]+, Version: "  # of the three lines that a server writes when it opens the log


class MySqlGeneral(RegexFormat):
    """Knows that most lines may be those of statements."""

    def confidence(self, lines: pl.Series) -> float:
        return min(1.0, 10 * super().confidence(lines))


FORMAT = MySqlGeneral(
    "mysql-general",
    "MySQL general query log",
    rf"^(?:{_START}|(?:(?P<timestamp>{_STAMP})|\t)\t *(?P<connection>[0-9]+) (?P<command>{_COMMAND})(?:\t|$))"
    r"(?P<message>.*)",
    specificity=40,
    types={"connection": "int"},
    details=(
        # Who connects; not of "Access denied for user 'ann'@'db-1'".
        r"^[^\t]*\t\t? *[0-9]+ Connect\t(?P<user>[^@\s]*)@(?P<host>[^ ]*) (?:as [^ ]* )?on (?P<database>[^ \n]+)?",
    ),
    joins_unmatched=True,
)
