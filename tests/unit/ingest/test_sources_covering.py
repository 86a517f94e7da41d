from __future__ import annotations

import pytest

from sawlog.ingest.sources import Source, belongs, covers


@pytest.mark.parametrize(
    ("target", "path", "expected"),
    [
        ("/logs/a.log", "/logs/a.log", True),
        ("/logs/a.log", "/logs/a.log.1", False),
        ("/logs", "/logs/web/a.log", True),
        ("/logs/", "/logs/a.log", True),
        ("/logs", "/logs2/a.log", False),
        ("/logs/*.log", "/logs/a.log", True),
        ("/logs/*.log", "/logs/web/a.log", False),
        ("/logs/w*", "/logs/web/a.log", True),
        ("/logs/**/*.log", "/logs/x/y/a.log", True),
        ("/logs/**/*.log", "/logs/a.txt", False),
        ("/logs/[ab].log", "/logs/b.log", True),
        ("/logs/a.tar", "/logs/a.tar!x/y.log", True),
        ("s3://bucket/logs", "s3://bucket/logs/a.log", True),
        ("s3://bucket/*/a.log", "s3://bucket/x/a.log", True),
        ("s3://bucket/a*", "s3://other/a.log", False),
    ],
)
def test_covers(target: str, path: str, expected: bool) -> None:
    assert covers([target], path) is expected
    assert covers(["/elsewhere", target], path) is expected


def test_what_was_piped_is_known_by_its_label() -> None:
    piped = Source(path="-!x.log", file="/store/spool/1", members=("x.log",))
    assert belongs(piped, ["-"])
    assert not belongs(piped, ["/logs"])
