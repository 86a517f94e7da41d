"""The error log of MySQL and MariaDB.

Source: https://dev.mysql.com/doc/refman/8.4/en/error-log-format.html, the manuals of 5.5 to 5.7, and
https://mariadb.com/kb/en/error-log/
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import OFFSET
from sawlog.formats.levels import normalise_level
from sawlog.formats.regex_format import RegexFormat

FORMATS = (
    RegexFormat(
        "mysql-error",
        "MySQL and MariaDB error log",
        # [System] is for starting and stopping: not a severity.
        r"^(?P<timestamp>[0-9]{4}-[0-9]{2}-[0-9]{2}[T ] ?[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?"
        rf"{OFFSET}?) (?P<thread>[0-9]+) \[(?P<severity>System|ERROR|Error|Warning|Note|Info)\] "
        r"(?:\[(?P<code>MY-[0-9]+)\] \[(?P<subsystem>[^\]]*)\] )?(?P<message>.*)",
        specificity=40,
        level=normalise_level(pl.col("severity").replace({"System": "notice"})),
        drop=("severity",),
    ),
    RegexFormat(
        "mysql-error-5.5",
        "MySQL 5.5 error log",
        r"^(?P<timestamp>[0-9]{6} [ 0-9][0-9]:[0-9]{2}:[0-9]{2}) "
        r"(?:\[(?P<level>ERROR|Warning|Note)\]|mysqld_safe| InnoDB:) (?P<message>.*)",
        specificity=35,
    ),
)
