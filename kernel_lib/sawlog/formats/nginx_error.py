"""The error log of nginx.

Source: https://nginx.org/en/docs/ngx_core_module.html#error_log; the layout is that of ``ngx_log_error_core`` and
``ngx_http_log_error_handler``: stamp, level, ``pid#tid``, ``*connection``, text, then what the request was.
"""

from __future__ import annotations

from sawlog.formats.fragments import CLOCK
from sawlog.formats.regex_format import RegexFormat

FORMAT = RegexFormat(
    "nginx-error",
    "nginx error log",
    rf"^(?P<timestamp>[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}} {CLOCK}) \[(?P<level>[a-z]+)\] "
    r"(?P<pid>[0-9]+)#(?P<thread>[0-9]+): (?:\*(?P<connection>[0-9]+) )?(?P<message>.*)",
    specificity=30,
    types={"pid": "int", "connection": "int"},
    details=(
        r", client: (?P<client>[^, ]+)(?:, server: (?P<server>[^, ]*))?"
        r'(?:, request: "(?P<method>[A-Z]+) (?P<path>[^ "]+)(?: (?P<protocol>[^"]*))?")?'
        r'(?:, subrequest: "[^"]*")?(?:, upstream: "(?P<upstream>[^"]*)")?(?:, bytes [^,]*)*'
        r'(?:, host: "(?P<host>[^"]*)")?(?:, referrer: "(?P<referrer>[^"]*)")?',
    ),
)
