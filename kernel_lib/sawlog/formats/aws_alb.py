"""Access logs of AWS Application Load Balancers: http, https, h2, grpcs, ws and wss.

Source: https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
Times are in seconds; -1 means that there was none.  Fields that later versions append stay in the line.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.addresses import address, address_fields
from sawlog.formats.fragments import ISO
from sawlog.formats.levels import http_level
from sawlog.formats.onepass import in_stages
from sawlog.formats.regex_format import RegexFormat

_PATTERN, *_DETAILS = in_stages(
    rf"(?P<type>grpcs|h(?:2|ttps?)|wss?) (?P<timestamp>{ISO}) (?P<elb>[^ ]+) "
    rf"{address('client')} (?:-|{address('target')}) "
    r"(?P<request_s>-?[0-9.]+) (?P<target_s>-?[0-9.]+) (?P<response_s>-?[0-9.]+) "
    r"(?P<status>[0-9]+|-) (?P<target_status>[0-9]+|-) (?P<received_bytes>[0-9]+) (?P<bytes>[0-9]+) "
    r'"(?P<method>[^ "]+) (?P<path>[^ "]*) (?P<protocol>[^" ]*) ?" "(?P<user_agent>[^"]*)" '
    r"(?P<ssl_cipher>[^ ]+) (?P<ssl_protocol>[^ ]+) (?P<target_group>[^ ]+) "
    r'"(?P<trace_id>[^"]*)" "(?P<host>[^"]*)" "(?P<certificate>[^"]*)" (?P<rule_priority>[^ ]+)'
    r'(?: (?P<request_created>[^ ]+) "(?P<actions>[^"]*)" "(?P<redirect_url>[^"]*)" "(?P<error_reason>[^"]*)"'
    r"(?: .*)?)?$"
)

FORMAT = RegexFormat(
    "aws-alb",
    "AWS Application Load Balancer access log",
    _PATTERN,
    specificity=40,
    types={
        **dict.fromkeys(("status", "target_status", "received_bytes", "bytes", "rule_priority"), "int"),
        **dict.fromkeys(("request_s", "target_s", "response_s"), "float"),
    },
    details=_DETAILS,
    level=http_level(pl.col("status")),
    derived={**address_fields("client", "client_port"), **address_fields("target", "target_port")},
    drop=("client_tail", "target_tail"),
)
