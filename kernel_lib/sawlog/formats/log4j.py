"""Log4j, Logback and the layouts that well-known Java software chose for them.

Source: ``PatternLayout`` (https://logging.apache.org/log4j/2.x/manual/pattern-layout.html), Logback's default layout
(https://logback.qos.ch/manual/layouts.html), Spring Boot
(https://docs.spring.io/spring-boot/reference/features/logging.html), and the log4j.properties or logback.xml that
Kafka, Hadoop, Spark, ZooKeeper, Elasticsearch, WildFly, Cassandra, Solr, Jenkins and Tomcat ship.
"""

from __future__ import annotations

import polars as pl

from sawlog.formats.fragments import CLOCK, ISO, LEVEL, OFFSET
from sawlog.formats.regex_format import RegexFormat

_STAMP = rf"(?P<timestamp>{ISO})"
_LEVEL = rf"(?P<level>{LEVEL})"
_LOGGER = r"(?P<logger>[A-Za-z_][^ :|()\[\]]*)"
# A thread's name may hold one level of brackets: [[ACTIVE] ExecuteThread: '0'], [QuorumPeer[myid=1]/0.0.0.0:2181].
_THREAD = r"\[(?P<thread>[^\[\]]*(?:\[[^\[\]]*\][^\[\]]*)*)\]"
# Behind the logger: a colon, or a dash with the MDC before it.
_END = r"(?:: | +(?:\[[^\]]*\] )?-(?: |$))"
# Logback's default has no date.  Two digits, then the rest of a year or of a clock: this keeps the pattern one-pass.
_DATE_OR_CLOCK = (
    r"[0-9]{2}(?:[0-9]{2}-[0-9]{2}-[0-9]{2}[T ][0-9]{2})?:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?" + OFFSET + "?"
)
_MESSAGE = r"(?P<message>.*)"


def _layout(name: str, title: str, pattern: str, specificity: int, **types: str) -> RegexFormat:
    return RegexFormat(name, title, f"^{pattern}{_MESSAGE}", specificity=specificity, types=types)


FORMATS = (
    _layout(
        "logback",
        "Logback and Log4j: [thread] LEVEL logger - message",
        rf"(?P<timestamp>{_DATE_OR_CLOCK}) {_THREAD} {_LEVEL} +{_LOGGER}{_END}",
        22,
    ),
    _layout(
        "log4j",
        "Log4j: LEVEL [thread] logger: message",
        rf"{_STAMP} +{_LEVEL} +{_THREAD} {_LOGGER}{_END}",
        22,
    ),
    _layout(
        "log4j-logger",
        "Log4j without a thread: LEVEL logger: message",
        rf"{_STAMP} +{_LEVEL} +{_LOGGER}{_END}",
        20,
    ),
    _layout(
        "log4j-ttcc",
        "Log4j's TTCC layout: milliseconds [thread] LEVEL logger - message",
        rf"(?P<uptime_ms>[0-9]+) +{_THREAD} {_LEVEL} +{_LOGGER}(?: [^ ]*)? - ",
        22,
        uptime_ms="int",
    ),
    RegexFormat(
        "kafka",
        "Kafka (Log4j): [stamp] LEVEL message (logger)",
        rf"^\[{_STAMP}\] {_LEVEL} {_MESSAGE}",
        specificity=21,
        details=(r"\((?P<logger>[A-Za-z_][A-Za-z0-9_.$]*)\)(?:\n|$)",),
    ),
    _layout(
        "hdfs",
        "HDFS: yymmdd hhmmss pid LEVEL logger: message",
        rf"(?P<timestamp>[0-9]{{6}} [0-9]{{6}}) (?P<pid>[0-9]+) {_LEVEL} +{_LOGGER}: ",
        30,
        pid="int",
    ),
    _layout(
        "spark",
        "Spark and Hadoop tools: yy/mm/dd LEVEL logger: message",
        rf"(?P<timestamp>[0-9]{{2}}/[0-9]{{2}}/[0-9]{{2}} {CLOCK}) {_LEVEL} +{_LOGGER}: ",
        30,
    ),
    RegexFormat(
        "spring-boot",
        "Spring Boot",
        # Brackets hold: thread; or application and thread; or these and a trace.
        rf"^{_STAMP} +{_LEVEL} (?P<pid>[0-9]*) --- \[(?P<first>[^\]]*)\] (?:\[(?P<second>[^\]]*)\] (?:\[[^\]]*\] )?)?"
        rf"(?P<logger>[^ \[][^ ]*) +: {_MESSAGE}",
        specificity=40,
        types={"pid": "int"},
        derived={
            "application": pl.when(pl.col("second").is_not_null()).then(pl.col("first")),
            "thread": pl.coalesce("second", "first").str.strip_chars(" "),
        },
        drop=("first", "second"),
    ),
    _layout(
        "elasticsearch",
        "Elasticsearch, OpenSearch and Logstash",
        rf"\[{_STAMP}\]\[{_LEVEL} *\]\[(?P<logger>[^ \]]+) *\] (?:\[(?P<node>[^\]]*)\] ?)?",
        40,
    ),
    _layout(
        "zookeeper",
        "ZooKeeper",
        rf"{_STAMP} (?:\[myid:(?P<server_id>[^\]]*)\] )?- {_LEVEL} +"
        r"\[(?P<thread>[^ ]*):(?P<logger>[A-Za-z_$][A-Za-z0-9_.$]*)@(?P<line_number>[0-9]+)\] - ",
        40,
        line_number="int",
    ),
    _layout(
        "wildfly",
        "WildFly and JBoss",
        rf"{_STAMP} {_LEVEL} +\[(?P<logger>[^\]]+)\] \((?P<thread>[^)]*)\) ",
        35,
    ),
    _layout(
        "cassandra",
        "Cassandra",
        rf"{_LEVEL} +\[(?P<thread>[^\]]*)\] (?:[a-z0-9-]+ )?{_STAMP} (?P<file>[^ :]+):(?P<line_number>[0-9]+) - ",
        40,
        line_number="int",
    ),
    _layout(
        "solr",
        "Solr",
        rf"{_STAMP} {_LEVEL} +\((?P<thread>[^)]*)\) \[[^\]]*\] (?P<logger>[^ ]+) ",
        40,
    ),
    _layout(
        "jenkins",
        "Jenkins",
        rf"{_STAMP} \[id=(?P<thread>[0-9]+)\]\t{_LEVEL}\t(?P<logger>[^ #:]+)(?:#(?P<function>[^ :]+))?: ",
        40,
    ),
    _layout(
        "tomcat",
        "Tomcat",
        rf"(?P<timestamp>[0-9]{{2}}-[A-Z][a-z]{{2}}-[0-9]{{4}} {CLOCK}) {_LEVEL} {_THREAD} (?P<logger>[^ ]+) ",
        40,
    ),
)
