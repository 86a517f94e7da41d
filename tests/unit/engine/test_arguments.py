"""What makes no sense is refused where it is given, by an error that says what was given and what is allowed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from tests.support.datasets import open_logs, write_log

import sawlog
from sawlog.engine import Dataset
from sawlog.errors import FormatError, QueryError, SettingsError, SourceError


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


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[Dataset]:
    """130 records; two values of ``f`` are called like what a histogram counts together."""
    values = ["(other)"] * 20 + ["(none)"] * 20 + [f"v{number}" for number in range(15) for _ in range(5)] + [None] * 15
    lines = (
        {"time": f"2026-03-17T10:{number % 60:02}:00Z", "msg": "text", **({} if value is None else {"f": value})}
        for number, value in enumerate(values)
    )
    path = write_log(tmp_path / "a.ndjson", "".join(f"{json.dumps(line)}\n" for line in lines).encode())
    with open_logs(path, tmp_path / "store") as dataset:
        yield dataset


@pytest.mark.parametrize("limit", ["x", 1.5, float("nan"), [], True, -1])
def test_a_limit_is_a_number_or_none(logs: Dataset, limit: Any) -> None:
    asked: list[Callable[[], object]] = [
        lambda: logs.search(limit=limit),
        lambda: logs.facets("f", limit=limit),
        lambda: logs.patterns(limit=limit),
        lambda: logs.group("f", limit=limit),
        lambda: logs.diff("a", limit=limit),
        lambda: logs.complete("t", limit=limit),
    ]
    for ask in asked:
        with pytest.raises(QueryError, match=r"limit=.*: give a number of .*, 0 or more, or None for all"):
            ask()
    with pytest.raises(SettingsError, match=r"limit=.*: give a number of rows"):
        logs.search().to_arrow(limit)


def test_a_limit_beyond_all_gives_all(logs: Dataset) -> None:
    order: Any
    for order in ("newest", "oldest", "relevance"):
        assert len(logs.search("text", limit=10**30, order=order)) == 130
    hits = logs.search(limit=np.int64(3))  # type: ignore[arg-type]
    assert len(hits) == 3
    assert len(hits.to_arrow(10**30)) == len(hits.window(0, 10**30)) == 130
    assert len(logs.facets("f", limit=10**30)) == 17
    assert logs.complete("te", limit=None) == logs.complete("te", limit=10**30) != []


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda logs: logs.facets(None), "field=None: give the name of a field"),
        (lambda logs: logs.group([]), r"by=\[\]: give the name of a field"),
        (lambda logs: logs.histogram(split=5), "split=5: give the name of a field"),
        (lambda logs: logs.histogram(split="nothing"), "no record has a field 'nothing'; there are: f, level"),
        (lambda logs: logs.histogram(by=[]), r"\[\] is no duration"),
        (lambda logs: logs.diff("a", fields=5), "fields=5: give names of fields"),
        (lambda logs: logs.diff("a", fields="nothing"), "no record has a field 'nothing'"),
        (lambda logs: logs.search().dedupe(by=5), "by=5: give the name of a field"),
        (lambda logs: logs.complete(None), "text=None: give the query"),
        (lambda logs: logs.complete("t", cursor="x"), "cursor='x': give a position"),
        (lambda logs: logs.wait("x"), "timeout='x': give seconds"),
        (lambda logs: logs.count(timeout=float("nan")), "timeout=nan: give seconds"),
        (lambda logs: logs.count(timeout=True), "timeout=True: give seconds"),
        (lambda logs: logs.follow(poll=None), "poll=None: give seconds"),
        (lambda logs: logs.follow(poll=float("inf")), "poll=inf: give seconds"),
        (lambda logs: logs.count(start=np.datetime64("NaT")), "NaT.* is no time"),
        (lambda logs: logs.count('@"10:00".."10:00"'), "is empty, since it ends when it begins"),
    ],
)
def test_a_question_of_the_wrong_kind_is_refused(logs: Dataset, ask: Callable[[Any], object], message: str) -> None:
    with pytest.raises(QueryError, match=message):
        ask(logs)


@pytest.mark.parametrize("arguments", [("x", 1), (1.5, 1), (1, -1), (1, None)])
def test_context_takes_numbers_of_records(logs: Dataset, arguments: tuple[Any, Any]) -> None:
    with pytest.raises(SettingsError, match=r"(before|after)=.*: give a number of records"):
        logs.search(limit=2).context(*arguments)


def test_a_single_field_may_be_compared(logs: Dataset) -> None:
    one = logs.diff("v1", fields="F", patterns=False)
    assert one.equals(logs.diff("v1", fields=["f"], patterns=False))
    assert set(one["field"]) == {"f"}


def test_the_columns_of_a_histogram_add_up_whatever_values_are_called(logs: Dataset) -> None:
    split = logs.histogram(by="1h", split="F").split
    assert split is not None
    counts = {name: int(counts.sum()) for name, counts in split.items()}
    assert counts.pop("(other)") == counts.pop("(none)") == 20
    assert counts.pop("((other))") == 25
    assert counts.pop("((none))") == 15
    assert list(counts.values()) == [5] * 10


@pytest.mark.parametrize("some", [list, set, pd.Series, pl.Series, np.array, lambda found: (each for each in found)])
def test_values_come_from_any_collection(logs: Dataset, some: Callable[[list[str]], Any]) -> None:
    def given() -> dict[str, Any]:
        return {"names": some(["v1", "v2", "nothing"])}

    wanted = logs.count("F:in(v1, v2)")
    assert wanted == 10
    assert logs.count("f:in($names)", values=given()) == wanted
    assert logs.search("F:in($names)", values=given()).total == len(logs.rows("F:in($names)", values=given())) == wanted
    assert logs.facets("F", "F:in($names)", values=given())["count"].sum() == wanted
    assert logs.count("F:in($names)", values={"names": some([])}) == 0  # not what was asked before


@pytest.mark.parametrize("values", [["v1"], {"names": "v1"}, {"names": 5}, {5: ["v1"]}, {"": ["v1"]}])
def test_values_without_a_name_are_refused(logs: Dataset, values: Any) -> None:
    with pytest.raises(QueryError, match=r"values=.*: give collections by name"):
        logs.count("F:in($names)", values=values)


@pytest.mark.parametrize("column", ["line", "offset"])
@pytest.mark.parametrize("value", ["x", 1.5, 1e300])
def test_rows_are_named_by_whole_numbers(logs: Dataset, column: str, value: Any) -> None:
    frame = logs.search(limit=3, order="oldest").to_pandas()[["source", "line", "offset"]]
    assert logs.count(rows=frame.astype({"line": float, "offset": float})) == 3
    frame[column] = frame[column].astype(object)
    frame.loc[1, column] = value
    kept = frame if column == "offset" else frame.drop(columns="offset")
    with pytest.raises(QueryError, match=f"rows= has the {column} .* in row 1: give whole numbers"):
        logs.count(rows=kept)


def test_rows_without_a_line_are_no_rows(logs: Dataset) -> None:
    frame = logs.search(limit=3, order="oldest").to_pandas()[["source", "line"]]
    joined = frame.merge(pd.DataFrame({"source": ["elsewhere"]}), how="outer", on="source", sort=False)
    rows: Any
    for rows in (joined, joined.convert_dtypes(), pl.from_pandas(joined)):
        with pytest.raises(QueryError, match=r"rows= has the line (None|nan) in row \d: give whole numbers"):
            logs.count(rows=rows)
    rows = pl.DataFrame({"source": ["a"], "line": [[1]]})
    with pytest.raises(QueryError, match="rows= has a column 'line' of List"):
        logs.count(rows=rows)
