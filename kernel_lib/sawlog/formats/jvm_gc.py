"""Logs of the Java virtual machine: unified logging (JEP 158) and the garbage collector's log before Java 9.

Source: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html#enable-logging-with-the-jvm-unified-logging-framework
and JEP 158 (https://openjdk.org/jeps/158); ``-XX:+PrintGCDetails`` of Java 8.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import DATE_TIME, OFFSET
from sawlog.formats.regex_format import RegexFormat

_TAGS = pl.col("tags").str.strip_chars_end(" ")

FORMATS = (
    RegexFormat(
        "jvm-unified",
        "JVM unified log",
        rf"^(?:\[(?P<timestamp>{DATE_TIME}{OFFSET})\])?(?:\[(?P<uptime_s>[0-9]+\.[0-9]{{3}})s\])?"
        r"(?:\[(?P<uptime_ms>[0-9]+)ms\])?(?:\[[0-9]+ns\])?(?:\[(?P<pid>[0-9]+)\])?(?:\[(?P<thread>[0-9]+)\])?"
        r"\[(?P<level>trace|debug|info|warning|error) *\]\[(?P<tags>[a-z0-9,+]+ *)\] (?P<message>.*)",
        specificity=40,
        types={"uptime_s": "float", "uptime_ms": "int", "pid": "int", "gc_id": "int", "duration_ms": "float"},
        derived={"tags": _TAGS},
        details=(r" GC\((?P<gc_id>[0-9]+)\) ", r"[ (](?P<duration_ms>[0-9]+\.[0-9]+)ms$"),
    ),
    RegexFormat(
        "jvm-gc",
        "JVM garbage collector log (Java 8)",
        rf"^(?:(?P<timestamp>{DATE_TIME}{OFFSET}): )?(?P<uptime_s>[0-9]+\.[0-9]{{3}}): (?P<message>.*)",
        specificity=30,
        types={"uptime_s": "float", "duration_s": "float"},
        derived={"duration_ms": pl.col("duration_s").cast(pl.Float64) * 1000},
        drop=("duration_s",),
        details=(r", (?P<duration_s>[0-9]+\.[0-9]+) secs\](?: \[Times: [^\]]*\] ?)?$",),
    ),
)
