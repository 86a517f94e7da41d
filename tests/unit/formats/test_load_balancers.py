"""HAProxy, AWS load balancers, S3."""

from __future__ import annotations

import pytest

HAPROXY = (
    "198.51.100.7:33318 [29/Jan/2024:10:00:00.123] web~ pool/srv1 1/2/3/4/10 503 1234 c=1 - SC-- 5/4/3/2/+1 7/8 "
    '{h1|h2} {r1} "GET /a?b HTTP/1.1"'
)
HAPROXY_RECORD = {
    "timestamp": "2024-01-29T10:00:00.123", "level": "error", "client": "198.51.100.7", "client_port": 33318,
    "frontend": "web", "backend": "pool", "server": "srv1", "request_ms": 1, "queue_ms": 2, "connect_ms": 3,
    "response_ms": 4, "duration_ms": 10, "status": 503, "bytes": 1234, "request_cookie": "c=1",
    "termination_state": "SC--", "active_connections": 5, "frontend_connections": 4, "backend_connections": 3,
    "server_connections": 2, "retries": 1, "server_queue": 7, "backend_queue": 8, "request_headers": "h1|h2",
    "response_headers": "r1", "method": "GET", "path": "/a?b", "protocol": "HTTP/1.1",
}  # fmt: skip
SYSLOG = "<134>Jan 29 10:00:00 lb1 haproxy[77]: "
TCP = "198.51.100.7:33313 [29/Jan/2024:10:00:00.443] db pool/pg1 1/2/5007 212 -- 1/2/3/4/0 5/6"
TCP_RECORD = {
    "timestamp": "2024-01-29T10:00:00.443", "client": "198.51.100.7", "client_port": 33313, "frontend": "db",
    "backend": "pool", "server": "pg1", "queue_ms": 1, "connect_ms": 2, "duration_ms": 5007, "bytes": 212,
    "termination_state": "--", "active_connections": 1, "frontend_connections": 2, "backend_connections": 3,
    "server_connections": 4, "retries": 0, "server_queue": 5, "backend_queue": 6,
}  # fmt: skip
HEADER = {"host": "lb1", "process": "haproxy", "pid": 77}

ELB = (
    "2024-01-29T10:00:00.945958Z my-lb 198.51.100.7:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 201 5 29 "
    '"GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" TLS-X TLSv1.2'
)
ELB_RECORD = {
    "timestamp": "2024-01-29T10:00:00.945958", "level": "info", "elb": "my-lb", "client": "198.51.100.7",
    "client_port": 2817, "backend": "10.0.0.1", "backend_port": 80, "request_s": 0.000073, "backend_s": 0.001048,
    "response_s": 0.000057, "status": 200, "backend_status": 201, "received_bytes": 5, "bytes": 29, "method": "GET",
    "path": "http://www.example.com:80/", "protocol": "HTTP/1.1", "user_agent": "curl/7.38.0", "ssl_cipher": "TLS-X",
    "ssl_protocol": "TLSv1.2",
}  # fmt: skip
ALB = (
    "https 2024-01-29T10:00:00.186641Z app/lb/1 198.51.100.7:2817 10.0.0.66:9000 0.000 0.002 -1 502 200 5 257 "
    '"GET https://x.example:443/ HTTP/2.0" "curl/7.46.0" ECDHE TLSv1.2 arn:aws:tg "Root=1-5" "x.example" "arn:c" 1 '
    '2024-01-29T10:00:00.000000Z "forward" "-" "-" "10.0.0.66:9000" "200" "-" "-" TID_1'
)
ALB_RECORD = {
    "timestamp": "2024-01-29T10:00:00.186641", "level": "error", "type": "https", "elb": "app/lb/1",
    "client": "198.51.100.7", "client_port": 2817, "target": "10.0.0.66", "target_port": 9000, "request_s": 0.0,
    "target_s": 0.002, "response_s": -1.0, "status": 502, "target_status": 200, "received_bytes": 5, "bytes": 257,
    "method": "GET", "path": "https://x.example:443/", "protocol": "HTTP/2.0", "user_agent": "curl/7.46.0",
    "ssl_cipher": "ECDHE", "ssl_protocol": "TLSv1.2", "target_group": "arn:aws:tg", "trace_id": "Root=1-5",
    "host": "x.example", "certificate": "arn:c", "rule_priority": 1,
    "request_created": "2024-01-29T10:00:00.000000Z", "actions": "forward",
}  # fmt: skip
S3 = (
    "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be my-bucket [29/Jan/2024:10:00:00 +0000] "
    "198.51.100.7 arn:aws:iam::1:user/ada 3E57427F3EXAMPLE REST.GET.OBJECT a/b.txt "
    '"GET /my-bucket/a/b.txt?versioning HTTP/1.1" 404 NoSuchKey 113 200 7 5 "https://r.example" "S3Console/0.4" v1 '
    "hostid= SigV4 ECDHE AuthHeader my-bucket.s3.example TLSv1.2 - -"
)
S3_RECORD = {
    "timestamp": "2024-01-29T10:00:00", "level": "warning",
    "bucket_owner": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be", "bucket": "my-bucket",
    "client": "198.51.100.7", "user": "arn:aws:iam::1:user/ada", "request_id": "3E57427F3EXAMPLE",
    "operation": "REST.GET.OBJECT", "key": "a/b.txt", "method": "GET", "path": "/my-bucket/a/b.txt?versioning",
    "protocol": "HTTP/1.1", "status": 404, "error_code": "NoSuchKey", "bytes": 113, "object_bytes": 200,
    "duration_ms": 7, "turnaround_ms": 5, "referrer": "https://r.example", "user_agent": "S3Console/0.4",
    "version_id": "v1", "host_id": "hostid=", "signature_version": "SigV4", "ssl_cipher": "ECDHE",
    "authentication": "AuthHeader", "host": "my-bucket.s3.example", "tls_version": "TLSv1.2",
}  # fmt: skip

