"""Server access logs of Amazon S3.

Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html
The user agent and the referrer may hold quotes that are not escaped.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.levels import http_level
from sawlog.formats.onepass import in_stages
from sawlog.formats.regex_format import RegexFormat
from sawlog.formats.retrying import Retrying


def _format(quoted: str) -> RegexFormat:
    pattern, *details = in_stages(
        r"(?P<bucket_owner>[0-9a-f]{16,64}|-) (?P<bucket>[^ ]+) "
        r"\[(?P<timestamp>[0-9]{2}/[A-Z][a-z]{2}/[0-9]{4}:[0-9:]{8} [+-][0-9]{4})\] "
        r"(?P<client>[^ ]+) (?P<user>[^ ]+) (?P<request_id>[^ ]+) "
        r"(?P<operation>[A-Z0-9]+\.[A-Za-z0-9_.]+) (?P<key>[^ ]+) "
        r'(?:-|"(?P<method>[^ "]*)(?: (?P<path>[^ "]*)(?: (?P<protocol>[^"]*))?)?") '
        r"(?P<status>[0-9]+|-) (?P<error_code>[^ ]+) (?P<bytes>[0-9]+|-) (?P<object_bytes>[0-9]+|-) "
        r"(?P<duration_ms>[0-9]+|-) (?P<turnaround_ms>[0-9]+|-) "
        rf'(?:-|"(?P<referrer>{quoted})") (?:-|"(?P<user_agent>{quoted})") (?P<version_id>[^ "]+)'
        r'(?: (?P<host_id>[^ "]+) (?P<signature_version>[^ "]+) (?P<ssl_cipher>[^ "]+) (?P<authentication>[^ "]+) '
        r'(?P<host>[^ "]+)(?: (?P<tls_version>[^ "]+)(?: .*)?)?)?$'
    )
    return RegexFormat(
        "aws-s3",
        "Amazon S3 server access log",
        pattern,
        specificity=40,
        details=details,
        types=dict.fromkeys(("status", "bytes", "object_bytes", "duration_ms", "turnaround_ms"), "int"),
        level=http_level(pl.col("status")),
    )


FORMAT = Retrying(_format('[^"]*'), _format(".*?"))
