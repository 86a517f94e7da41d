from __future__ import annotations

import pytest

CASES = [
    (
        "logback",
        "2024-01-29 10:00:00,123 [main] INFO  c.e.shop.Cart - added 2",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "added 2",
            "thread": "main",
            "logger": "c.e.shop.Cart",
        },
    ),
    (
        "logback",
        "2024-01-29T10:00:00.123456789Z [pool-1-[a]-2] WARN c.e.X$1 - slow",
        {
            "timestamp": "2024-01-29T10:00:00.123456789",
            "level": "warning",
            "message": "slow",
            "thread": "pool-1-[a]-2",
            "logger": "c.e.X$1",
        },
    ),
    (
        "logback",
        "2024-01-29 10:00:01,000 [main] ERROR c.e.X - ",
        {"timestamp": "2024-01-29T10:00:01", "level": "error", "message": "", "thread": "main", "logger": "c.e.X"},
    ),
    (
        "log4j",
        "2024-01-29 10:00:00,123 INFO [main] org.example.Job: started",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "started",
            "thread": "main",
            "logger": "org.example.Job",
        },
    ),
    (
        "log4j",
        "2024-01-29 10:00:00,123 WARN  [pool-2] org.example.Job - late",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "warning",
            "message": "late",
            "thread": "pool-2",
            "logger": "org.example.Job",
        },
    ),
    (
        "log4j",
        "2024-01-29 10:00:00,123 FATAL [a] x.Y: gone: é",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "critical",
            "message": "gone: é",
            "thread": "a",
            "logger": "x.Y",
        },
    ),
    (
        "log4j-logger",
        "2024-01-29 10:00:00,123 INFO org.example.NameNode: registered",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "registered",
            "logger": "org.example.NameNode",
        },
    ),
    (
        "log4j-logger",
        "2024-01-29 10:00:00,123 ERROR org.example.Task                     [] - failed",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "error",
            "message": "failed",
            "logger": "org.example.Task",
        },
    ),
    (
        "log4j-logger",
        "2024-01-29 10:00:00 DEBUG Main - x",
        {"timestamp": "2024-01-29T10:00:00", "level": "debug", "message": "x", "logger": "Main"},
    ),
    (
        "log4j-ttcc",
        "467 [main] INFO  org.example.Main  - entering",
        {"level": "info", "message": "entering", "uptime_ms": 467, "thread": "main", "logger": "org.example.Main"},
    ),
    (
        "log4j-ttcc",
        "0    [main] WARN  Main ndc - x",
        {"level": "warning", "message": "x", "uptime_ms": 0, "thread": "main", "logger": "Main"},
    ),
    (
        "log4j-ttcc",
        "90071 [worker 1] FATAL a.B - y",
        {"level": "critical", "message": "y", "uptime_ms": 90071, "thread": "worker 1", "logger": "a.B"},
    ),
    (
        "kafka",
        "[2024-01-29 10:00:00,123] TRACE Broker 2 (up) sent (state.change.logger)",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "trace",
            "message": "Broker 2 (up) sent (state.change.logger)",
            "logger": "state.change.logger",
        },
    ),
    (
        "kafka",
        "[2024-01-29 10:00:00,123] ERROR [Log partition=a-0] broken (kafka.log.Log)\n\tat x.Y",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "error",
            "message": "[Log partition=a-0] broken (kafka.log.Log)\n\tat x.Y",
            "logger": "kafka.log.Log",
        },
    ),
    (
        "kafka",
        "[2024-01-29 10:00:00,124] INFO no logger here",
        {"timestamp": "2024-01-29T10:00:00.124", "level": "info", "message": "no logger here"},
    ),
    (
        "hdfs",
        "081109 203615 148 INFO dfs.DataNode$PacketResponder: terminating",
        {
            "timestamp": "2008-11-09T20:36:15",
            "level": "info",
            "message": "terminating",
            "pid": 148,
            "logger": "dfs.DataNode$PacketResponder",
        },
    ),
    (
        "hdfs",
        "081110 000001 7 WARN dfs.FSDataset: Unexpected error: x",
        {
            "timestamp": "2008-11-10T00:00:01",
            "level": "warning",
            "message": "Unexpected error: x",
            "pid": 7,
            "logger": "dfs.FSDataset",
        },
    ),
    (
        "hdfs",
        "081110 235959 7 ERROR a.B: ",
        {"timestamp": "2008-11-10T23:59:59", "level": "error", "message": "", "pid": 7, "logger": "a.B"},
    ),
    (
        "spark",
        "17/06/09 20:10:40 INFO executor.Executor: started",
        {
            "timestamp": "2017-06-09T20:10:40",
            "level": "info",
            "message": "started",
            "logger": "executor.Executor",
        },
    ),
    (
        "spark",
        "17/06/09 20:10:41 WARN util.Utils: x",
        {"timestamp": "2017-06-09T20:10:41", "level": "warning", "message": "x", "logger": "util.Utils"},
    ),
    (
        "spark",
        "99/12/31 23:59:59 ERROR Main: x",
        {"timestamp": "1999-12-31T23:59:59", "level": "error", "message": "x", "logger": "Main"},
    ),
    (
        "spring-boot",
        "2024-01-29T10:00:00.123+01:00  INFO 1234 --- [main] c.example.Application                    : Started",
        {
            "timestamp": "2024-01-29T09:00:00.123",
            "level": "info",
            "message": "Started",
            "pid": 1234,
            "thread": "main",
            "logger": "c.example.Application",
        },
    ),
    (
        "spring-boot",
        "2024-01-29 10:00:00.123 ERROR 1 --- [nio-8080-exec-1] o.a.c.c.C.[.[.[/] : failed",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "error",
            "message": "failed",
            "pid": 1,
            "thread": "nio-8080-exec-1",
            "logger": "o.a.c.c.C.[.[.[/]",
        },
    ),
    (
        "spring-boot",
        "2024-01-29T10:00:00.123Z  WARN 1 --- [shop] [           main] [abc-1] c.e.X : late",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "warning",
            "message": "late",
            "pid": 1,
            "application": "shop",
            "thread": "main",
            "logger": "c.e.X",
        },
    ),
    (
        "elasticsearch",
        "[2024-01-29T10:00:00,123][INFO ][o.e.n.Node               ] [node-1] started",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "started",
            "logger": "o.e.n.Node",
            "node": "node-1",
        },
    ),
    (
        "zookeeper",
        "2024-01-29 10:00:00,123 [myid:1] - WARN  [QuorumPeer[myid=1]/0.0.0.0:2181:Learner@87] - lost",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "warning",
            "message": "lost",
            "server_id": "1",
            "thread": "QuorumPeer[myid=1]/0.0.0.0:2181",
            "logger": "Learner",
            "line_number": 87,
        },
    ),
    (
        "wildfly",
        "2024-01-29 10:00:00,123 INFO  [org.jboss.as] (MSC service thread 1-2) started",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "started",
            "logger": "org.jboss.as",
            "thread": "MSC service thread 1-2",
        },
    ),
    (
        "cassandra",
        "INFO  [main] 2024-01-29 10:00:00,123 StorageService.java:123 - up",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "up",
            "thread": "main",
            "file": "StorageService.java",
            "line_number": 123,
        },
    ),
    (
        "solr",
        "2024-01-29 10:00:00.123 INFO  (qtp1-12) [c:shop s:1] o.a.s.c.S.Request hits=1",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "hits=1",
            "thread": "qtp1-12",
            "logger": "o.a.s.c.S.Request",
        },
    ),
    (
        "jenkins",
        "2024-01-29 10:00:00.123+0000 [id=1]\tINFO\thudson.Plugin#load: done",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "done",
            "thread": "1",
            "logger": "hudson.Plugin",
            "function": "load",
        },
    ),
    (
        "tomcat",
        "29-Jan-2024 10:00:00.123 INFO [main] org.apache.catalina.X.start Server startup",
        {
            "timestamp": "2024-01-29T10:00:00.123",
            "level": "info",
            "message": "Server startup",
            "thread": "main",
            "logger": "org.apache.catalina.X.start",
        },
    ),
]

