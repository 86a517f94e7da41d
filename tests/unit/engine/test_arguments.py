"""What makes no sense is refused where it is given, by an error that says what was given and what is allowed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from tests.support.datasets import open_logs, write_log

import sawlog
from sawlog.errors import FormatError, SettingsError, SourceError


@pytest.mark.parametrize("target", [5, ["a.log", 5], [["a.log"]], "", ["a.log", ""], "a\0b"])
def test_what_is_no_path_is_not_opened(target: Any, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"target=.*: give a path"):
        sawlog.open(target, store=tmp_path)


def test_paths_of_any_type_are_opened(tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.log", b"a\n")
    store = os.fsencode(tmp_path / "store")
    for target in (path, str(path), os.fsencode(path), [os.fsencode(path), str(path)]):
        with open_logs(target, store) as logs:  # type: ignore[arg-type]
            assert logs.count() == 1


@pytest.mark.parametrize("year", [0, -1, 26, 1677, 2262, 9999, 10**20, True, "2020", 2020.5])
def test_a_year_that_times_cannot_be_in_is_refused_at_once(year: Any, tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.log", b"Jan  2 10:00:00 host a: b\n")
    with pytest.raises(SettingsError, match=r"year=.*: give a year from 1678 to 2261"):
        open_logs(path, tmp_path / "store", year=year)
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize("year", [1678, 2261])
def test_the_first_and_the_last_year_are_read(year: int, tmp_path: Path) -> None:
    path = write_log(tmp_path / "a.log", b"Jan  1 00:00:00 host a: b\nDec 31 23:59:59 host a: c\n")
    with open_logs(path, tmp_path / "store", year=year, timezone="Etc/GMT+12") as logs:
        assert [str(hit.timestamp_ns)[-9:] for hit in logs.search(order="oldest")] == ["000000000"] * 2
        assert logs.count(start=f"{year}-01-01", end=f"{year}-12-31") == 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"timezone": None}, "timezone=None: give an IANA name"),
        ({"encoding": 5}, "encoding=5: give its name"),
        ({"name": 5}, "name 5 cannot be"),
        ({"name": "x" * 300}, "name 'xxx.*cannot be"),
        ({"workers": "x"}, "workers='x': give a number of processes"),
        ({"workers": -1}, "workers=-1"),
        ({"background": "x"}, "background='x': give True, False, or None"),
        ({"progress": "x"}, "progress='x' is not known"),
        ({"store": 5}, "store=5: give a directory"),
        ({"store": "a\0b"}, "store='a.*b': give a directory"),
        ({"store": ""}, "store='': give a directory"),
    ],
)
def test_an_option_of_the_wrong_kind_is_refused_at_once(
    arguments: dict[str, Any], message: str, tmp_path: Path
) -> None:
    path = write_log(tmp_path / "a.log", b"a\n")
    with pytest.raises(SettingsError, match=message):
        sawlog.open(path, **{"store": tmp_path / "store", **arguments})
    assert not (tmp_path / "store").exists()


def test_a_format_is_named_by_a_text(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="format=None: give the name of a format, or 'auto'"):
        sawlog.open(write_log(tmp_path / "a.log", b"a\n"), store=tmp_path / "store", format=None)  # type: ignore[arg-type]
    with pytest.raises(SettingsError, match="store=5"):
        sawlog.datasets(5)  # type: ignore[arg-type]
