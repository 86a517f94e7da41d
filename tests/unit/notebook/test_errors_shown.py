"""What a cell shows where a query has no meaning, or anything else was refused."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell


def test_a_query_without_meaning_is_shown_without_frames_of_the_engine(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    result = shell.run_cell("def errors(query):\n    return logs.search(query)\n\nerrors('/[/')")  # type: ignore[no-untyped-call]
    assert type(result.error_in_exec).__name__ == "QueryError"
    shown = capsys.readouterr().out
    assert "errors('/[/')" in shown and "return logs.search(query)" in shown
    assert "QueryError: " in shown and "\n  /[/\n" in shown
    assert shown.count(", in ") == 2 and "kernel_lib" not in shown


@pytest.mark.parametrize(
    ("code", "error"),
    [("sawlog.open('/no/such.log')", "SourceError: /no/such.log: no such file"),
     ("sawlog.open('/', format='such')", "FormatError: no format is named 'such'"),
     ("sawlog.open()", "SettingsError: there is nothing to open")],
)  # fmt: skip
def test_what_is_refused_on_purpose_is_shown_so_too(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str], code: str, error: str
) -> None:
    shell.run_cell(f"import sawlog\n{code}")  # type: ignore[no-untyped-call]
    shown = capsys.readouterr().out
    assert code in shown and error in shown
    assert shown.count(", in ") == 1 and "kernel_lib" not in shown
