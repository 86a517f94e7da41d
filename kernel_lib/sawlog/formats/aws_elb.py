"""Access logs of AWS Classic Load Balancers.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/access-log-collection.html
Times are in seconds; -1 means that there was none.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.addresses import address, address_fields
from sawlog.formats.fragments import ISO
from sawlog.formats.levels import http_level
from sawlog.formats.onepass import in_stages
from sawlog.formats.regex_format import RegexFormat

_PATTERN, *_DETAILS = in_stages(
    rf"(?P<timestamp>{ISO}) (?P<elb>[^ ]+) {address('client')} (?:-|{address('backend')}) "
    r"(?P<request_s>-?[0-9.]+) (?P<backend_s>-?[0-9.]+) (?P<response_s>-?[0-9.]+) "
    r"(?P<status>[0-9]+|-) (?P<backend_status>[0-9]+|-) (?P<received_bytes>[0-9]+) (?P<bytes>[0-9]+)"
    r'(?: "(?P<method>[^ "]+) (?P<path>[^ "]+) (?P<protocol>[^" ]*) ?" '
    r'"(?P<user_agent>[^"]*)" (?P<ssl_cipher>[^ ]+) (?P<ssl_protocol>[^ ]+))?$'
)

FORMAT = RegexFormat(
    "aws-elb",
    "AWS Classic Load Balancer access log",
    _PATTERN,
    specificity=40,
    types={
        **dict.fromkeys(("status", "backend_status", "received_bytes", "bytes"), "int"),
        **dict.fromkeys(("request_s", "backend_s", "response_s"), "float"),
    },
    details=_DETAILS,
    level=http_level(pl.col("status")),
    derived={**address_fields("client", "client_port"), **address_fields("backend", "backend_port")},
    drop=("client_tail", "backend_tail"),
)