MALFORMED = [
    ("logback", "2024-01-29 10:00:00,123 [main] LOUD c.e.X - x"),
    ("logback", "\tat com.example.X(X.java:1)"),
    ("log4j", "2024-01-29 10:00:00,123 INFO main org.example.Job: started"),
    ("log4j-logger", "2024-01-29 10:00:00,123 INFO two words: x"),
    ("log4j-ttcc", "main INFO x - y"),
    ("kafka", "2024-01-29 10:00:00,123 TRACE x (y)"),
    ("hdfs", "081109 203615 INFO dfs.X: no pid"),
    ("spark", "2017/06/09 20:10:40 INFO x: y"),
    ("spring-boot", "2024-01-29 10:00:00.123 ERROR [main] c.e.X : no dashes"),
    ("elasticsearch", "[2024-01-29T10:00:00,123] [INFO] [x] y"),
]


@pytest.mark.parametrize(("name", "line", "expected"), CASES)
def test_values(parse_lines, name, line, expected):
    assert parse_lines(name, line) == [expected]


@pytest.mark.parametrize(("name", "line"), MALFORMED)
def test_malformed_lines_are_unmatched(parse_lines, name, line):
    assert parse_lines(name, line) == [None]


def test_is_detected(wanted, detected):
    assert detected == wanted


def test_a_clock_without_a_date_takes_the_last_date(parse_lines):
    previous = 1706450400 * 10**9  # 2024-01-28T14:00:00
    (record,) = parse_lines("logback", "23:00:00.123 [main] INFO  c.e.X - x", previous_ns=previous)
    assert record["timestamp"] == "2024-01-28T23:00:00.123"
