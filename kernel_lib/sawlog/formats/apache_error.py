"""The error log of the Apache HTTP server.

Source: https://httpd.apache.org/docs/2.4/logs.html#errorlog and ``ErrorLogFormat`` in
https://httpd.apache.org/docs/2.4/mod/core.html.  2.4 names the module, the process and the client's port; 2.2 does not.
One file often holds both: what the server writes before it has read its configuration is in the old layout.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import ABBREVIATION, CLOCK
from sawlog.formats.levels import normalise_level
from sawlog.formats.regex_format import RegexFormat

# [module:level] or [level]: which of the two the first word is, the second tells.
_FIRST, _SECOND = pl.col("first"), pl.col("second")
_PORT = r":([0-9]+)$"

FORMAT = RegexFormat(
    "apache-error",
    "Apache error log",
    rf"^\[(?P<timestamp>{ABBREVIATION} {ABBREVIATION} [ 0-9][0-9] {CLOCK} [0-9]{{4}})\] "
    # trace1 to trace8 are one level here, hence the digit outside the group.
    r"\[(?P<first>[a-z0-9_]*)(?::(?P<second>[a-z]+)[1-8]?)?\] "
    r"(?:\[(?:pid (?P<pid>[0-9]+)(?::tid (?P<thread>[0-9]+))?\] (?:\[(?:client|remote) (?P<address>[^\] ]+)\] )?"
    r"|client (?P<client>[^\] ]+)\] ))?(?P<message>.*)",
    specificity=30,
    types={"pid": "int"},
    level=normalise_level(pl.coalesce(_SECOND, _FIRST)),
    derived={
        "module": pl.when(_SECOND.is_not_null()).then(_FIRST),
        "client": pl.coalesce(pl.col("client"), pl.col("address").str.replace(_PORT, "")),
        "client_port": pl.col("address").str.extract(_PORT).cast(pl.Int64, strict=False),
    },
    drop=("first", "second", "address"),
    details=(r"(?P<code>AH[0-9]{5}): ", r", referer: (?P<referrer>[^\n]+)$"),
)
