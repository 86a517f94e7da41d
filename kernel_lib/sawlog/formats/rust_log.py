r"""Rust: env_logger, and tracing-subscriber's ``fmt`` with or without colours.

Source: https://docs.rs/env_logger (default format) and
https://docs.rs/tracing-subscriber/latest/tracing_subscriber/fmt/format/struct.Full.html
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import ANSI, ANSI_SEQUENCE, DATE_TIME
from sawlog.formats.regex_format import RegexFormat

_LEVEL = r"(?P<level>TRACE|DEBUG|INFO|WARN|ERROR)"
_TARGET = r"(?P<logger>[A-Za-z_][A-Za-z0-9_-]*(?:::[A-Za-z0-9_-]+)*)"

FORMATS = (
    RegexFormat(
        "env-logger",
        "Rust env_logger",
        rf"^{ANSI}\[{ANSI}(?P<timestamp>{DATE_TIME}Z) {ANSI}{_LEVEL} *{ANSI} +{_TARGET}{ANSI}\]{ANSI} (?P<message>.*)",
        specificity=40,
    ),
    RegexFormat(
        "rust-tracing",
        "Rust tracing-subscriber",
        rf"^{ANSI}(?P<timestamp>{DATE_TIME}Z){ANSI} {ANSI} ?{_LEVEL}{ANSI} {ANSI}"
        r"(?:(?P<thread>ThreadId\([0-9]+\)) )?"
        rf"(?:(?P<span>[^ ]*(?:\{{.*?\}})?(?::[^ ]*(?:\{{.*?\}})?)*):{ANSI} {ANSI})?"
        rf"{_TARGET}{ANSI}:{ANSI} (?P<message>.*)",
        specificity=30,
        derived={"span": pl.col("span").str.replace_all(ANSI_SEQUENCE, "")},
    ),
)