SAMPLES = {
    "haproxy-http": (HAPROXY, HAPROXY_RECORD),
    "haproxy-http-syslog": (SYSLOG + HAPROXY, {**HAPROXY_RECORD, **HEADER}),
    "haproxy-tcp": (TCP, TCP_RECORD),
    "haproxy-tcp-syslog": (SYSLOG + TCP, {**TCP_RECORD, **HEADER}),
    "aws-elb": (ELB, ELB_RECORD),
    "aws-alb": (ALB, ALB_RECORD),
    "aws-s3": (S3, S3_RECORD),
}


@pytest.mark.parametrize("name", SAMPLES)
def test_every_field(parse_lines, name):
    line, record = SAMPLES[name]
    assert parse_lines(name, line, "", "hello", line[: len(line) // 2]) == [record, None, None, None]


@pytest.mark.parametrize("name", SAMPLES)
def test_detection(detects, name):
    line, _ = SAMPLES[name]
    found, confidence = detects([line] * 20)
    assert (found, confidence >= 0.9) == (name, True)


def test_haproxy_bad_request(parse_lines):
    front = "2001:db8::1:3318 [29/Jan/2024:10:00:00.123] web web/<NOSRV> "
    [record] = parse_lines("haproxy-http", front + '-1/-1/-1/-1/+3 400 0 - - PR-- 1/1/0/0/0 0/0 "<BADREQ>"')
    assert (record["client"], record["client_port"], record["server"]) == ("2001:db8::1", 3318, "<NOSRV>")
    assert (record["request_ms"], record["duration_ms"], record["level"]) == (-1, 3, "warning")
    assert "method" not in record


@pytest.mark.parametrize("scheme", ["http", "https", "h2", "grpcs", "ws", "wss"])
def test_alb_schemes(parse_lines, scheme):
    [record] = parse_lines("aws-alb", ALB.replace("https ", f"{scheme} ", 1))
    assert record["type"] == scheme


def test_load_balancer_without_a_target(parse_lines):
    nothing = ELB.replace("10.0.0.1:80", "-").replace("GET http://www.example.com:80/ HTTP/1.1", "- - - ")
    [elb] = parse_lines("aws-elb", nothing)
    assert elb.keys().isdisjoint({"backend", "backend_port", "method", "path", "protocol"})
    [alb] = parse_lines("aws-alb", ALB.replace("10.0.0.66:9000 0", "- 0"))
    assert alb.keys().isdisjoint({"target", "target_port"})
    [tcp] = parse_lines("aws-elb", ELB.split(' "')[0])
    assert tcp["bytes"] == 29


def test_s3_quotes_in_the_agent(parse_lines):
    plain, quoted = parse_lines("aws-s3", S3, S3.replace("S3Console/0.4", 'evil "agent" x'))
    assert plain == S3_RECORD
    assert quoted == {**S3_RECORD, "user_agent": 'evil "agent" x'}
