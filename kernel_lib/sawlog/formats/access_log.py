r"""Access logs of web servers: common, combined, with fields behind, and with the virtual host in front.

Source: ``LogFormat`` in https://httpd.apache.org/docs/2.4/mod/mod_log_config.html (common, combined, vhost_combined)
and the predefined ``combined`` of https://nginx.org/en/docs/http/ngx_http_log_module.html#log_format.

What stands behind the user agent is told by its looks: a number with a fraction is the response time in seconds
(``$request_time``), a lone integer the one in microseconds (``%D``), a quoted address ``X-Forwarded-For``, 32 hex
digits or a UUID the request id.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.base import LEVEL, MATCHED, MESSAGE_START, TIMESTAMP, Format, TimeContext
from sawlog.formats.levels import http_level
from sawlog.formats.regex_format import typed
from sawlog.formats.timestamps import to_utc

# One-pass, see ``fragments``: what a request should look like is checked afterwards, so that one which is no HTTP
# (a TLS handshake, "-", an attack) is taken apart here as well.
_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'
_WORD = r'[^ "\\]*(?:\\.[^ "\\]*)*'
_WHEN = r"\[(?P<timestamp>[0-9]{1,2}/[A-Z][a-z]{2}/[0-9]{4}:[^\]\n]*)\] "
_STATUS = r"(?P<status>[0-9]{3}|-) (?P<bytes>[0-9]+|-)"
_STRICT = (
    rf'{_WHEN}"(?P<method>{_WORD})(?: (?P<path>{_WORD})(?: (?P<protocol>{_QUOTED}))?)?" {_STATUS}'
    rf'(?:[ \t](?:"(?P<referrer>{_QUOTED})" "(?P<user_agent>{_QUOTED})"(?P<rest>[ \t].*)?|(?P<tail>[^"].*)?))?$'
)
# For what is left: blanks in the user's name, quotes that the server did not escape, a line that was cut off.
_LOOSE = (
    rf'{_WHEN}"(?P<request>.*?)" {_STATUS}'
    r'(?: "(?P<referrer>.*?)" "(?P<user_agent>.*?)(?:"(?P<rest>[ \t][^"]*)?)?|[ \t](?P<tail>.*))?$'
)
_LOOSE_USER = r"(?P<user>[^ \[][^ ]*(?: [^ \[][^ ]*)*) "
_LOOSE_REQUEST = r"(?s)^(?P<method>[A-Z][A-Za-z_-]*) (?P<path>.*?)(?: (?P<protocol>HTTP/[0-9.]+))?$"

_ADDRESS = r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:.]+"
_FORWARDED = rf'"((?:{_ADDRESS})(?:, ?[^"]*)?)"'
_SECONDS = r'(?:^|[ \t"=])([0-9]+\.[0-9]{3,6})(?:["\s,]|$)'
_MICROSECONDS = r"^\s*([0-9]+)\s*$"
_REQUEST_ID = (
    r'(?:^|[\s"=])([0-9a-f]{32}|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})'
    r'(?:["\s]|$)'
)

_KINDS = {"port": "int", "status": "int", "bytes": "int"}


class AccessLog(Format):
    """Access log lines whose client stands behind ``prefix``, a regex with named groups."""

    def __init__(self, name: str, title: str, prefix: str, loose_user: str, specificity: int) -> None:
        self.name, self.title, self.specificity = name, title, specificity
        client = rf"(?s)^{prefix}(?P<client>[^ ]+) (?P<ident>[^ ]+) "
        self._strict = rf"{client}(?P<user>[^ ]+) {_STRICT}"
        self._loose = rf"{client}{loose_user}{_LOOSE}"

    def confidence(self, lines: pl.Series) -> float:
        return float(lines.str.contains(self._loose).sum()) / len(lines) if len(lines) else 0.0

    def parse(self, lines: pl.Series, ctx: TimeContext) -> pl.DataFrame:
        groups = lines.str.extract_groups(self._strict).struct.unnest()
        groups = self._retry(lines, groups)
        matched = groups["timestamp"].is_not_null()
        stamps = to_utc(groups["timestamp"], ctx).alias(TIMESTAMP)
        start = pl.select(
            pl.when(pl.lit(matched)).then(pl.lit(lines).str.find('] "', literal=True) + 2).cast(pl.UInt32)
        ).to_series()
        frame = _request(groups).with_columns(
            http_level(pl.col("status")).alias(LEVEL),
            *(typed(name, _KINDS.get(name, "str"), ("-",)) for name in groups.columns if name != "timestamp"),
        )
        columns = [matched.alias(MATCHED), stamps, start.alias(MESSAGE_START), *frame.drop("timestamp").get_columns()]
        return _extras(pl.DataFrame(columns))

    def _retry(self, lines: pl.Series, groups: pl.DataFrame) -> pl.DataFrame:
        """The lines that the strict pattern refused, by the loose one."""
        rows = groups["timestamp"].is_null().arg_true()
        if not len(rows):
            return groups
        again = lines.gather(rows).str.extract_groups(self._loose).struct.unnest()
        if again["timestamp"].null_count() == len(rows):
            return groups
        request = again["request"].str.extract_groups(_LOOSE_REQUEST).struct.unnest()
        again = again.drop("request").hstack(request).select(groups.columns)
        index = pl.Series("row", rows, dtype=pl.UInt32)
        patched = groups.with_row_index("row").update(again.with_columns(index), on="row", how="left")
        return patched.drop("row")


def _request(groups: pl.DataFrame) -> pl.DataFrame:
    """Blanks inside the path go back into it; a request that is not HTTP has no method, path and protocol."""
    odd = groups["protocol"].is_not_null() & ~groups["protocol"].str.starts_with("HTTP/")
    if odd.any():
        tail = pl.col("path") + " " + pl.col("protocol")
        http = r" (HTTP/[0-9.]+)$"
        groups = groups.with_columns(
            pl.when(odd).then(tail.str.replace(http, "")).otherwise(pl.col("path")).alias("path"),
            pl.when(odd).then(tail.str.extract(http)).otherwise(pl.col("protocol")).alias("protocol"),
        )
    http_request = groups["path"].is_not_null() & groups["method"].str.contains(r"^[A-Z][A-Za-z_-]*$")
    if not http_request.all():
        parts = ("method", "path", "protocol")
        groups = groups.with_columns(pl.when(http_request).then(pl.col(part)).alias(part) for part in parts)
    return groups


def _extras(frame: pl.DataFrame) -> pl.DataFrame:
    if frame["rest"].null_count() == frame["tail"].null_count() == frame.height:
        return frame.drop("rest", "tail")
    rest = pl.coalesce("rest", "tail")
    milliseconds = pl.coalesce(
        rest.str.extract(_SECONDS).cast(pl.Float64) * 1e3,
        rest.str.extract(_MICROSECONDS).cast(pl.Float64) / 1e3,
    ).round(3)
    found = frame.with_columns(
        milliseconds.alias("duration_ms"),
        rest.str.extract(_FORWARDED).alias("forwarded_for"),
        rest.str.extract(_REQUEST_ID).alias("request_id"),
    ).drop("rest", "tail")
    empty = [name for name in ("duration_ms", "forwarded_for", "request_id") if found[name].null_count() == len(found)]
    return found.drop(empty)


FORMATS = (
    AccessLog("access-log", "Web access log (common, combined)", "", _LOOSE_USER, specificity=30),
    AccessLog(
        "access-log-vhost",
        "Web access log with the virtual host in front",
        r"(?P<vhost>[^ :]+)(?::(?P<port>[0-9]+))? ",
        "(?P<user>[^ ]+) ",
        specificity=31,
    ),
)
