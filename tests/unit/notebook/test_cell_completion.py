"""Completion inside strings of cells, through IPython itself."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

from sawlog.engine import Dataset, complete


@pytest.fixture(autouse=True)
def enough_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a loaded machine, too, words come with their counts."""
    monkeypatch.setattr(complete, "SECONDS", 60.0)


def completed(shell: InteractiveShell, source: str) -> list[str]:
    """The source with each completion put in; ``|`` is the cursor."""
    cursor = source.index("|")
    source = source.replace("|", "", 1)
    with provisionalcompleter():
        found = list(shell.Completer.completions(source, cursor))
    return [source[: c.start] + c.text + source[c.end :] for c in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('logs.search("timeo|', 'logs.search("timeout'),
        ("logs.search('error timeo|')", "logs.search('error timeout')"),
        ('n = logs.count("timeo|") + 1', 'n = logs.count("timeout") + 1'),
        ('logs.rows(query="timeo|', 'logs.rows(query="timeout'),
        ('logs.histogram("timeo|", by="1m")', 'logs.histogram("timeout", by="1m")'),
        ('logs.histogram("x", split="lev|', 'logs.histogram("x", split="level'),
        ('logs.facets("sta|', 'logs.facets("status'),
        ('logs.facets("status", "timeo|', 'logs.facets("status", "timeout'),
        ('logs.explain("level:err|', 'logs.explain("level:error'),
        ('logs.search("""level:error\ntimeo|""")', 'logs.search("""level:error\ntimeout""")'),
        ('x = 1  # logs.search("\nlogs.search(r"timeo|', 'x = 1  # logs.search("\nlogs.search(r"timeout'),
        ('f(logs.count("a"), logs.search("timeo|', 'f(logs.count("a"), logs.search("timeout'),
        ('logs . search( "timeo|', 'logs . search( "timeout'),
        ("logs.search('\"connection res|", "logs.search('\"connection reset"),
        ('logs.search("\\"connection res|', 'logs.search("\\"connection reset'),
        ("%%logs\nerror timeo|", "%%logs\nerror timeout"),
        ("%%logs logs --last 1h\nlevel:err|", "%%logs logs --last 1h\nlevel:error"),
        ("%logs logs timeo|", "%logs logs timeout"),
        ("y = 2\n%logs logs timeo|", "y = 2\n%logs logs timeout"),
    ],
)
def test_a_query_is_completed(shell: InteractiveShell, source: str, expected: str) -> None:
    assert expected in completed(shell, source)


@pytest.mark.parametrize(
    "source",
    [
        'other.search("timeo|',
        'logs.search(f"timeo|',
        'logs.search(b"timeo|',
        'logs.search("x" + "timeo|',
        'logs.search("x", order="timeo|',
        'logs.refresh("timeo|',
        'logs.search("timeo"|',
        '"timeo|',
        '# logs.search("timeo|',
        'logs[0].search("timeo|',
        'logs.__class__("timeo|',
        "%%timeit\ntimeo|",
        "%%logs missing\ntimeo|",
        "%logs logs|",
    ],
)
def test_other_places_are_left_alone(shell: InteractiveShell, source: str) -> None:
    assert [text for text in completed(shell, source) if "timeout" in text] == []


def test_attributes_are_looked_up_and_nothing_runs(shell: InteractiveShell, logs: Dataset) -> None:
    class Hostile:
        def __getattr__(self, name: str) -> Any:
            raise AssertionError("evaluated")

        @property
        def logs(self) -> Any:
            raise AssertionError("evaluated")

    shell.user_ns["app"] = SimpleNamespace(web=logs)
    shell.user_ns["trap"] = Hostile()
    shell.Completer.use_jedi = False
    assert 'app.web.search("timeout' in completed(shell, 'app.web.search("timeo|')
    assert completed(shell, 'trap.logs.search("timeo|') == []
    assert completed(shell, 'open("/etc/hostname").search("timeo|') == []


def test_completions_are_in_order_alone_and_described(shell: InteractiveShell, logs: Dataset) -> None:
    source = 'logs.search("re'
    with provisionalcompleter():
        found = list(shell.Completer.completions(source, len(source)))
    expected = logs.complete("re")
    assert [c.text for c in found] == [s.text for s in expected]
    assert [c.type for c in found if c.type.startswith("term")] == [
        f"term {s.count:,}" for s in expected if s.kind == "term"
    ]


def test_what_is_put_in_is_escaped_for_the_string(shell: InteractiveShell) -> None:
    assert 'logs.search("path:/api/items' in completed(shell, 'logs.search("path:/api/i|')
    assert 'logs.search("path:\\"/api/items' in completed(shell, 'logs.search("path:\\"/api/i|')
    shell.user_ns["logs"].search('path:"/api/items" timeout')
    assert 'logs.search("path:\\"/api/items\\" timeout' in completed(shell, 'logs.search("pat|')
    assert 'logs.search(\'path:"/api/items" timeout' in completed(shell, "logs.search('pat|")
    assert all("timeout" not in text for text in completed(shell, 'logs.search(r"pat|')), "it cannot hold the quote"


def test_loading_twice_adds_nothing(shell: InteractiveShell) -> None:
    before = len(shell.Completer.custom_matchers)
    import sawlog

    sawlog.load_ipython_extension(shell)
    assert len(shell.Completer.custom_matchers) == before == 1


def test_a_closed_dataset_completes_nothing(shell: InteractiveShell, logs: Dataset) -> None:
    from sawlog.engine.queries import Queries

    class Closed(Queries):
        def __init__(self) -> None:
            pass

        def complete(self, *_: object, **__: object) -> Any:
            from sawlog.errors import DatasetClosedError

            raise DatasetClosedError("closed")

    shell.user_ns["closed"] = Closed()
    assert completed(shell, 'closed.search("timeo|') == []
